"""The network as tables: three lists to hand out, and the same lists read back, wrong cells named."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any, Final
from uuid import UUID

from vangnet.directory.filling import Filling, NewOrganisation
from vangnet.directory.returning import Change, NewProfile
from vangnet.figures.cells import as_text, normalise
from vangnet.figures.headings import SEARCHED_ROWS, Finder, UnclearHeading
from vangnet.figures.observations import Unreadable
from vangnet.figures.sheets import open_source
from vangnet.identity.models import Organisation
from vangnet.portal import network_changes
from vangnet.portal.network_told import CHANGED, NEW, SAME, Known, Told, parts, profile
from vangnet.portal.score_file import Heading, Table, note
from vangnet.vault.personal import ODD_SIGNS, find_bsn

MOST_ROWS: Final = 5_000
MAX_BYTES: Final = 5 * 1024 * 1024
MARK: Final = "Stand van de rij (niet wijzigen)"
COLUMNS: Final = {
    "organisaties": ("Kenmerk", "Naam", "Soort", "Gebied"),
    "functies": ("Code", "Functie"),
    "mensen": (
        *("E-mailadres", "Naam", "Organisatie", "Functie", "Werktelefoon", "Werkdagen"),
        *("Deskundigheid", "Werkt niet meer vanaf", "Reden van vertrek", MARK),
    ),
}
# For each list what its columns are called, and which of them it cannot do without.
WORDS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "mensen": {
        "email": ("e-mailadres", "e-mail", "email", "mailadres"),
        "name": ("naam",),
        "organisation": ("organisatie", "partner"),
        "function": ("functie",),
        "phone": ("werktelefoon", "telefoon", "telefoonnummer"),
        "days": ("werkdagen", "dagen"),
        "topics": ("deskundigheid", "onderwerpen", "weet van"),
        "until": ("werkt niet meer vanaf", "einddatum"),
        "reason": ("reden van vertrek",),
        "mark": (MARK, "stand van de rij"),
    },
    "organisaties": {
        "slug": ("kenmerk",),
        "name": ("naam", "organisatie"),
        "kind": ("soort", "soort organisatie"),
        "place": ("gebied", "gemeente", "gebiedscode"),
    },
    "functies": {"code": ("code",), "name": ("functie", "naam")},
}
NEEDED: Final = {
    "mensen": ("email",),
    "organisaties": ("slug", "name", "kind"),
    "functies": ("code", "name"),
}
SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
WITHOUT_MARK: Final = (
    "een einde kan alleen in een lijst die hier is gehaald: de kolom ‘Stand van de rij’ ontbreekt of is leeg."
)
QUOTED: Final = re.compile(r"'\s*[-=+@\t＝＋－＠]")  # as our own export writes what looks like a formula


def _kind_of(names: Iterable[str]) -> str:
    """Return which list has these headings; nothing when none has."""
    held = {normalise(name) for name in names}
    found = (
        kind
        for kind, needed in NEEDED.items()
        if all(held & {normalise(word) for word in WORDS[kind][role]} for role in needed)
    )
    return next(found, "")


def _heading(number: int, row: Sequence[object]) -> Heading | None:
    names = tuple(as_text(cell) for cell in row)
    kind = _kind_of(names)
    if not kind:
        return None
    by_word = {normalise(word): role for role, words in WORDS[kind].items() for word in words}
    roles: dict[str, int] = {}
    for column, name in enumerate(names):
        role = by_word.get(normalise(name))
        if role in roles:
            raise UnclearHeading(f"De koppen '{names[roles[role]]}' en '{name}' betekenen hetzelfde.")
        if role:
            roles[role] = column
    return Heading(number, names, roles)


def _find(rows: Iterable[Sequence[object]]) -> Heading | None:
    numbered = itertools.islice(enumerate(rows, start=1), SEARCHED_ROWS)
    return next((found for number, row in numbered if (found := _heading(number, row))), None)


def _missing(rows: Iterable[Sequence[object]]) -> Unreadable:
    return Unreadable(
        "Er is geen rij met bruikbare koppen gevonden. Nodig is bij mensen: e-mailadres; bij organisaties: "
        "kenmerk, naam en soort; bij functies: code en functie. Gebruik een van de bestanden van deze pagina."
    )


LISTS: Final = Finder(_find, _missing)


def read(body: bytes, name: str, known: Known) -> Told:
    """Read a file with one of the lists.

    Raises
    ------
    Unreadable
        No table, without the headings that are needed, damaged, empty, or more rows than go in at once.
    """
    source = open_source(BytesIO(body), name, max_bytes=MAX_BYTES, finder=LISTS)
    assert isinstance(source.heading, Heading)  # noqa: S101  found by the finder above
    table = Table(source.heading)
    told = Told(_kind_of(table.heading.names), table)
    take = TAKE[told.kind]
    seen: set[str] = set()
    for number, cells in _rows(source.rows(), table.heading):
        before = table.problems.total
        key = cells[NEEDED[told.kind][0]].casefold()
        if key in seen:
            note(table, number, NEEDED[told.kind][0], "dit staat al in een eerdere rij.")
            continue
        seen.add(key)
        _plain(table, number, cells)
        if table.problems.total == before:
            take(told, number, cells, known)
    if not seen:
        raise Unreadable("Onder de koppen staat niets. Vul de tabel en kies het bestand opnieuw.")
    return told


def _rows(rows: Iterable[Sequence[object]], heading: Heading) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows under the headings, by role; a column that is not there is empty."""
    wanted = WORDS[_kind_of(heading.names)]
    count = 0
    for number, row in enumerate(rows, start=1):
        if number <= heading.row or not any(as_text(cell) for cell in row):
            continue
        count += 1
        if count > MOST_ROWS:
            raise Unreadable(f"Het bestand heeft meer dan {MOST_ROWS} rijen. Splits het.")
        at = heading.roles
        yield (
            number,
            {role: _text(row[at[role]]) if role in at and at[role] < len(row) else "" for role in wanted},
        )


