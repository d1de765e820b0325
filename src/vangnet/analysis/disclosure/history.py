"""What was public before a release, and how a release hangs together with it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vangnet.analysis.disclosure.audit import audit, components, tighten
from vangnet.analysis.disclosure.insiders import audit_insiders, too_narrow
from vangnet.analysis.disclosure.knowledge import Knowledge, Release, combine, publish
from vangnet.analysis.disclosure.meaning import Meaning
from vangnet.analysis.disclosure.nearby import Setting
from vangnet.analysis.disclosure.solver import Program
from vangnet.analysis.disclosure.table import Key, Table

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class History:
    """What was public before this release, and how it hangs together with the table."""

    def __init__(
        self,
        table: Table,
        earlier: Sequence[Release],
        links: Sequence[tuple[Key, Sequence[Key]]],
        keep_revised_apart: bool,
        needed: Floats,
        share: float,
        least: float,
        seconds: float,
    ) -> None:
        self.table, self.earlier, self.links, self.seconds = table, tuple(earlier), tuple(links), seconds
        self.needed, self.share, self.least = needed, share, least
        nothing = np.zeros(table.value.shape, dtype=np.bool_)
        releases = [publish(table, nothing), *earlier]
        self.meaning: Meaning | None = None
        if earlier or links:
            self.meaning = Meaning([(release.keys, release.matrix) for release in releases], links)
        truth = combine(releases, links, keep_revised_apart=keep_revised_apart, meaning=self.meaning)
        self.apart = truth.apart
        self.base = self._feasible(truth)
        self.same = truth.identities
        self.names = [" x ".join(key) for key in truth.keys]

    def combined(self, hidden: Mask) -> Knowledge:
        """Return what an attacker has when these cells are hidden."""
        releases = [publish(self.table, hidden, least=self.least), *self.earlier]
        return combine(releases, self.links, keep_revised_apart=True, apart=self.apart, meaning=self.meaning)

    def _past(self) -> Knowledge:
        """Return what an attacker had before this release."""
        return combine(self.earlier, self.links, keep_revised_apart=True, meaning=self.meaning)

    def setting(self, price: Floats, hide_zeros: bool) -> Setting:
        """Return the table with everything that may still move."""
        size = self.table.value.size
        everything = self.combined(np.ones(size, dtype=np.bool_))
        others = everything.low.size - size
        may_hide = np.concatenate([(self.table.value > 0) | hide_zeros, np.zeros(others, dtype=np.bool_)])
        cost = np.concatenate([price, np.ones(others)])
        needed = np.concatenate([self.needed, self._owed(everything, size)])
        return Setting(everything.matrix, self.base, everything.low, everything.high, may_hide, cost, needed)

    def _owed(self, everything: Knowledge, size: int) -> Floats:
        """Width that hidden cells of earlier releases had, and may not lose below what is needed."""
        owed = np.zeros(everything.low.size - size)
        if not self.earlier or not owed.size:
            return owed
        past = self._past()
        found = audit(past, seconds=self.seconds)
        enough = np.full(found.cells.size, self.needed.min())
        if self.share:
            # From public figures only: what was asked goes into the certificate.
            top = np.where(np.isinf(found.high), np.maximum(found.low, 1.0) / (1.0 - self.share), found.high)
            enough = self.share * top
        least = np.minimum(found.width, enough).tolist()
        had = {past.identities[cell]: wide for cell, wide in zip(found.cells.tolist(), least, strict=True)}
        return np.array([had.get(one, 0.0) for one in everything.identities[size:]])

    def kept_from(self, insiders: NDArray[np.int64], setting: Setting) -> Mask:
        """Return the cells of earlier releases alone that nobody who is alone worked out before this one."""
        size = self.table.value.size
        soft: Mask = (setting.low < setting.high)[size:]
        if not self.earlier or not insiders.size or not soft.any():
            return np.zeros(soft.size, dtype=np.bool_)
        whole, past = self.table.is_whole, self._past()
        found = audit(past, seconds=self.seconds)
        narrow = too_narrow(found.low, found.high, whole=whole)
        lost = {past.identities[cell] for cell in found.cells[narrow].tolist()}
        secret = np.zeros(past.low.size, dtype=np.bool_)
        secret[found.cells] = True
        place = {one: at for at, one in enumerate(past.identities) if secret[at] and one not in self.apart}
        mine = [(place.get(self.same[cell]), float(self.table.value[cell])) for cell in insiders]
        known = [(at, value) for at, value in mine if at is not None]
        told = audit_insiders(past, known, secret, whole=whole, seconds=self.seconds)
        lost |= {past.identities[one.learns] for one in told}
        held = {past.identities[cell] for cell in found.cells.tolist()} - lost
        return soft & np.array([one in held for one in self.same[size:]], dtype=np.bool_)

    def _feasible(self, truth: Knowledge) -> Floats:
        """Return figures that fit: the true ones, and some for what only earlier releases hid."""
        low, high = tighten(truth.matrix, truth.low, truth.high, whole=False)
        base = low.copy()
        for part in components(truth.matrix, low, high):
            if part.matrix.shape[0]:
                base[part.cells] = Program(
                    part.matrix, part.right, part.low, part.high, seconds=self.seconds
                ).solve()
        return base
