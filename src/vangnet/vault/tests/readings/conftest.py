"""An agreement with two purposes, a dossier with two records, and ways to look at the whole log."""

import datetime as dt
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone
from psycopg.types.range import Range
from tests import databases

from vangnet.agreements.models import (
    Agreement,
    Authorisation,
    Partner,
    Purpose,
    PurposeCategory,
    Version,
)
from vangnet.identity import token
from vangnet.identity.models import Organisation
from vangnet.identity.operator import operator, service_session
from vangnet.vault import actions, doors, opening

MAIN, OTHER = "casusoverleg", "scan"
SLUGS = ("riec", "politie", "om", "gm0301", "gm0200")
LIFE = dt.timedelta(days=300)


@dataclass
class Case:
    """What a test needs to open something."""

    purpose: Purpose
    other: Purpose
    organisations: dict[str, Organisation]
    dossier: UUID = None
    number: str = ""
    records: list[UUID] = field(default_factory=list)
    subjects: list[UUID] = field(default_factory=list)

    @contextmanager
    def session(self, user, *, purpose=None, trace=""):
        """Work as somebody, for the purpose of the case."""
        with ExitStack() as stack:
            stack.enter_context(service_session(user))
            if trace:
                stack.enter_context(token.request(token.current(), traceparent=trace))
            stack.enter_context(token.for_purpose((purpose or self.purpose).pk))
            yield

    def open(self, user, *records, reason="overleg", motivation=""):
        """Open records as a page does: the line of the log is committed first."""
        return opening.open_records(
            records or self.records,
            dossier=self.dossier,
            zone="riec",
            reason=reason,
            motivation=motivation,
            by=user,
            at=timezone.now(),
        )

    def announce(self, *records, reason="overleg"):
        """Commit the lines of the log, and return those that may be used."""
        with doors.rules(durable=True):
            rows = doors.call("vault_announce", list(records or self.records), reason, None, timezone.now())
        return [event for event, _, allowed in rows if allowed]


@pytest.fixture
def case(own_database, esra, nora, anna, carla, lotte):
    """Esra and Lotte (RIEC) and Carla (police) up to tier 3, Anna (Zutphen) up to tier 1."""
    case = _agreement(esra, nora, anna, carla, lotte)
    with case.session(esra):
        case.dossier, case.number = actions.open_dossier(
            purpose=case.purpose, tier=2, by=esra, at=timezone.now()
        )
        for name in ("Piet Verzonnen", "Kees Bedacht"):
            case.subjects.append(
                actions.add_subject(
                    case.dossier, name=name, born=dt.date(1980, 1, 1), capacity="verdachte",
                    is_minor=False, by=esra, at=timezone.now(),
                )
            )  # fmt: skip
        for text, about in (("eerste geheim", case.subjects), ("tweede geheim", case.subjects[:1])):
            case.records.append(
                actions.add_record(
                    case.dossier, category="personalia", text=text, nature="feit",
                    reliability="bevestigd", provenance="melding", marking="amber",
                    subjects=about, by=esra, at=timezone.now(),
                )
            )  # fmt: skip
    return case


def _agreement(esra, nora, anna, carla, lotte):
    today, now = timezone.localdate(), timezone.now()
    period = Range(today - dt.timedelta(days=30), today + LIFE)
    places = {slug: Organisation.objects.get(slug=slug) for slug in SLUGS}
    with service_session(operator()), transaction.atomic():
        agreement = Agreement.objects.create(
            code="proef", name="Proefconvenant", zone="riec", regime="riec", lead=places["riec"]
        )
        version = Version.objects.create(agreement=agreement, number=1, period=period, max_retention=60)
        main, other = (_purpose(agreement, version, code) for code in (MAIN, OTHER))
        partners = {
            slug: Partner.objects.create(
                agreement=agreement, version=version, organisation=place, task="taak", period=period
            )
            for slug, place in places.items()
        }
        for user, slug, tier in (
            (esra, "riec", 3),
            (lotte, "riec", 3),
            (carla, "politie", 3),
            (anna, "gm0301", 1),
        ):
            for purpose in (main, other):
                Authorisation.objects.create(
                    agreement=agreement, partner=partners[slug], purpose=purpose,
                    organisation=places[slug], user=user, max_tier=tier, period=period,
                    document="besluit", given_by=operator(), given_at=now,
                )  # fmt: skip
        version.dpia_adopted_on = version.signed_on = today
        version.advice, version.coordinator, version.contact_point = "positief", nora, "contact"
        version.activated_at, version.status = now, "actief"
        version.save()
    return Case(purpose=main, other=other, organisations=places)


def _purpose(agreement, version, code):
    purpose = Purpose.objects.create(
        agreement=agreement, version=version, regime="riec", code=code, name=f"Doel {code}", ground="e",
        law="BWBR0049962", article="2.17", activity="b", activity_uri=f"urn:proef:{code}",
    )  # fmt: skip
    PurposeCategory.objects.create(
        purpose=purpose, version=version, category_id="personalia", kind="gewoon", is_health=False,
        regime="riec", activity="b", tier=1, retention=36, exception="",
    )  # fmt: skip
    return purpose


@pytest.fixture
def as_owner(own_database):
    """Ask the database as its owner, who sees the whole log."""

    def ask(query, *values):
        with databases.as_owner(own_database) as owner:
            cursor = owner.execute(query, values or None)
            return cursor.fetchall() if cursor.description else []

    return ask


@pytest.fixture
def owner_connection(own_database):
    """Open a connection as owner, to hold something in a transaction of its own."""
    return lambda: databases.as_owner(own_database)


@pytest.fixture
def chain(as_owner):
    """Say whether each line of the log has its place in a chain without gaps."""

    def chain():
        (row,) = as_owner(
            "SELECT count(*), min(number), max(number), (SELECT count(*) FROM audit_event),"
            " count(*) FILTER (WHERE l.event_id IN (SELECT id FROM audit_event)) FROM audit_link l"
        )
        links, first, last, events, known = row
        return (first, last) == (1, links) and links == events == known

    return chain


@pytest.fixture
def opened_lines(as_owner):
    """The lines about records that were opened, oldest first."""

    def lines():
        return as_owner(
            "SELECT id, subject, actor, outcome FROM audit_event"
            " WHERE verb = 'vault.record.opened' ORDER BY id"
        )

    return lines
