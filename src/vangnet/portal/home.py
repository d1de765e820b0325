"""What somebody needs first: one's own figures, the strategy, and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse

from vangnet.audit.alarms import Alarm, alarms
from vangnet.figures.models import Import, Indicator
from vangnet.identity.models import Membership, Role, User
from vangnet.picture import material
from vangnet.picture.areas import DISTRICT, MUNICIPALITY, Place, Tree
from vangnet.picture.material import Material
from vangnet.picture.summary import POLARITY, Line, line
from vangnet.places import history
from vangnet.portal import kept, sources, waiting
from vangnet.portal.models import Installation
from vangnet.portal.shielded import Shielded, shielded
from vangnet.reports import look_back
from vangnet.strategy import reading
from vangnet.strategy.models import Goal, Progress, Theme
from vangnet.ui import formats
from vangnet.ui.tables import Cell, Column, Table

IMPORTERS = {Role.ADMINISTRATOR, Role.ANALYST, Role.DRIVING_TEAM}
OVERVIEW = {Role.DISTRICT_SECRETARY, Role.ANALYST, Role.PROSECUTOR, Role.RIEC_MANAGER, Role.DRIVING_TEAM}

WATCHERS = {Role.ADMINISTRATOR, Role.PRIVACY_OFFICER}
REMEDIES = {
    "key": "Zet de reservekopie van de sleutel terug, met de rechten 0600; maak geen nieuwe.",
    "delivery": "Controleer of de bestemming bereikbaar is; wat wacht, wordt daarna vanzelf bezorgd.",
    "chain": "Bewaar de database zoals zij is, waarschuw de beveiligingsfunctionaris en laat het logboek "
    "controleren met de ijkpunten bij een partner.",
    "refusals": "Bekijk bij Inzagen, met doel en reden, wie dat was en vraag na waarom.",
}


@dataclass(frozen=True)
class Tile:
    """A key figure of one area, as the component `key_figure` wants it."""

    label: str
    value: float | None
    change: float | None
    significant: bool | None
    polarity: formats.Polarity
    versus: str
    note: str
    status: str
    url: str


@dataclass(frozen=True)
class Board:
    """The figures on somebody's home page."""

    indicator: str
    year: int
    base: int
    tiles: tuple[Tile, ...]
    own_url: str
    own_name: str
    source: str
    dated: str
    parts: Table | None = None  # the areas below one's own
    parts_heading: str = ""


@dataclass(frozen=True)
class Desk:
    """The home page of one person; a part that the role does not need is empty."""

    roles: tuple[str, ...]
    board: Board | None
    extra: tuple[Tile, ...]
    factsheet: str  # address of the factsheet of one's own municipality
    drafts: Sequence[Import]
    imports: Sequence[Import] | None
    installation: Installation | None
    origins: Sequence[sources.Origin] | None
    themes: Sequence[tuple[Theme, int]]
    counts: reading.Counts
    shielded: Shielded | None
    waiting: Sequence[waiting.Item]
    alarms: Sequence[tuple[Alarm, str]]  # what is wrong with the log, and how to mend it
    look_back: Sequence[look_back.Row] = field(default=())


def desk(user: User, memberships: Sequence[Membership], *, today: date) -> Desk:
    """Return what this person sees first, by role and by the area of the organisation."""
    roles = {membership.role for membership in memberships}
    is_met = Progress.objects.visible_to(user).as_of(today).is_met()
    goals: list[Any] = list(Goal.objects.visible_to(user).annotate(is_met=is_met))
    board, extra = _figures(user, memberships, roles)
    imports = Import.objects.visible_to(user).select_related("source")
    drafts = imports.filter(state=Import.State.DRAFT, by=user).order_by("-started_at")[:5]
    vault = shielded(user, today=today)
    return Desk(
        roles=tuple(dict.fromkeys(membership.get_role_display() for membership in memberships)),
        board=board,
        extra=extra,
        factsheet=_factsheet(memberships, today),
        drafts=list(drafts) if roles & IMPORTERS else [],
        imports=list(imports.order_by("-started_at")[:5]) if roles & IMPORTERS else None,
        installation=Installation.objects.first() if Role.ADMINISTRATOR in roles else None,
        origins=sources.origins() if Role.PRIVACY_OFFICER in roles else None,
        themes=reading.themes_with_goals(Theme.objects.visible_to(user), goals),
        counts=reading.counts(goals, today, [goal.code for goal in goals if goal.is_met]),
        shielded=vault,
        waiting=waiting.of(user, today=today, vault=vault),
        alarms=_alarms() if roles & WATCHERS else (),
        look_back=look_back.rows(user),
    )


