"""Small counts of another municipality: not shown, and not to be found by taking one total from another.

What stands in the table instead is a text. Which counts that concerns is worked out per column, from below:
when what is hidden in a district follows from its total, the smallest count that was shown is hidden too, and
when that does not help the total. For the districts of the region the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vangnet.registers.reading import Region

LEAST = 3
FEW, KEPT = "minder dan 3", "niet getoond"
Counts = Mapping[str, int]  # per municipality of today


def hidden(counts: Counts, of: Region, own: str) -> dict[str, str]:
    """Return what stands in place of a count, per code of municipality, district or region.

    Parameters
    ----------
    own
        The municipality of who looks: they know its count, and can take it from every total.
    """
    others = {code: n for code, n in counts.items() if code != own and n > 0}
    found: dict[str, str] = {}
    totals, lost = {}, set()
    for district, (_, members) in of.districts.items():
        inside = {code: others[code] for code in members if code in others}
        totals[district] = sum(inside.values())
        group = _Group(inside)
        if not group.close():
            lost.add(district)
        found |= group.said
    above = _Group({code: n for code, n in totals.items() if n > 0}, lost)
    if not above.close():
        found[of.code] = KEPT
    found |= above.said
    for district in above.kept - lost:
        _hide_below(found, {code: others[code] for code in of.districts[district][1] if code in others})
    return found


def _hide_below(found: dict[str, str], inside: Counts) -> None:
    """Hide a count in a district that is hidden itself, so that nobody adds up the others to it."""
    if not any(code in found for code in inside):
        found[min(inside, key=lambda code: (inside[code], code))] = KEPT


@dataclass
class _Group:
    """Counts with a total that is shown, of which some are hidden."""

    counts: Counts
    lost: set[str] = field(default_factory=set)  # hidden for a reason of their own
    kept: set[str] = field(default_factory=set)

    @property
    def few(self) -> set[str]:
        """What is hidden because it is small."""
        return {code for code, n in self.counts.items() if n < LEAST}

    @property
    def said(self) -> dict[str, str]:
        """What stands in place of each count that is hidden."""
        return {**dict.fromkeys(self.kept | self.lost, KEPT), **dict.fromkeys(self.few, FEW)}

    def close(self) -> bool:
        """Hide more until nothing can be worked out from the total; say whether that worked."""
        self.kept = set(self.lost) - self.few
        while (self.few or self.kept) and self._is_plain():
            shown = [code for code in self.counts if code not in self.few | self.kept]
            if not shown:
                return False
            self.kept.add(min(shown, key=lambda code: (self.counts[code], code)))
        return True

    def _is_plain(self) -> bool:
        """Say whether what is hidden has one possible value, given its sum and what the texts say."""
        few, kept = self.few, self.kept - self.few
        if len(few) + len(kept) == 1:
            return True
        total = sum(self.counts[code] for code in few | kept)
        return total == len(few) + LEAST * len(kept) or (not kept and total == (LEAST - 1) * len(few))
