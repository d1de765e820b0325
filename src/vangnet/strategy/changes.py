"""Where a proposal stands on its route, and who may do what with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from vangnet.directory.models import Body, Seat
from vangnet.identity.models import User
from vangnet.strategy import differences, measuring
from vangnet.strategy.models import Definition, Goal, Kind, Route, Strategy, Theme, Verdict, Version
from vangnet.strategy.versions import Content, Snapshot, kind_of, snapshot
from vangnet.ui import formats

STANDING = """
SELECT strategy_may_propose(), strategy_open_stage(%s), ARRAY(SELECT strategy_portfolio_bodies(%s)),
       session_is_strong(), strategy_wrote(%s)
"""
# A proposal waits for whoever may say something in its open stage and did not yet, for a body or as holder;
# and for whoever may advise. Beside it: whether advice is all that is asked.
WAITING = """
SELECT v.id, bool_and(r.act = 'advies')
  FROM strategy_version v
  JOIN strategy_route r ON r.kind = v.kind AND (r.act = 'advies' OR r.stage = strategy_open_stage(v.id))
 WHERE v.state = 'ingediend' AND NOT strategy_wrote(v.id) AND session_is_strong()
   AND CASE r.decider
       WHEN 'portefeuillehouder' THEN strategy_holds_portfolio(v.id) AND NOT EXISTS (
           SELECT FROM strategy_verdict d WHERE d.version_id = v.id AND d.stage = r.stage)
       ELSE EXISTS (
           SELECT FROM directory_body b
            WHERE b.kind_id = r.decider AND directory_speaks_for(b.slug) AND NOT EXISTS (
                SELECT FROM strategy_verdict d
                 WHERE d.version_id = v.id AND d.stage = r.stage AND d.body_id = b.slug))
       END
 GROUP BY v.id
"""


@dataclass(frozen=True)
class Voice:
    """Whoever has a say in a stage, and what was said."""

    decider: str
    body: Body
    verdict: Verdict | None
    is_mine: bool  # this session may say it now

    @property
    def name(self) -> str:
        """Return who it is."""
        return f"Portefeuillehouder in {self.body}" if self.decider == Route.HOLDER else str(self.body)


@dataclass(frozen=True)
class Stage:
    """A step of the route: everybody's assent, one decision, or advice, which stands beside it."""

    number: int
    act: Route.Act | None  # none when the route has this step no more
    everyone: bool
    is_open: bool
    voices: tuple[Voice, ...]

    @property
    def label(self) -> str:
        """Return what is asked in it."""
        return str(self.act.label) if self.act else "Oordeel"

    @property
    def is_advice(self) -> bool:
        """Say whether it ends and opens nothing."""
        return self.act == Route.Act.ADVICE

    @property
    def done(self) -> int:
        """Return how many agreed; of advice, how many gave it."""
        return sum(
            voice.verdict is not None and (self.is_advice or voice.verdict.outcome != Verdict.Outcome.REFUSED)
            for voice in self.voices
        )


@dataclass(frozen=True)
class Standing:
    """What this session may do with a version."""

    may_propose: bool
    open_stage: int | None
    portfolio_in: list[str]  # the bodies in which this session holds the portfolio of its theme
    is_strong: bool
    wrote: bool  # these words, or those from which they were made


class Right(NamedTuple):
    """Whether the session of a transaction may propose, and whether it has a second factor."""

    here: bool
    is_strong: bool


def may_propose() -> Right:
    """Say whether the session of this transaction may propose a change (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT strategy_may_propose(), session_is_strong()")
        return Right(*cursor.fetchone())


def standing(version: UUID) -> Standing:
    """Return what the session of this transaction may do (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [version, version, version])
        return Standing(*cursor.fetchone())


