"""The note of the strategy for anybody: a page, a PDF and a Word document, as of a day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.reports import kept, listing, note, note_docx, note_pdf
from vangnet.reports.paper import SOURCES, Paper
from vangnet.strategy.change_forms import DayForm

RENDERERS = {"pdf": note_pdf.render, "docx": note_docx.render}
PAPERS: dict[str, Callable[..., Paper]] = {"nota": note.gather, "evaluatie": note.review}
NOBODY = AnonymousUser()  # everybody gets the same paper, signed in or not


@login_not_required
@require_safe
def page(request: HttpRequest, kind: str = "nota") -> HttpResponse:
    """Show the note, or its review, as of a day."""
    form = DayForm(request.GET or None)
    wrong = form.is_bound and not form.is_valid()
    today = timezone.localdate()
    day: date = form.cleaned_data["datum"] if form.is_bound and not wrong else today
    paper = PAPERS[kind](day, user=NOBODY, on=today)
    context: dict[str, Any] = {
        "form": form,
        "kind": kind,
        "paper": paper,
        "sources_title": SOURCES,
        "asked": f"?datum={day.isoformat()}",
        "files": [
            (extension.upper(), f"{reverse('note:file', args=[kind, extension])}?datum={day.isoformat()}")
            for extension in RENDERERS
        ],
        "breadcrumbs": [("Start", "/"), ("Nota" if kind == "nota" else paper.title.partition(" ")[0], "")],
        "flow_step": "doelen" if kind == "nota" else "resultaten",
    }
    return render(request, "reports/note.html", context, status=422 if wrong else 200)


@login_not_required
@require_safe
def file(request: HttpRequest, kind: str, extension: str) -> HttpResponse:
    """Give the note, or its review, as a file."""
    form = DayForm(request.GET or None)
    if kind not in PAPERS or extension not in RENDERERS or (form.is_bound and not form.is_valid()):
        raise Http404
    today = timezone.localdate()
    paper = PAPERS[kind](form.cleaned_data["datum"] if form.is_bound else today, user=NOBODY, on=today)
    headers = {"Content-Disposition": f'attachment; filename="{paper.filename}.{extension}"'}
    paper = replace(paper, site=request.build_absolute_uri("/").rstrip("/"))
    content = kept.file(RENDERERS[extension], paper, extension)
    return HttpResponse(content, content_type=listing.FORMATS[extension], headers=headers)
