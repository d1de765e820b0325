"""Scores of a round of choosing from a file: chosen, shown with what is wrong, and kept after a yes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from vangnet.figures.cells import normalise
from vangnet.figures.observations import Unreadable
from vangnet.identity import session
from vangnet.identity.models import Organisation
from vangnet.identity.session import acting
from vangnet.portal import score_file
from vangnet.strategy import choosing_actions
from vangnet.strategy import choosing_reading as reading
from vangnet.strategy.choosing import ChoosingRound, Score
from vangnet.strategy.choosing_views import ROUNDS, answered, round_of
from vangnet.strategy.plan_edit_views import require
from vangnet.strategy.refusals import DoesNotHold
from vangnet.strategy.views import START, STRATEGY

HOUR = 3600
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLE = "Scores inlezen"


class FileForm(forms.Form):
    """A file with scores."""

    file = forms.FileField(
        label="Bestand",
        help_text="Excel (.xlsx) of CSV, hoogstens 5 MB, met organisatie, onderwerp, criterium en score.",
        error_messages={"required": "Kies een bestand."},
    )


class _Lists:
    """The round as a file names it."""

    def __init__(self, request: HttpRequest, found: ChoosingRound) -> None:
        user: Any = request.user
        own = None if reading.right().is_member else session.organisation()
        self.criteria = list(found.criteria.visible_to(user))
        self.candidates = list(found.candidates.visible_to(user))
        self.papers: dict[str, list[Organisation]] = {
            str(one.pk): reading.papers([one], user, on=timezone.localdate(), own=own)
            for one in self.criteria
        }

    @property
    def known(self) -> dict[str, dict[str, str]]:
        """Which words stand for what; a municipality is known by its name and by its code."""
        found: dict[str, dict[str, str]] = {"organisation": {}, "candidate": {}, "criterion": {}}
        for one in {paper for papers in self.papers.values() for paper in papers}:
            for word in (one.name, one.slug, one.name.removeprefix("Gemeente ")):
                found["organisation"][normalise(word)] = str(one.pk)
        found["candidate"] = {normalise(one.name): str(one.pk) for one in self.candidates}
        found["criterion"] = {normalise(one.name): str(one.pk) for one in self.criteria}
        return found

    @property
    def about(self) -> dict[str, set[str]]:
        """For each criterion, the organisations whose papers it is about."""
        return {key: {str(one.pk) for one in papers} for key, papers in self.papers.items()}


def _running(request: HttpRequest, choosing: UUID) -> ChoosingRound:
    found = round_of(request, choosing)
    require(reading.may_score())
    if found.state != "scoren":
        raise Http404
    return found


def _salt(request: HttpRequest, found: ChoosingRound) -> str:
    return f"scores {found.pk} {request.user.pk}"


@require_http_methods(["GET", "HEAD", "POST"])
@answered
def score_import(request: HttpRequest, choosing: UUID) -> HttpResponse:
    """Ask for a file, show what is in it, and keep it after a yes."""
    found = _running(request, choosing)
    if request.method == "POST" and "rijen" in request.POST:
        return _kept(request, found)
    form = FileForm(request.POST or None, request.FILES or None) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        lists = _Lists(request, found)
        try:
            table = score_file.read(file.read(), file.name, lists.known, lists.about)
        except Unreadable as fault:
            form.add_error("file", str(fault))
        else:
            return _preview(request, found, table)
    return _shown(request, found, {"form": form}, status=422 if form.errors else 200)


def _preview(request: HttpRequest, found: ChoosingRound, table: score_file.Table) -> HttpResponse:
    wrong = bool(table.problems.blocking)
    rows = signing.dumps(table.rows, salt=_salt(request, found), compress=True)
    papers = len({row["organisation"] for row in table.rows})
    shown = {"table": table, "rows": "" if wrong else rows, "papers": papers, "form": FileForm()}
    return _shown(request, found, shown, status=422 if wrong else 200)


def _kept(request: HttpRequest, found: ChoosingRound) -> HttpResponse:
    """Keep what was shown: signed, so that it is what was checked; the database checks it once more."""
    try:
        rows = signing.loads(request.POST["rijen"], salt=_salt(request, found), max_age=HOUR)
    except signing.BadSignature:
        messages.error(request, "Kies het bestand opnieuw: er is niets ingelezen.")
        return redirect("portal:score_import", found.pk)
    scores = [
        Score(
            candidate_id=row["candidate"],
            criterion_id=row["criterion"],
            organisation_id=row["organisation"],
            value=row["value"],
            found_at=row["found_at"],
        )
        for row in rows
    ]
    try:
        choosing_actions.score(scores, **acting(request))
    except DoesNotHold as refusal:
        messages.error(request, f"Er is niets ingelezen. {refusal}")
        return redirect("portal:score_import", found.pk)
    messages.success(request, f"{len(scores)} scores zijn ingelezen.")
    return redirect("strategy:round", found.pk)


def _shown(request: HttpRequest, found: ChoosingRound, more: dict[str, Any], *, status: int) -> HttpResponse:
    back = (found.name, reverse("strategy:round", args=[found.pk]))
    shown = {"round": found, "title": TITLE, "flow_step": "doelen", **more}
    shown["breadcrumbs"] = [START, STRATEGY, ROUNDS, back, (TITLE, "")]
    return render(request, "portal/score_import.html", shown, status=status)


@require_safe
@answered
def score_blank(request: HttpRequest, choosing: UUID) -> HttpResponse:
    """Give a workbook to fill in."""
    found = _running(request, choosing)
    lists = _Lists(request, found)
    rows = (
        (paper.name, candidate.name, criterion.name)
        for criterion in lists.criteria
        for paper in lists.papers[str(criterion.pk)]
        for candidate in lists.candidates
    )
    answer = HttpResponse(score_file.blank(rows), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="scores.xlsx"'
    return answer
