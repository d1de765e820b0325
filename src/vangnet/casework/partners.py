"""Reports by people of a partner, who have no desk at the municipality that they report to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from vangnet.audit import log
from vangnet.casework.actions import Conflict, Report
from vangnet.casework.enclosures import attach, seal_reporter
from vangnet.casework.intake import PartnerReport
from vangnet.casework.models import Signal
from vangnet.casework.public_reports import Form, TooMany
from vangnet.identity.models import User
from vangnet.vault import doors, envelope, sealing
from vangnet.vault.marks import drawn_from

STATES = {
    "ontvangen": ("Ontvangen", "info"),
    "in-weging": ("Wordt gewogen", "warning"),
    "afgehandeld": ("Afgehandeld", "neutral"),
}


@dataclass(frozen=True, slots=True)
class Mine:
    """A report of one's own, as far as who reports may know."""

    number: str
    municipality: str
    reported_at: datetime
    state: str
    wants_answer: bool
    answer: str
    answered_at: datetime | None

    @property
    def state_label(self) -> str:
        """How far it is, in words."""
        return STATES[self.state][0]

    @property
    def tone(self) -> str:
        """The colour of how far it is."""
        return STATES[self.state][1]

    @property
    def answer_label(self) -> str:
        """What the municipality answered; empty when it did not."""
        return PartnerReport.Answer(self.answer).label if self.answer else ""


@dataclass(frozen=True, slots=True)
class Partner:
    """Which partner reported a signal, and what it was told."""

    name: str
    wants_answer: bool
    answer: str
    answered_at: datetime | None

    @property
    def answer_label(self) -> str:
        """What it was told; empty when nothing was."""
        return PartnerReport.Answer(self.answer).label if self.answer else ""


def forms() -> Sequence[Form]:
    """Return the municipalities that somebody of this organisation reports to, by name (1 query)."""
    return [Form(*row) for row in doors.call("casework_partner_forms", None)]


def form(slug: str) -> Form | None:
    """Return one of them; None when this organisation does not report there."""
    found = doors.call("casework_partner_forms", slug)
    return Form(*found[0]) if found else None


def mine() -> Sequence[Mine]:
    """Return what this person reported for the organisation of the session, the newest first (1 query)."""
    return [Mine(*row) for row in doors.call("casework_partner_reports")]


def of(signal: Signal) -> Partner | None:
    """Return which partner reported a signal (1 query, only when one did)."""
    if signal.source != Signal.Source.PARTNER:
        return None
    found = doors.call("casework_reporting_partner", signal.pk)
    return Partner(*found[0]) if found else None


# --- verbs ---


@transaction.atomic
def take(report: Report, *, form: Form, mark: str, wants_answer: bool, by: User, at: datetime) -> str:
    """Take in a report of somebody of a partner and return its number.

    The same report sent twice with one mark is one signal; with anything changed it is another.

    Raises
    ------
    NotPermitted
        No municipality that this organisation reports to.
    TooMany
        Enough reports of this person for today.
    """
    told = (str(wants_answer), *report.told())
    dossier, record = drawn_from("partner", str(by.pk), mark, *told), uuid4()
    key_id, wrapped = sealing.new_dossier_key(form.zone, dossier)
    key = sealing.unwrap(form.zone, wrapped, dossier)
    content = envelope.seal_text(key, {"text": report.text}, context=sealing.bound_to("record", record))
    reporter = seal_reporter(report.reporter, form.zone) if report.reporter else (None,) * 5
    with doors.rules():
        found = doors.call(
            "casework_take_partner_report", form.slug, dossier, record, report.branch and report.branch.pk,
            report.phenomenon and report.phenomenon.pk, report.observed_on, key_id, wrapped, content,
            *reporter, wants_answer,
        )  # fmt: skip
        if found and found[0][1]:
            attach(report.attachments, record=record, key=key)
    if not found:
        raise TooMany
    number, is_new = found[0]
    if is_new:
        log.record("casework.partner_report.sent", dossier, by=by, at=at, number=number, to=form.organisation)
    return str(number)


@transaction.atomic
def answer(signal: UUID, *, answer: str, by: User, at: datetime) -> None:
    """Tell the partner that reported a signal what became of it.

    Raises
    ------
    NotPermitted
        Not a signal that this session weighs.
    Conflict
        It is still being weighed, was answered before, or no partner reported it.
    """
    with doors.rules():
        is_told = doors.one("casework_answer_partner", signal, PartnerReport.Answer(answer).value)
    if not is_told:
        raise Conflict("Antwoorden kan één keer, na de weging, op een melding van een partner.")
    log.record("casework.partner_report.answered", signal, by=by, at=at, answer=answer)
