"""Which powers municipalities have ready for use: a matrix per district, and the gaps of one municipality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from vangnet.figures.export import Cell as Written
from vangnet.registers import pages
from vangnet.registers.models import Adoption, Answer, Choice
from vangnet.registers.reading import Region
from vangnet.registers.rules import Standing
from vangnet.ui.templatetags.ui import tag

Stands = Mapping[tuple[str, str], Adoption]
TONES = {Answer.YES: "ok", Answer.NO: "warning", Answer.UNKNOWN: "neutral"}
COLUMNS = (
    "gebiedscode",
    "gemeente",
    "bevoegdheid",
    "vastgesteld",
    "waar vastgelegd",
    "sinds",
    "nagekeken op",
)


def crumb() -> tuple[str, str]:
    """Return the step of the way to the matrix."""
    return ("Bevoegdheden", reverse("registers:powers"))


def district_of(of: Region, place: str) -> str:
    """Return the district of a municipality; the first one when it is in none."""
    return next(
        (code for code, (_, members) in of.districts.items() if place in members), next(iter(of.districts))
    )


def matrix(of: Region, district: str, listed: Sequence[Choice], stands: Stands) -> pages.Row:
    """Show for the municipalities of a district which powers they have."""
    name, members = of.districts[district]
    tags = {one: tag(str(one.label), TONES[one]) for one in Answer}
    rows = [_municipality(of, code, listed, stands, tags) for code in members]
    return {
        "district": district,
        "name": name,
        "districts": [(code, told[0]) for code, told in of.districts.items()],
        "instruments": [(one, _count(one, members, stands)) for one in listed],
        "rows": rows,
        "municipalities": len(rows),
        "source": _source(stands),
        "breadcrumbs": pages.crumbs(last="Bevoegdheden"),
    }


def _municipality(
    of: Region, code: str, listed: Sequence[Choice], stands: Stands, tags: Mapping[Answer, str]
) -> pages.Row:
    answers = [_answer(stands.get((code, one.pk))) for one in listed]
    return {
        "name": of.name_of(code),
        "url": reverse("registers:municipality", args=[code]),
        "answers": [tags[answer] for answer in answers],
        "gaps": sum(answer != Answer.YES for answer in answers),
    }


def _answer(stand: Adoption | None) -> Answer:
    return Answer(stand.adopted) if stand else Answer.UNKNOWN


def _count(one: Choice, members: Sequence[str], stands: Stands) -> int:
    return sum(_answer(stands.get((code, one.pk))) == Answer.YES for code in members)


def _source(stands: Stands) -> str:
    names = dict.fromkeys(str(one.get_source_display()) for one in stands.values())
    return ", ".join(sorted(names)) or "nog geen opgaven"


def municipality(of: Region, place: str, listed: Sequence[Choice], stands: Stands, at: Standing) -> pages.Row:
    """Show the powers of one municipality, the gaps first among them, and what to do about the first."""
    rows = [_power(place, one, stands.get((place, one.pk)), at) for one in listed]
    gaps = [row for row in rows if row["answer"] != Answer.YES]
    return {
        "place": place,
        "name": of.name_of(place),
        "rows": rows,
        "gaps": gaps,
        "first": gaps[0] if gaps else None,
        "own": at.keeps(place),
        "source": _source(stands),
        "district": district_of(of, place),
        "breadcrumbs": pages.crumbs(crumb(), last=of.name_of(place)),
    }


def _power(place: str, one: Choice, stand: Adoption | None, at: Standing) -> pages.Row:
    answer = _answer(stand)
    url = reverse("registers:power", args=[place, one.pk]) if at.keeps(place) else ""
    return {"instrument": one, "stand": stand, "answer": answer, "tone": TONES[answer], "url": url}


def initial(stand: Adoption | None) -> dict[str, Any]:
    """Return what the form of a power begins with."""
    if stand is None:
        return {}
    return {"adopted": stand.adopted, "rule": stand.rule, "since": stand.since}


def rows(of: Region, listed: Sequence[Choice], stands: Stands) -> list[list[Written]]:
    """Return every power of every municipality."""
    found: list[list[Written]] = []
    for code, name in of.municipalities.items():
        for one in listed:
            stand = stands.get((code, one.pk))
            told = [stand.rule, stand.since, stand.checked_on] if stand else ["", None, None]
            found.append([code, name, one.name, str(_answer(stand).label), *told])
    return found
