"""Invented lines for every register: by rule, with a seed, for all municipalities, marked as synthetic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from random import Random
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone

from vangnet.figures.models import Figure
from vangnet.identity.models import OrganisationKind, User
from vangnet.registers.models import (
    Adoption,
    Choice,
    Fact,
    Find,
    Gain,
    GainAgreement,
    GroupReview,
    GroupStep,
    Intimidation,
    Resilience,
    Source,
    YouthGroup,
)

USUAL_SIZE = 40_000  # inhabitants of a municipality that counts as one
# Of each hundred municipalities, how many have a power; the lists of a pack are in this order of age.
LIKELY = (92, 84, 55, 88, 61, 80, 66, 58, 47, 76, 70, 35)
RULES = ("APV art. 2:{n}", "Beleidsregel {y}", "Beleidsregel Damocles {y}", "Verordening {y}, art. {n}")
AGREED = {"strafrechtelijk": 1_500_000, "bestuurlijk": 700_000, "fiscaal": 900_000}


@dataclass
class Invention:
    """The dice, and what the lines are about."""

    dice: Random
    years: range
    by: User
    at: datetime

    @cached_property
    def today(self) -> date:
        """The day of the demonstration."""
        return timezone.localdate(self.at)

    @cached_property
    def owners(self) -> dict[str, UUID]:
        """The organisation of each municipality of today, by its code."""
        kinds = OrganisationKind.objects.filter(kind="gemeente", period__contains=self.today)
        return dict(kinds.order_by("organisation__place").values_list("organisation__place", "organisation"))

    @cached_property
    def partners(self) -> dict[str, UUID]:
        """An organisation of each other kind."""
        kinds = OrganisationKind.objects.filter(period__contains=self.today).exclude(kind="gemeente")
        return dict(kinds.order_by("organisation__slug").values_list("kind", "organisation"))

    @cached_property
    def weights(self) -> dict[str, float]:
        """How large each municipality is, as the last figure says."""
        people = Figure.objects.filter(indicator__is_population=True, value__isnull=False)
        known = dict(people.order_by("start").values_list("area_id", "value"))
        return {code: float(known.get(code) or USUAL_SIZE) / USUAL_SIZE for code in sorted(self.owners)}

    @cached_property
    def choices(self) -> dict[str, list[str]]:
        """The codes of each list."""
        found = defaultdict(list)
        for code, listed in Choice.objects.order_by("list", "order").values_list("code", "list"):
            found[listed].append(code)
        return found

    def key(self) -> UUID:
        """Return an id that the seed decides."""
        return UUID(int=self.dice.getrandbits(128), version=4)

    def times(self, mean: float) -> int:
        """Return how often something happens that happens `mean` times on average."""
        return sum(self.dice.random() < mean / 12 for _ in range(12))

    def day(self, year: int) -> date:
        """Return a day of a year that has come."""
        last = min(date(year, 12, 28), self.today - timedelta(days=1))
        return date(year, 1, 1) + timedelta(days=self.dice.randint(0, max((last - date(year, 1, 1)).days, 0)))

    def entered(self, place: str, on: date, organisation: UUID | None = None) -> dict[str, Any]:
        """Return what every line has."""
        moment = datetime.combine(on + timedelta(days=self.dice.randint(1, 20)), time(11), self.at.tzinfo)
        return {
            "id": self.key(),
            "organisation_id": organisation or self.owners[place],
            "place": place,
            "source": Source.SYNTHETIC,
            "entered_by": self.by,
            "entered_at": min(moment, self.at),
        }


def invented(seed: int, years: int, *, by: User, at: datetime) -> list[models.Model]:
    """Return the lines of all registers, the same for the same seed and day."""
    last = timezone.localdate(at).year
    one = Invention(Random(seed), range(last - years + 1, last + 1), by, at)  # noqa: S311  no secret
    found: list[models.Model] = []
    for lines in (_agreements, _gains, _finds, _adoptions, _groups, _resilience, _intimidation):
        found += lines(one)
    return found


def _agreements(one: Invention) -> Iterator[models.Model]:
    unit = str(settings.REGION["unit"]["code"])
    owner = one.partners["netwerk"]
    for year in one.years:
        for kind, amount in AGREED.items():
            grown = round(amount * (1 + 0.04 * (year - one.years[0])), -4)
            told = one.entered(unit, date(year, 1, 10), owner)
            yield GainAgreement(year=year, kind=kind, amount=int(grown), **told)


def _gains(one: Invention) -> list[models.Model]:
    lines = [line for year in one.years for place in one.weights for line in _gains_of(one, place, year)]
    return [*lines, *_corrections(one, lines)]


def _gains_of(one: Invention, place: str, year: int) -> Iterator[Gain]:
    size = one.weights[place]
    for kind, organisation, mean, usual in (
        (Gain.Kind.CRIMINAL, one.partners["om"], 1.2, 34_000),
        (Gain.Kind.ADMINISTRATIVE, one.owners[place], 1.1, 9_000),
        (Gain.Kind.FISCAL, one.partners["riec"], 0.5, 42_000),
    ):
        for _ in range(one.times(mean * size)):
            amount = max(int(one.dice.lognormvariate(0, 0.8) * usual), 500)
            on = one.day(year)
            for stage, share in zip(Gain.Stage, (1.0, 0.62, 0.41), strict=True):
                if stage is not Gain.Stage.CLAIMED and one.dice.random() > 0.7:
                    break
                told = one.entered(place, on, organisation)
                status = "voorlopig" if year == one.today.year else "definitief"
                part = max(int(amount * share) // 100 * 100, 100)
                yield Gain(kind=kind, stage=stage, amount=part, happened_on=on, status=status, **told)


def _corrections(one: Invention, lines: list[Gain]) -> list[Gain]:
    """Return a correction of one line in forty, a tenth less than what was entered first."""
    found = []
    for former in lines[::40]:
        told = one.entered(former.place, former.happened_on, former.organisation_id)
        same = {name: getattr(former, name) for name in ("kind", "stage", "happened_on", "status")}
        amount = max(former.amount * 9 // 10, 100)
        reason = Fact.Reason.SLIP
        found.append(Gain(**same, amount=amount, replaces_id=former.pk, reason=reason, **told))
    return found


def _finds(one: Invention) -> Iterator[models.Model]:
    for year in one.years:
        fewer = 0.92 ** (year - one.years[0])
        for place, size in one.weights.items():
            for _ in range(one.times(2.6 * size * fewer)):
                yield _find(one, place, year, Find.Kind.HENNEP)
            for _ in range(one.times(0.45 * size)):
                kinds = [Find.Kind.DUMP, Find.Kind.DUMP, Find.Kind.STORAGE, Find.Kind.LAB]
                yield _find(one, place, year, one.dice.choice(kinds))


def _find(one: Invention, place: str, year: int, kind: Find.Kind) -> Find:
    on = one.day(year)
    buildings = one.choices["pand"]
    known = one.dice.sample(one.choices["facilitator"], one.dice.choice((0, 0, 1, 1, 2)))
    hennep = kind is Find.Kind.HENNEP
    return Find(
        kind=kind,
        size=one.dice.choice(("klein", "klein", "middel", "middel", "groot", "onbekend")),
        building_id=one.dice.choice(buildings[:4] if kind is not Find.Kind.DUMP else buildings[-2:]),
        fire_hazard=one.dice.choice(("ja", "ja", "nee", "onbekend")) if hennep else "onbekend",
        illegal_power=one.dice.choice(("ja", "ja", "ja", "nee")) if hennep else "onbekend",
        facilitators=sorted(known),
        happened_on=on,
        status="voorlopig" if year == one.today.year else "definitief",
        **one.entered(place, on, one.partners["politie"]),
    )


def _adoptions(one: Invention) -> Iterator[models.Model]:
    for place in one.weights:
        for number, instrument in enumerate(one.choices["instrument"]):
            rolled = one.dice.randrange(100)
            likely = LIKELY[number % len(LIKELY)]
            adopted = "ja" if rolled < likely else "onbekend" if rolled > 94 else "nee"
            checked = one.day(one.years[-2] if one.dice.random() < 0.3 else one.years[-1])
            since = date(one.years[0] - one.dice.randint(1, 8), one.dice.randint(1, 12), 1)
            article = one.dice.randint(10, 89)
            rule = RULES[number % len(RULES)].format(n=article, y=since.year)
            yield Adoption(
                instrument_id=instrument,
                adopted=adopted,
                rule=rule if adopted == "ja" else "",
                since=since if adopted == "ja" else None,
                checked_on=checked,
                **one.entered(place, checked),
            )


def _groups(one: Invention) -> list[models.Model]:
    groups: list[YouthGroup] = []
    for place, size in one.weights.items():
        for number in range(1, min(one.times(1.1 * size), 4) + 1):
            on = one.day(one.dice.choice(one.years))
            groups.append(YouthGroup(number=number, opened_on=on, **one.entered(place, on)))
    steps = [step for group in groups for step in _steps(one, group)]
    return [*groups, *steps, *(review for group in groups for review in _reviews(one, group))]


def _steps(one: Invention, group: YouthGroup) -> Iterator[GroupStep]:
    on = group.opened_on
    for step in range(1, one.dice.randint(1, GroupStep.LAST) + 1):
        if on >= one.today:
            return
        told = {"entered_by": one.by, "entered_at": group.entered_at}
        yield GroupStep(id=one.key(), group=group, step=step, taken_on=on, **told)
        on += timedelta(days=one.dice.randint(14, 90))


def _reviews(one: Invention, group: YouthGroup) -> Iterator[GroupReview]:
    kind = one.dice.choice(("hinderlijk", "hinderlijk", "overlastgevend", "overlastgevend", "crimineel"))
    upward, on = one.dice.random() < 0.7, group.opened_on
    for number in range(one.dice.randint(1, 3)):
        if on >= one.today:
            return
        yield GroupReview(
            id=one.key(),
            group=group,
            reviewed_on=on,
            kind=kind,
            size=one.dice.choice(GroupReview.Size.values),
            approach_id=one.dice.choice(one.choices["aanpak"]) if number else None,
            effect_id=one.dice.choice(one.choices["effect"]) if number else None,
            counts_upward=upward,
            next_on=on + timedelta(days=180),
            entered_by=one.by,
            entered_at=datetime.combine(on, time(12), one.at.tzinfo),
        )
        on += timedelta(days=one.dice.randint(90, 200))


def _resilience(one: Invention) -> Iterator[models.Model]:
    for place in one.weights:
        checked = one.day(one.years[-1])
        has = one.dice.random() < 0.72
        trained = one.dice.random() < 0.55
        yield Resilience(
            protocol_since=one.day(one.years[0]) if has else None,
            contact_id=one.dice.choice(one.choices["functie"]) if has or one.dice.random() < 0.4 else None,
            exercised_on=one.day(one.dice.choice(one.years[1:])) if trained else None,
            checked_on=checked,
            **one.entered(place, checked),
        )


def _intimidation(one: Invention) -> Iterator[models.Model]:
    for year in one.years:
        for place, size in one.weights.items():
            for _ in range(one.times(0.5 * size)):
                on = one.day(year)
                yield Intimidation(
                    month=on.replace(day=1),
                    kind_id=one.dice.choice(one.choices["intimidatie"]),
                    target_id=one.dice.choice(one.choices["doelwit"]),
                    reported=one.dice.choice(("ja", "nee", "nee", "onbekend")),
                    **one.entered(place, on),
                )
