"""Pages about youth groups: one's own, and the numbers of those that count upward."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.session import acting
from vangnet.registers import actions, forms, groups, pages, reading
from vangnet.registers.answers import answered, asked
from vangnet.registers.models import Choice, YouthGroup
from vangnet.registers.rules import require, standing
from vangnet.registers.views import GET_OR_POST, kept

LISTS = (Choice.List.APPROACH, Choice.List.EFFECT)


@require_safe
@answered
def overview(request: HttpRequest) -> HttpResponse:
    """List the groups of one's own municipality, and what districts count."""
    along = ("steps", "reviews__approach", "reviews__effect")
    own = YouthGroup.objects.visible_to(request.user).prefetch_related(*along).order_by("number")
    listed = reading.choices(request.user, Choice.List.STEP)  # type: ignore[arg-type]
    shown = groups.page(list(own), reading.youth_counts(), listed, reading.region(timezone.localdate()))
    return render(request, "registers/groups.html", {**shown, "at": standing(), "flow_step": "aanpakken"})


@GET_OR_POST
@answered
def new(request: HttpRequest) -> HttpResponse:
    """Take a group into view; the system gives it its name."""
    at, today = standing(), timezone.localdate()
    require(at.task == "gemeente", at)
    listed = reading.choices(request.user, *LISTS)  # type: ignore[arg-type]
    form = forms.GroupForm(request.POST or None, listed=listed, initial={"reviewed_on": today})
    if form.is_valid():
        told = form.cleaned_data
        opened = partial(actions.open_group, place=at.own_place, on=told["opened_on"], key=told["id"])
        if kept(form, opened, form.review, request):
            messages.success(request, "De groep is in beeld, bij stap 1 van het model.")
            return redirect("registers:groups")
    return asked(
        request, form,
        title="Nieuwe jeugdgroep",
        lead="De groep krijgt vanzelf een codenaam. Leg geen namen van jongeren of straten vast.",
        button="Leg de groep vast",
        way=pages.crumbs(groups.crumb(), last="Nieuwe groep"),
    )  # fmt: skip


@require_safe
@answered
def group(request: HttpRequest, group: UUID) -> HttpResponse:
    """Show a group of one's own municipality."""
    found = reading.group(request.user, group)  # type: ignore[arg-type]
    listed = reading.choices(request.user, Choice.List.STEP)  # type: ignore[arg-type]
    shown = groups.group(found, listed, reading.region(timezone.localdate()), standing())
    return render(request, "registers/group.html", shown)


@GET_OR_POST
@answered
def step(request: HttpRequest, group: UUID) -> HttpResponse:
    """Take the next step for a group."""
    found, at = reading.group(request.user, group), standing()  # type: ignore[arg-type]
    require(at.keeps(found.place), at)
    coming = groups.last_step(found) + 1
    listed = reading.choices(request.user, Choice.List.STEP)  # type: ignore[arg-type]
    form = forms.StepForm(request.POST or None, initial={"step": coming, "taken_on": timezone.localdate()})
    if form.is_valid():
        told = form.cleaned_data
        try:
            actions.take_step(found, step=told["step"], on=told["taken_on"], **acting(request))
        except DoesNotHold as reason:
            form.add_error(None, str(reason))
            # What is asked now is the step that comes now, whichever was sent.
            coming = groups.last_step(reading.group(request.user, group)) + 1  # type: ignore[arg-type]
            form.data = {**request.POST.dict(), "step": coming}
        else:
            messages.success(request, "De stap is vastgelegd.")
            return redirect("registers:group", group)
    name = groups.code_name(found, reading.region(timezone.localdate()))
    way = pages.crumbs(groups.crumb(), (name, reverse("registers:group", args=[group])), last="Volgende stap")
    title = groups.step_name(coming, listed)
    lead = "Stappen slaat u niet over en neemt u niet terug."
    return asked(request, form, title=title, lead=lead, button="Leg de stap vast", way=way)


@GET_OR_POST
@answered
def review(request: HttpRequest, group: UUID) -> HttpResponse:
    """Say how a group is doing now."""
    found, at = reading.group(request.user, group), standing()  # type: ignore[arg-type]
    require(at.keeps(found.place), at)
    listed = reading.choices(request.user, *LISTS)  # type: ignore[arg-type]
    before = groups.review_initial(found, timezone.localdate())
    form = forms.ReviewForm(request.POST or None, listed=listed, initial=before)
    if form.is_valid() and kept(form, partial(actions.review_group, found), form.review, request):
        messages.success(request, "De meting is vastgelegd.")
        return redirect("registers:group", group)
    name = groups.code_name(found, reading.region(timezone.localdate()))
    way = pages.crumbs(groups.crumb(), (name, reverse("registers:group", args=[group])), last="Meting")
    lead = "Hoe staat de groep er nu voor? Eerdere metingen blijven zichtbaar."
    return asked(request, form, title=f"Meting van {name}", lead=lead, button="Leg de meting vast", way=way)
