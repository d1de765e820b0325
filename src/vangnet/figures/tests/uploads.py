"""What municipalities hand in, in the smallest form that shows the point."""

import io

import openpyxl

from vangnet.figures.observations import Observation
from vangnet.figures.readings import Reading, Rules
from vangnet.figures.sheets import Sheet, open_sheet

AREAS = {
    "GM0301": "GM0301",
    "Zutphen": "GM0301",
    "GM0150": "GM0150",
    "Deventer": "GM0150",
    "Súdwest": "GM1900",
}
INDICATORS = {"1.1.1": "1.1.1", "Diefstal/inbraak woning": "1.1.1", "2.2.1": "2.2.1", "Vernieling": "2.2.1"}
RULES = Rules(AREAS, INDICATORS, this_year=2026)
LONG = "Gemeente;Soort misdrijf;Jaar;Aantal\n"


def sheet(text: str | bytes, name: str = "cijfers.csv", **options: int) -> Sheet:
    body = text if isinstance(text, bytes) else text.encode()
    return open_sheet(io.BytesIO(body), name, **options)


def read(text: str | bytes, name: str = "cijfers.csv", **rules: object) -> tuple[list[Observation], Reading]:
    reading = sheet(text, name).read(Rules(**{**_fields(RULES), **rules}))
    return list(reading.observations()), reading


def _fields(rules: Rules) -> dict[str, object]:
    return {name: getattr(rules, name) for name in Rules.__slots__}


def workbook(*sheets: list[list[object]], **titles: str) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        page = book.create_sheet(titles.get(f"t{number}", f"Blad{number + 1}"))
        for row in rows:
            page.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def messages(reading: Reading) -> list[str]:
    return [str(problem) for problem in reading.problems]


ONE = [Observation("1.1.1", "GM0301", 2024, None, 12, "definitief")]
TABLE: list[list[object]] = [["Gemeente", "Delict", "Jaar", "Aantal"], ["Zutphen", "1.1.1", 2024, 12]]
