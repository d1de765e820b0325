"""Pages of the network: what it is, its bodies, and what does not hold today."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.directory import pages, reading
from vangnet.directory.answers import answered, crumbs
from vangnet.directory.occupation import violations
from vangnet.directory.people_views import whom_form
from vangnet.directory.rules import require, standing
from vangnet.places.forms import DayForm

BODIES = ("Overleggen", "/netwerk/overleggen/")


@login_not_required
@require_safe
@answered
def index(request: HttpRequest) -> HttpResponse:
    """Say what the network is, and where to find whom."""
    shown: dict[str, Any] = {"at": standing(), "breadcrumbs": crumbs()}
    if shown["at"].reads:
        shown["form"] = whom_form(request.user, shown["at"])  # type: ignore[arg-type]
    return render(request, "directory/index.html", shown)


@login_not_required
@require_safe
@answered
def bodies(request: HttpRequest) -> HttpResponse:
    """Draw the bodies of a day, with the same as a table."""
    form, today = day_form(request), timezone.localdate()
    shown: dict[str, Any] = {"form": form, "breadcrumbs": crumbs(last="Overleggen"), "at": standing()}
    if form.is_valid():
        now = reading.occupation(request.user, form.cleaned_data["op"])
        shown |= pages.bodies(now, today, knows=shown["at"].reads)
    return render(request, "directory/bodies.html", shown)


@login_not_required
@require_safe
@answered
def body(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a body with its seats on a day, and what does not hold there."""
    found, at = reading.body_at(request.user, slug), standing(slug)
    form, today = day_form(request), timezone.localdate()
    shown: dict[str, Any] = {
        "body": found,
        "form": form,
        "at": at,
        "breadcrumbs": crumbs(BODIES, last=found.name),
    }
    if form.is_valid():
        now = reading.occupation(request.user, form.cleaned_data["op"])
        shown |= pages.body(now, found, today, knows=at.reads)
        if at.reads:
            shown["violations"] = violations(now, reading.seat_rules(request.user), body=slug)
    return render(request, "directory/body.html", shown)


@require_safe
@answered
def faults(request: HttpRequest) -> HttpResponse:
    """Show all that does not hold today, with what would mend it."""
    at = standing()
    if not at.reads:
        require(False, at)
    now = reading.occupation(request.user, timezone.localdate())
    found = violations(now, reading.seat_rules(request.user))
    shown = {"violations": found, "at": at, "breadcrumbs": crumbs(last="Wat klopt vandaag niet")}
    return render(request, "directory/faults.html", shown)


def day_form(request: HttpRequest) -> DayForm:
    """Return the day that was asked for; today when none was."""
    asked = request.GET.get("op")
    return DayForm({"op": timezone.localdate() if asked is None else asked.strip()})