def stages(version: Version, at: Standing, user: User, today: date) -> list[Stage]:
    """Return the route of a version with what was said so far (5 queries)."""
    lines = list(Route.objects.visible_to(user).filter(kind=version.kind))
    said = list(Verdict.objects.visible_to(user).filter(version=version))
    if version.state not in (Version.State.DRAFT, Version.State.SUBMITTED):
        return _recorded(lines, said, version.state == Version.State.IN_FORCE)
    bodies = list(Body.objects.visible_to(user).as_of(today))
    holding = _holding(version, user, today)
    mine = set(Body.objects.spoken_for_by(user, on=today).values_list("slug", flat=True))
    is_open = version.state == Version.State.SUBMITTED and not at.wrote and at.is_strong
    known = {(v.stage, v.decider, v.body_id): v for v in said}

    def voices(line: Route) -> Iterator[Voice]:
        for body in _who(line, bodies, holding):
            verdict = known.pop((line.stage, line.decider, body.slug), None)
            speaks = body.slug in (at.portfolio_in if line.decider == Route.HOLDER else mine)
            in_turn = line.act == Route.Act.ADVICE or at.open_stage == line.stage
            may = is_open and speaks and verdict is None and in_turn
            yield Voice(line.decider, body, verdict, may)

    asked = {(line.stage, line.decider): list(voices(line)) for line in lines}
    return [
        Stage(
            number,
            _act(lines, number),
            any(line.everyone for line in lines if line.stage == number),
            version.state == Version.State.SUBMITTED
            and (at.open_stage == number or _act(lines, number) == Route.Act.ADVICE),
            # what a body said that is not asked any more stays said
            tuple(Voice(v.decider, v.body, v, False) for v in known.values() if v.stage == number)
            + tuple(one for (stage, _), found in asked.items() if stage == number for one in found),
        )
        for number in sorted({line.stage for line in lines})
    ]


def _recorded(lines: Sequence[Route], said: Sequence[Verdict], agreed: bool) -> list[Stage]:
    """Return what was said of a version that is settled, whoever holds those seats and portfolios today."""
    return [
        Stage(
            number,
            _said_as(lines, said, number),
            agreed and any(line.everyone for line in lines if line.stage == number),
            False,
            tuple(Voice(v.decider, v.body, v, False) for v in said if v.stage == number),
        )
        for number in sorted({verdict.stage for verdict in said})
    ]


def _said_as(lines: Iterable[Route], said: Iterable[Verdict], number: int) -> Route.Act | None:
    """Return what a stage was: advice stays advice, also when the route asks for it no more."""
    is_advice = any(one.is_advice for one in said if one.stage == number)
    return Route.Act.ADVICE if is_advice else _act(lines, number)


def _act(lines: Iterable[Route], number: int) -> Route.Act | None:
    return next((Route.Act(line.act) for line in lines if line.stage == number), None)


def _who(line: Route, bodies: Iterable[Body], holding: set[str]) -> list[Body]:
    if line.decider == Route.HOLDER:
        return [body for body in bodies if body.slug in holding]
    return [body for body in bodies if body.kind_id == line.decider]


def _holding(version: Version, user: User, today: date) -> set[str]:
    """Return the bodies in which somebody holds the portfolio of the theme that a version is about."""
    theme = (
        version.item
        if version.kind == Kind.THEME
        else (version.content or before(version) or {}).get("theme")
    )
    held = Seat.objects.visible_to(user).as_of(today).filter(portfolio=theme)
    return set(held.values_list("body", flat=True)) if theme else set()


def voice(found: Iterable[Stage], decider: str, body: str) -> tuple[Stage, Voice]:
    """Return the voice that this session may raise now.

    Raises
    ------
    Http404
        It is not this session's, or not its turn.
    """
    for stage in found:
        for one in stage.voices:
            if one.is_mine and (one.decider, one.body.slug) == (decider, body):
                return stage, one
    raise Http404


def waiting(user: User) -> list[tuple[Version, bool]]:
    """Return the proposals about which this session may say something now, and whether that is advice only.

    One query; two when there are any.
    """
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        asked = dict(cursor.fetchall())
    everything = Version.objects.visible_to(user).select_related("replaces")
    found = everything.filter(pk__in=asked).order_by("submitted_at") if asked else []
    return [(version, asked[version.pk]) for version in found]


def before(version: Version) -> Content | None:
    """Return what the version would replace: nothing for a new item."""
    return version.replaces.content if version.replaces else None


def current(kind: str, item: str, user: Any) -> Version | None:
    """Return the version that an item has, or had when it ended (1 query)."""
    return Version.objects.visible_to(user).as_of(date.max).filter(kind=kind, item=item).first()


def is_taken(version: Version, now: Version | None) -> bool:
    """Say whether something new proposed a code that something else has since."""
    return version.replaces_id is None and now is not None and now.pk != version.pk


def can_revise(version: Version, now: Version | None) -> bool:
    """Say whether a proposal can be written anew: not the end of what ended meanwhile."""
    return version.content is not None or (now is not None and now.content is not None)


