"""What numbers of capacity come to: sums that say what they lack, and what is short.

Plain reasoning over what was read. What nobody told is never taken for zero: a sum over something unknown is
at least what was told, and a difference with something unknown cannot be told, though its bound can.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from vangnet.cooperation.capacity import CapacityStatement
from vangnet.directory.models import Topic
from vangnet.identity.models import Organisation


@dataclass(frozen=True)
class Sum:
    """Hours that add up, and how many of those who could tell did."""

    hours: Decimal | None  # of what was told; None when nothing was
    told: int
    of: int

    @property
    def is_complete(self) -> bool:
        """Say whether nothing is missing."""
        return self.hours is not None and self.told >= self.of


def total(parts: Iterable[Sum]) -> Sum:
    """Add up; what was told in no part is told in none."""
    known = list(parts)
    hours = [one.hours for one in known if one.hours is not None]
    return Sum(
        sum(hours, Decimal()) if hours else None, sum(one.told for one in known), sum(one.of for one in known)
    )


@dataclass(frozen=True)
class Gap:
    """A difference; `hours` is None when it cannot be told, `most` is what it is at most."""

    hours: Decimal | None
    most: Decimal | None


def gap(wanted: Sum, given: Sum) -> Gap:
    """Return what is wanted less what is given."""
    if wanted.hours is None or not wanted.is_complete:
        return Gap(None, None)
    most = wanted.hours - (given.hours or Decimal())
    return Gap(most if given.is_complete else None, most)


@dataclass(frozen=True)
class Share:
    """What one partner offered a theme and used for it in a year."""

    topic: Topic
    organisation: Organisation
    takes_part: bool
    offer: CapacityStatement | None  # the last one; withdrawn when it has no hours
    uses: Sequence[CapacityStatement]
    due: frozenset[int]  # the months of quarters that are over, in which it took part

    @property
    def offered(self) -> Sum:
        """What it offered; who takes part could have told."""
        hours = self.offer.hours if self.offer else None
        return Sum(hours, int(hours is not None), int(self.takes_part or hours is not None))

    @property
    def missing(self) -> frozenset[int]:
        """The months of which nothing was told."""
        told = {n for one in self.uses for n in range(one.first_month, one.last_month + 1)}
        return self.due - told

    @property
    def used(self) -> Sum:
        """What it used; complete when something was told of each month that is over."""
        known = [one.hours for one in self.uses if one.hours is not None]
        hours = sum(known, Decimal()) if known else None
        of = len(self.due) or int(bool(self.uses))
        return Sum(hours, of - len(self.missing) if self.uses else 0, of)

    @property
    def left(self) -> Gap:
        """What it offered less what it used; less than zero when it used more."""
        return gap(self.offered, self.used)


@dataclass(frozen=True)
class ThemeYear:
    """A theme in a year: what it asks, from whom, and what partners do."""

    topic: Topic
    asks: Sequence[CapacityStatement]
    shares: Sequence[Share]

    @property
    def asked(self) -> Sum:
        """What it asks; all that tell of it add up, and nothing told is not known."""
        hours = [one.hours for one in self.asks if one.hours is not None]
        return Sum(sum(hours, Decimal()) if hours else None, int(bool(hours)), 1)

    @property
    def offered(self) -> Sum:
        """What its partners offered together; nobody at all is not zero hours."""
        return total(one.offered for one in self.shares)

    @property
    def used(self) -> Sum:
        """What its partners used together."""
        return total(one.used for one in self.shares)

    @property
    def silent(self) -> list[Share]:
        """The partners that told no offer."""
        return [one for one in self.shares if one.takes_part and one.offered.hours is None]

    @property
    def short(self) -> Gap:
        """What it asks less what was offered; less than zero when more was offered."""
        return gap(self.asked, self.offered)


def short(themes: Sequence[ThemeYear]) -> Gap:
    """Return what all themes are short together, so that the column adds up."""
    gaps = [one.short for one in themes]
    known = [one.hours for one in gaps if one.hours is not None]
    most = [one.most for one in gaps if one.most is not None]
    whole = bool(gaps) and len(most) == len(gaps)
    return Gap(
        sum(known, Decimal()) if gaps and len(known) == len(gaps) else None,
        sum(most, Decimal()) if whole else None,
    )


def partners(themes: Sequence[ThemeYear]) -> list[tuple[Organisation, dict[str, Share]]]:
    """Return the shares of every partner by theme, partners by name."""
    found: dict[UUID, tuple[Organisation, dict[str, Share]]] = {}
    for theme in themes:
        for share in theme.shares:
            row = found.setdefault(share.organisation.pk, (share.organisation, {}))
            row[1][theme.topic.pk] = share
    return sorted(found.values(), key=lambda row: row[0].name)
