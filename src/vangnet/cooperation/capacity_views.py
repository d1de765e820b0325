"""Pages of capacity: a year, a theme, a partner, one number with its history, and what is told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.cooperation import capacity_actions as actions
from vangnet.cooperation import capacity_forms as forms
from vangnet.cooperation import capacity_reading as reading
from vangnet.cooperation import capacity_tables as tables
from vangnet.cooperation.answers import GET_OR_POST, Crumbs, answered, asked, crumbs, kept, sent
from vangnet.cooperation.capacity import FIRST_YEAR
from vangnet.cooperation.capacity_sums import partners, short, total
from vangnet.cooperation.models import CapacityStatement, CapacityYearStep
from vangnet.cooperation.rules import reader, require, standing
from vangnet.identity.models import Organisation
from vangnet.strategy.plans import PlanVersion
from vangnet.ui import formats

CAPACITY = ("Capaciteit", "/netwerk/capaciteit/")
Kind = CapacityStatement.Kind
Row = dict[str, Any]


@require_safe
@answered
def capacity(request: HttpRequest) -> HttpResponse:
    """Show what each theme asks in a year, what partners offered and used, and what is short."""
    at, shown = reader(), _year(request)
    of = shown["of"]
    shown |= {
        "themes": tables.themes_table(of),
        "partners": tables.partners_table(of),
        "has_partners": bool(partners(of.themes)),
        "figures": tables.figures(
            total(one.asked for one in of.themes),
            total(one.offered for one in of.themes),
            total(one.used for one in of.themes),
            short(of.themes),
            of.norm,
            "opgaven",
        ),
        "silent": [(one.topic, one.silent) for one in of.themes if one.silent],
        "may": actions.may() if at.is_strong else {},
        "breadcrumbs": crumbs(last=CAPACITY[0]),
    }
    return render(request, "cooperation/capacity.html", shown)


@require_safe
@answered
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a theme in a year: what it asks with where that comes from, and what each partner does."""
    at, user = reader(), request.user
    shown = _year(request, topic=slug)
    of, heads = shown["of"], reading.plans(user, slug)
    if not of.themes:
        raise Http404
    mine, found = of.themes[0], of.themes[0].topic
    titles = _titles(heads)
    told = {one.plan_id for one in mine.asks}
    shown |= {
        "topic": found,
        "sums": mine,
        "about": f"?thema={slug}&jaar={of.year}",
        "figures": tables.figures(mine.asked, mine.offered, mine.used, mine.short, of.norm, "partners"),
        "table": tables.shares_table(mine.shares, of, by_theme=False),
        "asks": [(one, titles.get(one.plan_id, "")) for one in mine.asks],
        "needs": [(one, one.plan.pk in told) for one in reading.needs(heads, of.year)],
        "history": _history(reading.history(user, topic=slug, year=of.year), named="theme"),
        "may": actions.may() if at.is_strong else {},
        "breadcrumbs": crumbs(CAPACITY, last=found.name),
    }
    return render(request, "cooperation/capacity_theme.html", shown)


