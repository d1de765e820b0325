"""Pages about hennep and synthetic drugs: counts for everybody, lines for who enters them."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.identity.rules import NotPermitted
from vangnet.registers import actions, finds, forms, pages, reading
from vangnet.registers.answers import answered, asked
from vangnet.registers.finds import BOOKS, Book
from vangnet.registers.models import Choice, Find
from vangnet.registers.rules import Standing, require, standing
from vangnet.registers.views import CORRECTED, GET_OR_POST, entry_places, file, kept


def _book(slug: str) -> Book:
    if slug not in BOOKS:
        raise NotPermitted("dit register is er niet")
    return BOOKS[slug]


@require_safe
@answered
def overview(request: HttpRequest, book: str) -> HttpResponse:
    """Show how much was found, where and when."""
    one, at = _book(book), standing()
    shown = finds.page(
        one,
        reading.find_counts(one.kinds),
        reading.facilitator_counts(one.kinds),
        reading.choices(request.user, Choice.List.FACILITATOR),  # type: ignore[arg-type]
        reading.region(timezone.localdate()),
        year=request.GET.get("jaar", ""),
        own=_sees(at),
        unknown=reading.not_known(one.kinds) if one.asks_power else {},
    )
    return render(request, "registers/finds.html", {**shown, "at": at, "flow_step": "signalen"})


@require_safe
@answered
def lines(request: HttpRequest, book: str) -> HttpResponse:
    """List the lines of one's own organisation and municipality."""
    one, at = _book(book), standing()
    related = ("organisation", "corrected_by", "building")
    found = Find.objects.visible_to(request.user).filter(kind__in=one.kinds).select_related(*related)
    page = Paginator(found, 50).get_page(request.GET.get("pagina"))
    of = reading.region(timezone.localdate())
    shown = pages.lines(page, of, at, words=finds.words, correct="registers:find_correct", book=one.slug)
    shown |= {"title": f"Regels van {one.name.lower()}", "new": one.url("find_new"), "overview": one.url()}
    way = pages.crumbs(one.crumb, last="Regels")
    return render(request, "registers/lines.html", {**shown, "at": at, "breadcrumbs": way})


@GET_OR_POST
@answered
def new(request: HttpRequest, book: str) -> HttpResponse:
    """Enter a find."""
    one, at = _book(book), standing()
    require(at.enters, at)
    form = _form(request, one, at)
    if form.is_valid() and kept(form, actions.enter, form.line, request):
        messages.success(request, f"De {one.one} is vastgelegd.")
        return redirect("registers:find_lines", book)
    return asked(
        request, form,
        title=f"Nieuwe {one.one}",
        lead="Alleen soort, plaats, datum en omvang. Geen adres, geen namen.",
        button=f"Leg de {one.one} vast",
        way=pages.crumbs(one.crumb, ("Regels", one.url("find_lines")), last=f"Nieuwe {one.one}"),
    )  # fmt: skip


@GET_OR_POST
@answered
def correct(request: HttpRequest, book: str, entry: UUID) -> HttpResponse:
    """Replace a line of one's own organisation."""
    one, at = _book(book), standing()
    former = reading.own_line(Find, request.user, entry, at)  # type: ignore[arg-type]
    if former.kind not in one.kinds:
        raise NotPermitted("deze regel staat in een ander register")
    form = _form(request, one, at, former)
    if form.is_valid() and kept(form, partial(actions.correct, former), form.line, request):
        messages.success(request, CORRECTED)
        return redirect("registers:find_lines", book)
    return asked(
        request, form,
        title=f"Corrigeer een {one.one}",
        lead="De eerdere regel blijft staan; deze komt ervoor in de plaats, met uw reden.",
        button="Leg de correctie vast",
        way=pages.crumbs(one.crumb, ("Regels", one.url("find_lines")), last="Corrigeren"),
    )  # fmt: skip


@require_safe
@answered
def table(request: HttpRequest, book: str, extension: str) -> HttpResponse:
    """Give all counts as a file."""
    one, of = _book(book), reading.region(timezone.localdate())
    written = finds.rows(one, reading.find_counts(one.kinds), of, _sees(standing()))
    return file(request, f"{one.slug}.{extension}", extension, finds.COLUMNS, written)


def _sees(at: Standing) -> str | None:
    """Return for which municipality somebody sees small counts; None for who enters finds everywhere."""
    return None if at.task == "partner" else at.own_place


def _form(request: HttpRequest, one: Book, at: Standing, former: Find | None = None) -> forms.FindForm:
    wanted = (Choice.List.BUILDING, Choice.List.FACILITATOR)
    listed = reading.choices(request.user, *wanted)  # type: ignore[arg-type]
    return forms.FindForm(
        request.POST or None, places=entry_places(at), former=former, kinds=one.kinds, listed=listed
    )
