"""Fetching a published table completely or not at all, whatever version of OData it speaks."""

import itertools
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, quote, urlsplit

from vangnet.figures.observations import Observation, Problem, ProblemLog, cbs_period
from vangnet.figures.opendata import Manners, OpenData, Unreachable
from vangnet.figures.selections import (
    MOST_TERMS,
    Code,
    Selection,
    Structure,
    TableChanged,
    conditions,
    quoted,
)
from vangnet.figures.spool import Spool

Progress = Callable[[int, int | None], None]


class Source(Protocol):
    """A place where published tables can be fetched."""

    def fetch(self, selection: Selection, *, spool: Path, progress: Progress = ...) -> "Download":
        """Fetch the selected figures; see `TableSource.fetch`."""


class Download:
    """A table that was fetched completely. Iterating reads it from disk, as often as wanted.

    `problems` belongs to the latest iteration: values that are no number, areas and periods
    that the table does not have.
    """

    def __init__(self, selection: Selection, structure: Structure, spool: Spool, names: list[str]) -> None:
        self.selection = selection
        self.title = structure.title
        self.modified = structure.modified
        self.checksum = spool.checksum()
        self.problems = ProblemLog()
        self._structure, self._spool, self._names = structure, spool, names

    def __iter__(self) -> Iterator[Observation]:
        selection, shape = self.selection, self._structure
        self.problems = ProblemLog()
        periods = _readable(shape.periods)
        offences = {code.code for code in shape.offences}
        wanted = set(selection.regions) if selection.regions is not None else None
        missing = set(wanted or ())
        topic = re.sub(r"_\d+$", "", selection.topic)
        for number, row in enumerate(self._rows(), start=1):
            area, moment = str(row[shape.area]).strip(), str(row[shape.time]).strip()
            indicator = str(row[shape.offence]).strip() if shape.offence else topic
            if moment not in periods or (shape.offence and indicator not in offences):
                continue
            if (wanted is not None and area not in wanted) or not area.startswith(selection.region_prefix):
                continue
            missing.discard(area)
            try:
                value = _number(row[shape.column])
            except ValueError:
                self._not_a_number(number, row[shape.column], f"{area}, {indicator}, {moment}")
                continue
            yield Observation(indicator, area, *periods[moment][:2], value, periods[moment][2])
        self._name_what_is_missing(missing)

    def _rows(self) -> Iterator[Mapping[str, Any]]:
        for name in self._names:
            page = self._spool.load(name)
            if page is None:
                raise Unreachable(
                    f"De opgehaalde gegevens van tabel {self.selection.table} zijn beschadigd of verwijderd. "
                    "Haal de tabel opnieuw op."
                )
            yield from page["rows"]

    def _not_a_number(self, number: int, value: object, where: str) -> None:
        self.problems.add(
            Problem(
                number,
                self._structure.column,
                f"de waarde '{value}' ({where}) is geen getal en is overgeslagen. "
                "Meld dit aan de beheerder van de bron of voer dit cijfer met de hand in.",
                str(value),
            )
        )

    def _name_what_is_missing(self, areas: Iterable[str]) -> None:
        table = self.selection.table
        for area in sorted(areas):
            text = f"gebied {area} heeft geen cijfers in tabel {table}. Controleer de gebiedscode."
            self.problems.add(Problem(None, self._structure.area, text, area, blocking=False))
        known = {code.code for code in self._structure.periods}
        for period in sorted(set(self.selection.periods or ()) - known):
            text = f"periode {period} staat (nog) niet in tabel {table}."
            self.problems.add(Problem(None, self._structure.time, text, period, blocking=False))


