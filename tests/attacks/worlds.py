"""Random worlds for the oracle, and how to put many of them into a database at once."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

import psycopg

from tests.attacks import oracle
from tests.attacks.oracle import Days, World

CODES = {"personalia": "gewoon", "adres": "gewoon", "politie8": "strafrechtelijk"}
MARKINGS = ("red", "amber+strict", "amber", "green", "clear")
NOW_MOSTLY: tuple[Days, ...] = ((-9, 9), (-9, None), (0, 1), (-9, 9), (-9, 0), (1, 9))


def make(seed: int) -> World:
    """Return one world; most of what is in it holds, so that one thing that does not is what decides."""
    dice = Random(seed)
    world = World()
    world.active = [dice.random() < 0.93 for _ in range(4)]
    world.service = [dice.random() < 0.06 for _ in range(4)]
    world.memberships = {(u, o): _days(dice) for u in range(4) for o in range(3) if dice.random() < 0.6}
    _agreements(world, dice)
    _dossiers(world, dice)
    _sessions(world, dice)
    return world


def _days(dice: Random) -> Days:
    return dice.choice(NOW_MOSTLY) if dice.random() < 0.2 else (-9, 9)


def _agreements(world: World, dice: Random) -> None:
    for agreement in range(2):
        first = len(world.versions)
        ended = dice.choice([None] * 6 + [3, 0])
        status = dice.choice(["actief"] * 12 + ["beeindigd", "concept"])
        world.versions.append(
            oracle.Version(agreement, status, dice.choice([(-9, 9)] * 9 + [(-9, 0)]), ended)
        )
        world.versions.append(oracle.Version(agreement, dice.choice(["concept", "actief"]), (9, 20)))
        brought = [first] * 14 + [first + 1]
        world.purposes += [
            oracle.Purpose(
                agreement,
                dice.choice(brought),
                dice.choice([None] * 7 + [4, 0]),
                {code: (dice.randint(1, 3), dice.choice(brought)) for code in CODES},
            )
            for _ in range(2 - agreement)
        ]
        world.partners += [
            oracle.Partner(agreement, dice.choice(brought), organisation, _days(dice))
            for organisation in range(3)
            if dice.random() < 0.9
        ]
    for purpose, aim in enumerate(world.purposes):
        here = [n for n, p in enumerate(world.partners) if p.agreement == aim.agreement]
        _authorisations(world, dice, purpose, here)
        world.circles += [
            oracle.Circle(
                purpose,
                dice.random() < 0.5,
                _days(dice),
                {n: _days(dice) for n in here if dice.random() < 0.5},
            )
        ]


def _authorisations(world: World, dice: Random, purpose: int, here: list[int]) -> None:
    for user in range(4):
        for task, chance in (("verwerking", 0.75), ("rechtmatigheid", 0.25), ("beheer", 0.2)):
            places = [n for n in here if (user, world.partners[n].organisation) in world.memberships]
            if places and dice.random() < chance:
                world.authorisations.append(
                    oracle.Authorisation(
                        dice.choice(places),
                        purpose,
                        user,
                        task,
                        dice.choice([1, 2, 3, 3, 3]),
                        dice.choice([(-9, 9)] * 9 + [(-9, 0), (1, 9), (0, 1)]),
                        dice.random() < 0.1,
                    )
                )


def _dossiers(world: World, dice: Random) -> None:
    for purpose in range(3):
        for _ in range(1 + (dice.random() < 0.2)):
            number = len(world.dossiers)
            status = dice.choice(["open", "open", "gesloten", "afgeschermd"])
            parts = [(o, _days(dice)) for o in range(3) if dice.random() < 0.75]
            parts += [(o, (0, dice.choice([2, None]))) for o, d in parts if d[1] == 0]  # left, and came back
            circles = (purpose,) if dice.random() < 0.4 else ()
            world.dossiers.append(
                oracle.Dossier(
                    purpose, dice.randrange(3), dice.choice([1, 2, 3, 3]), status, circles, tuple(parts)
                )
            )
            for _ in range(2):
                named = [(o, dice.choice([None, dice.randrange(4)])) for o in range(3) if dice.random() < 0.6]
                world.records.append(
                    oracle.Record(
                        number,
                        dice.choice(list(CODES)),
                        dice.randrange(3),
                        dice.choice(MARKINGS),
                        tuple(named),
                        dice.random() < 0.08,
                        dice.choice([5] * 8 + [1, 0, -1]),
                    )
                )


def _sessions(world: World, dice: Random) -> None:
    people = sorted(world.memberships)
    for _ in range(4 if people else 0):
        user, organisation = dice.choice(people)
        given = [
            a.purpose
            for a in world.authorisations
            if a.user == user and world.partners[a.partner].organisation == organisation
        ]
        purpose = dice.choice(given) if given and dice.random() < 0.85 else dice.randrange(3)
        hours = -1 if dice.random() < 0.04 else 2
        world.sessions.append(oracle.Session(user, organisation, purpose, dice.random() < 0.95, hours))
        for number, dossier in enumerate(world.dossiers):
            if dossier.purpose == purpose and dice.random() < 0.25:
                world.emergencies.append(
                    oracle.Emergency(
                        number,
                        user,
                        organisation,
                        dice.random() < 0.75,
                        dice.choice([3, 3, -1]),
                        dice.random() < 0.2,
                    )
                )


# --- into the database ---------------------------------------------------------------------------------


@cache
def key(seed: int, kind: str, number: int) -> UUID:
    """Return the same identifier for the same thing of the same world."""
    return UUID(bytes=hashlib.md5(f"{seed}:{kind}:{number}".encode(), usedforsecurity=False).digest())


@cache
def _text(seed: int, kind: str, number: int) -> str:
    return str(key(seed, kind, number))


def token(seed: int, number: int) -> str:
    return f"world-{seed}-session-{number}"


def insert(owner: psycopg.Connection[Any], worlds: dict[int, World]) -> None:
    """Put worlds into the database as they are, with the guards off: worlds also hold what has ended."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    today = owner.execute("SELECT today()").fetchone()[0]  # type: ignore[index]
    for seed, world in worlds.items():
        for table, row in _Rows(seed, world, today).all():
            rows[table].append(row)
    for table, records in rows.items():
        columns = ", ".join(records[0])
        owner.execute(
            f"INSERT INTO {table} ({columns}) SELECT {columns} "
            f"FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)",
            [json.dumps(records, default=str)],
        )
    owner.execute(
        "SELECT vault_refresh(id) FROM unnest(%s::uuid[]) d (id)", [[r["id"] for r in rows["vault_dossier"]]]
    )


