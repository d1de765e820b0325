"""Pages about areas: which there were on a day, and the story of one."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.places import pages
from vangnet.places.atlas import Atlas
from vangnet.places.forms import DayForm


@require_safe
def areas(request: HttpRequest) -> HttpResponse:
    """List the municipalities of a day per district."""
    today = timezone.localdate()
    asked = request.GET.get("op")
    form = DayForm({"op": today if asked is None else asked.strip()})
    crumbs = [("Start", "/"), ("Gebieden", "")]
    context: dict[str, Any] = {"form": form, "breadcrumbs": crumbs, "flow_step": "signalen"}
    if form.is_valid():
        context |= pages.areas_on(Atlas.load(), form.cleaned_data["op"], today)
    return render(request, "places/areas.html", context)


@require_safe
def area(request: HttpRequest, code: str) -> HttpResponse:
    """Tell the story of one area."""
    atlas = Atlas.load()
    if code not in atlas.versions:
        raise Http404
    context = pages.story(atlas, code, timezone.localdate())
    crumbs = [("Start", "/"), ("Gebieden", "/gebieden/"), (context["name"], "")]
    context |= {"breadcrumbs": crumbs, "flow_step": "signalen"}
    return render(request, "places/area.html", context)
