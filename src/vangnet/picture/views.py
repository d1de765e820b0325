"""Pages of pictures: request in, one call, page out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from vangnet.picture import comparison, downloads, indicator_page, national, portrait, promises, question
from vangnet.picture.areas import Place
from vangnet.picture.page import Page
from vangnet.picture.question import Question
from vangnet.picture.refusal import explained


@require_safe
@explained
def region(request: HttpRequest) -> HttpResponse:
    """Show the picture of the region, or go to the area that was chosen in the form."""
    if chosen := request.GET.get("gebied"):
        return HttpResponseRedirect(question.address(chosen, request.GET, user=request.user))
    asked = question.read("", request.GET, user=request.user)
    return _picture(request, asked)


@require_safe
@explained
def area(request: HttpRequest, area: str) -> HttpResponse:
    """Show the picture of an area; another spelling leads to the one address that it has."""
    asked = question.read(area, request.GET, user=request.user)
    if request.path != asked.place.address:
        return _canonical(request, asked.place)
    return _picture(request, asked)


@require_safe
@explained
def compare(request: HttpRequest) -> HttpResponse:
    """Show two areas and two periods side by side."""
    page = comparison.page(comparison.read(request.GET, user=request.user))
    trail = [("Start", "/"), ("Beelden", reverse("picture:region")), ("Vergelijken", "")]
    return render(request, "picture/page.html", {"page": page, "breadcrumbs": trail, "flow_step": "beelden"})


@require_safe
@explained
def indicator(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an indicator across the region: definition, source, map and all municipalities in order."""
    asked = question.read("", request.GET, user=request.user, slug=slug)
    page = indicator_page.page(asked)
    trail = [("Start", "/"), ("Beelden", reverse("picture:region")), (asked.indicator.name, "")]
    return render(request, "picture/page.html", {"page": page, "breadcrumbs": trail, "flow_step": "beelden"})


@require_safe
@explained
def download(request: HttpRequest, area: str, indicator: str, extension: str) -> HttpResponse:
    """Hand out a file with what a page shows."""
    asked = question.read(area, request.GET, user=request.user, slug=indicator)
    file = downloads.make(asked, extension, request.GET.get("beeld") or asked.standard_picture)
    response = HttpResponse(file.content, content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


def _picture(request: HttpRequest, asked: Question) -> HttpResponse:
    page: Page = portrait.page(asked, national.read_months(request.GET.get("maanden")))
    context = {
        "page": page,
        "breadcrumbs": _trail(asked),
        "flow_step": "beelden",
        "question": asked,
        "promises": promises.about(asked.indicator, asked.indicators, user=request.user),
    }
    return render(request, "picture/area.html", context)


def _trail(asked: Question) -> list[tuple[str, str]]:
    line = [place for place in reversed(asked.tree.family(asked.place)) if place != asked.tree.country]
    places = line if asked.place in line else [*line, asked.place]
    named = [("Beelden" if n == 0 else place.name, asked.link(place=place)) for n, place in enumerate(places)]
    return [("Start", "/"), *named[:-1], (named[-1][0], "")]


def _canonical(request: HttpRequest, place: Place) -> HttpResponse:
    query = request.GET.urlencode()
    return HttpResponsePermanentRedirect(f"{place.address}?{query}" if query else place.address)
