"""A small agreement with dossiers to attack, made as owner, and sessions of the weak role to attack with."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.conf import settings
from psycopg import sql
from psycopg.types.json import Jsonb
from psycopg.types.range import DateRange

from tests import databases

NONE: list[UUID] = []


def now() -> datetime:
    return datetime.now(UTC)


class Session:
    """Somebody who is signed in, as the database sees it; each call is a transaction of its own."""

    def __init__(self, name: str, token: str, purpose: UUID | str) -> None:
        self.url, self.token, self.purpose = (
            databases.on_database(settings.URLS.app, name),
            token,
            str(purpose),
        )

    @contextmanager
    def transaction(self) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(self.url) as connection:
            connection.execute(
                "SELECT set_config('vangnet.token', %s, true), set_config('vangnet.purpose', %s, true)",
                [self.token, self.purpose],
            )
            yield connection

    def rows(self, query: str, *values: Any) -> list[Any]:
        with self.transaction() as connection:
            return connection.execute(query, values).fetchall()  # type: ignore[arg-type]

    def call(self, function: str, *values: Any) -> Any:
        """Return the first value of a function of the vault."""
        found = self.rows(f"SELECT * FROM {function}({', '.join(['%s'] * len(values))})", *values)
        return found[0][0] if found else None

    def may(self, record: UUID) -> bool:
        return bool(self.call("vault_may", record))

    def listed(self) -> set[UUID]:
        """The records in the list; the dossier itself when it has none."""
        return {record or dossier for dossier, record in self.rows("SELECT dossier, record FROM vault_entry")}

    def announce(self, record: UUID, reason: str = "overleg") -> tuple[int, bool]:
        line = self.rows("SELECT event, allowed FROM vault_announce(%s, %s, NULL, now())", [record], reason)
        return line[0]

    def open(self, record: UUID) -> bytes:
        """Announce and read, as the application does; what is not allowed raises."""
        event, _ = self.announce(record)
        return bytes(self.rows("SELECT sealed FROM vault_open(%s)", event)[0][0])

    def add(self, dossier: UUID, category: str = "personalia", **over: Any) -> UUID:
        key = uuid4()
        told: dict[str, Any] = {"marking": "amber", "nature": "feit", "reliability": "bevestigd"}
        told |= {"provenance": "melding", "began": None, "ends": None, "content": b"sealed"}
        told |= {"organisations": NONE, "people": NONE, "subjects": NONE, "origins": NONE} | over
        lists = ", %s::uuid[]" * 4
        self.rows(
            f"SELECT vault_add_record({', '.join(['%s'] * 10)}{lists})",
            key, dossier, category, *told.values(),
        )  # fmt: skip
        return key

    def open_dossier(self, tier: int = 3, circles: Sequence[UUID] = ()) -> UUID:
        key = uuid4()
        self.rows("SELECT vault_open_dossier(%s, %s, '', 'k', 'w', %s::uuid[])", key, tier, list(circles))
        return key


class Case:
    """Three organisations, two purposes in one agreement, and the people who work for them.

    `anna` and `otto` work at A, which owns the dossier; `bram` and `bea` at B, which takes part; `carla` at
    C, a partner that does not. `guard` is the privacy officer of A.
    """

    def __init__(self, name: str, owner: psycopg.Connection[Any], zone: str = "riec") -> None:
        self.name, self.owner = name, owner
        self.today = owner.execute("SELECT today()").fetchone()[0]  # type: ignore[index]
        self.always = DateRange(self.today - timedelta(days=30), self.today + timedelta(days=300))
        self.orgs = {letter: self._organisation(letter) for letter in "ABC"}
        self.work = {"anna": "A", "otto": "A", "guard": "A", "bram": "B", "bea": "B", "carla": "C"}
        self.people = {who: self.person(who) for who in self.work}
        for who, letter in self.work.items():
            self.role(self.people[who], self.orgs[letter], "fg" if who == "guard" else "adviseur")
        self.agreement, self.version, (self.purpose, self.other), self.partners = self.agree(zone)
        for aim in (self.purpose, self.other):
            for who in ("anna", "otto", "bram", "bea", "carla"):
                self.authorise(who, aim)
        self.dossier = self.session("anna").open_dossier()
        self.participate(self.dossier, "B")

    def insert(self, table: str, **values: Any) -> UUID:
        values.setdefault("id", uuid4())
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join([sql.Placeholder()] * len(values)),
        )
        self.owner.execute(statement, list(values.values()))
        return values["id"]  # type: ignore[no-any-return]

    def _organisation(self, letter: str) -> UUID:
        return self.insert("identity_organisation", slug=f"{letter.lower()}-{uuid4()}", name=letter, place="")

    def person(self, name: str, kind: str = "persoon") -> UUID:
        address = f"{name}-{uuid4()}@case.invalid"
        return self.insert("identity_user", email=address, name=name, kind=kind, is_active=True, password="!")

    def role(self, user: UUID, organisation: UUID, role: str) -> None:
        self.owner.execute(
            "INSERT INTO identity_membership (user_id, organisation_id, role, period) VALUES (%s, "
            "%s, %s, %s)",
            [user, organisation, role, self.always],
        )

    def agree(self, zone: str, aims: int = 2) -> tuple[UUID, UUID, list[UUID], dict[str, UUID]]:
        """Make an agreement that is in force, with its purposes and partners."""
        regime, activity = {"riec": ("riec", "b"), "zvh": ("zvh", "casusoverleg")}.get(
            zone, ("geen", "eigen")
        )
        code = f"case-{uuid4()}"
        agreement = self.insert(
            "agreements_agreement", code=code, name=code, zone=zone, regime=regime, lead_id=self.orgs["A"]
        )
        version = self.insert(
            "agreements_version", agreement_id=agreement, number=1, status="concept", period=self.always,
            max_retention=60, document="", change="", dpia_reference="", residual_risk_is_high=False,
            prior_consultation="", advice="", advice_reference="", contact_point="", reminder_days=90,
            end_reason="",
        )  # fmt: skip
        purposes = [self._purpose(agreement, version, regime, activity, n) for n in range(aims)]
        partners = {
            letter: self.insert(
                "agreements_partner", agreement_id=agreement, version_id=version,
                organisation_id=organisation,
                task="t", is_public=True, position="verantwoordelijke", period=self.always, left_because="",
            )
            for letter, organisation in self.orgs.items()
        }  # fmt: skip
        self.owner.execute(
            "UPDATE agreements_version SET dpia_adopted_on = %s, advice = 'positief', coordinator_id = %s, "
            "contact_point = 'c', signed_on = %s, activated_at = now(), status = 'actief' WHERE id = %s",
            [self.today, self.people["guard"], self.today, version],
        )
        return agreement, version, purposes, partners

    def _purpose(self, agreement: UUID, version: UUID, regime: str, activity: str, number: int) -> UUID:
        purpose = self.insert(
            "agreements_purpose", agreement_id=agreement, version_id=version, regime=regime,
            code=f"p{number}",
            name="p", ground="e", law="BWBR0049962", article="2.17", activity=activity,
            activity_uri="urn:x:1",
        )  # fmt: skip
        for code, tier, kind in (
            ("personalia", 1, "gewoon"),
            ("adres", 2, "gewoon"),
            ("justitieel", 3, "strafrechtelijk"),
        ):
            self.insert(
                "agreements_purposecategory", purpose_id=purpose, version_id=version, category_id=code,
                kind=kind,
                is_health=False, regime=regime, activity=activity, tier=tier, retention=36, exception="x",
            )  # fmt: skip
        return purpose

    def authorise(
        self, who: str, purpose: UUID, task: str = "verwerking", tier: int = 3, **over: Any
    ) -> UUID:
        letter = self.work[who]
        found = self.owner.execute(
            "SELECT p.id, p.agreement_id FROM agreements_partner p JOIN agreements_purpose d USING "
            "(agreement_id) "
            "WHERE d.id = %s AND p.organisation_id = %s",
            [purpose, self.orgs[letter]],
        ).fetchone()
        assert found is not None
        told = {"partner_id": found[0], "agreement_id": found[1], "organisation_id": self.orgs[letter]} | over
        return self.insert(
            "agreements_authorisation", purpose_id=purpose, user_id=self.people[who], task=task,
            max_tier=tier,
            period=self.always, document="b", given_at=now(), given_by_id=self.person("giver"), **told,
        )  # fmt: skip

    def participate(self, dossier: UUID, letter: str) -> UUID:
        return self.insert(
            "vault_participation", dossier_id=dossier, organisation_id=self.orgs[letter], is_owner=True,
            since=self.today,
        )  # fmt: skip

    def session(
        self, who: str, purpose: UUID | str | None = None, *, strong: bool = True, at: str = ""
    ) -> Session:
        token = secrets.token_urlsafe(16)
        moment = now() if strong else None
        self.owner.execute(
            "INSERT INTO identity_session (token_hash, user_id, organisation_id, data, created_at, "
            "expires_at, "
            "strong_at, proven_at, seen_at, device) VALUES (%s, %s, %s, '', now(), %s, %s, %s, now(), '')",
            [
                hashlib.sha256(token.encode()).digest(), self.people[who], self.orgs[at or self.work[who]],
                now() + timedelta(hours=1), moment, moment,
            ],
        )  # fmt: skip
        return Session(self.name, token, self.purpose if purpose is None else purpose)

    def number(self, dossier: UUID) -> str:
        return str(self.one("SELECT number FROM vault_dossier WHERE id = %s", dossier))

    def one(self, query: str, *values: Any) -> Any:
        row = self.owner.execute(query, values).fetchone()  # type: ignore[arg-type]
        return row[0] if row else None

    def weigh(
        self, who: str, dossier: UUID, kind: str, to: str, target: UUID | None = None, by: str = "otto",
        categories: Sequence[str] = ("personalia",),
    ) -> UUID:  # fmt: skip
        """Ask a weighing and have a colleague grant it."""
        key = uuid4()
        self.session(who).rows(
            "SELECT vault_ask_weighing(%s, %s, %s, %s, %s, 'art', %s, 'x', now())",
            key, dossier, kind, self.orgs[to], target, Jsonb(list(categories)),
        )  # fmt: skip
        if by:
            self.session(by).rows("SELECT vault_decide_weighing(%s, true, 'x', 30, now())", key)
        return key


def supply(session: Session, weighing: UUID, record: UUID) -> tuple[UUID, UUID, UUID]:
    """Supply a record, and return the supply, the copy and the dossier of the copy."""
    made, copy, dossier = uuid4(), uuid4(), uuid4()
    session.rows(
        "SELECT vault_supply(%s, %s, %s, %s, %s, 'k', 'w', 'copy', now())",
        weighing,
        record,
        made,
        copy,
        dossier,
    )
    return made, copy, dossier
