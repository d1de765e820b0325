"""The agreements of a demonstration, from the pack, through the verbs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from vangnet.agreements import actions, designation
from vangnet.agreements.models import Category, Partner, Version
from vangnet.identity.models import Organisation, User


class Pack(Protocol):
    """What is read of a region pack here."""

    @property
    def description(self) -> dict[str, Any]: ...


def load_demo(pack: Pack, people: Mapping[str, User], *, by: User, at: datetime) -> int:
    """Make the agreements of `demo_agreements` and return how many; those without a signature stay drafts."""
    entries: list[dict[str, Any]] = pack.description.get("demo_agreements", [])
    for entry in entries:
        load_one(entry, people, by=by, at=at)
    return len(entries)


def load_one(entry: Mapping[str, Any], people: Mapping[str, User], *, by: User, at: datetime) -> None:
    """Make one agreement as a pack tells it; without a coordinator it stays a draft."""
    today = at.date()
    since, until = today - timedelta(days=90), today + timedelta(days=entry["days_left"])
    version = actions.draft_agreement(
        code=entry["code"],
        name=entry["name"],
        zone=entry["zone"],
        lead=Organisation.objects.get(slug=entry["lead"]),
        period=(since, until),
        max_retention=entry["retention"],
        by=by,
        at=at,
    )
    for purpose in entry["purposes"]:
        _add_purpose(version, purpose, by, at)
    partners = {
        slug: designation.add_partner(
            version,
            organisation=Organisation.objects.get(slug=slug),
            task=task,
            period=(since, until),
            by=by,
            at=at,
        )
        for slug, task in entry["partners"].items()
    }
    if "coordinator" in entry:
        _put_into_force(version, people[entry["coordinator"]], today, by, at)
    _designate(version, entry, partners, people, (today, until), by, at)


def _add_purpose(version: Version, entry: dict[str, Any], by: User, at: datetime) -> None:
    fields = {name: entry[name] for name in ("code", "name", "law", "article", "activity", "activity_uri")}
    purpose = actions.add_purpose(version, ground="e", by=by, at=at, **fields)
    for row in entry["categories"]:
        actions.add_category(
            purpose,
            version=version,
            category=Category.objects.get(pk=row["category"]),
            tier=row["tier"],
            retention=row["retention"],
            exception=row.get("exception", ""),
            by=by,
            at=at,
        )


def _put_into_force(version: Version, coordinator: User, today: date, by: User, at: datetime) -> None:
    facts = {
        "dpia_adopted_on": today - timedelta(days=60),
        "dpia_reference": "Demonstratie: DPIA in het dossier van de penvoerder",
        "coordinator": coordinator,
        "contact_point": "Demonstratie: contactpunt bij de penvoerder",
    }
    version = actions.edit_version(version, by=by, at=at, **facts)
    version = actions.advise(
        version,
        advice=Version.Advice.POSITIVE,
        advised_on=today - timedelta(days=45),
        reference="Demonstratie: advies van de commissie",
        by=by,
        at=at,
    )
    version = actions.sign(version, signed_on=today - timedelta(days=30), by=by, at=at)
    actions.activate(version, by=by, at=at)


def _designate(
    version: Version,
    entry: Mapping[str, Any],
    partners: Mapping[str, Partner],
    people: Mapping[str, User],
    days: tuple[date, date],
    by: User,
    at: datetime,
) -> None:
    purposes = {purpose.code: purpose for purpose in version.agreement.purposes.all()}
    for row in entry.get("authorisations", []):
        for code in row["purposes"]:
            designation.authorise(
                people[row["person"]],
                purpose=purposes[code],
                partner=partners[row["for"]],
                task=row.get("task", "verwerking"),
                max_tier=row["tier"],
                since=days[0],
                until=days[1],
                document="Demonstratie: aanwijzingsbesluit",
                by=by,
                at=at,
            )
    for row in entry.get("circles", []):
        circle = designation.open_circle(
            purposes[row["purpose"]], name=row["name"], period=days, by=by, at=at
        )
        for slug in row["members"]:
            designation.add_circle_member(circle, partner=partners[slug], period=days, by=by, at=at)
