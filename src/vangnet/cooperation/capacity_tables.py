"""How pages and files of capacity write their numbers: what is not told is never a zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.urls import reverse

from vangnet.cooperation.capacity_reading import Year
from vangnet.cooperation.capacity_sums import Gap, Share, Sum, partners, short, total
from vangnet.cooperation.models import CapacityStatement, FullTime
from vangnet.identity.models import Organisation
from vangnet.ui import formats
from vangnet.ui.tables import Cell, Column, Table

NOT_TOLD, WITHDRAWN, NOT_IN = "niet opgegeven", "ingetrokken", "doet niet mee"
SMALLEST = Decimal("0.05")  # what is less is written as nothing with one decimal
BALANCE = (
    "Een min betekent dat er meer is toegezegd dan gevraagd. "
    "Wat in het ene thema over is, vult een ander niet aan."
)


def summed(told: Sum, norm: FullTime | None, *, of: str = "partners") -> Cell:
    """Return a sum as a cell: at least so much when somebody did not tell, and never zero by guess."""
    if told.hours is None:
        return Cell(None, text=formats.CANNOT_TELL)
    known = "" if told.is_complete else f"{told.told} van {told.of} {of} bekend"
    text = formats.number(told.hours)
    text = text if told.is_complete else f"minstens {text}"
    return Cell(told.hours, note=_note(fte(told.hours, norm), known), text=text)


def lacking(found: Gap, norm: FullTime | None) -> Cell:
    """Return what is short as a cell, with its bound when it cannot be told."""
    if found.hours is not None:
        return Cell(found.hours, note=_note(fte(found.hours, norm)))
    bound = "" if found.most is None else f"hoogstens {formats.number(found.most)}"
    return Cell(None, note=_note(bound), text=formats.CANNOT_TELL)


def _note(*parts: str) -> str:
    said = ", ".join(filter(None, parts))
    return f"({said})" if said else ""


def figures(asked: Sum, offered: Sum, used: Sum, found: Gap, norm: FullTime | None, of: str) -> list[Any]:
    """Return the four numbers at the top of a page, each with its name."""
    cells = {
        "Gevraagd": summed(asked, norm, of="thema's"),
        "Toegezegd": summed(offered, norm, of=of),
        "Gebruikt": summed(used, norm, of="maanden"),
        "Tekort": lacking(found, norm),
    }
    return [(name, replace(cell, note=cell.note.strip("()"))) for name, cell in cells.items()]


def fte(hours: Decimal, norm: FullTime | None) -> str:
    """Return hours as fte in words; nothing when the pack does not say what one is."""
    if norm is None:
        return ""
    found = hours / norm.hours
    if 0 < abs(found) < SMALLEST:
        return "minder dan 0,1 fte"
    return f"{formats.number(found, 1)} fte"


def offer_cell(share: Share | None, norm: FullTime | None) -> Cell:
    """Return what a partner offered: a number, zero too, or why there is none."""
    if share is None:
        return Cell(None, text="–")
    if share.offer is None:
        return Cell(None, text=NOT_TOLD if share.takes_part else NOT_IN)
    url = reverse("cooperation:capacity_line", args=[share.offer.series])
    if share.offer.hours is None:
        return Cell(None, url, text=WITHDRAWN)
    return Cell(share.offer.hours, url, _note(fte(share.offer.hours, norm)))


def used_cell(share: Share, norm: FullTime | None) -> Cell:
    """Return what a partner used, with the months that were told."""
    told = share.used
    if told.hours is None:
        return Cell(None, text=NOT_TOLD if share.due else "nog geen kwartaal voorbij")
    return summed(told, norm, of="maanden")


def themes_table(of: Year) -> Table:
    """Return a row per theme, and their totals."""
    asked = _number("Gevraagd"), _number("Toegezegd"), _number("Gebruikt"), _number("Tekort")
    rows: list[list[Any]] = [
        [
            Cell(one.topic.name, theme_url(one.topic.pk, of.year)),
            summed(one.asked, of.norm),
            summed(one.offered, of.norm),
            summed(one.used, of.norm, of="maanden"),
            lacking(one.short, of.norm),
        ]
        for one in of.themes
    ]
    rows.append(
        [
            "Totaal",
            summed(total(one.asked for one in of.themes), of.norm, of="thema's"),
            summed(total(one.offered for one in of.themes), of.norm, of="opgaven"),
            summed(total(one.used for one in of.themes), of.norm, of="maanden"),
            lacking(short(of.themes), of.norm),
        ]
    )
    return Table(f"Gevraagd, toegezegd en tekort in {of.year}", [Column("Thema"), *asked], rows, BALANCE)


def partners_table(of: Year) -> Table:
    """Return what each partner offered to each theme, with totals both ways."""
    rows: list[list[Any]] = []
    for organisation, by in partners(of.themes):
        cells = [offer_cell(by.get(one.topic.pk), of.norm) for one in of.themes]
        sums = [total(share.offered for share in by.values()), total(share.used for share in by.values())]
        name = Cell(organisation.name, partner_url(organisation, of.year))
        rows.append(
            [name, *cells, summed(sums[0], of.norm, of="thema's"), summed(sums[1], of.norm, of="maanden")]
        )
    sums = [one.offered for one in of.themes]
    used = total(one.used for one in of.themes)
    rows.append(
        [
            "Totaal",
            *[summed(one, of.norm) for one in sums],
            summed(total(sums), of.norm, of="opgaven"),
            summed(used, of.norm, of="maanden"),
        ]
    )
    columns = [Column("Partner"), *[_number(one.topic.name) for one in of.themes]]
    columns += [_number("Toegezegd samen"), _number("Gebruikt samen")]
    return Table(f"Toegezegd per partner en thema in {of.year}", columns, rows if len(rows) > 1 else [])


def shares_table(shares: Sequence[Share], of: Year, *, by_theme: bool) -> Table:
    """Return what partners do for a theme, or one partner for its themes, with the totals."""
    rows: list[list[Any]] = []
    for one in shares:
        name = one.topic.name if by_theme else one.organisation.name
        url = theme_url(one.topic.pk, of.year) if by_theme else partner_url(one.organisation, of.year)
        cells = [offer_cell(one, of.norm), used_cell(one, of.norm), lacking(one.left, of.norm)]
        rows.append([Cell(name, url), *cells])
    offered, used = total(one.offered for one in shares), total(one.used for one in shares)
    end = [
        summed(offered, of.norm, of="thema's" if by_theme else "partners"),
        summed(used, of.norm, of="maanden"),
        lacking(gap_of(shares), of.norm),
    ]
    columns = [
        Column("Thema" if by_theme else "Partner"),
        _number("Toegezegd"),
        _number("Gebruikt"),
        _number("Over"),
    ]
    note = "Over is toegezegd min gebruikt; een min betekent dat er meer is gebruikt dan toegezegd."
    return Table(
        f"Toegezegd en gebruikt in {of.year}", columns, [*rows, ["Totaal", *end]] if rows else [], note
    )


def gap_of(shares: Sequence[Share]) -> Gap:
    """Return what is left of all offers together; not to be told when it is not of one of them."""
    gaps = [one.left for one in shares if one.takes_part or one.offer or one.uses]
    if not gaps or any(one.hours is None for one in gaps):
        return Gap(None, None)
    return Gap(sum((one.hours for one in gaps if one.hours is not None), Decimal()), None)


def hours_of(told: CapacityStatement) -> str:
    """Return the hours of a statement in words."""
    return f"{formats.number(told.hours)} uur"


def theme_url(topic: str, year: int) -> str:
    """Return the address of a theme in a year."""
    return f"{reverse('cooperation:capacity_theme', args=[topic])}?jaar={year}"


def partner_url(organisation: Organisation, year: int) -> str:
    """Return the address of a partner in a year."""
    return f"{reverse('cooperation:capacity_partner', args=[organisation.slug])}?jaar={year}"


def _number(label: str) -> Column:
    return Column(label, "number", unit="uur")
