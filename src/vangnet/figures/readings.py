"""Reading the figures of a recognised table, saying what is wrong where and how to mend it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from operator import itemgetter
from typing import Any, Final, NamedTuple, Protocol

from vangnet.figures.cells import (
    NOT_PUBLISHED,
    STATUSES,
    as_text,
    is_blank,
    is_unclear,
    normalise,
    read_month,
    read_number,
    read_period,
)
from vangnet.figures.headings import LONG, Heading
from vangnet.figures.lookups import Lookup, Names, Wrong
from vangnet.figures.observations import (
    FINAL,
    MOST,
    PROVISIONAL,
    Observation,
    Problem,
    ProblemLog,
    Unreadable,
)
from vangnet.figures.workbooks import UNCALCULATED

FIRST_YEAR: Final = 1990
_AREA_CODE = re.compile(r"(?:GM|WK|BU|PV|NL)\d{2,8}", re.IGNORECASE)
_NOTE = re.compile(r"(?:bron|toelichting|opmerking|(?:voet)?noot|let op|peildatum)\b|[*©¹²³]")
_TOTAL = re.compile(r"(?:eind|sub)?tota(?:al|len)\b|total\b|som\b")


class ParsedRow(NamedTuple):
    """One figure of a delivered table, in our codes; `row` is its line in the file."""

    indicator: str
    area: str
    year: int
    month: int | None
    value: Decimal | int | None
    status: str
    row: int

    def observation(self) -> Observation:
        """The same figure as other readers hand it over."""
        return Observation(*self[:6])


@dataclass(frozen=True, slots=True)
class Rules:
    """What the reader may expect.

    `areas` and `indicators` translate names and codes, in any spelling, into our codes.
    `indicator` is meant when the table has no column for it. `decimal` ("," or ".") settles
    a column in which it cannot be told. `explain_area(code, year)` says in Dutch why a code
    is wrong for that year, such as a merger, or None if it is right or unknown.
    """

    areas: Mapping[str, str]
    indicators: Mapping[str, str]
    this_year: int
    indicator: str | None = None
    status: str = FINAL
    decimal: str | None = None
    explain_area: Callable[[str, int], str | None] | None = None
    most_problems: int = 500


class Table(Protocol):
    """What a reading needs to know of a sheet."""

    heading: Heading

    @property
    def decimal(self) -> tuple[str | None, str | None]: ...

    def rows(self) -> Iterator[tuple[int, Sequence[Any]]]: ...


class Reading:
    """The figures of a sheet, read in one pass.

    Iterate over `chunks()` or `observations()` once; afterwards `problems` says what was
    wrong, `count` how many figures were handed over, and `totals` and `remarks` how many
    rows were skipped because they hold totals or text. A figure with a problem is not
    handed over.
    """

    def __init__(self, sheet: Table, rules: Rules) -> None:
        self.rules = rules
        self.problems = ProblemLog(rules.most_problems)
        self.count = self.totals = self.remarks = 0
        self._sheet, self._heading = sheet, sheet.heading
        self._seen: dict[tuple[str, str, int, int | None], int] = {}
        self._areas = Names(rules.areas, "gebied", _AREA_CODE)
        self._indicators = Names(rules.indicators, "soort cijfer")
        self._values = Lookup(self._value)
        self._moments = Lookup(self._moment)
        self._statuses = Lookup(self._status)
        self._borders = Lookup(self._border)
        roles = self._heading.roles
        if rules.indicator is None and "indicator" not in roles:
            raise Unreadable(
                "De tabel heeft geen kolom voor het soort cijfer (bijvoorbeeld 'Soort misdrijf'). "
                "Voeg die kolom toe of kies bij het aanleveren om welk cijfer het gaat."
            )
        self._area_at = roles["area_code" if "area_code" in roles else "area"]
        self._indicator_at = roles.get("indicator")
        self._status_at = roles.get("status")
        self._moment_at = tuple(roles[role] for role in ("period", "year", "month") if role in roles)
        if "period" in roles:
            self._moment_at = (roles["period"],)

    def observations(self) -> Iterator[Observation]:
        """The figures one by one, as other readers hand them over."""
        for chunk in self.chunks():
            for row in chunk:
                yield row.observation()

    def chunks(self, size: int = 10_000) -> Iterator[list[ParsedRow]]:
        """The figures in lists of `size`.

        Raises
        ------
        Unreadable
            The file turns out to be damaged or too long further on.
        """
        found = self._long() if self._heading.layout == LONG else self._wide()
        while chunk := list(islice(found, size)):
            self.count += len(chunk)
            yield chunk
        if self.count == 0 and self.problems.blocking == 0:
            text = "onder de koppen staan geen cijfers. Vul de tabel en lever het bestand opnieuw aan."
            self.problems.add(Problem(self._heading.row, None, text))

    def _long(self) -> Iterator[ParsedRow]:
        # The hot loop: a million rows in a few seconds. Everything a text can mean is looked
        # up once; only a row with a problem is looked at cell by cell.
        areas, indicators, values, moments = self._areas, self._indicators, self._values, self._moments
        statuses, borders, seen = self._statuses, self._borders, self._seen
        area_at, indicator_at, status_at = self._area_at, self._indicator_at, self._status_at
        value_at, moment_of = self._heading.roles["value"], itemgetter(*self._moment_at)
        fixed, standard = self.rules.indicator or "", self.rules.status
        dated = self.rules.explain_area is not None
        for number, row in self._sheet.rows():
            try:
                area = areas[row[area_at]]
                indicator = fixed if indicator_at is None else indicators[row[indicator_at]]
                year, month, marked = moments[moment_of(row)]
                value = values[row[value_at]]
                status = standard if status_at is None else statuses[row[status_at]]
                if dated:
                    borders[area, year]
            except (Wrong, IndexError):
                self._examine(number, row)
                continue
            if marked:
                status = PROVISIONAL
            key = (indicator, area, year, month)
            if seen.setdefault(key, number) != number:
                self._twice(number, value_at, key)
                continue
            yield ParsedRow(indicator, area, year, month, value, status, number)

    def _wide(self) -> Iterator[ParsedRow]:
        periods = self._usable_periods()
        for number, row in self._sheet.rows():
            try:
                area = self._areas[row[self._area_at]]
                indicator = self.rules.indicator or ""
                if self._indicator_at is not None:
                    indicator = self._indicators[row[self._indicator_at]]
                standard = (
                    self.rules.status if self._status_at is None else self._statuses[row[self._status_at]]
                )
            except (Wrong, IndexError):
                self._examine(number, row)
                continue
            for index, year, month, marked in periods:
                try:
                    value = self._values[row[index]]
                    self._borders[area, year]
                except Wrong as wrong:
                    self._add(number, index, str(wrong), row)
                    continue
                except IndexError:
                    self._too_short(number, row)
                    break
                key = (indicator, area, year, month)
                if self._seen.setdefault(key, number) != number:
                    self._twice(number, index, key)
                    continue
                yield ParsedRow(*key, value, PROVISIONAL if marked else standard, number)

    def _usable_periods(self) -> list[tuple[int, int, int | None, bool]]:
        usable = []
        for period in self._heading.periods:
            try:
                self._check_year(period[1])
            except Wrong as wrong:
                self._add(self._heading.row, period[0], str(wrong), self._heading.names)
            else:
                usable.append(period)
        return usable

    def _examine(self, number: int, row: Sequence[Any]) -> None:
        """Say everything that is wrong with a row, or why it was skipped."""
        if all(is_blank(cell) for cell in row):
            return
        remark = self._why_skipped(row)
        if remark:
            self.remarks += 1
            self.problems.add(Problem(number, None, remark, as_text(row[0]) or None, blocking=False))
            return
        needed = [self._area_at, *self._moment_at, self._heading.roles.get("value", 0)]
        if len(row) <= max(*needed, self._indicator_at or 0, self._status_at or 0):
            self._too_short(number, row)
            return
        moment = None
        if self._moment_at:
            moment = self._try(
                number, row, self._moment_at[0], self._moments, itemgetter(*self._moment_at)(row)
            )
        if self._heading.layout == LONG:
            value_at = self._heading.roles["value"]
            self._try(number, row, value_at, self._values, row[value_at])
        if self._indicator_at is not None:
            self._try(number, row, self._indicator_at, self._indicators, row[self._indicator_at])
        if self._status_at is not None:
            self._try(number, row, self._status_at, self._statuses, row[self._status_at])
        self._examine_area(number, row, moment[0] if moment else self.rules.this_year)

    def _examine_area(self, number: int, row: Sequence[Any], year: int) -> None:
        text = as_text(row[self._area_at])
        try:
            self._borders[self._areas[row[self._area_at]], year]
        except Wrong as wrong:
            explain = self.rules.explain_area
            known = explain(text.upper(), year) if explain and _AREA_CODE.fullmatch(text) else None
            self._add(number, self._area_at, known or str(wrong), row)

    def _try(self, number: int, row: Sequence[Any], index: int, lookup: Lookup, cell: Any) -> Any:
        try:
            return lookup[cell]
        except Wrong as wrong:
            self._add(number, index, str(wrong), row)
            return None

    def _why_skipped(self, row: Sequence[Any]) -> str | None:
        texts = [as_text(cell) for cell in row]
        if tuple(texts) == self._heading.names[: len(texts)]:
            return "herhaalde koprij, overgeslagen."
        for index, names in ((self._area_at, self._areas), (self._indicator_at, self._indicators)):
            text = texts[index] if index is not None and index < len(texts) else ""
            if _TOTAL.match(normalise(text)) and not names.knows(text):
                self.totals += 1
                return "rij met een totaal, overgeslagen: totalen worden zelf berekend."
        filled = [text for text in texts if text]
        is_text = len(filled) == 1 or _NOTE.match(filled[0].casefold())
        if is_text and not self._areas.knows(filled[0]):
            return "regel met alleen tekst (titel, voetnoot of bron), overgeslagen."
        return None

    def _too_short(self, number: int, row: Sequence[Any]) -> None:
        self.problems.add(
            Problem(
                number,
                None,
                f"de rij heeft {len(row)} cellen en de koprij {len(self._heading.names)}. "
                "Vul de ontbrekende cellen aan; zet een punt waar het cijfer niet bekend is.",
                " | ".join(as_text(cell) for cell in row)[:100],
            )
        )

    def _twice(self, number: int, index: int, key: tuple[str, str, int, int | None]) -> None:
        indicator, area, year, month = key
        moment = f"{year}" if month is None else f"{year}-{month:02}"
        self.problems.add(
            Problem(
                number,
                self._heading.names[index],
                f"het cijfer voor {indicator}, {area}, {moment} staat ook in rij {self._seen[key]}. "
                "Laat een van beide rijen staan.",
            )
        )

    def _add(self, number: int, index: int, message: str, row: Sequence[Any]) -> None:
        shown = as_text(row[index])[:100]
        self.problems.add(Problem(number, self._heading.names[index] or f"{index + 1}", message, shown))

    def _border(self, place: tuple[str, int]) -> bool:
        explain = self.rules.explain_area
        reason = explain(*place) if explain else None
        if reason:
            raise Wrong(reason)
        return True

    def _value(self, cell: Any) -> Decimal | int | None:
        text = as_text(cell)
        if text.casefold() in NOT_PUBLISHED:
            return None
        if text == UNCALCULATED:
            raise Wrong(
                "de formule heeft geen uitkomst. Open het bestand in Excel, laat het rekenen en sla het op."
            )
        sign: str | None = ","
        if isinstance(cell, str) and ("." in text or "," in text):
            sign = self.rules.decimal or self._sheet.decimal[0]
            if sign is None and is_unclear(text):
                whole, broken = re.sub(r"[.,]", "", text), text.replace(".", ",")
                raise Wrong(
                    f"'{text}' kan {whole} of {broken} betekenen en de kolom geeft geen uitsluitsel. "
                    "Schrijf gehele getallen zonder punt of komma, of kies het decimaalteken."
                )
        try:
            number = read_number(cell, sign or ",")
        except ValueError as fault:
            raise Wrong(_no_number(text, sign)) from fault
        if number < 0:
            raise Wrong(f"'{text}' is kleiner dan nul; dat kan niet voor een aantal. Verbeter het cijfer.")
        if number > MOST:
            raise Wrong(f"'{text[:60]}' is te groot voor een aantal. Verbeter het cijfer.")
        return number

    def _moment(self, cell: Any) -> tuple[int, int | None, bool]:
        month_cell = None
        if isinstance(cell, tuple):
            cell, month_cell = cell
        if is_blank(cell):
            raise Wrong("de periode is leeg. Vul een jaar in, bijvoorbeeld 2024.")
        moment = read_period(cell)
        if moment is None:
            raise Wrong(
                f"'{as_text(cell)}' is geen jaar of maand. Schrijf 2024 of 2024-03; "
                "kwartalen en halve jaren worden niet gelezen."
            )
        year, month, marked = moment
        self._check_year(year)
        if not is_blank(month_cell):
            month = read_month(month_cell)
            if month is None:
                raise Wrong(f"'{as_text(month_cell)}' is geen maand. Schrijf een getal van 1 tot en met 12.")
        return year, month, marked

    def _check_year(self, year: int) -> None:
        if year > self.rules.this_year:
            raise Wrong(f"het jaar {year} ligt in de toekomst. Verbeter het jaar.")
        if year < FIRST_YEAR:
            raise Wrong(f"het jaar {year} ligt voor {FIRST_YEAR}; zulke oude cijfers worden niet gelezen.")

    def _status(self, cell: Any) -> str:
        text = normalise(as_text(cell))
        if not text:
            return self.rules.status
        if text not in STATUSES:
            raise Wrong(f"'{as_text(cell)}' is geen status. Kies definitief, voorlopig of schatting.")
        return STATUSES[text]


def _no_number(text: str, sign: str | None) -> str:
    if text.startswith("#"):
        return f"'{text}' is een foutmelding van Excel. Herstel de formule of vul het cijfer in."
    if text.endswith("*"):
        return (
            f"'{text[:60]}' heeft een sterretje. Zet 'voorlopig' in een kolom Status en laat het teken weg."
        )
    name = "een punt" if sign == "." else "een komma"
    return (
        f"'{text[:60]}' is geen getal (het decimaalteken in deze kolom is {name}). "
        "Vul een getal in, of een punt als het cijfer niet bekend is."
    )
