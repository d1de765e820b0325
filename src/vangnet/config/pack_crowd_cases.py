"""Invented cases of the crowd of a demonstration: opened, measured and closed through the verbs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, Protocol

from django.db import transaction

from vangnet.agreements.models import Purpose
from vangnet.casework import case_actions
from vangnet.casework.models import Case, MeasureKind, Phenomenon, Term
from vangnet.config.pack_vault import at_work
from vangnet.identity.models import Organisation, User


class Town(Protocol):
    """What is known here of a municipality."""

    @property
    def organisation(self) -> Organisation: ...
    @property
    def adviser(self) -> User: ...
    @property
    def signals(self) -> int: ...


def load(
    towns: Sequence[Town],
    told: Mapping[str, Any],
    subjects: Sequence[Mapping[str, str]],
    dice: Random,
    *,
    at: datetime,
) -> int:
    """Open the cases, most of them where most signals come from; return how many."""
    if not towns:
        return 0
    places = dice.choices(towns, weights=[town.signals for town in towns], k=told["cases"])
    for town in places:
        opened = at - timedelta(days=dice.randrange(20, told["days"]))
        with transaction.atomic():
            purpose = Purpose.objects.select_related("agreement").get(
                agreement__lead=town.organisation, code="openbare-orde"
            )
        with at_work(town.adviser, purpose), transaction.atomic():
            _case(town, purpose, dice.choice(subjects)["phenomenon"], told, dice, opened, at)
    return len(places)


def _case(
    town: Town,
    purpose: Purpose,
    phenomenon: str,
    told: Mapping[str, Any],
    dice: Random,
    opened: datetime,
    now: datetime,
) -> None:
    by, place = town.adviser, town.organisation.place
    case = case_actions.open_case(
        purpose=purpose,
        tier=1,
        place=place,
        phenomenon=Phenomenon.objects.get(pk=phenomenon),
        by=by,
        at=opened,
    )
    fitting = [row for row in told["measures"] if phenomenon in row["phenomena"]]
    begins, length = opened + timedelta(days=dice.randrange(5, 60)), timedelta(days=dice.randrange(30, 180))
    if begins >= now:
        return
    if fitting:
        _measure(case, dice.choice(fitting), town, begins, begins + length, now)
    ends = begins + length + timedelta(days=dice.randrange(5, 40))
    if ends < now:
        case_actions.close_case(
            case, result=Term.objects.get(pk=f"resultaat/{dice.choice(told['results'])}"),
            lesson="Demonstratie. Vroeg overleg met de partners scheelde werk.", by=by, at=ends,
        )  # fmt: skip


def _measure(
    case: Case, told: Mapping[str, Any], town: Town, begins: datetime, ends: datetime, now: datetime
) -> None:
    plan = case_actions.Plan(
        kind=MeasureKind.objects.get(pk=told["kind"]),
        organisation=town.organisation,
        since=begins.date(),
        until=ends.date(),
        place=town.organisation.place,
        effect=Term.objects.get(pk=f"effect/{told['effect']}"),
        indicator="",
        period="",
        no_baseline=Term.objects.get(pk="geen-nulmeting/te-klein"),
    )
    reasons = "Demonstratie. De maatregel past bij wat is vastgesteld."
    measure = case_actions.impose_measure(case, plan, reasons=reasons, by=town.adviser, at=begins)
    if ends < now:
        case_actions.end_measure(
            measure,
            outcome=Term.objects.get(pk="afloop/bereikt"),
            until=ends.date(),
            by=town.adviser,
            at=ends,
        )
