"""Pages of administrative tables: what is on them, one item with its position, and each step of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.cooperation import table_actions, table_forms, table_reading
from vangnet.cooperation.answers import GET_OR_POST, Crumbs, answered, asked, crumbs, kept, sent
from vangnet.cooperation.models import AdministrativeTable, Position, Support, TableItem, TableStep
from vangnet.cooperation.rules import keeps, reader, require, standing
from vangnet.directory.people_forms import topic_choices

TABLES = ("Bestuurlijke tafels", "/netwerk/bestuurlijk/")
RUNS, DONE = "loopt", "afgerond"
LISTS = {RUNS: "Loopt", DONE: "Afgerond"}
Level = AdministrativeTable.Level


@require_safe
@answered
def items(request: HttpRequest) -> HttpResponse:
    """List what is for administrative tables, of one level or all, running or done."""
    at, user, day = reader(), request.user, timezone.localdate()
    here, level = request.GET.get("lijst", RUNS), request.GET.get("niveau", "")
    if here not in LISTS or level not in ("", *Level.values):
        raise Http404
    found = table_reading.items(user)
    found = found.filter(table__level=level) if level else found
    running = found.filter(state__in=TableItem.RUNS).order_by("table__order", "planned_on", "pk")
    page = Paginator(running if here == RUNS else found.exclude(state__in=TableItem.RUNS), 25).get_page(
        request.GET.get("pagina")
    )
    more = f"&niveau={level}" if level else ""
    counts = table_reading.supporters(user, page)
    shown = {
        "page": page,
        "rows": [(one, counts.get(one.pk, 0), one.is_late(day)) for one in page],
        "lists": [
            {"label": LISTS[one], "url": f"?lijst={one}{more}", "current": one == here} for one in LISTS
        ],
        "list_name": LISTS[here],
        "here": here,
        "level": level,
        "levels": Level.choices,
        "tables": AdministrativeTable.objects.visible_to(user),
        "at": at,
        "breadcrumbs": crumbs(last=TABLES[0]),
    }
    return render(request, "cooperation/items.html", shown)


@require_safe
@answered
def item(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show an item: the position that holds, who supports it, what happened on the table."""
    at, user, day = reader(), request.user, timezone.localdate()
    found = table_reading.item_at(user, pk)
    versions = table_reading.positions(user, found)
    may_keep = at.is_strong and keeps(found.body_id)
    is_open = found.state in ("voorbereiding", "geagendeerd")
    spoken = {one.body_id for one in versions[0].support.all()} if versions else set()
    mine: Any = request.user
    silent = (
        table_reading.bodies_of(mine, day, is_driving=False).exclude(pk__in=spoken) if at.is_strong else []
    )
    own = bool(versions) and versions[0].written_by_id == at.account
    shown = {
        "item": found,
        "position": versions[0] if versions else None,
        "former": versions[1:],
        "history": table_reading.steps(user, found),
        "steps": [
            (kind, says[0])
            for kind, says in table_forms.SAYS.items()
            if may_keep and found.state in table_forms.FITS[kind] and (found.number or kind == "intrekken")
        ],
        "may_write": may_keep and is_open,
        "supports": list(silent) if versions and is_open and not own else [],
        "is_late": found.is_late(day),
        "stop": table_reading.stop_of(user, found.matter) if found.matter else None,
        "breadcrumbs": crumbs(TABLES, last=found.title),
    }
    return render(request, "cooperation/item.html", shown)


