"""The order in time of moments as people write them: a month by name, a year of two digits."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vangnet.analysis.disclosure.faults import TableFault

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january", "feb februari february", "mrt maart mar march", "apr april", "mei may",
            "jun juni june", "jul juli july", "aug augustus august", "sep sept september",
            "okt oktober oct october", "nov november", "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
CENTURY_TURNS = 70  # '69 is 2069, '70 is 1970
DAYS, LAST_MONTH = 31, 12
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"[0-9]+")
_SHORT = re.compile(r"'?([0-9]{1,2})\s*[-/ ]\s*'?([0-9]{1,2})")
_QUARTER = re.compile(r"(?:q|k|kw|kwartaal)\s*([1-4])\s*(?:[-/' ]\s*)+([0-9]{2})", re.IGNORECASE)
_DATE = re.compile(r"'?[0-9]{1,2}\s*[-/]\s*[0-9]{1,2}\s*[-/]\s*'?[0-9]{1,2}")
Moment = tuple[int, ...]


def ordered(texts: Sequence[str], column: str) -> dict[str, Moment] | None:
    """Return by what moments with names of months or years of two digits are ordered.

    Parameters
    ----------
    texts : sequence of str
        The moments of a column.
    column : str
        Its name, for messages.

    Returns
    -------
    dict of str to tuple of int, or None
        Year, month or quarter, day. None: these are no such moments.

    Raises
    ------
    TableFault
        If they can be read in more than one way, or not at all.

    Examples
    --------
    >>> ordered(["mrt-25", "dec '24"], "maand")
    {'mrt-25': (2025, 3, 0), "dec '24": (2024, 12, 0)}
    """
    named = [text for text in texts if any(word.lower() in MONTHS for word in _WORD.findall(text))]
    if named:
        return _by_name(texts, named, column)
    quarters = {text: _QUARTER.fullmatch(text) for text in texts}
    if all(quarters.values()):
        return {text: (_year(found[2]), int(found[1])) for text, found in quarters.items() if found}
    if dates := [text for text in texts if _DATE.fullmatch(text)]:
        raise _fault(
            dates[0], "can be read in several ways", "is op meer manieren te lezen", "2025-02-01", column
        )
    return _by_place(texts, column)


def _by_name(texts: Sequence[str], named: Sequence[str], column: str) -> dict[str, Moment]:
    """Read moments that all have the name of a month, and a year."""
    if other := [text for text in texts if text not in named]:
        raise _fault(
            other[0], f"is written otherwise than {named[0]}", f"is anders geschreven dan {named[0]}",
            "maart 2025", column,
        )  # fmt: skip
    found = {text: _named(text, column) for text in texts}
    dayless = [text for text in texts if not found[text][2]]
    if dayless and len(dayless) < len(texts):
        raise _fault(
            dayless[0], "has no day, others do", "heeft geen dag, andere wel", "1 maart 2025", column
        )
    return found


def _named(text: str, column: str) -> Moment:
    """Read a month with its year, last or, of four digits, first; with a day when there is one."""
    words = [word.lower() for word in _WORD.findall(text)]
    before, _, after = re.sub(_WORD, "|", text, count=1).partition("|")
    first, last = _NUMBER.findall(before), _NUMBER.findall(after)
    if len(words) != 1 or len(first) + len(last) not in (1, 2):
        raise _fault(text, "is no month and year", "is geen maand met een jaar", "maart 2025", column)
    month, numbers = MONTHS[words[0]], [*first, *last]
    if len(numbers) == 2 and len(numbers[0]) == 4:  # year first
        numbers = numbers[::-1]
    year, day = numbers[-1], int(numbers[0]) if len(numbers) == 2 else 0
    if len(numbers) == 1 and first and len(year) < 4 and "'" not in before:
        raise _fault(
            text, "can be a day or a year", "kan een dag of een jaar zijn", f"{words[0]} 20{year:0>2}", column
        )
    if len(year) not in (2, 4) or day > DAYS or (len(numbers) == 2 and not day):
        raise _fault(text, "is no month and year", "is geen maand met een jaar", "maart 2025", column)
    return _year(year), month, day


def _by_place(texts: Sequence[str], column: str) -> dict[str, Moment] | None:
    """Read two short numbers: what cannot be a month is the year."""
    pairs = {text: found.groups() for text in texts if (found := _SHORT.fullmatch(text))}
    if len(pairs) < len(texts):
        return None
    first, last = zip(*pairs.values(), strict=True)
    year_first = all(len(one) == 2 for one in first) and all(1 <= int(one) <= LAST_MONTH for one in last)
    year_last = all(len(one) == 2 for one in last) and all(1 <= int(one) <= LAST_MONTH for one in first)
    if year_last and (year_first or any(int(one) <= LAST_MONTH for one in last)):
        raise _fault(
            texts[0], "can have its year first or last", "kan het jaar voorop of achteraan hebben",
            "2025-02", column,
        )  # fmt: skip
    if year_last:
        return {text: (_year(year), int(month)) for text, (month, year) in pairs.items()}
    return {text: (_year(year), int(month)) for text, (year, month) in pairs.items()} if year_first else None


def _year(text: str) -> int:
    number = int(text)
    if len(text) > 2:
        return number
    return number + (2000 if number < CENTURY_TURNS else 1900)


def _fault(text: str, why: str, waarom: str, example: str, column: str) -> TableFault:
    return TableFault(
        f"{text} {why}, so moments cannot be put in order; write {example}",
        f"{text} {waarom}, zodat de volgorde niet vaststaat; schrijf {example}",
        column=column,
    )