def rebased(version: Version, now: Version | None) -> Content:
    """Return how a proposal reads on what an item is now: what it changes, and the rest as it is now."""
    own = version.content or {}
    if now is None or now.content is None or version.replaces_id in (None, now.pk):
        return own
    was = before(version) or {}
    changed = {name: value for name, value in own.items() if (value or None) != (was.get(name) or None)}
    return {**now.content, **changed}


def taken(kind: str) -> list[str]:
    """Return every code that something of a kind has or had, in drafts of others too (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT strategy_taken(%s)", [kind])
        return [code for (code,) in cursor.fetchall()]


def shown(version: Version, user: User) -> tuple[differences.FieldChange, ...]:
    """Return in which fields a version differs from what it replaces (3 queries for a goal)."""
    names: dict[str, str] = {} if version.kind == Kind.THEME else dict(measuring.indicators())
    if version.kind == Kind.GOAL:
        names |= dict(Theme.objects.visible_to(user).values_list("slug", "name"))
        names |= dict(Goal.objects.visible_to(user).values_list("code", "title"))
    return differences.fields(version.kind, before(version), version.content, names)


def name(version: Version) -> str:
    """Return what the item of a version is called; read `replaces` along."""
    content = version.content or before(version) or {}
    return str(content.get("title") or content.get("name") or version.item)


def what(version: Version) -> str:
    """Say in a word what a version does."""
    if version.content is None:
        return "vervallen"
    return "wijziging" if before(version) else "nieuw"


def history(row: Theme | Goal | Definition, user: Any) -> list[dict[str, Any]]:
    """Return the versions of an item that were in force or are on their way, newest first, for a timeline."""
    return histories([row], user)[str(row.pk)]


def histories(rows: Sequence[Theme | Goal | Definition], user: Any) -> dict[str, list[dict[str, Any]]]:
    """Return of each of these items of one kind what `history` does (1 query, and 1 of what was said)."""
    told: dict[str, list[dict[str, Any]]] = {str(row.pk): [] for row in rows}
    if not rows:
        return told
    states = (Version.State.IN_FORCE, Version.State.SUBMITTED)
    found = Version.objects.visible_to(user).filter(kind=kind_of(rows[0]), item__in=told, state__in=states)
    said = Verdict.objects.visible_to(user)
    for version in found.order_by("-number").prefetch_related(models.Prefetch("verdicts", said)):
        told[version.item].append(_entry(version))
    return told


def _entry(version: Version) -> dict[str, Any]:
    state = version.get_state_display().lower()
    by = f"Geschreven door {version.author} ({version.organisation})." if version.organisation else ""
    said = agreed(version)
    told = (version.reason, by, f"Akkoord: {said}." if said else "")
    return {
        "date": version.in_force_from or timezone.localdate(version.submitted_at),
        "title": f"Versie {version.number}: {f'vervalt, {state}' if version.content is None else state}",
        "text": " ".join(filter(None, told)),
        "url": reverse("strategy:change", args=[version.pk]),
        "tone": "ok" if version.in_force_from else "neutral",
    }


def agreed(version: Version) -> str:
    """Say which bodies agreed to a change, and with which remark; nothing when nobody did."""
    said = sorted(version.verdicts.all(), key=lambda one: (one.stage, one.decided_on, one.body.order))
    agreeing = (one for one in said if one.outcome != Verdict.Outcome.REFUSED and not one.is_advice)
    return "; ".join(map(_said, agreeing))


def _said(verdict: Verdict) -> str:
    how = ", schriftelijk" if verdict.in_writing else ""
    is_reserved = verdict.outcome == Verdict.Outcome.RESERVED
    words = f", met de kanttekening: {verdict.words.rstrip('.')}" if is_reserved else ""
    return f"{verdict.body.name} ({formats.day(verdict.decided_on)}{how}){words}"


def as_of(day: date, user: User) -> Snapshot:
    """Return the strategy as it was on a day (2 queries)."""
    held = Version.objects.visible_to(user).as_of(day).select_related(None)
    found = snapshot(held.only("kind", "item", "content"), day)
    strategies = {strategy.slug: strategy for strategy in Strategy.objects.visible_to(user)}
    for theme in found.themes:
        if theme.strategy_id in strategies:
            theme.strategy = strategies[theme.strategy_id]
    return found
