"""The lists of the network as workbooks, and filled in from one: chosen, shown, and kept after a yes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from vangnet.audit import log
from vangnet.directory import filling
from vangnet.directory.answers import answered, crumbs
from vangnet.directory.filling import Filling
from vangnet.directory.listed import ACCOUNT
from vangnet.directory.people_views import reader
from vangnet.directory.rules import require, standing
from vangnet.figures.export import to_xlsx
from vangnet.figures.observations import Unreadable
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.rules import NotPermitted, require_administrator
from vangnet.identity.session import acting
from vangnet.portal import network_file, network_rows
from vangnet.portal.network_file import COLUMNS
from vangnet.portal.network_told import SAME, TONES, Told
from vangnet.portal.score_views import HOUR, XLSX

TITLE = "Lijsten van het netwerk"
MOST = 500  # rows that are shown; all are counted
ONLY_ADMINISTRATORS = (
    "Een nieuwe organisatie, een naam, een e-mailadres en een einde legt een beheerder vast. Er is niets "
    "ingelezen."
)
NOT_THEIRS = (
    "Er is niets ingelezen. Iemand in het bestand werkt hier intussen niet meer of schreef net zelf een "
    "profiel, of u vult geen lijsten meer in. Kies het bestand opnieuw."
)


class FileForm(forms.Form):
    """A file with one of the lists."""

    file = forms.FileField(
        label="Bestand",
        help_text="Excel (.xlsx) of CSV, hoogstens 5 MB: een lijst van mensen, functies of organisaties.",
        error_messages={"required": "Kies een bestand."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@answered
def network_import(request: HttpRequest) -> HttpResponse:
    """Ask for a file, show what it adds, and keep that after a yes."""
    at = standing()
    require(at.fills_in, at)
    if request.method == "POST" and "rijen" in request.POST:
        return _kept(request)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = FileForm(*sent)
    if not form.is_valid():
        return _shown(request, {"form": form}, status=422 if form.errors else 200)
    file = form.cleaned_data["file"]
    try:
        told = network_file.read(file.read(), file.name, network_rows.known(request.user))
    except Unreadable as fault:
        form.add_error("file", str(fault))
        return _shown(request, {"form": form}, status=422)
    return _preview(request, told)


def _preview(request: HttpRequest, told: Told) -> HttpResponse:
    wrong, forbidden = bool(told.table.problems.blocking), _is_forbidden(request, told)
    rows = signing.dumps(network_file.packed(told.filling), salt=_salt(request), compress=True)
    moved = [one for one in told.lines if one.state != SAME]
    shown = {
        "form": FileForm(),
        "told": told,
        "moved": moved[:MOST],
        "unmoved": [one for one in told.lines if one.state == SAME][:MOST],
        "more": max(0, len(moved) - MOST),
        "counts": [(state, found) for state in TONES if (found := _count(told, state))],
        "new": told.filling.size,
        "forbidden": ONLY_ADMINISTRATORS if forbidden else "",
        "rows": "" if wrong or forbidden or not told.filling.size else rows,
    }
    return _shown(request, shown, status=422 if wrong else 200)


def _count(told: Told, state: str) -> int:
    return sum(one.state == state for one in told.lines)


def _is_forbidden(request: HttpRequest, told: Told) -> bool:
    """Say whether the file has organisations, accounts or ends that this person may not keep."""
    user: Any = request.user
    try:
        if _needs_administrator(told.filling):
            require_administrator(user, on=timezone.localdate())
    except NotPermitted:
        return True
    return False


def _needs_administrator(told: Filling) -> bool:
    return bool(told.organisations) or any(one.values.keys() & set(ACCOUNT) for one in told.changes)


def _kept(request: HttpRequest) -> HttpResponse:
    """Keep what was shown: signed, so that it is what was checked; the database checks it once more."""
    try:
        told = network_file.unpacked(signing.loads(request.POST["rijen"], salt=_salt(request), max_age=HOUR))
    except signing.BadSignature:
        messages.error(request, "Kies het bestand opnieuw: er is niets ingelezen.")
        return redirect("portal:network_import")
    try:
        filling.fill_in(told, **acting(request))
    except DoesNotHold as refusal:
        messages.error(request, f"Er is niets ingelezen. {refusal}")
    except NotPermitted:
        messages.error(request, ONLY_ADMINISTRATORS if _needs_administrator(told) else NOT_THEIRS)
    else:
        messages.success(request, f"{told.size} {'rij is' if told.size == 1 else 'rijen zijn'} ingelezen.")
    return redirect("portal:network_import")


def _salt(request: HttpRequest) -> str:
    return f"netwerk {request.user.pk}"


def _shown(request: HttpRequest, more: dict[str, Any], *, status: int) -> HttpResponse:
    shown = {"title": TITLE, "breadcrumbs": crumbs(last=TITLE), **more}
    return render(request, "portal/network_import.html", shown, status=status)


@require_safe
@answered
def network_list(request: HttpRequest, kind: str) -> HttpResponse:
    """Give a list as a workbook; all numbers to reach people by only to who keeps the network."""
    at = reader()
    if kind not in COLUMNS:
        raise Http404
    if kind == "mensen":
        require(at.fills_in, at)
        log.record("directory.people.exported", "", **acting(request))
    answer = HttpResponse(
        to_xlsx(COLUMNS[kind], network_rows.rows(request.user, kind), title=kind), content_type=XLSX
    )
    answer["Content-Disposition"] = f'attachment; filename="{kind}.xlsx"'
    return answer