@cache
def _day(today: date, offset: int) -> str:
    return str(today + timedelta(days=offset))


class _Rows:
    """The rows of one world, in an order in which they may be inserted."""

    def __init__(self, seed: int, world: World, today: date) -> None:
        self.seed, self.world, self.today = seed, world, today
        self.now = datetime.now().astimezone()

    def key(self, kind: str, number: int | None) -> str | None:
        return None if number is None else _text(self.seed, kind, number)

    def day(self, offset: int | None) -> str | None:
        return None if offset is None else _day(self.today, offset)

    def days(self, days: Days) -> str:
        return f"[{self.day(days[0])},{self.day(days[1]) or ''})"

    def all(self) -> Iterator[tuple[str, dict[str, Any]]]:
        yield from self.people()
        yield from self.terms()
        yield from self.parties()
        yield from self.dossiers()
        yield from self.records()

    def people(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for n in range(3):
            name = f"world-{self.seed}-{n}"
            yield "identity_organisation", {"id": self.key("o", n), "slug": name, "name": name, "place": ""}
        for n, active in enumerate(self.world.active):
            kind = "dienst" if self.world.service[n] else "persoon"
            told = {"id": self.key("u", n), "email": f"{self.seed}-{n}@worlds.invalid", "name": f"u{n}"}
            yield "identity_user", told | {"kind": kind, "is_active": active, "password": "!"}
        for (user, organisation), days in self.world.memberships.items():
            at = {"user_id": self.key("u", user), "organisation_id": self.key("o", organisation)}
            number = 10_000_000 + self.seed * 100 + user * 3 + organisation
            yield "identity_membership", at | {"id": number, "role": "adviseur", "period": self.days(days)}
        for n, s in enumerate(self.world.sessions):
            strong = self.now if s.strong else None
            yield "identity_session", {
                "token_hash": "\\x" + hashlib.sha256(token(self.seed, n).encode()).hexdigest(),
                "user_id": self.key("u", s.user), "organisation_id": self.key("o", s.organisation),
                "data": "", "created_at": self.now, "expires_at": self.now + timedelta(hours=s.hours_left),
                "strong_at": strong, "proven_at": strong, "seen_at": self.now, "device": "",
            }  # fmt: skip

    def terms(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for n in range(2):
            code = f"world-{self.seed}-{n}"
            told = {"id": self.key("a", n), "code": code, "name": code, "lead_id": self.key("o", 0)}
            yield "agreements_agreement", told | {"zone": "riec", "regime": "riec"}
        for n, v in enumerate(self.world.versions):
            yield "agreements_version", {
                "id": self.key("v", n), "agreement_id": self.key("a", v.agreement), "number": n,
                "status": v.status, "period": self.days(v.days), "max_retention": 60, "document": "",
                "change": "", "dpia_adopted_on": self.today, "dpia_reference": "", "advice": "positief",
                "residual_risk_is_high": False, "prior_consultation": "", "advice_reference": "",
                "coordinator_id": self.key("u", 0), "contact_point": "x", "reminder_days": 90,
                "signed_on": self.today, "end_reason": "", "ended_on": self.day(v.ended_on),
                "activated_at": self.now if v.was_activated else None,
            }  # fmt: skip
        for n, p in enumerate(self.world.purposes):
            yield "agreements_purpose", {
                "id": self.key("p", n), "agreement_id": self.key("a", p.agreement),
                "version_id": self.key("v", p.version), "regime": "riec", "code": f"p{n}", "name": f"p{n}",
                "ground": "e", "law": "BWBR0049962", "article": "2.17", "activity": "b", "activity_uri": "x",
                "ended_on": self.day(p.ended_on),
            }  # fmt: skip
            for k, (code, (tier, version)) in enumerate(p.categories.items()):
                yield "agreements_purposecategory", {
                    "id": self.key("c", n * 10 + k), "purpose_id": self.key("p", n), "category_id": code,
                    "version_id": self.key("v", version), "kind": CODES[code], "is_health": False,
                    "regime": "riec", "activity": "b", "tier": tier, "retention": 12, "exception": "x",
                }  # fmt: skip

    def parties(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for n, p in enumerate(self.world.partners):
            yield "agreements_partner", {
                "id": self.key("m", n), "agreement_id": self.key("a", p.agreement),
                "version_id": self.key("v", p.version), "organisation_id": self.key("o", p.organisation),
                "task": "x", "is_public": True, "position": "verantwoordelijke", "period": self.days(p.days),
                "left_because": "",
            }  # fmt: skip
        for n, a in enumerate(self.world.authorisations):
            partner = self.world.partners[a.partner]
            yield "agreements_authorisation", {
                "id": self.key("t", n), "agreement_id": self.key("a", partner.agreement),
                "partner_id": self.key("m", a.partner), "purpose_id": self.key("p", a.purpose),
                "organisation_id": self.key("o", partner.organisation), "user_id": self.key("u", a.user),
                "task": a.task, "max_tier": a.tier, "period": self.days(a.days), "document": "x",
                "given_by_id": self.key("u", (a.user + 1) % 4), "given_at": self.now,
                "revoked_at": self.now if a.revoked else None,
            }  # fmt: skip
        for n, c in enumerate(self.world.circles):
            agreement = self.key("a", self.world.purposes[c.purpose].agreement)
            circle = {
                "id": self.key("k", n),
                "agreement_id": agreement,
                "purpose_id": self.key("p", c.purpose),
            }
            told = {"name": "x", "members_see_each_other": c.visible, "period": self.days(c.days)}
            yield "agreements_circle", circle | told
            for partner_number, days in c.members.items():
                organisation = self.world.partners[partner_number].organisation
                yield "agreements_circlemember", {
                    "id": self.key("l", n * 10 + partner_number), "agreement_id": agreement,
                    "circle_id": self.key("k", n), "partner_id": self.key("m", partner_number),
                    "organisation_id": self.key("o", organisation), "period": self.days(days),
                }  # fmt: skip

    def dossiers(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for n, d in enumerate(self.world.dossiers):
            agreement = self.world.purposes[d.purpose].agreement
            yield "vault_dossier", {
                "id": self.key("d", n), "number": f"W-{self.seed}-{n}", "agreement_id": self.key("a",
                agreement),
                "purpose_id": self.key("p", d.purpose), "zone": "riec", "owner_id": self.key("o", d.owner),
                "tier": d.tier, "status": d.status, "place": "", "opened_on": self.today,
                "opened_by_id": self.key("u", 0), "key_id": "x", "wrapped_key": "\\x00",
            }  # fmt: skip
            for k, (organisation, days) in enumerate(d.participants):
                yield "vault_participation", {
                    "id": self.key("q", n * 10 + k), "dossier_id": self.key("d", n), "is_owner": True,
                    "organisation_id": self.key("o", organisation), "since": self.day(days[0]),
                    "until": self.day(days[1]),
                }  # fmt: skip
            for circle in d.circles:
                yield "vault_dossiercircle", {
                    "id": self.key("dc", n), "dossier_id": self.key("d", n),
                    "circle_id": self.key("k", circle), "purpose_id": self.key("p", d.purpose),
                }  # fmt: skip

    def records(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for n, r in enumerate(self.world.records):
            yield "vault_record", {
                "id": self.key("r", n), "dossier_id": self.key("d", r.dossier), "zone": "riec",
                "purpose_id": self.key("p", self.world.dossiers[r.dossier].purpose),
                "category_id": r.category,
                "source_id": self.key("o", r.source), "entered_by_id": self.key("u", 0),
                "entered_at": self.now,
                "marking": r.marking, "nature": "feit", "reliability": "bevestigd", "provenance": "melding",
                "first_processed": self.today, "delete_by": self.day(r.delete_by), "sealed": "\\x00",
                "restricted_at": self.now if r.restricted else None,
            }  # fmt: skip
            for k, (organisation, person) in enumerate(r.recipients):
                yield "vault_recipient", {
                    "id": self.key("x", n * 10 + k), "record_id": self.key("r", n),
                    "organisation_id": self.key("o", organisation), "person_id": self.key("u", person),
                }  # fmt: skip
        for n, e in enumerate(self.world.emergencies):
            approved = self.now - timedelta(hours=2) if e.approved else None
            yield "vault_emergency", {
                "id": self.key("e", n), "dossier_id": self.key("d", e.dossier), "sealed_reason": "\\x00",
                "purpose_id": self.key("p", self.world.dossiers[e.dossier].purpose), "asked_at": self.now,
                "organisation_id": self.key("o", e.organisation), "person_id": self.key("u", e.user),
                "approved_by_id": self.key("u", (e.user + 1) % 4) if e.approved else None,
                "approved_at": approved, "ended_at": self.now if e.ended else None,
                "until": self.now + timedelta(hours=e.until) if e.approved else None,
            }  # fmt: skip