@GET_OR_POST
@answered
def begin(request: HttpRequest) -> HttpResponse:
    """Begin something for an administrative table, of its own or out of a matter of meetings."""
    at = standing()
    user: Any = request.user
    bodies = table_reading.bodies_of(user, timezone.localdate(), is_driving=at.is_driving)
    require(bodies.exists(), at)
    came = table_reading.matter_of(user, request.GET.get("punt", ""))
    first = {"title": came.matter.title, "body": came.body_id} if came else {}
    form = table_forms.ItemForm(
        sent(request), initial=first, user=user, topics=topic_choices(user), bodies=bodies
    )
    made = TableItem(matter=came.matter if came else None)

    def keep(told: dict[str, Any], **by: Any) -> None:
        made.id = told["id"] or made.id
        made.title, made.table, made.topic_id = told["title"], told["table"], told["topic"]
        made.body = told["body"]
        table_actions.begin_item(made, **by)

    if kept(form, request, keep):
        messages.success(request, "Begonnen. Schrijf nu het gezamenlijk standpunt.")
        return redirect("cooperation:item", made.pk)
    out_of = " Het komt uit een bespreekpunt van dat overleg." if came else ""
    return asked(
        request, form,
        title="Nieuw voor een bestuurlijke tafel",
        lead=f"Zet iets op een lokale tot landelijke agenda, namens een overleg van het netwerk.{out_of}",
        button="Begin",
        way=crumbs(TABLES, last="Nieuw"),
    )  # fmt: skip


@GET_OR_POST
@answered
def position(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write the position, or its next version."""
    found = table_reading.item_at(request.user, pk)
    require(keeps(found.body_id), standing())
    last = next(iter(table_reading.positions(request.user, found)), None)
    first = {"words": last.words, "asked": last.asked} if last else {}
    form = table_forms.PositionForm(
        sent(request), is_first=last is None, initial={**first, "seen": found.number}
    )

    def keep(told: dict[str, Any], **by: Any) -> None:
        number = told.pop("seen") + 1
        table_actions.write_position(Position(item=found, number=number, **told), **by)

    if kept(form, request, keep):
        messages.success(request, "Het standpunt staat erbij. Overleggen kunnen het nu steunen.")
        return redirect("cooperation:item", pk)
    return asked(
        request, form,
        title="Gezamenlijk standpunt",
        lead=f"{found.title}. Wat vinden wij samen, en wat vragen wij van {found.table.name}?",
        button="Bewaar",
        way=_way(found, "Gezamenlijk standpunt"),
    )  # fmt: skip


@GET_OR_POST
@answered
def support(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record whether a body supports the position."""
    found = table_reading.item_at(request.user, pk)
    at = standing()
    user: Any = request.user
    bodies = table_reading.bodies_of(user, timezone.localdate(), is_driving=False)
    require(bodies.exists(), at)
    versions = table_reading.positions(user, found)
    if not versions:
        raise Http404
    form = table_forms.SupportForm(sent(request), bodies=bodies, initial={"seen": versions[0].number})

    def keep(told: dict[str, Any], **by: Any) -> None:
        seen = told.pop("seen")  # of the words that the person read, also when a later version came meanwhile
        read = next((one for one in versions if one.number == seen), versions[-1])
        table_actions.support(Support(position=read, **told), **by)

    if kept(form, request, keep):
        messages.success(request, "Vastgelegd namens uw overleg.")
        return redirect("cooperation:item", pk)
    return asked(
        request, form,
        title="Steunt uw overleg dit standpunt?",
        lead=f"{found.title}, versie {versions[0].number}: {versions[0].words[:300]}",
        button="Leg vast",
        way=_way(found, "Steun"),
    )  # fmt: skip


@GET_OR_POST
@answered
def step(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """Put on the agenda, record that it was treated, what came of it, or withdraw."""
    found = table_reading.item_at(request.user, pk)
    require(keeps(found.body_id), standing())
    if request.method != "POST" and found.state not in table_forms.FITS[kind]:
        return redirect("cooperation:item", pk)
    form = table_forms.StepForm(sent(request), kind=kind, initial={"seen": found.revision})

    def keep(told: dict[str, Any], **by: Any) -> None:
        number = told.pop("seen") + 1
        table_actions.take_step(TableStep(item=found, number=number, kind=kind, **told), **by)

    if kept(form, request, keep):
        messages.success(request, "Vastgelegd.")
        return redirect("cooperation:item", pk)
    button, lead = table_forms.SAYS[kind]
    return asked(
        request, form, title=button, lead=f"{found.title}. {lead}", button=button, way=_way(found, button)
    )


def _way(found: TableItem, last: str) -> Crumbs:
    return crumbs(TABLES, (found.title, reverse("cooperation:item", args=[found.pk])), last=last)