def _text(cell: object) -> str:
    text = as_text(cell).strip()
    return text[1:].strip() if QUOTED.match(text) else text


def _plain(table: Table, number: int, cells: Mapping[str, str]) -> None:
    """Note what no cell of a list may hold."""
    for role, text in cells.items():
        if role in ("phone", "email", "mark"):
            continue
        if find_bsn(text):
            note(table, number, role, "hier staat iets dat een burgerservicenummer lijkt. Haal het weg.")
        elif len(text) > 200 or any(ord(sign) in ODD_SIGNS for sign in text):
            note(table, number, role, "te lang, of er staan tekens in die niet te lezen zijn.")


def _organisation(told: Told, number: int, cells: Mapping[str, str], known: Known) -> None:
    slug, table = cells["slug"].lower(), told.table
    kinds = {normalise(word): value for value, label in Organisation.Kind.choices for word in (value, label)}
    kind, place = kinds.get(normalise(cells["kind"]), ""), ""
    if cells["place"]:
        place = known.places.get(normalise(cells["place"]), "")
        if not place:
            note(table, number, "place", f"‘{cells['place'][:40]}’ is geen gebied dat we kennen.")
            return
    if not kind:
        note(table, number, "kind", f"‘{cells['kind'][:40]}’ is geen soort organisatie.")
    elif not SLUG.fullmatch(slug) or len(slug) > 80:
        note(table, number, "slug", "gebruik kleine letters, cijfers en streepjes, hoogstens 80 tekens.")
    elif not cells["name"]:
        note(table, number, "name", "de naam ontbreekt.")
    elif slug in known.ended:
        note(
            table,
            number,
            "slug",
            f"dit kenmerk is al van ‘{known.ended[slug]}’, die er nu niet is. Kies een ander.",
        )
    elif slug in known.organisations:
        name, was = known.organisations[slug]
        if name != cells["name"]:
            note(table, number, "name", f"dit kenmerk is van ‘{name}’. Een naam verandert hier niet.")
        elif was != kind:
            note(table, number, "kind", "deze organisatie is van een andere soort. Die verandert hier niet.")
        else:
            told.line(number, name, SAME)
    else:
        told.organisations.append(NewOrganisation(slug, cells["name"], kind, place))
        told.line(number, cells["name"], NEW)


