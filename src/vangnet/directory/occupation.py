"""Who sits where on a day, and what of it does not hold: plain reasoning over what was read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from vangnet.directory.models import Body, Holder, Seat, SeatRule, Topic
from vangnet.identity.models import Organisation
from vangnet.places.atlas import Atlas

DEPUTY = Seat.Role.DEPUTY


@dataclass(frozen=True)
class Violation:
    """Something that does not hold for a body, and what would mend it."""

    body: Body
    says: str  # the rule
    found: str  # how it is
    mend: str


@dataclass(frozen=True)
class Occupation:
    """All seats of a day with who holds them, and what one has to know of organisations to judge them."""

    day: date
    bodies: Sequence[Body]
    seats: Sequence[Seat]
    holders: Mapping[UUID, Holder]  # by seat
    kinds: Mapping[UUID, str]  # what an organisation is on that day
    working: frozenset[tuple[UUID, UUID]]  # person, organisation
    themes: Sequence[Topic]
    atlas: Atlas

    @cached_property
    def by_body(self) -> Mapping[str, list[Seat]]:
        """The seats of each body, chair first."""
        found: dict[str, list[Seat]] = {body.pk: [] for body in self.bodies}
        order = list(Seat.Role.values)
        for seat in sorted(self.seats, key=lambda one: (order.index(one.role), one.organisation.name)):
            found.setdefault(seat.body_id, []).append(seat)
        return found

    def holder(self, seat: Seat) -> Holder | None:
        """Return who holds a seat, if anybody."""
        return self.holders.get(seat.pk)

    def is_former(self, organisation: Organisation) -> bool:
        """Say whether an organisation is none any more on this day, as a municipality that merged."""
        return organisation.pk not in self.kinds

    def has_left(self, holder: Holder, seat: Seat) -> bool:
        """Say whether somebody holds a seat of an organisation they do not work for any more."""
        return (holder.account_id, seat.organisation_id) not in self.working

    def held(self, body: str, **wanted: str | None) -> list[Seat]:
        """Return the seats of a body that somebody holds and that are as wanted; deputies do not count."""
        return [
            seat
            for seat in self.by_body.get(body, [])
            if seat.role != DEPUTY
            and self.holder(seat)
            and not self.is_former(seat.organisation)
            and all(getattr(seat, name) == value for name, value in wanted.items())
        ]


def violations(now: Occupation, rules: Sequence[SeatRule], *, body: str = "") -> list[Violation]:
    """Return all that does not hold on the day, of one body or of all."""
    bodies = [one for one in now.bodies if not body or one.pk == body]
    found: list[Violation] = []
    for one in bodies:
        for rule in rules:
            if rule.kind_id == one.kind_id:
                found += [
                    Violation(one, rule.says, how, rule.mend) for how in CHECKS[rule.check_of](now, one, rule)
                ]
        found += _always(now, one)
    return found


def _always(now: Occupation, body: Body) -> Iterator[Violation]:
    for seat in now.by_body[body.pk]:
        named = f"{seat.get_role_display()} namens {seat.organisation.name}"
        holder = now.holder(seat)
        if now.is_former(seat.organisation):
            heirs = [now.atlas.name(code) for code in now.atlas.heirs(seat.organisation.place, on=now.day)]
            heir = " en ".join(heirs) or "de opvolger"
            mend = f"Laat deze zetel eindigen en open er zo nodig een voor {heir}."
            says = "Een zetel is van een organisatie die bestaat."
            yield Violation(body, says, f"{seat.organisation.name} bestaat op deze dag niet meer.", mend)
        elif holder is None:
            mend = "Benoem iemand, of laat de zetel eindigen als hij niet meer nodig is."
            yield Violation(body, "Een zetel is bezet.", f"Vacant: {named}.", mend)
        elif now.has_left(holder, seat):
            mend = "Draag de zetel over aan een opvolger."
            says = "Wie een zetel houdt, werkt voor de organisatie van die zetel."
            yield Violation(
                body, says, f"{holder.account} werkt niet meer bij {seat.organisation.name}.", mend
            )


def _role(now: Occupation, body: Body, rule: SeatRule) -> Iterator[str]:
    if len(now.held(body.pk, role=rule.role)) < rule.count:
        yield f"{Seat.Role(rule.role).label}: niemand op deze dag."


def _per_district(now: Occupation, body: Body, rule: SeatRule) -> Iterator[str]:
    seats = now.held(body.pk, function_id=rule.function_id)
    places = [now.atlas.whole(seat.organisation.place, "district", on=now.day) for seat in seats]
    for group in now.atlas.districts(on=now.day):
        if group.code and (count := places.count(group.code)) != rule.count:
            yield f"{group.name}: {count} in plaats van {rule.count}."


def _partner(now: Occupation, body: Body, rule: SeatRule) -> Iterator[str]:
    seats = [seat for seat in now.held(body.pk) if now.kinds[seat.organisation_id] == rule.partner]
    if len(seats) < rule.count:
        yield f"{Organisation.Kind(rule.partner).label}: {len(seats)} van {rule.count} bezet."


def _portfolios(now: Occupation, body: Body, rule: SeatRule) -> Iterator[str]:
    seats = [seat for seat in now.held(body.pk) if seat.portfolio_id]
    for theme in now.themes:
        count = sum(seat.portfolio_id == theme.pk for seat in seats)
        if not count:
            yield f"{theme.name}: door niemand in portefeuille."
        elif count > 1 and theme.pk != rule.divisible_id:
            yield f"{theme.name}: bij {count} mensen tegelijk."
    if rule.function_id and any(seat.function_id != rule.function_id for seat in seats):
        yield "Een portefeuille ligt bij iemand in een andere functie."
    if len(seats) != rule.count:
        yield f"{len(seats)} portefeuillehouders in plaats van {rule.count}."


def _sits_in(now: Occupation, body: Body, rule: SeatRule) -> Iterator[str]:
    assert rule.other_id  # noqa: S101  the pack is checked when it is loaded
    chairs = {now.holders[seat.pk].account_id for seat in now.held(body.pk, role=Seat.Role.CHAIR)}
    there = {now.holders[seat.pk].account_id for seat in now.held(rule.other_id)}
    if chairs - there:
        yield "De voorzitter heeft daar op deze dag geen zetel."


CHECKS: Mapping[str, Callable[[Occupation, Body, SeatRule], Iterator[str]]] = {
    SeatRule.Check.ROLE: _role,
    SeatRule.Check.PER_DISTRICT: _per_district,
    SeatRule.Check.PARTNER: _partner,
    SeatRule.Check.PORTFOLIOS: _portfolios,
    SeatRule.Check.SITS_IN: _sits_in,
}
