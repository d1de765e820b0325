"""Passages of the police's plan from a file, shown with what is wrong and kept after a yes; and to a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from vangnet.figures.cells import normalise
from vangnet.figures.observations import Unreadable
from vangnet.identity.session import acting
from vangnet.portal import passage_file
from vangnet.portal.goal_table import KINDS
from vangnet.strategy import passage_actions
from vangnet.strategy import passage_reading as reading
from vangnet.strategy.models import Passage
from vangnet.strategy.passage_forms import PassageFileForm
from vangnet.strategy.passage_views import ALONG, answered, goals_of, keeping
from vangnet.strategy.refusals import DoesNotHold
from vangnet.strategy.views import START, STRATEGY

HOUR = 3600
TITLE = "Passages inlezen"


def _salt(request: HttpRequest) -> str:
    return f"passages {request.user.pk}"


@require_http_methods(["GET", "HEAD", "POST"])
@answered
def passage_import(request: HttpRequest) -> HttpResponse:
    """Ask for a file, show what is in it, and keep it after a yes."""
    organisations = reading.kept_by(request.user, keeping())
    if request.method == "POST" and "rijen" in request.POST:
        return _kept(request)
    fresh = PassageFileForm(organisations=organisations)
    if request.method != "POST":
        return _shown(request, {"form": fresh}, status=200)
    form = PassageFileForm(request.POST, request.FILES, organisations=organisations)
    if not form.is_valid():
        return _shown(request, {"form": form}, status=422)
    goals = {normalise(code): code for code, _ in goals_of(request.user)}
    file = form.cleaned_data["file"]
    try:
        table = passage_file.read(file.read(), file.name, goals)
    except Unreadable as fault:
        form.add_error("file", str(fault))
        return _shown(request, {"form": form}, status=422)
    wrong = bool(table.problems.blocking)
    told = {"organisation": str(form.cleaned_data["organisation"].pk), "rows": table.rows}
    rows = "" if wrong else signing.dumps(told, salt=_salt(request), compress=True)
    return _shown(request, {"form": fresh, "table": table, "rows": rows}, status=422 if wrong else 200)


def _kept(request: HttpRequest) -> HttpResponse:
    """Keep what was shown: signed, so that it is what was checked; the database checks it once more."""
    try:
        told = signing.loads(request.POST["rijen"], salt=_salt(request), max_age=HOUR)
    except signing.BadSignature:
        messages.error(request, "Kies het bestand opnieuw: er is niets ingelezen.")
        return redirect("portal:passage_import")
    passages = [Passage(organisation_id=told["organisation"], **row) for row in told["rows"]]
    try:
        passage_actions.record_passages(passages, **acting(request))
    except DoesNotHold as refusal:
        messages.error(request, f"Er is niets ingelezen. {refusal}")
        return redirect("portal:passage_import")
    count = len(passages)
    messages.success(request, f"{count} {'passage is' if count == 1 else 'passages zijn'} ingelezen.")
    return redirect("strategy:along")


def _shown(request: HttpRequest, more: dict[str, Any], *, status: int) -> HttpResponse:
    way = [START, STRATEGY, (ALONG[0], reverse("strategy:along")), (TITLE, "")]
    shown = {"title": TITLE, "flow_step": "doelen", "breadcrumbs": way, **more}
    return render(request, "portal/passage_import.html", shown, status=status)


@require_safe
@answered
def passages_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Give both sides as a file; `leeg=ja` gives the headings only, to fill in."""
    content_type, write = KINDS[kind]
    is_blank = request.GET.get("leeg") == "ja"
    more = () if is_blank else passage_file.MORE
    rows = [] if is_blank else list(passage_file.written(reading.rows(request.user)))
    answer = HttpResponse(write((*passage_file.COLUMNS.values(), *more), rows), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="doelen-en-passages.{kind}"'
    return answer
