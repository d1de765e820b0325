"""Invented dossiers for a demonstration, put in by members of the cast through the verbs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from vangnet.agreements.models import Purpose
from vangnet.identity import token
from vangnet.identity.models import Organisation, User
from vangnet.identity.operator import service_session
from vangnet.vault import actions


class Pack(Protocol):
    """What is read of a region pack here."""

    @property
    def description(self) -> dict[str, Any]: ...


@contextmanager
def at_work(user: User, purpose: Purpose) -> Iterator[None]:
    """Let somebody of the cast work for a purpose."""
    with service_session(user), token.for_purpose(purpose.pk):
        yield


def load_demo(pack: Pack, people: Mapping[str, User], *, at: datetime) -> int:
    """Fill the vault with the dossiers of the pack's `demo_dossiers`; return how many."""
    wanted: Sequence[dict[str, Any]] = pack.description.get("demo_dossiers", [])
    for entry in wanted:
        _load(entry, people, at)
    return len(wanted)


def purpose_of(text: str) -> Purpose:
    """Return the purpose that a pack names as agreement/purpose."""
    agreement, code = text.split("/")
    return Purpose.objects.select_related("agreement").get(agreement__code=agreement, code=code)


def _load(entry: dict[str, Any], people: Mapping[str, User], at: datetime) -> None:
    purpose, owner = purpose_of(entry["purpose"]), people[entry["by"]]
    with at_work(owner, purpose):
        dossier, _ = actions.open_dossier(
            purpose=purpose, tier=entry["tier"], place=entry.get("place", ""), by=owner, at=at
        )
        subjects = [
            actions.add_subject(
                dossier,
                name=person["name"],
                born=date.fromisoformat(person["born"]) if "born" in person else None,
                capacity=person["capacity"],
                is_minor=bool(person.get("minor", False)),
                by=owner,
                at=at,
            )
            for person in entry.get("people", [])
        ]
    for guest in entry.get("participants", []):
        let_join(dossier, purpose, guest, owner, people[entry["decided_by"]], at)
    for item in entry["records"]:
        author = people[item.get("by", entry["by"])]
        with at_work(author, purpose):
            _add(dossier, item, subjects, author, at)


def let_join(dossier: UUID, purpose: Purpose, guest: str, owner: User, decider: User, at: datetime) -> None:
    """Weigh, decide and let a partner join a dossier."""
    with at_work(owner, purpose):
        weighing = actions.ask_weighing(
            dossier,
            kind="deelname",
            recipient=Organisation.objects.get(slug=guest),
            article=purpose.article,
            words={"noodzaak": "Zonder deze partner is geen aanpak mogelijk (demonstratie)."},
            by=owner,
            at=at,
        )
    with at_work(decider, purpose):
        actions.decide_weighing(
            weighing,
            zone=purpose.agreement.zone,
            granted=True,
            motivation="Noodzakelijk en evenredig voor deze casus (demonstratie).",
            by=decider,
            at=at,
        )
    with at_work(owner, purpose):
        actions.join(weighing, since=at.date(), by=owner, at=at)


def _add(dossier: UUID, item: dict[str, Any], subjects: Sequence[UUID], author: User, at: datetime) -> None:
    actions.add_record(
        dossier,
        category=item["category"],
        text=item["text"],
        nature=item.get("nature", "feit"),
        reliability=item.get("reliability", "waarschijnlijk"),
        provenance=item.get("provenance", "waarneming"),
        marking=item.get("marking", "amber"),
        subjects=[subjects[number] for number in item.get("about", [])],
        by=author,
        at=at,
    )
