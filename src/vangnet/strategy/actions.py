"""Verbs of the strategy: load it from a region pack, propose a change, judge it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from vangnet.audit import log
from vangnet.identity.models import User
from vangnet.strategy import versions
from vangnet.strategy.adoption import Adoption
from vangnet.strategy.models import (
    Claim,
    Definition,
    Goal,
    Kind,
    OutcomeSeen,
    Route,
    Strategy,
    Theme,
    Verdict,
    Version,
)
from vangnet.strategy.refusals import DoesNotHold, rules

FROM_PACK = "Zoals het regiopakket het levert."


@transaction.atomic
def record(
    strategy: Strategy,
    *,
    themes: Sequence[Theme],
    goals: Sequence[Goal],
    claims: Sequence[Claim],
    definitions: Sequence[Definition] = (),
    routes: Sequence[Route] = (),
    by: Any,
    at: datetime,
) -> list[Version]:
    """Bring in what a region pack says: themes, goals in tree order, definitions, routes and look-back.

    What the network changed since stays as the network decided it; such a version is returned, so that
    whoever loads the pack can say so.

    Raises
    ------
    NotPermitted
        The session is not of the command line.
    django.db.IntegrityError
        A goal names a theme or parent that is not given.
    """
    Claim.objects.all().delete()  # what is said about the past is a copy of the pack
    Route.objects.all().delete()
    strategy.save()
    Route.objects.bulk_create(routes)
    decided = _bring_in([*themes, *goals, *definitions], versions.adopted(strategy), by=by, at=at)
    Claim.objects.bulk_create(claims)
    log.record("strategy.recorded", strategy.pk, by=by, at=at, goals=len(goals), claims=len(claims))
    return decided


def _bring_in(
    rows: Iterable[Theme | Goal | Definition], day: date, *, by: Any, at: datetime
) -> list[Version]:
    """Add a version of what is new or differs in the pack, and end what the pack no longer has."""
    known = {(v.kind, v.item): v for v in Version.objects.as_of(date.max)}
    wanted = {(versions.kind_of(row), str(row.pk)): versions.content(row) for row in rows}
    kept = _held_up(known)
    ended = {
        key: None
        for key, version in known.items()
        if key not in wanted and version.content is not None and key not in kept
    }
    decided = []
    for (kind, item), content in ({**wanted, **_leaves_first(ended, known)}).items():
        former = known.get((kind, item))
        if former is not None and former.organisation_id is not None:
            decided.append(former)
        elif former is None or _told(former.content) != _told(content):
            Version.objects.create(
                kind=kind, item=item, content=content, reason=FROM_PACK, replaces=former,
                state=Version.State.IN_FORCE, author=by,
                in_force_from=max(day, former.in_force_from or day) if former else day,
                written_at=at, settled_at=at,
            )  # fmt: skip
    return decided


def _told(content: versions.Content | None) -> versions.Content | None:
    """Return what a version says; a field that came later and says nothing makes no other version."""
    empty: tuple[Any, ...] = (None, "", [])
    return None if content is None else {k: v for k, v in content.items() if v not in empty}


def _held_up(known: dict[Any, Version]) -> set[tuple[str, str]]:
    """Return what cannot end, because something that the network decided hangs below it."""
    found: set[tuple[str, str]] = set()
    for version in known.values():
        place = version.content if version.organisation_id is not None else None
        while place and (Kind.THEME, place.get("theme")) in known:
            found.add((Kind.THEME, place["theme"]))
            above = (Kind.GOAL, place.get("parent"))
            if above not in known or above in found:
                break
            found.add(above)
            place = known[above].content
    return found


def _leaves_first(ended: dict[Any, None], known: dict[Any, Version]) -> dict[Any, None]:
    """Order what ends so that nothing ends before what hangs below it: goals first, the deepest first."""

    def depth(key: tuple[str, str]) -> int:
        steps, place = 0, known[key].content
        while place and place.get("parent") and steps <= len(known):
            steps, place = steps + 1, known[(key[0], place["parent"])].content
        return steps

    return dict.fromkeys(sorted(ended, key=lambda key: (key[0] == Kind.THEME, -depth(key))))


@transaction.atomic
def propose(version: Version, *, by: User, at: datetime) -> Version:
    """Keep a draft: a change of an item, a new item, its end, or a revision of an earlier proposal.

    `version` says which version it `replaces` and, when it is a revision, which it `revises`; the earlier
    proposal is closed with it.

    Raises
    ------
    NotPermitted
        The session may not propose, or has no second factor.
    DoesNotHold
        The item changed meanwhile, or the proposal that it revises is no longer open.
    """
    version.author, version.written_at = by, at
    with rules():
        version.save(force_insert=True)
    log.record(
        "strategy.proposed", version.pk, by=by, at=at,
        kind=version.kind, item=version.item, replaces=version.replaces_id, revises=version.revises_id,
    )  # fmt: skip
    return version


@transaction.atomic
def submit(version: UUID, *, by: User, at: datetime) -> None:
    """Send a draft of one's own organisation on its way to a decision.

    Raises
    ------
    NotPermitted
        Not a draft of this organisation, or the session may not propose.
    DoesNotHold
        The item changed meanwhile, the tree would not hold, or nobody decides on this kind of change.
    """
    _ask("strategy_submit", version)
    log.record("strategy.submitted", version, by=by, at=at)


@transaction.atomic
def withdraw(version: UUID, *, by: User, at: datetime) -> None:
    """Take back a draft or proposal of one's own organisation.

    Raises
    ------
    NotPermitted
        Not a proposal of this organisation.
    DoesNotHold
        It was decided already.
    """
    _ask("strategy_withdraw", version)
    log.record("strategy.withdrawn", version, by=by, at=at)


@transaction.atomic
def judge(verdict: Verdict, *, by: User, at: datetime) -> Verdict:
    """Record what a body or portfolio holder said about a proposal; the last agreement brings it into force.

    Raises
    ------
    NotPermitted
        The session does not speak for that body.
    DoesNotHold
        It is not the turn of that body, the words changed meanwhile, or the session wrote them itself.
    """
    verdict.recorded_by, verdict.recorded_at = by, at
    with rules():
        verdict.save(force_insert=True)
    log.record(
        "strategy.judged", verdict.version_id, by=by, at=at,
        body=verdict.body_id, outcome=verdict.outcome, decided_on=verdict.decided_on,
        in_writing=verdict.in_writing,
    )  # fmt: skip
    return verdict


@transaction.atomic
def adopt(adoption: Adoption, *, by: User, at: datetime) -> Adoption:
    """Record that a body adopted a strategy, from its decision list.

    Raises
    ------
    NotPermitted
        The session does not speak for a body that decides about themes.
    DoesNotHold
        It was recorded already, the day has not come, or it lies long before the strategy.
    """
    adoption.recorded_by, adoption.recorded_at = by, at
    with rules():
        adoption.save(force_insert=True)
    log.record(
        "strategy.adopted", adoption.pk, by=by, at=at,
        strategy=adoption.strategy_id, body=adoption.body_id, on=adoption.on,
    )  # fmt: skip
    return adoption


@transaction.atomic
def see_outcome(version: Version, *, by: User, at: datetime) -> None:
    """Note that the writer of a proposal saw what was decided; once is enough.

    Raises
    ------
    NotPermitted
        Another wrote it.
    DoesNotHold
        Nothing was decided yet.
    """
    if version.state not in (Version.State.IN_FORCE, Version.State.REJECTED):
        raise DoesNotHold("Over dit voorstel is nog niet besloten.")
    if OutcomeSeen.objects.visible_to(by).filter(version=version).exists():
        return
    with rules():
        OutcomeSeen.objects.create(version=version, account=by, seen_at=at)
    log.record("strategy.outcome_seen", version.pk, by=by, at=at)


def _ask(function: str, version: UUID) -> None:
    with rules(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [version])
