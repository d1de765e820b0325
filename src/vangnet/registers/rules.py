"""What the session of a page may do with registers, and what refusals of the database are called here."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from vangnet.identity import refusals
from vangnet.identity.rules import NotPermitted, Weak

SAID = {
    "registers_gain_replaces_id_key": "Deze regel is intussen al gecorrigeerd. Corrigeer de nieuwe regel.",
    "registers_find_replaces_id_key": "Deze regel is intussen al gecorrigeerd. Corrigeer de nieuwe regel.",
    "registers_intimidation_replaces_id_key": "Deze melding is intussen al bijgewerkt. Ga uit van de nieuwe.",
    **dict.fromkeys(
        (
            f"registers_{table}_pkey"
            for table in (
                *("gain", "gainagreement", "find", "youthgroup", "groupreview", "intimidation"),
                *("adoption", "resilience"),
            )
        ),
        "Dit is al vastgelegd: het formulier is twee keer verstuurd.",
    ),
    "group_step_is_taken_once": "Deze stap is intussen al gezet.",
    "youth_group_has_a_number_of_its_own": "Een collega legde tegelijk een groep vast. Probeer het opnieuw.",
    "adoption_rule_is_a_reference": "Noem alleen de regeling en het artikel, zoals ‘APV art. 2:41’.",
    "this step was taken before": "Deze stap is intussen al gezet. Hieronder staat de stap die nu komt.",
    "this is not the next step": "Deze stap is nog niet aan de beurt: zet eerst de stap ervoor.",
    "a step is taken after the one before it": "Deze datum ligt vóór de vorige stap, of moet nog komen.",
}
refusals.SAID.update(SAID)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a session may do: `task` is gemeente, partner, netwerk, or empty for who only reads."""

    is_strong: bool
    organisation: UUID | None
    own_place: str
    task: str
    reports: bool  # pressure on people in office
    watches: bool  # over those reports

    def keeps(self, place: str) -> bool:
        """Say whether this session may enter what only a municipality enters."""
        return self.task == "gemeente" and place == self.own_place

    @property
    def enters(self) -> bool:
        """Whether this session may enter amounts and finds."""
        return self.task in ("gemeente", "partner")


STANDING = """
SELECT s.is_strong, s.organisation, coalesce(registers_own_place(), ''), registers_task(),
       registers_reports(), registers_watches()
  FROM session_standing() s
"""


def standing() -> Standing:
    """Return what the session of this transaction may do (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING)
        return Standing(*cursor.fetchone())


def require(may: bool, at: Standing) -> None:
    """Let only those pass who may, in a session with a second factor.

    Raises
    ------
    NotPermitted
        Not this role, or not this municipality.
    Weak
        The session has no second factor.
    """
    if not may:
        raise NotPermitted("dit houdt een ander bij")
    if not at.is_strong:
        raise Weak
