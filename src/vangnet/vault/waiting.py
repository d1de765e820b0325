"""How the pages say which weighings wait, and for what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from vangnet.vault.reading import Row
from vangnet.vault.records import Weighing

WAITS = {  # of a weighing: what is to be done, how it is said of one, and its tone
    "besluit": ("Beslis", "wacht op uw besluit", "warning"),
    "uitvoeren": ("Voer uit", "is toegewezen en nog uit te voeren", "info"),
    "afgewezen": ("Lees waarom", "is afgewezen", "warning"),
    "collega": ("Bekijk", "wacht op het besluit van een collega", "info"),
}


def weighings(rows: Iterable[Row], organisations: Mapping[UUID, str]) -> list[Row]:
    """Return the weighings among what waits: about whom, and what is to be done."""
    return [
        row
        | {
            "do": WAITS[row["waits"]][0],
            "says": WAITS[row["waits"]][1],
            "tone": WAITS[row["waits"]][2],
            "kind_label": Weighing.Kind(row["kind"]).label,
            "recipient_name": organisations.get(row["recipient"], ""),
        }
        for row in rows
        if row["waits"] in WAITS
    ]
