"""What is wrong with the log right now, in Dutch, for pages and for whoever is on duty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from vangnet.audit import checkpoints, delivery
from vangnet.audit.models import Checkpoint, Verification
from vangnet.audit.verifier import Finding, Kind

PATIENCE = timedelta(minutes=15)
WATCHED, MANY_REFUSALS = timedelta(hours=24), 10  # a slip or two is nobody's business
IN_DUTCH: Mapping[Kind, str] = {
    Kind.EDITED: "Regel {number} is gewijzigd.",
    Kind.DELETED: "Vanaf regel {number} zijn een of meer regels verwijderd.",
    Kind.INSERTED: "Regel {number} is ertussen gezet.",
    Kind.CUT: "Het einde van het logboek is verwijderd, vanaf regel {number}.",
    Kind.REWRITTEN: "Het logboek is herschreven: bij regel {number} klopt het niet met het ijkpunt.",
    Kind.UNLINKED: "Er is een regel buiten de keten om toegevoegd.",
    Kind.SIGNATURE: "Een ijkpunt is niet met onze sleutel ondertekend.",
    Kind.MISSING: "Voor het ijkpunt bij regel {number} ontbreekt een eerder ijkpunt.",
    Kind.FUTURE: "Het ijkpunt bij regel {number} heeft een tijdstip in de toekomst.",
    Kind.CLOCK: "Bij regel {number} is een klok teruggezet.",
    Kind.UNANCHORED: "Er zijn geen ijkpunten: een afgesneden einde is niet te zien.",
}


@dataclass(frozen=True)
class Alarm:
    """Something that a person must look at: a code for the page, a sentence, and since when."""

    code: str
    text: str
    since: datetime | None = None


def in_dutch(finding: Finding) -> str:
    """Say in Dutch what a check found."""
    return IN_DUTCH[finding.kind].format(number=finding.number)


def alarms(*, now: datetime | None = None) -> list[Alarm]:
    """Return what is wrong: the key, a checkpoint that does not arrive, the chain, somebody who keeps asking.

    Who keeps asking for what is not for them is told to the privacy officer of their organisation only.

    Parameters
    ----------
    now : datetime, optional
        The moment to judge from; the clock when left out.
    """
    moment = now or timezone.now()
    return [*_of_key_and_targets(moment), *_of_chain(), *_of_refusals(moment)]


def _of_key_and_targets(moment: datetime) -> list[Alarm]:
    if not Checkpoint.objects.exists():
        return []
    try:
        key = checkpoints.private_key().public_key()
        if next(checkpoints.trusted(key), None) is None:
            return [
                Alarm("key", "De sleutel is niet die van de eerdere ijkpunten. Er komen geen ijkpunten bij.")
            ]
        return [alarm for target in delivery.targets() for alarm in _of_target(target, moment)]
    except checkpoints.KeyMissing:
        return [Alarm("key", "De sleutel van de ijkpunten ontbreekt. Er komen geen ijkpunten bij.")]
    except (checkpoints.KeyProblem, OSError):
        return [Alarm("key", "De sleutel van de ijkpunten is niet bruikbaar. Er komen geen ijkpunten bij.")]


def _of_target(target: delivery.Target, moment: datetime) -> list[Alarm]:
    oldest = next(iter(delivery.waiting(target)), None)
    if oldest is None or oldest.time > moment - PATIENCE:
        return []
    return [Alarm("delivery", f"IJkpunten komen niet aan bij: {target.label}.", oldest.time)]


def _of_chain() -> list[Alarm]:
    latest = Verification.objects.order_by("-id").first()
    if latest is None:
        return []
    found = [Finding(Kind(fault["kind"]), fault["number"], fault["text"]) for fault in latest.faults]
    return [Alarm("chain", in_dutch(fault), latest.at) for fault in found]


def _of_refusals(moment: datetime) -> list[Alarm]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT most, first FROM audit_refusals(%s)", [moment - WATCHED])
        found = cursor.fetchone()
    if found is None or found[0] < MANY_REFUSALS:
        return []
    text = f"Iemand van uw organisatie werd in 24 uur {found[0]} keer geweigerd bij afgeschermde gegevens."
    return [Alarm("refusals", text, found[1])]
