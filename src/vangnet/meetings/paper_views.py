"""Papers with a matter: taken in after a look at what is in them, given back as they came."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from vangnet.identity.session import acting
from vangnet.meetings import actions, forms, reading
from vangnet.meetings.answers import answered, crumbs
from vangnet.meetings.models import Paper, Stop
from vangnet.meetings.rules import require, standing
from vangnet.meetings.sitting_views import GET_OR_POST
from vangnet.meetings.views import reader
from vangnet.vault import scanner
from vangnet.vault.kinds import KINDS, FileRefused, recognise
from vangnet.vault.uploads import InMemoryUpload

TAKEN = {KINDS[name] for name in ("pdf", "docx", "xlsx")}
ONLY = "Dit bestand is niet toegestaan: alleen pdf, docx en xlsx."


@login_not_required  # both are asked below, in the usual order: first the token of our page, then who it is
@csrf_exempt  # the check reads the form; it comes after the handler is set, in the view below
def add(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Take a paper in memory, so that one that is refused never lies on the disk."""
    request.upload_handlers = [InMemoryUpload(request)]
    return _add(request, **kwargs)


@csrf_protect
@login_required
@GET_OR_POST
@answered
def _add(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = reading.stop_at(request.user, pk)
    at = standing(found.body_id)
    (point,) = reading.points(request.user, Stop.objects.visible_to(request.user).filter(pk=pk))
    require(at.raises and not point.is_done, at)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = forms.PaperForm(*sent, refused=getattr(request, "upload_refused", False))
    if form.is_valid():
        try:
            paper = _taken(form.cleaned_data["file"], found)
        except FileRefused as reason:
            form.add_error("file", str(reason))
        else:
            actions.add_paper(paper, **acting(request))
            messages.success(request, "Het stuk is toegevoegd. Het reist met het punt mee.")
            return redirect("meetings:point", pk)
    here = (found.matter.title, reverse("meetings:point", args=[pk]))
    shown = {"form": form, "stop": found, "breadcrumbs": crumbs(here, last="Stuk toevoegen")}
    return render(request, "meetings/add_paper.html", shown, status=422 if form.errors else 200)


def _taken(file: Any, stop: Stop) -> Paper:
    """Return a file as it may be kept.

    Raises
    ------
    FileRefused
        It is of another kind, holds macros, unfolds too far, or has a virus in it.
    """
    if not file.size:
        raise FileRefused("Dit bestand is leeg.")
    kind = recognise(file.file, file.name or "")
    if kind not in TAKEN:
        raise FileRefused(ONLY)
    scanner.scan(file.file)
    body = file.read()
    return Paper(matter=stop.matter, name=file.name, kind=kind, size=len(body), content=body)


def _paper(request: HttpRequest, pk: UUID) -> Paper:
    found: Paper | None = Paper.objects.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_safe
@answered
def download(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a paper as it came; a browser shows nothing of it itself."""
    reader()
    found = _paper(request, pk)
    headers = {"Content-Disposition": str(content_disposition_header(True, found.name))}
    return HttpResponse(bytes(found.content), content_type=found.kind, headers=headers)


@require_POST
@answered
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take away a paper that should not be here: at one's own body, and before any body decided on it."""
    found = _paper(request, pk)
    require((at := standing()).reads, at)
    actions.remove_paper(found, **acting(request))
    messages.success(request, "Het stuk is verwijderd.")
    last = Stop.objects.visible_to(request.user).filter(matter=found.matter_id, rulings=None).first()
    return redirect("meetings:point", last.pk) if last else redirect("meetings:index")