def _alarms() -> list[tuple[Alarm, str]]:
    return [(alarm, REMEDIES.get(alarm.code, "")) for alarm in alarms()]


def _figures(
    user: User, memberships: Sequence[Membership], roles: set[str]
) -> tuple[Board | None, tuple[Tile, ...]]:
    """Return the headline of one's own area, and the indicators that the pack puts beside it for a role."""
    wanted = [slug for role in sorted(roles) for slug in settings.REGION.get("home", {}).get(role, [])]
    known = {row.slug: row for row in Indicator.objects.visible_to(user)}
    headline = known.get(settings.REGION.get("headline", ""))
    if headline is None:
        return None, ()
    state = material.version()
    area = next((m.organisation.place for m in memberships if m.organisation.place), "")
    board = kept.remembered(
        lambda: _board(material.load(headline, state), area, bool(roles & OVERVIEW)),
        "home", state, headline.pk, area, bool(roles & OVERVIEW), _worded(headline),
    )  # fmt: skip
    others = [known[slug] for slug in wanted if slug in known]
    return board, tuple(tile for other in others if (tile := _other(other, state, area)))


def _other(indicator: Indicator, state: material.Version, area: str) -> Tile | None:
    board: Board | None = kept.remembered(
        lambda: _board(material.load(indicator, state), area, False),
        "home", state, indicator.pk, area, False, _worded(indicator),
    )  # fmt: skip
    return board.tiles[0] if board else None


def _worded(indicator: Indicator) -> tuple[str, str]:
    return indicator.name, indicator.polarity


def _board(found: Material, area: str, overview: bool) -> Board | None:
    own = _own(found.tree, area)
    years = [y for y in found.counts.years if found.at(found.count(own), y) is not None]
    if not years:
        return None
    year, base = years[-1], years[0]
    lines = [line(found, place, year, base) for place in found.tree.family(own)[:3]]
    below = _below(found.tree, own) if overview else []
    return Board(
        indicator=found.indicator.name,
        year=year,
        base=base,
        tiles=tuple(_tile(found, one) for one in lines if one.count is not None),
        own_url=_address(own, found),
        own_name=own.name,
        source=found.source,
        dated=found.dated,
        parts=_table(found, [line(found, place, year, base) for place in below]) if below else None,
        parts_heading=f"Per {below[0].level}" if below else "",
    )


def _own(tree: Tree, area: str) -> Place:
    """Return the area of an organisation on the borders of the figures, else the region."""
    if area in tree.places:
        return tree.places[area]
    heirs = [code for code, _ in history.successors(area, on=tree.day) if code in tree.places]
    return tree.places[heirs[0]] if area and len(heirs) == 1 else tree.region


def _below(tree: Tree, own: Place) -> list[Place]:
    if own.level == MUNICIPALITY:
        return []
    return tree.of(own.members) if own.level == DISTRICT else tree.districts


def _address(place: Place, found: Material) -> str:
    return f"{place.address}?indicator={found.indicator.slug}"


def _tile(found: Material, one: Line) -> Tile:
    since = formats.change(one.on_base.relative, significant=one.on_base.significant)
    return Tile(
        label=f"{found.indicator.name}, {one.place.name}",
        value=one.count,
        change=one.on_year.relative,
        significant=one.on_year.significant,
        polarity=POLARITY[found.indicator.polarity],
        versus=str(one.on_year.since),
        note=f"{one.year}; sinds {one.on_base.since}: {since.words}",
        status=one.status,
        url=_address(one.place, found),
    )


def _table(found: Material, lines: Sequence[Line]) -> Table:
    year, polarity = lines[0].year, POLARITY[found.indicator.polarity]
    return Table(
        f"{found.indicator.name} in {year}",
        [
            Column("Gebied"),
            Column(str(year), "number", unit=found.indicator.unit),
            Column("Verandering", "change", polarity=polarity, unit=f"sinds {lines[0].on_year.since}"),
            Column("Verandering", "change", polarity=polarity, unit=f"sinds {lines[0].on_base.since}"),
        ],
        [
            [
                Cell(one.place.name, url=_address(one.place, found)),
                one.count,
                one.on_year.cell(interval=False),
                one.on_base.cell(interval=False),
            ]
            for one in lines
        ],
    )


def _factsheet(memberships: Sequence[Membership], today: date) -> str:
    for membership in memberships:
        code = membership.organisation.place
        kinds = membership.organisation.kinds.all()
        if any(kind.kind == "gemeente" and today in kind.period for kind in kinds):
            return reverse("reports:factsheet", args=[code, "pdf"])
    return ""
