"""What refusals of the database about meetings are called here, and what a session may do."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from vangnet.identity import refusals
from vangnet.identity.rules import NotPermitted, Weak

MEANWHILE = "Een collega heeft dit intussen gewijzigd. Bekijk wat er nu staat en vul het opnieuw in."
CLOSED = "Deze vergadering is afgesloten of vervallen; aan de agenda verandert niets meer."

SAID = {
    "a colleague changed it meanwhile": MEANWHILE,
    "ruling_has_a_number_of_its_own": MEANWHILE,
    "the meeting is closed": CLOSED,
    "the meeting is of another body": "Een vergadering blijft van hetzelfde overleg. Plan een nieuwe.",
    "the meeting is in the past": (
        "Dit ligt in het verleden. Kies een dag die nog komt, of leg de vergadering vast als al gehouden."
    ),
    "the meeting is yet to come": "Deze vergadering moet nog komen. Kies een dag tot en met vandaag.",
    "the body is not there then": "Dit overleg bestaat niet op die dag. Kies een andere dag.",
    "sitting_ends_after_it_begins": "De vergadering eindigt voor zij begint. Kies een later einde.",
    "sitting_is_in_reach": "Kies een dag van 1900 tot en met 2100.",
    "sitting_about_a_theme_has_one": "Kies een thema, en alleen bij een themabijeenkomst.",
    "sitting_that_is_off_says_why": "Schrijf op waarom de vergadering vervalt.",
    "a list is adopted after its meeting": "Een besluitenlijst wordt vastgesteld na de vergadering.",
    "who was there is not told": "Leg eerst vast wie aanwezig waren.",
    "an item has no decision": "Niet elk punt heeft een besluit. Leg dat eerst vast, of haal het punt eraf.",
    "a matter begins where it was raised": "Een punt begint in het overleg waar het is ingebracht.",
    "old_list_is_read_once": "Van een van deze dagen is al een oude besluitenlijst ingelezen.",
    "matter_begins_at_one_body": "Dit punt is al ingebracht. Het reist verder door een besluit.",
    "body_handles_a_change_once": "Deze wijziging staat al op de lijst van dit overleg.",
    "a matter travels by decision": "Een punt gaat naar een ander overleg door een besluit, niet anders.",
    "the body has decided": "Over dit punt is al een besluit vastgelegd. De oplegnotitie staat daarmee vast.",
    "the meeting was not held": "Leg eerst vast dat de vergadering is gehouden; daarna volgen de besluiten.",
    "what was adopted is mended with a reason": (
        "De besluitenlijst is vastgesteld. Schrijf op waarom dit besluit wordt hersteld."
    ),
    "it has travelled on": (
        "Dit punt is al doorgestuurd of aangehouden. Alleen de tekst kan nog worden hersteld."
    ),
    "a body is not skipped": (
        "Een punt gaat naar het overleg hierboven of direct hieronder. Een overleg wordt niet overgeslagen."
    ),
    "a change is decided in the strategy": (
        "Over een wijziging van de strategie geeft het overleg een oordeel bij het voorstel zelf. "
        "Hier kunt u het punt alleen aanhouden."
    ),
    "the body has judged this change": (
        "Dit overleg gaf al een oordeel over deze wijziging van de strategie. Dat staat bij het voorstel."
    ),
    "a change that waits is not only noted": (
        "Deze wijziging wacht nog op een oordeel van dit overleg. Leg dat vast bij het voorstel, "
        "of houd het punt aan."
    ),
    "a change that waits no more is not held over": (
        "Deze wijziging wacht niet meer op dit overleg. Neem haar ter kennis, of haal het punt van de agenda."
    ),
    "a note is of who wrote it": "Een oplegnotitie staat op naam van wie haar schrijft.",
    "a meeting that was held stays on its day": (
        "Van deze vergadering is al vastgelegd wie er waren of wat is besloten. "
        "Dag, tijd en plaats staan daarmee vast."
    ),
}
SAID |= {
    "meetings_stop_pkey": "Dit punt is al ingebracht: het formulier is twee keer verstuurd.",
    "meetings_matter_pkey": "Dit punt is al ingebracht: het formulier is twee keer verstuurd.",
    "meetings_sitting_pkey": "Deze vergadering is al gepland: het formulier is twee keer verstuurd.",
    "meetings_actionpoint_pkey": "Deze actie is al vastgelegd: het formulier is twee keer verstuurd.",
    "stop_for_a_decision_asks_one": "Schrijf op welk besluit u vraagt.",
    "presence_by_deputy_says_who": "Kies wie verving, en alleen bij ‘vervangen’.",
    "the action is done or another": "Deze actie is al afgerond.",
    "an action is passed on today, and no more": "Een actie gaat vandaag over, en alleen zolang zij open is.",
    "action_is_done_with_a_remark": "Schrijf een opmerking alleen bij het afronden.",
    "it is done on a day that has come": "Kies een dag tot en met vandaag.",
    "an action comes from a meeting that was held": (
        "Een actie komt uit een vergadering die is gehouden, en heeft een dag op of na die vergadering."
    ),
    "an action is of somebody in the network": "Kies iemand die nu voor een partner werkt.",
    "nobody registers for this meeting": "Voor deze vergadering kunt u zich niet (meer) aanmelden.",
    "the meeting is full": "Deze bijeenkomst is vol.",
    "somebody_registers_once": "U bent al aangemeld.",
    "meetings_feedkey_pkey": "Deze koppeling is al gemaakt. Mist u het adres, maak dan een nieuwe.",
    "a key is only revoked": "Deze sleutel is al ingetrokken.",
}
refusals.SAID.update(SAID)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a session may do with the meetings of a body."""

    account: UUID | None
    is_strong: bool
    reads: bool
    keeps: bool  # plans and fills agendas
    speaks: bool  # records what the body decided
    sits: bool  # has a seat, so may raise a matter

    @property
    def raises(self) -> bool:
        """Say whether a matter may be raised."""
        return self.keeps or self.sits


STANDING = """
SELECT s.account, s.is_strong, directory_reads(), directory_keeps(%s), directory_speaks_for(%s),
       meetings_sits_in(%s)
  FROM session_standing() s
"""


def standing(body: str = "") -> Standing:
    """Return what the session of this transaction may do (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [body, body, body])
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


def changes_for(body: str) -> list[UUID]:
    """Return the changes of the strategy that wait for a body (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM meetings_changes_for(%s)", [body])
        return [row[0] for row in cursor.fetchall()]
