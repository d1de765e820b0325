"""Which column of a delivered table means what."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from vangnet.figures.cells import as_text, is_blank, normalise, read_period, without_brackets
from vangnet.figures.observations import Unreadable

LONG: Final = "lang"
WIDE: Final = "breed"
SEARCHED_ROWS: Final = 40
OLDEST, NEWEST = 1900, 2200

# Role: the words for it. Where two columns could play a role, the earlier word wins.
WORDS: Final = {
    "area_code": "gemeentecode|gm code|gebiedscode|regiocode|cbs code|codering|code gemeente|code gebied",
    "area": "gemeente|gemeentenaam|gebied|gebiedsnaam|regio|regionaam|regios|wijkenenbuurten|plaats|"
    "naam gemeente|municipality|gebieden|gemeenten|district|area|region",
    "indicator": "soort misdrijf|soortmisdrijf|misdrijf|misdrijven|delict|delictsoort|soort delict|indicator|"
    "onderwerp|thema|categorie|soort overlast|incident|"
    "soort incident|offence|indicatorcode|maatschappelijke klasse",
    "period": "periode|perioden|tijdvak|datum|jaar en maand|jaarmaand|period",
    "year": "jaar|jaartal|kalenderjaar|verslagjaar|year",
    "month": "maand|maandnummer|month",
    "value": "aantal|waarde|aantallen|cijfer|geregistreerde misdrijven|geregistreerdemisdrijven|"
    "aantal misdrijven|aantal registraties|registraties|value|count|totaal|totaal aantal",
    "status": "status|soort cijfer|voorlopig definitief",
}
ROLES: Final = {word: role for role, words in WORDS.items() for word in words.split("|")}
RANK: Final = {word: rank for words in WORDS.values() for rank, word in enumerate(words.split("|"))}
COUNTING: Final = ("aantal", "geregistreerd", "registraties", "count", "totaal")
EXAMPLE: Final = "Gemeente; Soort misdrijf; Jaar; Aantal"


class UnclearHeading(Unreadable):
    """Two columns claim the same role or period."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The row with headings: its place, its layout and the column of each role.

    `periods` holds, for a wide layout, the columns with figures: index, year, month or
    None, and whether the heading marks the figures as provisional.
    """

    row: int
    names: tuple[str, ...]
    layout: str
    roles: dict[str, int]
    periods: tuple[tuple[int, int, int | None, bool], ...] = ()

    @property
    def ignored(self) -> tuple[str, ...]:
        """Headings of columns that are not read."""
        used = {*self.roles.values(), *(period[0] for period in self.periods)}
        return tuple(name for index, name in enumerate(self.names) if name and index not in used)

    @property
    def counts(self) -> bool:
        """Whether the figures are counts, as far as the heading tells; years above columns say nothing."""
        if self.layout == WIDE:
            return "indicator" in self.roles
        return _word(self.names[self.roles["value"]]).startswith(COUNTING)

    def name(self, role: str) -> str:
        """The heading as the user wrote it."""
        return self.names[self.roles[role]]


class AnyHeading(Protocol):
    """What a reader of files needs to know of a row with headings."""

    @property
    def row(self) -> int: ...
    @property
    def names(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds the row with headings among the first rows, and says what is missing when there is none."""

    find: Callable[[Iterable[Sequence[object]]], AnyHeading | None]
    missing: Callable[[Iterable[Sequence[object]]], Unreadable]


def find_heading(rows: Iterable[Sequence[object]]) -> Heading | None:
    """Find the row with headings among the first rows; titles and empty rows may precede it."""
    for number, row in enumerate(rows, start=1):
        if number > SEARCHED_ROWS:
            return None
        heading = _as_heading(number, row)
        if heading:
            return heading
    return None


def no_heading(rows: Iterable[Sequence[object]]) -> Unreadable:
    """The message for a table without usable headings, naming what is missing in the best row."""
    best: dict[str, int] = {}
    for _, row in zip(range(SEARCHED_ROWS), rows, strict=False):
        roles = _roles([as_text(cell) for cell in row])
        best = max(best, roles, key=len)
    missing = [
        text
        for text, wanted in (
            ("een gebied (bijvoorbeeld 'Gemeente')", {"area", "area_code"}),
            ("een jaar of periode", {"year", "period"}),
            ("een aantal of waarde", {"value"}),
        )
        if not wanted & best.keys()
    ]
    return Unreadable(
        f"Er is geen rij met bruikbare koppen gevonden in de eerste {SEARCHED_ROWS} rijen: er ontbreekt "
        f"{', '.join(missing)}. Zet boven de cijfers een rij met koppen, bijvoorbeeld: {EXAMPLE}; "
        "of een rij met het gebied en daarachter de jaren."
    )


def _as_heading(number: int, row: Sequence[object]) -> Heading | None:
    names = tuple(as_text(cell) for cell in row)
    while names and not names[-1]:
        names = names[:-1]
    roles = _roles(names)
    if not ({"area", "area_code"} & roles.keys()):
        return None
    if "value" in roles and {"year", "period"} & roles.keys():
        return Heading(number, names, LONG, roles)
    periods = tuple(
        (index, *period)
        for index, cell in enumerate(row)
        if not is_blank(cell) and (period := read_period(cell)) and OLDEST < period[0] < NEWEST
    )
    if not periods or {"year", "period"} & roles.keys():
        return None
    _refuse_twins(names, periods)
    kept = {
        role: index for role, index in roles.items() if role in ("area", "area_code", "indicator", "status")
    }
    return Heading(number, names, WIDE, kept, periods)


def _roles(names: Sequence[str]) -> dict[str, int]:
    roles: dict[str, int] = {}
    for index, name in enumerate(names):
        word = _word(name)
        role = ROLES.get(word)
        if role is None:
            continue
        held = roles.get(role)
        if held is None:
            roles[role] = index
            continue
        other = _word(names[held])
        if other == word:
            raise UnclearHeading(
                f"De kop '{name}' komt twee keer voor (kolom {held + 1} en kolom {index + 1}). "
                "Geef elke kolom een eigen kop of verwijder er een."
            )
        if RANK[word] < RANK[other]:
            roles[role] = index
    return roles


def _word(name: str) -> str:
    """The heading as the list of words spells it; StatLine numbers its topics."""
    return normalise(without_brackets(name)).removesuffix(" 1")


def _refuse_twins(names: Sequence[str], periods: Sequence[tuple[int, int, int | None, bool]]) -> None:
    seen: dict[tuple[int, int | None], int] = {}
    for index, year, month, _ in periods:
        if (year, month) in seen:
            raise UnclearHeading(
                f"De periode '{names[index]}' staat boven kolom {seen[year, month] + 1} en boven "
                f"kolom {index + 1}. Laat er een staan."
            )
        seen[year, month] = index


FIGURES: Final = Finder(find_heading, no_heading)