class TableSource(ABC):
    """The part of fetching that both versions of OData share."""

    def __init__(self, base_url: str, manners: Manners | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        self.manners = manners

    @abstractmethod
    def structure(self, client: OpenData, selection: Selection) -> Structure:
        """Read what the table looks like now; TableChanged if we cannot use it."""

    @abstractmethod
    def moment(self, client: OpenData, table: str) -> str:
        """Read when the table was last changed."""

    @abstractmethod
    def data_url(self, selection: Selection, shape: Structure) -> tuple[str, str]:
        """Address of the rows without filter, and the options that come with it."""

    def fetch(
        self, selection: Selection, *, spool: Path, progress: Progress = lambda done, total: None
    ) -> Download:
        """Fetch the selected figures into the folder `spool`, page by page.

        An interrupted fetch goes on where it was, unless the table was changed since.
        `progress` gets the number of rows fetched and, if the service tells, the number
        to come. Nothing is handed over before everything is there.

        Raises
        ------
        TableChanged
            A column or code that we need is gone, or a new dimension has appeared.
        Unreachable, Refused
            The service did not answer completely, or said no.
        """
        pages = Spool(spool)
        with OpenData(self.base_url, self.manners) as client:
            for _ in range(2):
                shape = self.structure(client, selection)
                queries = self._queries(selection, shape)
                pages.open({"queries": queries, "modified": shape.modified, "base": self.base_url})
                names = self._collect(client, queries, pages, shape, progress)
                if names is not None and self.moment(client, selection.table) == shape.modified:
                    return Download(selection, shape, pages, names)
                pages.discard()
        raise Unreachable(
            f"Tabel {selection.table} veranderde tijdens het ophalen, tot twee keer toe. "
            "Er is niets ingelezen; probeer het over een uur opnieuw."
        )

    def _queries(self, selection: Selection, shape: Structure) -> list[str]:
        base, options = self.data_url(selection, shape)
        terms = [f"{name} eq {quoted(code)}" for name, code in shape.fixed.items()]
        if selection.region_prefix:
            terms.append(f"startswith({shape.area},{quoted(selection.region_prefix)})")
        regions = selection.regions
        all_offences = selection.offences is None and not selection.without_totals
        chosen: list[tuple[str, list[str]]] = [
            (shape.offence or "", [] if all_offences else [code.key for code in shape.offences]),
            (shape.area, [code.ljust(shape.region_width) for code in dict.fromkeys(regions or ())]),
            (shape.time, [] if selection.periods is None else [code.key for code in shape.periods]),
        ]
        filters = [" and ".join(terms + part) for part in conditions(chosen, MOST_TERMS - len(terms))]
        return [f"{base}|{options}|{quote(text, safe='')}" for text in filters]

    def _collect(
        self, client: OpenData, queries: list[str], pages: Spool, shape: Structure, progress: Progress
    ) -> list[str] | None:
        """Fetch all pages of all queries; None if the table changed under our hands."""
        counts = self._announced(client, queries, pages)
        total = sum(c for c in counts if c is not None) if None not in counts else None
        names: list[str] = []
        done = 0
        for index, (query, count) in enumerate(zip(queries, counts, strict=True)):
            base, options, filters = query.split("|")
            url: str | None = _address(base, filters, options)
            offset = 0
            for number in itertools.count():
                if url is None:
                    break
                name = f"query-{index:05}-page-{number:05}"
                page = pages.load(name)
                if page is None:
                    page = self._page(client, url, shape, count, offset)
                    pages.keep(name, page)
                names.append(name)
                offset += len(page["rows"])
                progress(done + offset, total)
                url = client.resolve(page["next"]) if page["next"] else None
                if count is not None and offset > count:
                    return None
            done += offset
        return names

    def _announced(self, client: OpenData, queries: list[str], pages: Spool) -> list[int | None]:
        """Ask how many rows each query will give; a service may decline to tell."""
        counts: list[int | None] = []
        for index, query in enumerate(queries):
            name = f"query-{index:05}-count"
            kept = pages.load(name)
            if kept is None:
                base, _, filters = query.split("|")
                declined = bool(counts) and counts[-1] is None
                asked = _address(f"{base}/$count", filters, "")
                kept = {"count": None if declined else client.get_number(asked)}
                pages.keep(name, kept)
            counts.append(kept["count"])
        return counts

    def _page(
        self, client: OpenData, url: str, shape: Structure, count: int | None, offset: int
    ) -> dict[str, Any]:
        def complaint(answer: dict[str, Any]) -> str | None:
            rows = answer.get("value")
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                return "het antwoord heeft geen lijst met rijen"
            if count is not None and offset + len(rows) < _expected(next_link(answer), count):
                return f"het antwoord telt {len(rows)} rijen, minder dan aangekondigd"
            if not rows and next_link(answer):
                return "het antwoord is leeg"
            return None

        answer = client.get_json(url, complaint)
        for name in (shape.area, shape.time, shape.offence, shape.column):
            if name and any(name not in row for row in answer["value"]):
                raise TableChanged(
                    f"In de gegevens ontbreekt de kolom '{name}', die volgens de beschrijving van de tabel "
                    "wel bestaat. Er is niets ingelezen. Probeer het later opnieuw; blijft het zo, "
                    "meld het dan aan de bron."
                )
        return {"rows": answer["value"], "next": next_link(answer)}


def next_link(answer: Mapping[str, Any]) -> str | None:
    """Address of the next page, in the words of either version."""
    link = answer.get("@odata.nextLink") or answer.get("odata.nextLink")
    return str(link) if link else None


def read_all(client: OpenData, url: str) -> list[dict[str, Any]]:
    """Read a description list (properties, codes) to its end."""
    rows: list[dict[str, Any]] = []
    following: str | None = url
    while following:
        answer = client.get_json(following, lambda a: None if isinstance(a.get("value"), list) else "leeg")
        rows += answer["value"]
        link = next_link(answer)
        following = client.resolve(link) if link else None
    return rows


def _address(base: str, filters: str, options: str) -> str:
    parts = [part for part in (filters and f"$filter={filters}", options) if part]
    return f"{base}?{'&'.join(parts)}" if parts else base


def _expected(link: str | None, count: int) -> int:
    """How many rows there must be up to and including this page."""
    if link is None:
        return count
    skip = parse_qs(urlsplit(link).query).get("$skip", ["0"])[0]
    return min(int(skip), count) if skip.isdigit() else 0


def _readable(periods: Iterable[Code]) -> dict[str, tuple[int, int | None, str]]:
    found = ((code, cbs_period(code.code)) for code in periods)
    return {code.code: (*moment, code.figure_status) for code, moment in found if moment}


def _number(value: object) -> Decimal | None:
    """Read a value; None when it was not published. ValueError when it is no number."""
    if isinstance(value, str):
        value = value.strip()
        if value in ("", "."):
            return None
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise ValueError(value)
    try:
        number = Decimal(value)
    except InvalidOperation as fault:
        raise ValueError(value) from fault
    if not number.is_finite():
        raise ValueError(value)
    return number
