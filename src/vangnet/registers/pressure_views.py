"""Pages about resilience, and about pressure on people in office."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.registers import actions, forms, pages, pressure, reading
from vangnet.registers.answers import answered, asked
from vangnet.registers.models import Choice, Intimidation
from vangnet.registers.rules import require, standing
from vangnet.registers.views import GET_OR_POST, kept

REPORTS = ("Intimidatie", "registers:intimidation")


@require_safe
@answered
def resilience(request: HttpRequest) -> HttpResponse:
    """Show how municipalities guard themselves."""
    at = standing()
    stands = reading.resilience(request.user)  # type: ignore[arg-type]
    shown = pressure.page(reading.region(timezone.localdate()), stands, at)
    return render(request, "registers/resilience.html", {**shown, "at": at, "flow_step": "aanpakken"})


@GET_OR_POST
@answered
def resilience_change(request: HttpRequest) -> HttpResponse:
    """Say how one's own municipality stands."""
    at = standing()
    require(at.task == "gemeente", at)
    place = at.own_place
    stand = reading.resilience(request.user).get(place)  # type: ignore[arg-type]
    listed = reading.choices(request.user, Choice.List.FUNCTION)  # type: ignore[arg-type]
    begins = {**pressure.initial(stand), "checked_on": timezone.localdate()}
    form = forms.ResilienceForm(request.POST or None, listed=listed, stand=stand, initial=begins)
    if form.is_valid() and kept(form, actions.enter, lambda: form.line(place), request):
        messages.success(request, "De stand van de weerbaarheid is bijgewerkt.")
        return redirect("registers:resilience")
    return asked(
        request, form,
        title="Weerbaarheid van uw gemeente",
        lead="Protocol, functie van het aanspreekpunt en laatste oefening. Geen namen.",
        button="Leg de stand vast",
        way=pages.crumbs(pressure.crumb(), last="Bijwerken"),
    )  # fmt: skip


@require_safe
@answered
def intimidation(request: HttpRequest) -> HttpResponse:
    """List the reports that this session may see: one's own; for who watches, the municipality's."""
    found = Intimidation.objects.visible_to(request.user).counting().select_related("kind", "target")
    return render(request, "registers/intimidation.html", pressure.reports(list(found), standing()))


@GET_OR_POST
@answered
def intimidation_new(request: HttpRequest) -> HttpResponse:
    """Report pressure on somebody in office, without a word about whom."""
    at = standing()
    require(at.reports or (not at.is_strong and bool(at.own_place)), at)
    wanted = (Choice.List.THREAT, Choice.List.TARGET)
    listed = reading.choices(request.user, *wanted)  # type: ignore[arg-type]
    form = forms.IntimidationForm(request.POST or None, listed=listed)
    if form.is_valid() and kept(form, actions.enter, lambda: form.line(at.own_place), request):
        messages.success(request, "De melding is geteld. Alleen burgemeester, FG en uzelf zien haar.")
        return redirect("registers:intimidation")
    return asked(
        request, form,
        title="Meld intimidatie",
        lead="Alleen maand, vorm en functie. Het verhaal hoort in een afgeschermd dossier; bij gevaar: 112.",
        button="Leg de melding vast",
        way=pages.crumbs(pressure.crumb(), (REPORTS[0], reverse(REPORTS[1])), last="Melden"),
    )  # fmt: skip


@GET_OR_POST
@answered
def intimidation_change(request: HttpRequest, entry: UUID) -> HttpResponse:
    """Say of a report that it was wrong or double, or that charges were pressed since."""
    at = standing()
    former = reading.own_report(request.user, entry, at)  # type: ignore[arg-type]
    listed = reading.choices(request.user, Choice.List.THREAT, Choice.List.TARGET)  # type: ignore[arg-type]
    form = forms.IntimidationForm(request.POST or None, listed=listed, former=former)
    verb = partial(actions.correct, former)
    if form.is_valid() and kept(form, verb, lambda: form.line(former.place), request):
        messages.success(request, "De melding is bijgewerkt. Wat er eerder stond, blijft bewaard.")
        return redirect("registers:intimidation")
    return asked(
        request, form,
        title="Werk een melding van intimidatie bij",
        lead="De eerdere melding blijft bewaard; deze komt ervoor in de plaats, met wat er veranderde.",
        button="Leg vast",
        way=pages.crumbs(pressure.crumb(), (REPORTS[0], reverse(REPORTS[1])), last="Bijwerken"),
    )  # fmt: skip
