"""An old list of decisions is taken over: first shown, then kept."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from vangnet.directory.models import Body
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.session import acting
from vangnet.meetings import forms, list_actions, lists, reading
from vangnet.meetings.answers import answered, crumbs
from vangnet.meetings.lists import Line
from vangnet.meetings.rules import require, standing
from vangnet.meetings.sitting_views import GET_OR_POST
from vangnet.vault.kinds import FileRefused
from vangnet.vault.uploads import InMemoryUpload

AN_HOUR = 3600
LATE = "Dit voorbeeld is verlopen of niet van u. Kies het bestand opnieuw."


@login_not_required  # both are asked below, in the usual order: first the token of our page, then who it is
@csrf_exempt  # the check reads the form; it comes after the handler is set, in the view below
def old_list(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Take a list in memory."""
    request.upload_handlers = [InMemoryUpload(request)]
    return _old_list(request, **kwargs)


@csrf_protect
@login_required
@GET_OR_POST
@answered
def _old_list(request: HttpRequest, slug: str) -> HttpResponse:
    body, at = reading.body_at(request.user, slug), standing(slug)
    require(at.speaks, at)
    if "preview" in request.POST:
        return _keep(request, body, request.POST["preview"])
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = forms.OldListForm(*sent, refused=getattr(request, "upload_refused", False))
    lines: list[Line] = []
    if form.is_valid():
        try:
            told = lists.read(form.cleaned_data["file"], today=timezone.localdate())
            lines = lists.placed(told, body, reading.days_taken_over(request.user, body))
        except FileRefused as reason:
            form.add_error("file", str(reason))
    return _shown(request, body, form, lines)


def _shown(request: HttpRequest, body: Body, form: forms.OldListForm, lines: list[Line]) -> HttpResponse:
    good = [line for line in lines if not line.fault]
    shown = {
        "form": form,
        "body": body,
        "lines": lines,
        "good": len(good),
        "meetings": len({line.day for line in good}),
        "preview": _signed(request, body, good) if good else "",
        "breadcrumbs": crumbs((body.name, f"/vergaderingen/?overleg={body.pk}"), last="Oude besluitenlijst"),
    }
    return render(request, "meetings/old_list.html", shown, status=422 if form.errors else 200)


def _signed(request: HttpRequest, body: Body, lines: list[Line]) -> str:
    told = [asdict(line) | {"day": str(line.day)} for line in lines]
    return signing.dumps(told, salt=_salt(request, body), compress=True)


def _salt(request: HttpRequest, body: Body) -> str:
    return f"meetings.old_list.{request.user.pk}.{body.pk}"


def _keep(request: HttpRequest, body: Body, preview: str) -> HttpResponse:
    """Keep what was shown, and nothing else: the lines come back under our own signature."""
    try:
        told = signing.loads(preview, salt=_salt(request, body), max_age=AN_HOUR)
        lines = [Line(**{**one, "day": date.fromisoformat(one["day"])}) for one in told]
        kept = list_actions.take_over(body, lines, **acting(request))
    except (signing.BadSignature, DoesNotHold) as reason:
        form = forms.OldListForm({}, {}, refused=True)
        form.errors.clear()
        form.add_error(None, LATE if isinstance(reason, signing.BadSignature) else str(reason))
        return _shown(request, body, form, [])
    messages.success(request, f"{len(kept)} vergaderingen zijn overgenomen, met {len(lines)} besluiten.")
    return redirect(f"/vergaderingen/?lijst=geweest&overleg={body.pk}")