@require_safe
@answered
def partner(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what a partner offered to its themes in a year and used for them, per period."""
    at, user = reader(), request.user
    found = Organisation.objects.visible_to(user).filter(slug=slug).first()
    if found is None:
        raise Http404
    shown = _year(request, organisation=found.pk)
    of = shown["of"]
    shares = [share for one in of.themes for share in one.shares]
    titles = _titles(reading.plans(user))
    shown |= {
        "organisation": found,
        "table": tables.shares_table(shares, of, by_theme=True),
        "has_shares": bool(shares),
        "uses": [(one, titles.get(one.plan_id, "")) for share in shares for one in share.uses],
        "history": _history(reading.history(user, organisation=found, year=of.year), named="partner"),
        "may": actions.may() if at.is_strong and at.organisation == found.pk else {},
        "breadcrumbs": crumbs(CAPACITY, last=found.name),
    }
    return render(request, "cooperation/capacity_partner.html", shown)


@require_safe
@answered
def line(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a number with all that was told of it before."""
    at, series = reader(), _series(request, pk)
    last = series[-1]
    step: Any = CapacityYearStep.objects.visible_to(request.user).filter(year=last.year).last()
    is_closed = step is not None and step.kind == CapacityYearStep.Kind.CLOSE
    plans = _titles(reading.plans(request.user)) if last.plan_id else {}
    shown = {
        "last": last,
        "title": _title(last),
        "plan_title": plans.get(last.plan_id) or "een plan dat nog alleen het team leest",
        "history": _history(reversed(series)),
        "is_closed": is_closed,
        "may_change": at.is_strong and not is_closed and actions.may_state(last),
        "theme_url": tables.theme_url(last.topic_id, last.year),
        "breadcrumbs": _way(last, ""),
    }
    return render(request, "cooperation/capacity_line.html", shown)


@GET_OR_POST
@answered
def state(request: HttpRequest, kind: str) -> HttpResponse:
    """Tell for the first time what a theme asks, or what one's organisation offers or used."""
    at, may = standing(), actions.may()
    user: Any = request.user
    require(may[kind], at)
    form_class, button, lead = forms.SAYS[kind]
    more: Row = {}
    if kind != Kind.OFFERED:
        needs_plan = kind == Kind.ASKED and not may["settles"]
        heads = reading.plans(user, teams=actions.own_teams() if needs_plan else None)
        more["plans"] = [
            (str(one.plan_id), f"{one.plan.topic.name}: {one.content['title']}") for one in heads
        ]
        more |= {"needs_plan": needs_plan} if kind == Kind.ASKED else {}
    form = form_class(sent(request), user=user, initial=_asked_first(request), **more)
    own = (
        None
        if kind == Kind.ASKED
        else Organisation.objects.visible_to(user).get(pk=at.organisation or UUID(int=0))
    )

    def keep(told: Row, **by: Any) -> None:
        made = form.statement()
        made.kind, made.organisation = kind, own
        actions.state(made, **by)

    if kept(form, request, keep):
        messages.success(request, "Vastgelegd.")
        return redirect(tables.theme_url(form.cleaned_data["topic"].pk, form.cleaned_data["year"]))
    lead = f"{own.name}. {lead}" if own else lead
    return asked(request, form, title=button, lead=lead, button=button, way=crumbs(CAPACITY, last=button))


@GET_OR_POST
@answered
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Tell another number instead; who has an older one before them is told what it is now."""
    last = _series(request, pk)[-1]
    require(actions.may_state(last), standing())
    hours = "" if last.hours is None else formats.number(last.hours)
    data = sent(request)
    stale = data is not None and data.get("seen", "").isdecimal() and int(data["seen"]) < last.number
    form = forms.RestateForm(data, initial={"seen": last.number, "hours": hours})
    if kept(form, request, lambda told, **by: actions.restate(last, **told, **by)):
        messages.success(request, "Het nieuwe getal geldt. Wat er stond, blijft leesbaar met de reden.")
        return redirect("cooperation:capacity_line", last.series)
    if stale:  # it was shown what is there now: sent once more, it counts
        form.data = {**data.dict(), "seen": str(last.number)}
    return asked(
        request, form,
        title="Pas het getal aan",
        lead=f"{_title(last)}. Nu staat er: {actions.words_of(last)}",
        button="Bewaar het nieuwe getal",
        way=_way(last, "Pas aan"),
    )  # fmt: skip


SETTLES = {
    "afsluiten": ("Sluit het jaar af", "Daarna zijn de getallen definitief en legt niemand er nog iets bij."),
    "heropenen": ("Heropen het jaar", "Daarna leggen partners weer vast. Zeg waarom dat nodig is."),
}


@GET_OR_POST
@answered
def settle(request: HttpRequest, year: int, kind: str) -> HttpResponse:
    """Close a year that is over, or open it again."""
    require(actions.may()["settles"], standing())
    if not FIRST_YEAR <= year <= timezone.localdate().year:
        raise Http404
    number = CapacityYearStep.objects.visible_to(request.user).filter(year=year).count()
    form = forms.SettleForm(sent(request), initial={"seen": number})

    def keep(told: Row, **by: Any) -> None:
        told["number"] = told.pop("seen") + 1
        actions.settle(CapacityYearStep(year=year, kind=kind, **told), **by)

    if kept(form, request, keep):
        messages.success(request, "Vastgelegd.")
        return redirect(f"{CAPACITY[1]}?jaar={year}")
    title, lead = SETTLES[kind]
    way = crumbs((CAPACITY[0], f"{CAPACITY[1]}?jaar={year}"), last=title)
    return asked(request, form, title=f"{title}: {year}", lead=lead, button=title, way=way)


def _year(request: HttpRequest, **of: Any) -> Row:
    today, user = timezone.localdate(), request.user
    known, last = reading.years(user, today)
    year = reading.chosen(request.GET.get("jaar", ""), known, last)
    return {"of": reading.of_year(user, year, today, **of), "year": year, "years": known}


def _asked_first(request: HttpRequest) -> Row:
    """Return what an address says to begin with; the form judges it."""
    names = {"thema": "topic", "jaar": "year", "plan": "plan_id", "uren": "hours"}
    return {names[name]: value[:40] for name, value in request.GET.items() if name in names}


def _series(request: HttpRequest, pk: UUID) -> list[CapacityStatement]:
    """Return all that was told of a number, oldest first.

    Raises
    ------
    Http404
        There is none that this session sees.
    """
    told = CapacityStatement.objects.visible_to(request.user).filter(series=pk)
    found = list(told.select_related("topic", "organisation", "author", "plan").order_by("number"))
    if not found:
        raise Http404
    return found


def _title(told: CapacityStatement) -> str:
    who = f" door {told.organisation.name}" if told.organisation else ""
    return f"{told.get_kind_display()}{who} voor {told.topic.name}, {told.period_name}"


def _way(told: CapacityStatement, last: str) -> Crumbs:
    theme_step = (told.topic.name, tables.theme_url(told.topic_id, told.year))
    here = (told.get_kind_display(), reverse("cooperation:capacity_line", args=[told.series]))
    return crumbs(CAPACITY, theme_step, *([here] if last else []), last=last or here[0])


def _titles(heads: list[PlanVersion]) -> dict[UUID | None, str]:
    return {head.plan_id: head.content["title"] for head in heads}


def _history(told: Any, *, named: str = "") -> list[Row]:
    """Return what was told as a timeline; on the page of one number without its name."""
    return [
        {
            "date": timezone.localdate(one.recorded_at),
            "title": f"{_about(one, named)}{'ingetrokken' if one.hours is None else tables.hours_of(one)}",
            "text": " ".join(_told_by(one)),
            "url": reverse("cooperation:capacity_line", args=[one.series]) if named else "",
        }
        for one in told
    ]


def _about(told: CapacityStatement, named: str) -> str:
    """Return which number it is, on a page of a theme or a partner."""
    if not named:
        return ""
    who = f" door {told.organisation.name}" if told.organisation else ""
    whose = f" voor {told.topic.name}" if named == "partner" else who
    return f"{told.get_kind_display()}{whose}, {told.period_name}: "


def _told_by(one: CapacityStatement) -> list[str]:
    found = [("Reden: ", one.reason), ("Bron: ", one.source)]
    return [f"Door {one.author}.", *[f"{label}{words}" for label, words in found if words]]
