"""Lists and protocol of signals from casework.yaml, and invented signals for a demonstration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Protocol

import yaml
from django.db import transaction

from vangnet.agreements.models import Purpose
from vangnet.casework import actions, case_lists, lists, meeting_actions, partners, public_reports
from vangnet.casework.actions import Report
from vangnet.casework.models import Branch, Phenomenon, Signal
from vangnet.casework.protocol import BadProtocol
from vangnet.casework.protocol import Protocol as Machine
from vangnet.config import pack_supplied
from vangnet.identity import token
from vangnet.identity.models import User
from vangnet.identity.operator import service_session
from vangnet.vault import desks, doors

Way = list[tuple[str, str]]
Pairs = Sequence[tuple["Invented", Signal]]
WHY = "Demonstratie. Afgewogen in het weegoverleg."
ROUTED = ("gemeente", "riec")
USUAL = 0.75
FRIDAY = 4


class Pack(Protocol):
    """What is read of a region pack here."""

    @property
    def folder(self) -> Path: ...


def load(pack: Pack, *, by: User, at: datetime) -> None:
    """Take over branches, phenomena and the protocol; a pack without casework.yaml has none.

    Raises
    ------
    BadProtocol
        The file cannot be read or the protocol does not hold together; the message names file and step.
    """
    try:
        content = content_of(pack)
        if content:
            lists.record_lists(branches=content["branches"], phenomena=content["phenomena"], by=by, at=at)
            lists.record_protocol(content["protocol"], by=by, at=at)
            if "cases" in content:
                case_lists.record_case_lists(content["cases"], by=by, at=at)
    except KeyError as error:
        raise BadProtocol(f"{pack.folder / 'casework.yaml'} lacks {error}") from error
    except (BadProtocol, yaml.YAMLError) as error:
        raise BadProtocol(f"{pack.folder / 'casework.yaml'}: {error}") from error


def content_of(pack: Pack) -> dict[str, Any]:
    """Return what casework.yaml of a pack says; nothing without it."""
    path = pack.folder / "casework.yaml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8"))) if path.exists() else {}


# --- invented signals ---


@dataclass(frozen=True)
class Invented:
    """An invented signal: what is reported, and how far it comes; the days count from the report."""

    report: Report
    days_ago: int
    way: Way  # answers, in order; empty for what still waits
    outcome: str
    route: str
    partners: int
    waits: int  # days until it is weighed
    acts: int  # days from then until the first action; 0 for none yet


def load_demo(pack: Pack, people: Mapping[str, User], *, at: datetime) -> int:
    """Take in and weigh the signals of `demo_signals`, by its rule and with its seed; return how many."""
    told = content_of(pack).get("demo_signals")
    if not told:
        return 0
    agreement, code = told["purpose"].split("/")
    purpose = Purpose.objects.select_related("agreement").get(agreement__code=agreement, code=code)
    invented = list(_invented(told, Machine.read(lists.protocol().definition)))
    with _at_work(people[told["desk"]], purpose):
        for one in invented:
            actions.receive(
                one.report, zone=purpose.agreement.zone, by=people[told["desk"]], at=_ago(at, one.days_ago)
            )
    assessor = people[told["assessor"]]
    with _at_work(assessor, purpose):
        if told.get("public_form"):
            public_reports.switch(True, by=assessor, at=at)
        pairs = list(zip(invented, Signal.objects.order_by("received_at", "number"), strict=True))
        together = _together(pairs, told.get("meeting"))
        for one, signal in pairs:
            if signal not in together:
                _weigh(one, signal, by=assessor, at=_ago(at, one.days_ago - one.waits))
        if told.get("meeting"):
            present = [people[key] for key in told["meeting"]["present"]]
            _meet(pairs, together, present, purpose, now=at)
    if told.get("supplied"):
        pack_supplied.supply(told["supplied"], pairs, people, purpose, at=at)
    _report_as_partner(told, people, at=at)
    return len(invented)


def _together(pairs: Pairs, told: Mapping[str, Any] | None) -> list[Signal]:
    """Return the signals that are weighed in one meeting: the last few of which the outcome is known."""
    decided = [signal for one, signal in pairs if one.outcome]
    return decided[-told["last"] :] if told else []


def _meet(
    pairs: Pairs, together: Sequence[Signal], present: Sequence[User], purpose: Purpose, *, now: datetime
) -> None:
    """Hold a meeting about some signals, the first of those present in the chair, and prepare the next."""
    chair, scope = present[0], doors.one("session_organisation")
    desk = desks.Desk(purpose, scope, 1, 1)
    seats = [(one.pk, scope) for one in present]
    at = max(_ago(now, one.days_ago - one.waits) for one, signal in pairs if signal in together)
    meeting = meeting_actions.prepare(desk, held_on=at.date(), chair=chair, present=seats, by=chair, at=at)
    for one, signal in pairs:
        if signal in together:
            _weigh(one, signal, by=chair, at=at)
    meeting_actions.close(meeting, by=chair, at=at + timedelta(hours=2))
    soon = (now + timedelta(days=1)).date()
    soon += timedelta(days=(7 - soon.weekday()) % 7 if soon.weekday() > FRIDAY else 0)
    meeting_actions.prepare(desk, held_on=soon, chair=chair, present=seats, by=chair, at=now)


def _report_as_partner(told: Mapping[str, Any], people: Mapping[str, User], *, at: datetime) -> None:
    """Let people of partners report what `partner_reports` says; these wait to be weighed."""
    for number, one in enumerate(told.get("partner_reports", [])):
        with service_session(people[one["by"]]), transaction.atomic():
            form = partners.form(one["to"])
            if form is None:
                raise BadProtocol(f"partner_reports: {one['by']} is of no partner beside {one['to']}")
            report = Report(
                text=f"Demonstratie. {one['text']}",
                source=Signal.Source.PARTNER,
                place=form.place,
                branch=Branch.objects.get(pk=one["branch"]),
                phenomenon=Phenomenon.objects.get(pk=one["phenomenon"]),
            )
            mark = f"demonstratie-{number}"
            partners.take(report, form=form, mark=mark, wants_answer=True, by=people[one["by"]], at=at)


@contextmanager
def _at_work(user: User, purpose: Purpose) -> Iterator[None]:
    with service_session(user), token.for_purpose(purpose.pk):
        yield


def _ago(at: datetime, days: int) -> datetime:
    return at - timedelta(days=max(days, 0))


def _invented(told: Mapping[str, Any], machine: Machine) -> Iterator[Invented]:
    """Yield the signals, the oldest first: the rule says how far each comes, the seed all else."""
    dice = Random(told["seed"])  # noqa: S311  invented data, no secret
    branches = {one.pk: one for one in Branch.objects.all()}
    phenomena = {one.pk: one for one in Phenomenon.objects.all()}
    stages: Sequence[str] = told["stages"]
    for number, stage in enumerate(stages):
        subject = dice.choice(told["subjects"])
        outcome, _, route = stage.partition("/")
        source = dice.choice(told["sources"])
        is_citizen = source == Signal.Source.CITIZEN
        yield Invented(
            Report(
                text=f"Demonstratie. {subject['text']}",
                source=source,
                place=dice.choice(told["places"]),
                branch=branches[subject["branch"]],
                phenomenon=phenomena[subject["phenomenon"]],
                reporter=told["reporter"] if is_citizen else None,
                wants_feedback=is_citizen,
            ),
            days_ago=told["days"] * (len(stages) - number) // len(stages) - dice.randrange(5),
            way=_way(machine, outcome, route, dice),
            outcome=outcome if outcome in ("geen", "nader", *ROUTED) else "",
            route=route,
            partners=_partners(route),
            waits=dice.randint(2, 12),
            acts=dice.choice((0, 4, 9, 20)) if outcome in ROUTED else 0,
        )


def _partners(route: str) -> int:
    return 1 if route in ("", Signal.Route.MUNICIPAL) else 2


def _way(machine: Machine, outcome: str, route: str, dice: Random) -> Way:
    """Return a way through the protocol that leaves an outcome open; for 'begonnen' only its first step.

    Mostly one from which the published rules point to the route, because assessors mostly follow them.
    """

    if outcome == "nieuw":
        return []
    if outcome == "begonnen":
        return dice.choice(list(machine.ways()))[:1]
    found = ways_to(machine, outcome)
    hints = [machine.hint(dict(way), _partners(route)) for way in found]
    usual = [way for way, hint in zip(found, hints, strict=True) if hint and hint.route == route]
    return dice.choice(usual if usual and dice.random() < USUAL else found)


def ways_to(machine: Machine, outcome: str) -> list[Way]:
    """Return every way through a protocol that leaves an outcome open."""
    return [way for way in machine.ways() if outcome in machine.outcomes(way)]


def _weigh(one: Invented, signal: Signal, *, by: User, at: datetime) -> None:
    if not one.way:
        return
    actions.start_weighing(signal, by=by, at=at)
    machine = signal.protocol.machine
    for code, answer in one.way:
        reasons = {key: WHY for key, _ in machine.step(code).criteria}
        actions.take_step(signal, code=code, answer=answer, reasons=reasons, by=by, at=at)
    if not one.outcome:
        return
    actions.conclude(signal, outcome=one.outcome, route=one.route, partners=one.partners, by=by, at=at)
    if one.acts:
        actions.note_action(signal, by=by, at=at + timedelta(days=one.acts))
