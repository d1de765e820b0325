"""Pages of registers: all of them, what was taken from crime, and its lines."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from vangnet.audit import log
from vangnet.figures.export import Stamp
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.session import acting
from vangnet.registers import actions, forms, money, pages, reading
from vangnet.registers.answers import answered, asked
from vangnet.registers.models import Gain
from vangnet.registers.rules import Standing, require, standing
from vangnet.ui.formats import moment

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
CORRECTED = "De correctie is vastgelegd. De eerdere regel blijft zichtbaar."
GAINS = ("Afpakken", "/registers/afpakken/")
MARKING = "TLP:AMBER: alleen voor organisaties in het netwerk"


@require_safe
@answered
def index(request: HttpRequest) -> HttpResponse:
    """Show which registers there are."""
    return render(request, "registers/index.html", {"at": standing(), "breadcrumbs": pages.crumbs()})


@require_safe
@answered
def gains(request: HttpRequest) -> HttpResponse:
    """Show what was taken, against what was agreed."""
    user, query = request.user, request.GET
    shown = money.page(
        reading.gain_totals(),
        reading.agreed(user),  # type: ignore[arg-type]
        reading.region(timezone.localdate()),
        year=query.get("jaar", ""),
        stage=query.get("fase", ""),
    )
    return render(request, "registers/gains.html", {**shown, "at": standing(), "flow_step": "resultaten"})


@require_safe
@answered
def gain_lines(request: HttpRequest) -> HttpResponse:
    """List the lines of one's own organisation and municipality."""
    found = Gain.objects.visible_to(request.user).select_related("organisation", "corrected_by")
    page = Paginator(found, 50).get_page(request.GET.get("pagina"))
    at = standing()
    shown = pages.lines(
        page, reading.region(timezone.localdate()), at, words=money.words, correct="registers:gain_correct"
    )
    shown |= {"title": "Regels van afpakken", "new": reverse("registers:gain_new"), "overview": GAINS[1]}
    way = pages.crumbs(GAINS, last="Regels")
    return render(request, "registers/lines.html", {**shown, "at": at, "breadcrumbs": way})


@GET_OR_POST
@answered
def gain_new(request: HttpRequest) -> HttpResponse:
    """Enter an amount."""
    at = standing()
    require(at.enters, at)
    form = forms.GainForm(request.POST or None, places=entry_places(at))
    if form.is_valid() and kept(form, actions.enter, form.line, request):
        messages.success(request, "Het bedrag is vastgelegd.")
        return redirect("registers:gain_lines")
    return asked(
        request, form,
        title="Nieuw afgepakt bedrag",
        lead="Leg per fase één bedrag vast, zonder namen of zaaknummers.",
        button="Leg het bedrag vast",
        way=pages.crumbs(GAINS, ("Regels", reverse("registers:gain_lines")), last="Nieuw bedrag"),
    )  # fmt: skip


@GET_OR_POST
@answered
def gain_correct(request: HttpRequest, entry: UUID) -> HttpResponse:
    """Replace an amount of one's own organisation."""
    at = standing()
    former = reading.own_line(Gain, request.user, entry, at)  # type: ignore[arg-type]
    form = forms.GainForm(request.POST or None, places=entry_places(at), former=former)
    if form.is_valid() and kept(form, partial(actions.correct, former), form.line, request):
        messages.success(request, CORRECTED)
        return redirect("registers:gain_lines")
    return asked(
        request, form,
        title="Corrigeer een bedrag",
        lead="De eerdere regel blijft staan; deze komt ervoor in de plaats, met uw reden.",
        button="Leg de correctie vast",
        way=pages.crumbs(GAINS, ("Regels", reverse("registers:gain_lines")), last="Corrigeren"),
    )  # fmt: skip


@GET_OR_POST
@answered
def gain_agree(request: HttpRequest) -> HttpResponse:
    """Record what partners agreed for a year at the level of the unit."""
    at = standing()
    require(at.task == "netwerk", at)
    form = forms.AgreementForm(request.POST or None, initial={"year": timezone.localdate().year})
    unit = reading.region(timezone.localdate()).code
    if form.is_valid() and kept(form, actions.enter, lambda: form.line(unit), request):
        messages.success(request, "De afspraak is vastgelegd. Een eerdere afspraak blijft bewaard.")
        return redirect("registers:gains")
    return asked(
        request, form,
        title="Jaarafspraak afpakken",
        lead="Wat de partners voor een jaar afspreken voor de hele eenheid. De laatste afspraak telt.",
        button="Leg de afspraak vast",
        way=pages.crumbs(GAINS, last="Jaarafspraak"),
    )  # fmt: skip


@require_safe
@answered
def gain_file(request: HttpRequest, extension: str) -> HttpResponse:
    """Give all sums as a file."""
    of = reading.region(timezone.localdate())
    rows = money.rows(reading.gain_totals(), of)
    return file(request, f"afpakken.{extension}", extension, money.COLUMNS, rows)


# --- what the views of registers share ---


def entry_places(at: Standing) -> list[tuple[str, str]]:
    """Return the municipalities that this session may enter for."""
    known = reading.region(timezone.localdate()).municipalities
    if at.task == "gemeente":
        return [(at.own_place, known.get(at.own_place, at.own_place))]
    return list(known.items())


def kept(form: Any, verb: Any, line: Any, request: HttpRequest) -> bool:
    """Let a verb keep what a form says; what does not hold is said on the form."""
    try:
        verb(line(), **acting(request))
    except DoesNotHold as reason:
        form.add_error(None, str(reason))
        return False
    return True


def file(request: HttpRequest, name: str, extension: str, columns: Any, rows: Any) -> HttpResponse:
    """Give a table as CSV or XLSX, marked and with for whom it was made, which the log knows too.

    Raises
    ------
    Http404
        There is no such kind of file.
    """
    if extension not in pages.WRITERS:
        raise Http404
    content_type, write = pages.WRITERS[extension]
    mark, by = uuid4(), acting(request)
    log.record("registers.file.given", mark, file=name, **by)
    words = f"Gemaakt voor {request.user} op {moment(timezone.localtime(by['at']))}, kenmerk {mark}"
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(
        write(columns, rows, stamp=Stamp(MARKING, words)),
        content_type=content_type,
        headers={"Content-Disposition": disposition},
    )