def _function(told: Told, number: int, cells: Mapping[str, str], known: Known) -> None:
    code, name, table = cells["code"].lower(), cells["name"], told.table
    if not SLUG.fullmatch(code) or len(code) > 60:
        note(table, number, "code", "gebruik kleine letters, cijfers en streepjes, hoogstens 60 tekens.")
    elif not name or len(name) > 100:
        note(table, number, "name", "de naam van de functie ontbreekt of is langer dan 100 tekens.")
    elif code in known.functions:
        if known.functions[code] != name:
            note(table, number, "name", f"deze code is van ‘{known.functions[code]}’. Kies een andere code.")
        else:
            told.line(number, name, SAME)
    else:
        told.functions.append((code, name))
        told.line(number, name, NEW)


def _person(told: Told, number: int, cells: Mapping[str, str], known: Known) -> None:
    if cells["mark"]:
        network_changes.take(told, number, cells, known)
        return
    table, found = told.table, known.people.get(cells["email"].casefold())
    if found is None:
        message = "met dit adres werkt hier niemand. Een beheerder maakt eerst het account."
        note(table, number, "email", message)
        return
    account, name, at_work = found
    before = table.problems.total
    if cells["name"] and normalise(cells["name"]) != normalise(name):
        note(table, number, "name", f"dit adres is van {name}.")
    if cells["organisation"] and not _all_in(parts(cells["organisation"]), at_work):
        note(table, number, "organisation", f"{name} werkt nu bij {', '.join(at_work)}.")
    new = NewProfile(account, *profile(table, number, cells, known))
    if table.problems.total > before:
        return
    before_it = known.filled_in.get(account)
    if account in told.accounts:
        note(table, number, "email", f"{name} staat al in een eerdere rij.")
    elif cells["until"] or cells["reason"]:
        note(table, number, "until" if cells["until"] else "reason", WITHOUT_MARK)
    elif account in known.written:
        told.line(number, name, SAME, says="Houdt het eigen profiel bij; dat blijft.")
    elif before_it == new:
        told.line(number, name, SAME)
    else:
        told.profiles.append(new)
        says = "Opnieuw ingevuld; nog niet zelf bevestigd." if before_it else ""
        told.line(number, name, CHANGED if before_it else NEW, says=says)
    told.accounts.add(account)


def _all_in(names: Iterable[str], known: Iterable[str]) -> bool:
    return {normalise(name) for name in names} <= {normalise(name) for name in known}


Take = Callable[[Told, int, Mapping[str, str], Known], None]
TAKE: Final[dict[str, Take]] = {"organisaties": _organisation, "functies": _function, "mensen": _person}


def packed(told: Filling) -> dict[str, Any]:
    """Return what is new as it is signed into a page."""
    return {
        "organisations": [[one.slug, one.name, one.kind, one.place] for one in told.organisations],
        "functions": [list(one) for one in told.functions],
        "profiles": [
            [str(one.account), one.function, one.phone, one.days, one.topics] for one in told.profiles
        ],
        "changes": [[str(one.account), one.seen, _kept(one.values)] for one in told.changes],
    }


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    return {one: value.isoformat() if isinstance(value, date) else value for one, value in values.items()}


def _values(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row changes as it was before it was signed."""
    found: dict[str, Any] = {
        one: tuple(value) if isinstance(value, list) else value for one, value in told.items()
    }
    if found.get("until"):
        found["until"] = date.fromisoformat(found["until"])
    return found


def unpacked(told: Mapping[str, Any]) -> Filling:
    """Return what was signed."""
    return Filling(
        [NewOrganisation(*one) for one in told["organisations"]],
        [(code, name) for code, name in told["functions"]],
        [
            NewProfile(UUID(account), function, phone, tuple(days), tuple(topics))
            for account, function, phone, days, topics in told["profiles"]
        ],
        [Change(UUID(account), seen, _values(values)) for account, seen, values in told["changes"]],
    )
