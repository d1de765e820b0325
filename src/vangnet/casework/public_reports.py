"""Reports by whoever is not signed in: where one can, taking one in, and switching the form on or off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address
from typing import Any, Final
from uuid import UUID, uuid4

from django.core import signing
from django.db import transaction
from django.utils import timezone

from vangnet.audit import log
from vangnet.casework.actions import Report
from vangnet.casework.enclosures import attach, seal_reporter
from vangnet.casework.intake import PublicForm
from vangnet.identity import session, token
from vangnet.identity.models import User
from vangnet.identity.rules import NotPermitted
from vangnet.vault import doors, envelope, sealing
from vangnet.vault.marks import drawn_from
from vangnet.vault.marks import new_mark as unsigned_mark

OPEN_FOR: Final = 12 * 3600  # seconds in which a form that was opened can be sent


class TooMany(Exception):
    """Enough reports for today, of this visitor or for this municipality."""


class Stale(Exception):
    """The form was opened too long ago; what was typed can be sent with a new one."""


class Forged(Exception):
    """What was sent does not come from a form of ours."""


@dataclass(frozen=True, slots=True)
class Form:
    """A public form that is on."""

    slug: str
    name: str
    organisation: UUID
    place: str
    purpose: UUID
    zone: str
    protects: bool  # whether a name can be kept apart


def forms() -> Sequence[Form]:
    """Return the public forms that are on, by name of the organisation (1 query)."""
    return [Form(*row) for row in doors.call("casework_public_forms", None)]


def form(slug: str) -> Form | None:
    """Return the public form of an organisation; None when it is off or there is no such organisation."""
    found = doors.call("casework_public_forms", slug)
    return Form(*found[0]) if found else None


# --- a form of ours, sent once ---


def new_mark(at: Form) -> str:
    """Return what proves that a form is ours and tells one report from the next; it holds nothing else."""
    return _signer(at).sign(unsigned_mark())


def checked(mark: str, at: Form) -> str:
    """Return what tells this report from the next, of a mark that is ours.

    Raises
    ------
    Forged
        Not a mark of ours for this form.
    Stale
        It is older than half a day.
    """
    try:
        text = _signer(at).unsign(mark, max_age=OPEN_FOR)
    except signing.SignatureExpired as error:
        raise Stale from error
    except signing.BadSignature as error:
        raise Forged from error
    return text


def _signer(at: Form) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"vangnet.melden.{at.slug}")


def visitor(request: Any) -> str:
    """Return whose reports are counted together: an address, or the network of one; kept nowhere."""
    text = session.origin(request)
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    return str(int(address) >> 64) if isinstance(address, IPv6Address) else text


# --- verbs ---


@transaction.atomic
def take(report: Report, *, form: Form, mark: str, visitor: str) -> str:
    """Take in a report of whoever it is and return its number; the database writes the line in the log.

    The same report sent twice with one mark is one signal; with anything changed it is another.

    Raises
    ------
    NotPermitted
        The form was switched off meanwhile.
    TooMany
        Enough for today.
    DoesNotHold
        A name where none can be kept.
    """
    dossier, record = drawn_from("melden", mark, *report.told()), uuid4()
    key_id, wrapped = sealing.new_dossier_key(form.zone, dossier)
    key = sealing.unwrap(form.zone, wrapped, dossier)
    content = envelope.seal_text(key, {"text": report.text}, context=sealing.bound_to("record", record))
    reporter = seal_reporter(report.reporter, form.zone) if report.reporter else (None,) * 5
    with token.nobody(), doors.rules():
        found = doors.call(
            "casework_take_public_report", form.slug, visitor, dossier, record, report.source,
            report.branch and report.branch.pk, report.phenomenon and report.phenomenon.pk,
            report.observed_on, key_id, wrapped, content, *reporter, report.wants_feedback,
        )  # fmt: skip
        if found and found[0][1]:
            attach(report.attachments, record=record, key=key)
    if not found:
        raise TooMany
    return str(found[0][0])


@transaction.atomic
def switch(on: bool, *, by: User, at: datetime) -> None:
    """Switch the public form of the organisation of this session on or off.

    Raises
    ------
    NotPermitted
        Neither adviser nor administrator, or an organisation under which no signals come in.
    """
    require_switch()
    organisation = session.organisation()
    assert organisation is not None  # noqa: S101  asked just now
    PublicForm.objects.filter(organisation=organisation).delete()
    if on:
        with doors.rules():
            PublicForm.objects.create(organisation_id=organisation, enabled_on=timezone.localdate(at), by=by)
    verb = "casework.public_form.enabled" if on else "casework.public_form.disabled"
    log.record(verb, organisation, by=by, at=at)


def require_switch() -> None:
    """Let only pass who may switch the form of the organisation of this session.

    Raises
    ------
    NotPermitted
        Neither adviser nor administrator, or an organisation under which no signals come in.
    """
    if not doors.one("casework_may_switch"):
        raise NotPermitted("alleen een adviseur of beheerder van een gemeente zet het meldformulier aan")


def switched() -> PublicForm | None:
    """Return the form of the organisation of this session when it is on."""
    return PublicForm.objects.select_related("by").filter(organisation=session.organisation()).first()
