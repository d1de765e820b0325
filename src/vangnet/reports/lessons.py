"""What the period before left behind, in the review: claims beside figures, results, recommendations."""

from __future__ import annotations

from datetime import date
from typing import Any

from vangnet.reports import look_back
from vangnet.reports.look_back import Row
from vangnet.reports.paper import Section
from vangnet.strategy import lesson_reading
from vangnet.strategy.lesson_reading import Advice
from vangnet.strategy.lines import Document
from vangnet.ui import formats
from vangnet.ui.tables import Cell, Column, Table

APART = "De nota en het officiële cijfer tellen niet hetzelfde; trek ze niet van elkaar af."


def sections(strategy: str, day: date, user: Any) -> list[Section]:
    """Return the sections about the period before a strategy, as of a day."""
    claims = [row for row in look_back.rows(user) if row.claim.strategy_id == strategy]
    found = [_claims(claims), results(strategy, day, user), _advices(strategy, day, user)]
    return [section for section in found if section is not None]


def _claims(rows: list[Row]) -> Section | None:
    period = look_back.period(rows)
    if period is None:
        return None
    title = f"Wat de nota zegt over {period[0]}-{period[1]}, en wat de cijfers zeggen"
    columns = [Column("Onderwerp"), Column("Volgens de nota"), Column("Officieel cijfer"), Column("Verschil")]
    return Section(title, "terugblik", (APART,), table=Table(title, columns, [_claim(row) for row in rows]))


def _claim(row: Row) -> list[Any]:
    claim, reached = row.claim, "behaald" if row.claim.achieved else "niet behaald"
    note = f"blz. {claim.page}; volgens de nota {reached}. {claim.claimed_note}".strip()
    said = Cell(f"{row.claimed}, {claim.claimed_unit}", note=note)
    return [claim.subject, said, _official(row), claim.difference]


def _official(row: Row) -> Any:
    official = row.official
    if official is None:
        return "Dit cijfer is hier niet ingelezen."
    if not official.measured:
        return official.absence
    told = [
        f"{one.words} ({one.first}-{one.last}: van {formats.number(one.before, 0)}"
        f" naar {formats.number(one.after, 0)})"
        for one in official.measured
    ]
    return Cell("; ".join(told), note=f"{official.unit}, {official.area}; {official.source}")


def results(strategy: str, day: date, user: Any) -> Section | None:
    """Return the results to which no figure belongs, with where they can be read; None without any."""
    found = lesson_reading.results(user, day, strategy=strategy)
    if not found:
        return None
    rows = [[one.result.words, "; ".join(map(_place, one.evidence))] for one in found]
    table = Table("Resultaten zonder cijfer", [Column("Resultaat"), Column("Bewijs")], rows)
    return Section(table.caption, "zonder-cijfer", table=table)


def _place(document: Document) -> str:
    return ", ".join(filter(None, document))


def _advices(strategy: str, day: date, user: Any) -> Section | None:
    found = lesson_reading.advices(user, day, strategy=strategy)
    if not found:
        return None
    columns = [Column("Aanbeveling"), Column("Uitkomst"), Column("Opgenomen in"), Column("Waarom")]
    table = Table("Aanbevelingen", columns, [_advice(one) for one in found])
    return Section(table.caption, "aanbevelingen", table=table)


def _advice(one: Advice) -> list[Any]:
    last = one.last
    decided = f"{last.body.name}, {formats.day(last.on)}" if last else "nog niets besloten"
    goals = ", ".join(code for code, _ in one.goals) or "geen doel"
    return [
        Cell(one.recommendation.words, note=_place(one.source)),
        Cell(one.label, note=decided),
        goals,
        last.why if last else "",
    ]
