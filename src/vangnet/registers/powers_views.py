"""Pages about powers of municipalities."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.identity.rules import NotPermitted
from vangnet.registers import actions, forms, pages, powers, reading
from vangnet.registers.answers import answered, asked
from vangnet.registers.models import Choice
from vangnet.registers.rules import require, standing
from vangnet.registers.views import GET_OR_POST, file, kept


@require_safe
@answered
def matrix(request: HttpRequest) -> HttpResponse:
    """Show which municipalities of a district have which powers; one's own district first."""
    of, at = reading.region(timezone.localdate()), standing()
    asked_for = request.GET.get("district", "")
    district = asked_for if asked_for in of.districts else powers.district_of(of, at.own_place)
    listed = reading.choices(request.user, Choice.List.INSTRUMENT)  # type: ignore[arg-type]
    stands = reading.adoptions(request.user, of.districts[district][1])  # type: ignore[arg-type]
    shown = powers.matrix(of, district, listed, stands)
    return render(request, "registers/powers.html", {**shown, "at": at, "flow_step": "aanpakken"})


@require_safe
@answered
def municipality(request: HttpRequest, place: str) -> HttpResponse:
    """Show the powers of one municipality and its gaps."""
    of, at = reading.region(timezone.localdate()), standing()
    of.require(place)
    listed = reading.choices(request.user, Choice.List.INSTRUMENT)  # type: ignore[arg-type]
    stands = reading.adoptions(request.user, [place])  # type: ignore[arg-type]
    return render(request, "registers/municipality.html", powers.municipality(of, place, listed, stands, at))


@GET_OR_POST
@answered
def power(request: HttpRequest, place: str, instrument: str) -> HttpResponse:
    """Say how a power of one's own municipality stands."""
    at = standing()
    require(at.keeps(place), at)
    listed = reading.choices(request.user, Choice.List.INSTRUMENT)  # type: ignore[arg-type]
    chosen = next((one for one in listed if one.pk == instrument), None)
    if chosen is None:
        raise NotPermitted("deze bevoegdheid staat niet op de lijst")
    stand = reading.adoptions(request.user, [place]).get((place, instrument))  # type: ignore[arg-type]
    begins = {**powers.initial(stand), "checked_on": timezone.localdate()}
    form = forms.AdoptionForm(request.POST or None, stand=stand, initial=begins)
    if form.is_valid() and kept(form, actions.enter, lambda: form.line(place, chosen), request):
        messages.success(request, f"{chosen.name}: de stand is bijgewerkt.")
        return redirect("registers:municipality", place)
    name = reading.region(timezone.localdate()).name_of(place)
    back = (name, reverse("registers:municipality", args=[place]))
    return asked(
        request, form,
        title=chosen.name,
        lead=f"Grondslag: {chosen.basis}. {chosen.advice}" if chosen.basis else chosen.advice,
        button="Leg de stand vast",
        way=pages.crumbs(powers.crumb(), back, last=chosen.name),
    )  # fmt: skip


@require_safe
@answered
def powers_file(request: HttpRequest, extension: str) -> HttpResponse:
    """Give the powers of all municipalities as a file."""
    of = reading.region(timezone.localdate())
    listed = reading.choices(request.user, Choice.List.INSTRUMENT)  # type: ignore[arg-type]
    stands = reading.adoptions(request.user, of.municipalities)  # type: ignore[arg-type]
    rows = powers.rows(of, listed, stands)
    return file(request, f"bevoegdheden.{extension}", extension, powers.COLUMNS, rows)
