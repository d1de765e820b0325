"""What people write in the cells of a table of figures: numbers, periods, names."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from vangnet.figures.observations import ESTIMATE, FINAL, PROVISIONAL, cbs_period

NOT_PUBLISHED: Final = frozenset(
    {"", ".", "..", "...", "-", "--", "–", "—", "x", "nb", "n.b.", "n.b", "niet bekend", "geheim", "onbekend"}
)
STATUSES: Final = {
    "definitief": FINAL,
    "def": FINAL,
    "d": FINAL,
    "voorlopig": PROVISIONAL,
    "voorl": PROVISIONAL,
    "v": PROVISIONAL,
    "nader voorlopig": PROVISIONAL,
    "schatting": ESTIMATE,
    "geschat": ESTIMATE,
    "raming": ESTIMATE,
    "s": ESTIMATE,
}
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "januari jan",
            "februari feb",
            "maart mrt maa",
            "april apr",
            "mei",
            "juni jun",
            "juli jul",
            "augustus aug",
            "september sep sept",
            "oktober okt",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}

_BRACKETS = re.compile(r"\([^()]*\)")
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_GROUPED = {
    ",": re.compile(r"[+-]?\d{1,3}(?:[. ]\d{3})+(?:,\d+)?"),
    ".": re.compile(r"[+-]?\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?"),
}
_PLAIN = {",": re.compile(r"[+-]?\d+(?:,\d+)?"), ".": re.compile(r"[+-]?\d+(?:\.\d+)?")}
_UNCLEAR = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_LONGEST_NUMBER = 24


@lru_cache(maxsize=100_000)
def normalise(text: str) -> str:
    """Bring a name to the form in which two spellings are equal.

    What stands between brackets stays: it tells Bergen (L.) from Bergen (NH.).

    >>> normalise("  Súdwest-Fryslân "), normalise("Bergen (NH.)"), normalise("'s-Gravenhage")
    ('sudwest fryslan', 'bergen nh', 's gravenhage')
    """
    bare = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    bare = re.sub(r"['’‘`\"\ufeff]+|\.(?=[\s)])", "", bare)
    return _SPACES.sub(" ", re.sub(r"[-_/:;()]+", " ", bare)).strip(" .*")


def without_brackets(text: str) -> str:
    """Leave out what stands between brackets, unless nothing else is there.

    >>> without_brackets("Aantal (absoluut)"), without_brackets("(leeg)")
    ('Aantal ', '(leeg)')
    """
    bare = _BRACKETS.sub("", text)
    return bare if bare.strip() else text


def as_text(cell: object) -> str:
    """Show a cell as the user sees it.

    >>> as_text(2012.0), as_text(None), as_text(" Almere ")
    ('2012', '', 'Almere')
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return f"{cell.day}-{cell.month}-{cell.year}"
    return str(cell).strip()


def is_blank(cell: object) -> bool:
    """Say whether nothing stands in the cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def decimal_sign(texts: Iterable[str], *, counts: bool) -> tuple[str | None, str | None]:
    """Decide for a whole column whether a comma or a point marks the decimals.

    Returns the sign and None, or None and the text that leaves it open: "1.234" can be
    1234 and 1,234. In a column of counts thousands with points are taken for what they
    are here; a count never has three decimals.

    >>> decimal_sign(["12", "1.234,5"], counts=False)
    (',', None)
    >>> decimal_sign(["1.234", "1,234.5"], counts=False)
    ('.', None)
    >>> decimal_sign(["1.234", "87"], counts=True), decimal_sign(["1.234", "87"], counts=False)
    ((',', None), (None, '1.234'))
    """
    unclear: dict[str, str] = {}
    for text in texts:
        if not ("." in text or "," in text):
            continue
        plain = _SPACES.sub(" ", text.strip()).replace("−", "-")
        if _UNCLEAR.fullmatch(plain):
            unclear.setdefault("." if "." in plain else ",", plain)
            continue
        comma = bool(_GROUPED[","].fullmatch(plain) or _PLAIN[","].fullmatch(plain))
        point = bool(_GROUPED["."].fullmatch(plain) or _PLAIN["."].fullmatch(plain))
        if comma != point:
            return ("," if comma else "."), None
    if not unclear or (counts and "," not in unclear):
        return ",", None
    return None, unclear.get(",") or unclear["."]


def is_unclear(text: str) -> bool:
    """Say whether a text can be thousands as well as a number with three decimals.

    >>> is_unclear("1.234"), is_unclear("0.125"), is_unclear("1.234.567")
    (True, False, False)
    """
    return _UNCLEAR.fullmatch(text.strip()) is not None


def read_number(cell: object, sign: str) -> int | Decimal:
    """Read a number in the column's notation; ValueError if it is none.

    >>> read_number("1.234,5", ","), read_number("1 234", ","), read_number(3.0, ",")
    (Decimal('1234.5'), 1234, 3)
    """
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell
    if isinstance(cell, float):
        number = Decimal(f"{cell:.15g}")
        if not number.is_finite():
            raise ValueError(cell)
        return int(number) if number == number.to_integral_value() else number
    if not isinstance(cell, str):
        raise ValueError(cell)
    text = _SPACES.sub(" ", cell.strip()).replace("−", "-")
    if len(text) > _LONGEST_NUMBER or not text.isascii():
        raise ValueError(cell)
    if not (_PLAIN[sign].fullmatch(text) or _GROUPED[sign].fullmatch(text)):
        raise ValueError(cell)
    text = text.replace(" ", "").replace("." if sign == "," else ",", "").replace(",", ".")
    return Decimal(text) if "." in text else int(text)


def read_period(cell: object) -> tuple[int, int | None, bool] | None:
    """Read a year or a month: (year, month or None, marked as provisional); None if it is neither.

    >>> read_period("2024*"), read_period("mrt 2024"), read_period("2024MM03")
    ((2024, None, True), (2024, 3, False), (2024, 3, False))
    >>> read_period("2024-03"), read_period("1-3-2024"), read_period("1e kwartaal 2024")
    ((2024, 3, False), (2024, 3, False), None)
    """
    if isinstance(cell, datetime | date):
        return (cell.year, cell.month, False) if cell.day == 1 else None
    text = as_text(cell).casefold()
    marked = text.endswith("*")
    text = text.rstrip("* ")
    if re.fullmatch(r"\d{4}", text, re.ASCII):
        return int(text), None, marked
    coded = cbs_period(text.upper())
    if coded:
        return *coded, marked
    month = _year_and_month(text)
    return (*month, marked) if month and 1 <= month[1] <= 12 else None


def _year_and_month(text: str) -> tuple[int, int] | None:
    if found := re.fullmatch(r"(\d{4})[-/ ]?m?(\d{1,2})(?:-01)?", text, re.ASCII):
        return int(found[1]), int(found[2])
    if found := re.fullmatch(r"(?:0?1[-/])?(\d{1,2})[-/](\d{4})", text, re.ASCII):
        return int(found[2]), int(found[1])
    words = re.split(r"[\s.\-/]+", text.strip("."))
    if len(words) == 2:
        for name, year in (words, words[::-1]):
            if name in MONTHS and re.fullmatch(r"\d{4}", year, re.ASCII):
                return int(year), MONTHS[name]
    return None


def read_month(cell: object) -> int | None:
    """Read a month beside a year, as a number or a name.

    >>> read_month("mrt"), read_month("03"), read_month(13)
    (3, 3, None)
    """
    text = as_text(cell).casefold().rstrip(".")
    if text.isascii() and text.isdigit() and len(text) <= 2 and 1 <= int(text) <= 12:
        return int(text)
    return MONTHS.get(text)
