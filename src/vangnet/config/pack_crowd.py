"""Invented signals and cases over all municipalities of a demonstration: by rule, with the seed of the pack.

Accounts, agreements and cases come through the verbs. Thousands of signals would take minutes so: they come
in sets, over a connection of the owner under the session of an adviser, through the same doors and triggers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from vangnet.agreements.models import Agreement, Purpose
from vangnet.audit import log
from vangnet.casework import lists
from vangnet.casework.protocol import Protocol as Machine
from vangnet.config import pack_agreements, pack_crowd_cases
from vangnet.config.pack_casework import Pack, content_of, ways_to
from vangnet.config.pack_vault import at_work
from vangnet.figures.models import Figure
from vangnet.identity import actions as identity
from vangnet.identity import token
from vangnet.identity.models import Organisation, Role, User
from vangnet.places.models import Area
from vangnet.vault import envelope, sealing

WHY = "Demonstratie. Afgewogen in het weegoverleg."
PREFIX = "gemeente-"  # of the codes of these agreements
DOMAIN = ".voorbeeld.invalid"
DECIDED = timedelta(days=9)  # from when a signal came
SOURCES = ("balie", "balie", "inwoner", "inwoner", "ondernemer", "partner", "anoniem")


@dataclass(frozen=True)
class Town:
    """A municipality of the demonstration, and the invented adviser who works there."""

    organisation: Organisation
    adviser: User
    signals: int


@dataclass
class Signal:
    """An invented signal: when it came, what it is about, and how it was weighed."""

    came: datetime
    subject: Mapping[str, str]
    source: str
    way: Sequence[tuple[str, str]]  # answers, in order; none for what still waits
    outcome: str
    route: str
    dossier: UUID
    record: UUID
    wrapped: bytes
    sealed: bytes
    key: bytes


def load(pack: Pack, *, by: User, at: datetime) -> tuple[int, int]:
    """Load the crowd of a pack, once; return how many signals and cases."""
    told = content_of(pack).get("demo_crowd")
    if not told or User.objects.filter(email__endswith=DOMAIN).exists():
        return 0, 0
    with transaction.atomic():
        agreed = set(Agreement.objects.values_list("code", flat=True))
    dice = Random(told["seed"])  # noqa: S311  invented data, no secret
    towns = [
        _settle(organisation, share, told, by=by, at=at)
        for organisation, share in _towns(told, agreed, at.date())
    ]
    machine = Machine.read(lists.protocol().definition)
    subjects = content_of(pack)["demo_signals"]["subjects"]
    for town in towns:
        _signals(town, told, subjects, machine, dice, at=at)
    return sum(town.signals for town in towns), pack_crowd_cases.load(towns, told, subjects, dice, at=at)


def _towns(told: Mapping[str, Any], besides: Set[str], on: date) -> list[tuple[Organisation, int]]:
    """Return the municipalities of today with their part of the signals, by inhabitants where known."""
    latest = Figure.objects.filter(area=OuterRef("code"), indicator__is_population=True).order_by("-start")
    found = Area.objects.as_of(on).of_level(Area.Level.MUNICIPALITY)
    people = dict(found.annotate(people=Subquery(latest.values("value")[:1])).values_list("code", "people"))
    towns = [
        one
        for one in Organisation.objects.filter(place__in=told.get("places", people)).order_by("place")
        if f"{PREFIX}{one.slug}" not in besides
    ]
    known = [count for one in towns if (count := people.get(one.place))]
    usual = sum(known) / len(known) if known else 1.0
    weights = [people.get(one.place) or usual for one in towns]
    total = sum(weights)
    return [
        (one, max(round(told["signals"] * weight / total), 1))
        for one, weight in zip(towns, weights, strict=True)
    ]


def _settle(
    organisation: Organisation, signals: int, told: Mapping[str, Any], *, by: User, at: datetime
) -> Town:
    """Give a municipality an invented adviser and privacy officer, and an agreement of its own."""
    slug, since = organisation.slug, at.date().replace(month=1, day=1)
    people = {}
    with transaction.atomic():
        for key, role in (("adviseur", Role.ADVISER), ("fg", Role.PRIVACY_OFFICER)):
            people[key] = identity.register_user(
                email=f"{key}@{slug}{DOMAIN}", name=f"{key.title()} van {organisation.name}",
                password=None, by=by, at=at,
            )  # fmt: skip
            identity.give_role(people[key], organisation=organisation, role=role, since=since, by=by, at=at)
        agreed = dict(told["agreement"])
        given = {"person": "adviseur", "for": slug, "tier": 1, "purposes": ["openbare-orde", "signalen"]}
        entry = agreed | {
            "code": f"{PREFIX}{slug}", "name": f"Eigen verwerkingen {organisation.name}", "lead": slug,
            "coordinator": "fg", "partners": {slug: agreed["task"]}, "authorisations": [given],
        }  # fmt: skip
        pack_agreements.load_one(entry, people, by=by, at=at)
    return Town(organisation, people["adviseur"], signals)


# --- signals, by the set ---


def _signals(
    town: Town,
    told: Mapping[str, Any],
    subjects: Sequence[Mapping[str, str]],
    machine: Machine,
    dice: Random,
    *,
    at: datetime,
) -> None:
    with transaction.atomic():
        purpose = Purpose.objects.select_related("agreement").get(
            agreement__code=f"{PREFIX}{town.organisation.slug}", code="signalen"
        )
    zone = str(purpose.agreement.zone)
    signals = [_invented(told, subjects, machine, dice, zone, at=at) for _ in range(town.signals)]
    signals.sort(key=lambda one: one.came)
    with at_work(town.adviser, purpose), psycopg.connect(settings.OWNER_URL) as owner:
        for name, value in token.context().items():
            owner.execute("SELECT set_config(%s, %s, true)", [name, value])
        _take_in(owner, signals, purpose, town.organisation.place, zone)
        _weigh(owner, [one for one in signals if one.way], town.adviser)
        owner.commit()
        with transaction.atomic():
            log.record("casework.signals.invented", purpose.pk, by=town.adviser, at=at, count=len(signals))


def _invented(
    told: Mapping[str, Any],
    subjects: Sequence[Mapping[str, str]],
    machine: Machine,
    dice: Random,
    zone: str,
    *,
    at: datetime,
) -> Signal:
    came, subject = _moment(told, dice, at), dice.choice(subjects)
    weights: Mapping[str, int] = told["outcomes"]
    (chosen,) = dice.choices(list(weights), weights=list(weights.values()))
    outcome, _, route = chosen.partition("/")
    age = (at - came).days
    waits = age <= DECIDED.days or dice.random() < 1 - age / told["recent"]
    dossier, record = uuid4(), uuid4()
    key, wrapped = sealing.fresh_key(zone, dossier)
    text = {"text": f"Demonstratie. {subject['text']}"}
    return Signal(
        came, subject, dice.choice(SOURCES), [] if waits else dice.choice(ways_to(machine, outcome)),
        "" if waits else outcome, "" if waits else route, dossier, record, wrapped,
        envelope.seal_text(key, text, context=sealing.bound_to("record", record)), key,
    )  # fmt: skip


def _moment(told: Mapping[str, Any], dice: Random, at: datetime) -> datetime:
    """Return a working moment of the past years; months bring as many as the rule says, in proportion."""
    busiest = max(told["per_month"])
    while True:
        day = timezone.localdate(at) - timedelta(days=dice.randrange(1, told["days"]))
        if day.weekday() < 5 and dice.random() * busiest < told["per_month"][day.month - 1]:
            return timezone.make_aware(datetime.combine(day, time(dice.randrange(8, 17), dice.randrange(60))))


def _take_in(
    owner: psycopg.Connection, signals: Sequence[Signal], purpose: Purpose, place: str, zone: str
) -> None:
    key_id, _ = sealing.new_dossier_key(zone, uuid4())
    owner.execute(
        "SELECT vault_keep_reports(%s, 'signaal', 'register', %s, %s::uuid[], %s::uuid[], %s::text[],"
        " %s::bytea[], %s::bytea[])",
        [
            purpose.pk, key_id, [one.dossier for one in signals], [one.record for one in signals],
            [place] * len(signals), [one.wrapped for one in signals], [one.sealed for one in signals],
        ],
    )  # fmt: skip
    for one in signals:
        owner.execute(
            "SELECT casework_enlist(ARRAY[%s::uuid], ARRAY[%s], ARRAY[%s], ARRAY[%s], ARRAY[%s::date], %s,"
            " ARRAY[NULL::uuid], ARRAY[false])",
            [
                one.dossier, one.source, one.subject["branch"], one.subject["phenomenon"],
                one.came.date(), one.came,
            ],
        )  # fmt: skip


def _weigh(owner: psycopg.Connection, signals: Sequence[Signal], by: User) -> None:
    """Answer the steps of signals; one record with reasons serves all the steps of a signal."""
    dossiers, reasons = [one.dossier for one in signals], [uuid4() for _ in signals]
    sealed = [
        envelope.seal_text(one.key, {"text": WHY}, context=sealing.bound_to("record", record))
        for one, record in zip(signals, reasons, strict=True)
    ]
    decided = [one.came + DECIDED for one in signals]
    owner.execute(
        "UPDATE casework_signal SET status = 'in-weging' WHERE dossier_id = ANY (%s::uuid[])", [dossiers]
    )
    owner.execute(
        "SELECT vault_add_record(u.record, u.dossier, 'signaal', 'amber', 'oordeel', 'onbekend', 'analyse',"
        " NULL, NULL, u.sealed, '{}', '{}', '{}', '{}')"
        " FROM unnest(%s::uuid[], %s::uuid[], %s::bytea[]) AS u (record, dossier, sealed)",
        [reasons, dossiers, sealed],
    )
    with owner.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO casework_step (signal_id, round, code, answer, reasons, by_id, at)"
            " VALUES (%s, 1, %s, %s, %s, %s, %s)",
            [
                (one.dossier, code, answer, record, by.pk, when)
                for one, record, when in zip(signals, reasons, decided, strict=True)
                for code, answer in one.way
            ],
        )
        cursor.executemany(
            _CONCLUDED, [_conclusion(one, when) for one, when in zip(signals, decided, strict=True)]
        )


# Without follow-up a signal goes out of sight a year later; the triggers hold that.
_CONCLUDED = """
UPDATE casework_signal SET outcome = %s, route = %s, status = %s, partners = %s, decided_at = %s,
       acted_at = %s, ends_on = LEAST(ends_on, %s)
 WHERE dossier_id = %s
"""


def _conclusion(one: Signal, when: datetime) -> list[Any]:
    goes_on = bool(one.route)
    return [
        one.outcome,
        one.route,
        "doorgezet" if goes_on else "geen-vervolg",
        1 if one.route in ("", "gemeentelijk") else 2,
        when,
        when + timedelta(days=6) if goes_on else None,
        date.max if goes_on else timezone.localdate(when) + timedelta(days=365),
        one.dossier,
    ]
