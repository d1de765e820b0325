"""What every verb about a draft asks first, and what a change of a draft undoes."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from vangnet.agreements import rules
from vangnet.agreements.models import Version

SET_ASIDE = ("set_aside_by", "set_aside_at", "set_aside_reason")


def lacks(version: Version) -> list[str]:
    """Return the codes of what this version still lacks before it can become active."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM agreements_lacks(%s)", [version.pk])
        return [code for (code,) in cursor.fetchall()]


def draft(version: Version) -> Version:
    """Lock a draft for whoever may change it.

    Raises
    ------
    NotPermitted
        The session may not change this agreement.
    NotADraft
        It is in force, or has ended.
    """
    rules.require_administer(version.agreement_id)
    version = Version.objects.select_for_update(of=("self",)).select_related("agreement").get(pk=version.pk)
    if not version.is_draft:
        raise rules.NotADraft("Dit kan alleen in een concept. Maak eerst een volgende versie.")
    return version


def review_again(version: Version) -> None:
    """Take back advice and signature: they were about what the draft said before."""
    version.advice, version.advised_on, version.advice_reference, version.signed_on = "", None, "", None
    heed_again(version)
    version.save(update_fields=["advice", "advised_on", "advice_reference", "signed_on", *SET_ASIDE])


def heed_again(version: Version) -> None:
    """Take back that a negative advice was set aside: that was about the advice of then."""
    version.set_aside_by, version.set_aside_at, version.set_aside_reason = None, None, ""


def require_past(day: date, *, at: datetime) -> None:
    """Refuse a day that lies ahead.

    Raises
    ------
    WrongDates
        It does.
    """
    if day > day_of(at):
        raise rules.WrongDates("Deze dag ligt in de toekomst. Vul de dag in waarop het is gebeurd.")


def day_of(at: datetime) -> date:
    """Return the day here at that moment."""
    return timezone.localdate(at)
