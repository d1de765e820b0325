"""A row of the list of people that was handed out, compared with how that person stands now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from vangnet.directory.departures import Departure
from vangnet.directory.listed import FIELDS, LABELS, PROFILE, Listed, day_words, read_mark
from vangnet.directory.models import Profile
from vangnet.directory.returning import Change
from vangnet.figures.cells import normalise
from vangnet.identity.rules import SharedAccount, require_personal
from vangnet.portal.network_told import CHANGED, ENDS, NEW, SAME, Known, Told, parts, profile
from vangnet.portal.score_file import note

Cells = Mapping[str, str]
REASONS: Final = {
    normalise(word): value for value, label in Departure.Reason.choices for word in (value, label)
}
YEARS: Final = 5  # an end further away is a slip of the pen


def take(told: Told, number: int, cells: Cells, known: Known) -> None:
    """Take what a row changes, or note what is wrong with it."""
    mark = read_mark(cells["mark"])
    now = known.listed.get(mark.account) if mark else None
    if mark is None or (now and not any(mark.says(one, now.words[one]) for one in FIELDS)):
        unknown = "dit maakte deze installatie niet. Haal de lijst opnieuw en vul uw wijziging daarin in."
        note(told.table, number, "mark", unknown)
        return
    if now is None:
        message = "deze persoon werkt hier intussen niet meer. Haal de rij uit het bestand."
        note(told.table, number, "mark", message)
        return
    if now.account in told.accounts:
        note(told.table, number, "mark", f"{now.words['name']} staat al in een eerdere rij.")
        return
    told.accounts.add(now.account)
    edited = [one for one in FIELDS if one in told.table.heading.roles and not mark.says(one, cells[one])]
    stale = [one for one in FIELDS if not mark.says(one, now.words[one])]
    if not edited:
        says = f"Een ander wijzigde intussen: {_labels(stale)}. Dat blijft." if stale else ""
        told.line(number, now.words["name"], SAME, says=says)
        return
    before = told.table.problems.total
    values = _values(told, number, {**now.words, **{one: cells[one] for one in edited}}, known, now)
    changes = {one: values[one] for one in edited if values[one] != now.values[one]}
    _check(told, number, changes, known, now)
    if changes and stale:
        _meanwhile(told, number, stale, now)
    if told.table.problems.total == before:
        _keep(told, number, changes, known, now)


def _labels(fields: list[str]) -> str:
    return ", ".join(LABELS[one].lower() for one in fields)


def _meanwhile(told: Told, number: int, stale: list[str], now: Listed) -> None:
    for one in stale:
        stands = f"is nu ‘{now.words[one]}’" if now.words[one] else "is nu leeg"
        message = f"een ander wijzigde {now.words['name']} intussen: {LABELS[one].lower()} {stands}. "
        message += "Haal de lijst opnieuw en vul uw wijziging daarin in."
        note(told.table, number, one if one in told.table.heading.roles else "mark", message)


def _values(told: Told, number: int, cells: Cells, known: Known, now: Listed) -> dict[str, Any]:
    """Return what the words of a row stand for; note what they cannot stand for."""
    table = told.table
    same = [one for one in PROFILE if cells[one] == now.words[one]]
    function, phone, days, topics = profile(told.table, number, {**cells, **dict.fromkeys(same, "")}, known)
    read = {"function": function, "phone": phone, "days": days, "topics": topics}
    values: dict[str, Any] = {**now.values, **{one: read[one] for one in PROFILE if one not in same}}
    values["email"], values["name"] = cells["email"].lower(), cells["name"]
    if cells["email"].casefold() == now.words["email"].casefold():
        values["email"] = now.values["email"]
    names = {normalise(one) for one in parts(cells["organisation"])}
    if cells["organisation"] != now.words["organisation"] and names != {
        normalise(one) for one in parts(now.words["organisation"])
    }:
        message = f"{now.words['name']} werkt bij {now.words['organisation']}. Een rol bij een andere "
        note(table, number, "organisation", message + "organisatie geeft de beheerder op de server.")
    values["until"] = _day(told, number, cells["until"])
    values["reason"] = REASONS.get(normalise(cells["reason"]), "") if values["until"] else ""
    if cells["reason"] and normalise(cells["reason"]) not in REASONS:
        allowed = ", ".join(label.lower() for label in Departure.Reason.labels)
        note(table, number, "reason", f"kies een van deze redenen: {allowed}.")
    return values


def _day(told: Told, number: int, text: str) -> date | None:
    """Return the day that a cell names; note one that is none, or lies too far away."""
    if not text:
        return None
    found = None
    for shape in ("%d-%m-%Y", "%Y-%m-%d", "%d/%m/%Y"):
        try:
            found = datetime.strptime(text.split(" ")[0], shape).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    far = abs((found - timezone.localdate()).days) > YEARS * 366 if found else True
    if found is None or far:
        message = f"schrijf een dag binnen {YEARS} jaar als 31-12-2026: de eerste dag waarop iemand er niet "
        note(told.table, number, "until", message + "meer werkt.")
    return found


def _check(told: Told, number: int, changes: Mapping[str, Any], known: Known, now: Listed) -> None:
    """Note what may not be changed, and what does not fit."""
    table, name = told.table, now.words["name"]
    for one in PROFILE:
        if one in changes and now.is_own:
            stood = f"Zet ‘{now.words[one]}’ terug" if now.words[one] else "Maak de cel weer leeg"
            note(table, number, one, f"{name} houdt dit zelf bij. {stood}, of vraag {name} het te wijzigen.")
    if "email" in changes or "name" in changes:
        _check_account(told, number, {**now.values, **changes}, known, now)
    until = changes.get("until", now.values["until"])
    if changes.keys() & {"until", "reason"}:
        if now.account == known.me:
            note(table, number, "until", "uw eigen einde legt een andere beheerder vast.")
        if until and not changes.get("reason", now.values["reason"]):
            column = "reason" if "reason" in table.heading.roles else "until"
            note(table, number, column, "schrijf bij een einde waarom, zoals: andere functie.")


def _check_account(told: Told, number: int, values: Mapping[str, Any], known: Known, now: Listed) -> None:
    email = values["email"]
    if not values["name"] or len(values["name"]) > 150:
        note(told.table, number, "name", "de naam ontbreekt of is langer dan 150 tekens.")
    try:
        validate_email(email)
        require_personal(email=email, name=values["name"])
    except ValidationError:
        note(told.table, number, "email", "dit is geen e-mailadres. Schrijf het als naam@organisatie.nl.")
    except SharedAccount as error:
        note(told.table, number, "email" if email != now.values["email"] else "name", f"{error}.")
    if known.addresses.get(email.casefold(), now.account) != now.account:
        note(told.table, number, "email", "dit adres is al van een ander. Kies een ander adres.")


def _keep(told: Told, number: int, changes: dict[str, Any], known: Known, now: Listed) -> None:
    if "until" in changes and changes["until"] is None and now.values["reason"]:
        changes["reason"] = ""  # without an end there is no reason for one
    if not changes:
        told.line(number, now.words["name"], SAME)
        return
    fields = [
        (LABELS[one], now.words[one], _words(one, changes[one], known)) for one in FIELDS if one in changes
    ]
    is_first = not (now.is_own or now.is_filled_in) and changes.keys() <= set(PROFILE)
    state = ENDS if changes.get("until") else NEW if is_first else CHANGED
    told.changes.append(Change(now.account, now.mark, changes))
    told.line(number, now.words["name"], state, fields=fields)


def _words(field: str, value: Any, known: Known) -> str:
    """Return a value as the list writes it."""
    if field == "function":
        return known.functions.get(value, "")
    if field == "days":
        return ", ".join(label for day, label in Profile.DAYS if day in value)
    if field == "topics":
        return "; ".join(known.topic_names.get(one, one) for one in value)
    if field == "until":
        return day_words(value)
    return str(Departure.Reason(value).label) if field == "reason" and value else str(value)
