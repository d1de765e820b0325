"""What refusals of the database about bodies and seats are called here, and what a session may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

from vangnet.identity import refusals
from vangnet.identity.rules import NotPermitted, Weak

Row = TypeVar("Row", bound=models.Model)

SAID = {
    "body_has_one_chair_at_a_time": (
        "Dit overleg heeft in die periode al een voorzitter. Laat eerst die zetel eindigen."
    ),
    "seat_has_one_holder_at_a_time": "Deze zetel is in die periode al bezet. Laat eerst de vorige eindigen.",
    "seat_of_a_deputy_says_of_whom": "Kies welke zetel deze plaatsvervanger vervangt, en alleen dan.",
    "directory_deputy_of_the_same_body": "Een plaatsvervanger vervangt een zetel van hetzelfde overleg.",
    "a deputy has no deputy": "Een plaatsvervanger vervangt een zetel, niet een andere plaatsvervanger.",
    "the seat was changed": "Van een zetel verandert alleen wanneer hij eindigt. Open een nieuwe zetel.",
    "the holder was changed": "Van een zetelhouder verandert alleen wanneer die eindigt.",
    "the holder does not work there": (
        "Deze persoon heeft op die dag geen rol bij de organisatie van de zetel. Kies iemand die er werkt."
    ),
    "the seat is not there then": "De zetel of het overleg bestaat in die periode niet. Kies een andere dag.",
    "somebody holds the seat then": "Na die dag is de zetel nog bezet. Laat eerst de zetelhouder eindigen.",
}
SAID |= {
    "bodies below the body go on": (
        "Aan dit overleg brengen andere overleggen verslag uit. Laat die eerst eindigen, of op dezelfde dag."
    ),
    "seats of the body go on": "Een zetel van dit overleg loopt langer door. Laat die eerst eindigen.",
    "directory_body_pkey": "Intussen richtte iemand een overleg met deze naam op. Kies een andere naam.",
    "profile_phone_is_a_number": "Vul tien cijfers in, zoals 0570 123 456, of begin met +31.",
    "organisation_is_in_a_theme_once_at_a_time": "Deze organisatie doet in die periode al mee in dit thema.",
    "theme_partner_leaves_with_a_reason": "Kies waarom de organisatie vertrekt.",
    "directory_function_pkey": "Een van deze functies is er intussen al. Kies het bestand opnieuw.",
    "directory_profile_pkey": "Intussen schreef iemand zelf een profiel. Kies het bestand opnieuw.",
    "the partner was changed": "Van een deelname verandert alleen wanneer zij eindigt.",
    "a partner takes part in a theme": "Een organisatie doet mee in een thema, niet in een onderdeel ervan.",
}
refusals.SAID.update(SAID)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a session may do with the network; `keeps` is of the body that was asked about."""

    account: UUID | None
    is_strong: bool
    organisation: UUID | None
    reads: bool  # who holds seats, and how to reach them
    is_driving: bool  # of the driving team
    keeps: bool
    fills_in: bool  # functions and first profiles, from a file


STANDING = """
SELECT s.account, s.is_strong, s.organisation, directory_reads(),
       session_has_role('aanjaagteam'), directory_keeps(%s), directory_fills_in()
  FROM session_standing() s
"""


def standing(body: str = "") -> Standing:
    """Return what the session of this transaction may do (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [body])
        return Standing(*cursor.fetchone())


def require(may: bool, at: Standing) -> None:
    """Let only those pass who may, in a session with a second factor.

    Raises
    ------
    NotPermitted
        Not this person.
    Weak
        The session has no second factor.
    """
    if not at.reads:
        raise NotPermitted("alleen voor wie in het netwerk werkt")
    if not at.is_strong:
        raise Weak
    if not may:
        raise NotPermitted("dit houdt een ander bij")


def enters_for(organisation: UUID | None) -> bool:
    """Say whether the session decides that this organisation takes part in a theme (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_enters_for(%s)", [organisation])
        return bool(cursor.fetchone()[0])


def locked(model: type[Row], row: Row) -> Row:
    """Return a row as it is now, held until the end; what a session may not change cannot be held."""
    found = model._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if found is None:
        raise NotPermitted("dit houdt een ander bij")
    return found


def check_within(period: Any, on: date) -> None:
    """Refuse an end before the beginning, or after the end that there is."""
    if (period.lower and on <= period.lower) or (period.upper and on > period.upper):
        raise refusals.DoesNotHold("Kies een dag na het begin en niet na het einde dat al is vastgelegd.")
