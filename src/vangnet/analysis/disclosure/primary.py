"""Which cells say too much by themselves."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from vangnet.analysis.disclosure.table import Table

Mask = NDArray[np.bool_]


class Unit(StrEnum):
    """What a table counts."""

    PERSONS = "persons"
    INCIDENTS = "incidents"
    AMOUNT = "amount"  # of money, kilograms; no counts


class Why(StrEnum):
    """The rule that makes a cell sensitive; a cell keeps the first that holds."""

    SINGLETON = "singleton"
    FEW = "few"
    DOMINANCE = "dominance"
    P_PERCENT = "p_percent"
    ZERO = "zero"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Rules:
    """When a cell is sensitive; the thresholds are those of the agreement, these are proposals."""

    unit: Unit = Unit.INCIDENTS
    fewest: int = 5  # a count of 1 to fewest - 1 is sensitive
    fewest_contributors: int = 3  # fewer persons or organisations behind a figure are sensitive
    dominance_n: int = 1  # the largest 1 or 2 contributors ...
    dominance_k: float = 75.0  # ... may not hold more than this percentage
    p_percent: float | None = None  # how closely the second may estimate the largest, in percent
    zero: bool = False  # whether 0 is sensitive: it says something about everybody in the group
    whole: bool = False  # whether a cell that holds all of its sum is sensitive (100 %)

    @classmethod
    def for_persons(cls) -> Rules:
        """Return the proposal for tables about persons: 1 to 9 is sensitive, and so is 100 %."""
        return cls(unit=Unit.PERSONS, fewest=10, whole=True)

    def as_text(self) -> dict[str, str | int | float | bool | None]:
        """Return the rules by name, for a certificate."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Primary:
    """Result of `primary`; arrays of shape (n,), in the order of the table's cells."""

    sensitive: Mask
    why: tuple[Why | None, ...]
    singleton: Mask  # one contributor, who can subtract the own figure from a sum


def primary(table: Table, rules: Rules) -> Primary:
    """Mark the cells that would tell something about single persons or organisations.

    Parameters
    ----------
    table : Table
        Counts, or amounts with contributors and the largest of them where known.
    rules : Rules
        What is sensitive.

    Returns
    -------
    Primary
        Each cell with the first rule that it breaks.

    Raises
    ------
    ValueError
        If a threshold makes no sense: fewest < 1, dominance_n not 1 or 2, a percentage
        outside (0, 100].

    Notes
    -----
    Rules, in this order. *Singleton*: a count of 1, or one contributor. *Few*: a count of 2
    to `fewest` - 1, or fewer contributors than `fewest_contributors`. *Dominance* (n, k): the
    n largest contributors hold more than k percent. *p %*: what remains beside the two
    largest is less than p percent of the largest, so that the second can estimate the first
    that closely. *Zero*. *Whole*: a part that is as large as its sum while other parts of it
    are there, so that everybody in the group shares the trait; only in sums that hold
    something.

    References
    ----------
    A. Hundepool et al. (2012), Statistical Disclosure Control, 4.2.

    Examples
    --------
    >>> from vangnet.analysis.disclosure.hierarchy import flat
    >>> from vangnet.analysis.disclosure.table import Record, build
    >>> records = [Record((code,), n) for code, n in zip("ABC", [1, 4, 20])]
    >>> found = primary(build(["place"], {"place": flat("ABC", total="T")}, records), Rules())
    >>> [why and why.value for why in found.why]
    ['singleton', 'few', None, None]
    """
    _check(rules)
    value, people = table.value, table.contributors
    with np.errstate(invalid="ignore"):
        counted = rules.unit is not Unit.AMOUNT
        one = (value == 1) & counted | (people == 1)
        few = (value > 0) & (value < rules.fewest) & counted
        few |= (people > 0) & (people < rules.fewest_contributors)
        second = np.nan_to_num(table.second) if rules.dominance_n == 2 else 0.0
        dominant = (table.largest + second) * 100.0 > rules.dominance_k * value
        close = np.zeros(value.shape, dtype=np.bool_)
        if rules.p_percent is not None:
            rest = value - table.largest - np.nan_to_num(table.second)
            close = rest * 100.0 < rules.p_percent * table.largest
    found = {
        Why.SINGLETON: one,
        Why.FEW: few,
        Why.DOMINANCE: dominant & (value > 0),
        Why.P_PERCENT: close & (value > 0),
        Why.ZERO: (value == 0) & rules.zero,
        Why.WHOLE: _wholes(table) if rules.whole else np.zeros(value.shape, dtype=np.bool_),
    }
    why = tuple(next((rule for rule, mask in found.items() if mask[i]), None) for i in range(value.size))
    return Primary(np.array([rule is not None for rule in why]), why, one)


def _wholes(table: Table) -> Mask:
    """Parts that hold all of a sum of at least two parts."""
    result = np.zeros(table.value.shape, dtype=np.bool_)
    for row in range(table.matrix.shape[0]):
        start, end = table.matrix.indptr[row : row + 2]
        cells, signs = table.matrix.indices[start:end], table.matrix.data[start:end]
        whole, parts = float(table.value[cells[signs < 0]].sum()), cells[signs > 0]
        if whole > 0 and parts.size > 1:
            result[parts[table.value[parts] == whole]] = True
    return result


def _check(rules: Rules) -> None:
    if rules.fewest < 1 or rules.fewest_contributors < 1:
        raise ValueError("fewest and fewest_contributors must be at least 1")
    if rules.dominance_n not in (1, 2) or not 0 < rules.dominance_k <= 100:
        raise ValueError("dominance_n must be 1 or 2, and dominance_k a percentage of 0 to 100")
    if rules.p_percent is not None and not 0 < rules.p_percent <= 100:
        raise ValueError("p_percent must be a percentage of 0 to 100")
