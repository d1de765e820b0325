"""Invented signals of a demonstration that are supplied to the organisation that takes them on as a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from vangnet.agreements.models import Purpose
from vangnet.casework.actions import Report
from vangnet.casework.models import Signal
from vangnet.config.pack_vault import at_work, purpose_of
from vangnet.identity.models import Organisation, User
from vangnet.vault import actions, reading
from vangnet.vault.models import Notice
from vangnet.vault.opening import Opened

WHY = "Noodzakelijk en evenredig voor deze casus (demonstratie)."


class Invented(Protocol):
    """What is known here of an invented signal."""

    @property
    def report(self) -> Report: ...
    @property
    def route(self) -> str: ...


def supply(
    told: Mapping[str, Any],
    pairs: Sequence[tuple[Invented, Signal]],
    people: Mapping[str, User],
    purpose: Purpose,
    *,
    at: datetime,
) -> None:
    """Supply the last few signals of a route, each weighed and granted; the receiver has seen the notices."""
    target, recipient = purpose_of(told["for"]), Organisation.objects.get(slug=told["to"])
    owner, decider = people[told["by"]], people[told["decided_by"]]
    routed = [pair for pair in pairs if pair[0].route == told["route"]]
    for one, signal in routed[-told["last"] :]:
        with at_work(owner, purpose):
            weighing = actions.ask_weighing(
                signal.pk, kind="verstrekking", recipient=recipient, target=target, article=target.article,
                categories=[told["category"]], words={"noodzaak": WHY}, by=owner, at=at,
            )  # fmt: skip
        with at_work(decider, purpose):
            zone = purpose.agreement.zone
            actions.decide_weighing(weighing, zone=zone, granted=True, motivation=WHY, by=decider, at=at)
        with at_work(owner, purpose):
            actions.supply(weighing, opened=_reported(one, signal), target=target, by=owner, at=at)
    receiver = people[told["seen_by"]]
    with at_work(receiver, target):
        for notice in Notice.objects.visible_to(receiver).filter(kind="verstrekt", acknowledged_at=None):
            actions.acknowledge(notice.pk, by=receiver, at=at)


def _reported(one: Invented, signal: Signal) -> Opened:
    """Return what was reported, as who opens it would read it: the first record of the signal."""
    stub = reading.dossier(signal.pk)
    known = stub.record(next(iter(reading.natures(signal.pk))))
    return Opened(
        record=known.id, dossier=signal.pk, category=known.category, source=known.source,
        marking=known.marking, nature="feit", reliability="onbekend", provenance="melding",
        entered_at=signal.received_at, first_processed=known.first_processed, delete_by=known.delete_by,
        text=one.report.text, people=(), files=(),
    )  # fmt: skip
