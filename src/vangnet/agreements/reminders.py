"""Mail to the contact point of an agreement that is going to end, once per threshold of days."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from vangnet.agreements.models import Version
from vangnet.audit import log
from vangnet.audit.models import Event
from vangnet.identity.models import User
from vangnet.ui.formats import day

SENT, FAILED = "agreements.version.reminded", "agreements.version.reminder_failed"
LATER = (30, 7)  # days before the end, after the reminder that the agreement itself asks for
# No longer than an address can be: without an end, a long text would be searched again from each sign.
ADDRESS = re.compile(r"[^\s<>(),;:\"'@]{1,64}@[^\s<>(),;:\"'@]{1,250}\.[A-Za-z]{2,24}")


def remind(*, by: User, at: datetime) -> int:
    """Mail about every agreement that passed a threshold since its last reminder; return how many.

    The log remembers what was sent. It is written in the transaction that sends: cut off in between, the mail
    is sent again rather than never. A mail that is refused is a line of the log, and is tried again.
    """
    if not settings.MAIL_IS_SET:
        return 0
    today, sent = timezone.localdate(at), 0
    with transaction.atomic():
        active = Version.objects.filter(status=Version.Status.ACTIVE)
        later = active.filter(agreement=OuterRef("agreement"), number__gt=OuterRef("number"))
        running = active.filter(~Exists(later), ended_on=None, period__endswith__gt=today)
        found = list(running.select_related("agreement", "coordinator"))
    for version in found:
        threshold = due(version, today)
        if threshold is None:
            continue
        try:
            with transaction.atomic():
                if reminded(version, threshold):
                    continue
                log.record(SENT, version.pk, by=by, at=at, days=threshold)
                _send(version, today)
                sent += 1
        except OSError as problem:  # the mail library has its own faults under this one
            with transaction.atomic():
                kind = type(problem).__name__
                log.record(FAILED, version.pk, by=by, at=at, days=threshold, fault=kind)
    return sent


def due(version: Version, today: date) -> int | None:
    """Return the nearest threshold that an agreement has passed; None when its end is further away."""
    left = (version.period.upper - today).days
    passed = [days for days in (version.reminder_days, *LATER) if left <= days <= version.reminder_days]
    return min(passed, default=None)


def reminded(version: Version, threshold: int) -> bool:
    """Say whether a reminder for this threshold went out; inside a session of the account that sends them."""
    return Event.objects.filter(verb=SENT, subject=str(version.pk), details__days=threshold).exists()


def recipients(version: Version) -> list[str]:
    """Return the addresses in the contact point; without one, that of the coordinating privacy officer."""
    found = ADDRESS.findall(version.contact_point)
    return found or ([version.coordinator.email] if version.coordinator else [])


def _send(version: Version, today: date) -> None:
    last = version.period.upper - timedelta(days=1)
    left = (version.period.upper - today).days
    text = (
        f"Het convenant {version.agreement.name} (versie {version.number}) geldt tot en met {day(last)}. "
        f"Dat is over {left} {'dag' if left == 1 else 'dagen'}.\n\nDaarna mag niemand meer volgens dit "
        "convenant werken en zijn de dossiers die eronder vallen niet meer te openen.\n\nWilt u doorgaan? "
        "Maak in Vangnet een volgende versie, bij Convenanten. Advies en ondertekening zijn daarvoor opnieuw "
        "nodig, dus begin op tijd. Wilt u stoppen? Beëindig de versie daar; dan krijgt u geen herinneringen "
        "meer.\n"
    )
    subject = " ".join(f"Convenant {version.agreement.name} verloopt op {day(last)}".split())
    EmailMessage(subject, text, to=recipients(version)).send()
