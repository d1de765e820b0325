"""Verbs of signals. The words go into the vault; here is written what may be known without opening them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from vangnet.audit import log
from vangnet.casework import endings
from vangnet.casework.attachments import Attachment
from vangnet.casework.enclosures import attach, seal_reporter
from vangnet.casework.models import Branch, Phenomenon, Protocol, Signal, Step
from vangnet.casework.protocol import PASSED_ON
from vangnet.casework.protocol import Protocol as Machine
from vangnet.casework.protocol import Step as Asked
from vangnet.identity.models import User
from vangnet.identity.rules import NotPermitted
from vangnet.vault import actions as vault
from vangnet.vault import doors, envelope, sealing
from vangnet.vault.marks import drawn_from

DESK = "balie"  # what is sent twice to this desk is known by this word, its sender and its mark
CATEGORY = "signaal"  # of what was reported and of why it was weighed so
NO_PROTOCOL = (
    "Er is geen weegprotocol ingelezen, dus signalen kunnen hier nog niet worden aangenomen of gewogen."
)


class Conflict(Exception):
    """Somebody else was first, or a step would be skipped; the message says what stands now, in Dutch."""


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports: facts in words, and what can be known of it without reading them."""

    text: str
    source: str
    place: str
    observed_on: date | None = None
    branch: Branch | None = None
    phenomenon: Phenomenon | None = None
    reporter: Mapping[str, str] | None = None  # name and how to reach them; sealed apart
    wants_feedback: bool = False
    attachments: Sequence[Attachment] = ()

    def told(self) -> Sequence[str]:
        """Return all of it in parts, to draw an id from: sent again with anything changed, it is another."""
        files = [sha256(one.content).hexdigest() for one in self.attachments]
        who = [f"{label}: {value}" for label, value in (self.reporter or {}).items()]
        of = (self.branch and self.branch.pk, self.phenomenon and self.phenomenon.pk)
        rest = (self.source, self.place, self.observed_on, *of, self.wants_feedback)
        return [self.text, *map(str, rest), *files, *who]


@transaction.atomic
def receive(
    report: Report, *, zone: str, mark: str = "", record: UUID | None = None, by: User, at: datetime
) -> Signal | str:
    """Take in a report as a signal; return it, or only its number to who may not read signals.

    Parameters
    ----------
    report
        What was reported; words and reporter are sealed under two purposes, each with a key of its own.
    zone
        The zone of the agreement of the purpose of this session.
    mark
        What tells this form from the next. The same report sent twice with one mark is one signal; another
        text is another signal, so that what was improved after a slow answer is not lost.
    record
        The id of what was reported, when it follows from what was sent; then one mark is one signal.

    Raises
    ------
    NotPermitted
        No authorisation to take in reports for this purpose.
    DoesNotHold
        Something does not fit the agreement, such as a reporter where none can be protected.
    """
    told = () if record else report.told()
    dossier, record = drawn_from(DESK, str(by.pk), mark, *told) if mark else uuid4(), record or uuid4()
    if mark and (known := doors.one("casework_own_number", dossier)):
        return Signal.objects.filter(pk=dossier).first() or str(known)
    key_id, wrapped = sealing.new_dossier_key(zone, dossier)
    key = sealing.unwrap(zone, wrapped, dossier)
    content = envelope.seal_text(key, {"text": report.text}, context=sealing.bound_to("record", record))
    reporter = seal_reporter(report.reporter, zone) if report.reporter else (None, None, None, None, None)
    provenance = "waarneming" if report.source == Signal.Source.DESK else "melding"
    if not Protocol.objects.filter(since__lte=timezone.localdate(at)).exists():
        raise doors.DoesNotHold(NO_PROTOCOL)
    with doors.rules():
        number = doors.one(
            "vault_take_report", dossier, record, CATEGORY, report.place, provenance, key_id, wrapped,
            content, *reporter,
        )  # fmt: skip
        doors.one(
            "casework_list_signal", dossier, report.source, report.branch and report.branch.pk,
            report.phenomenon and report.phenomenon.pk, report.observed_on, at, reporter[0],
            report.wants_feedback,
        )  # fmt: skip
        attach(report.attachments, record=record, key=key)
    log.record("casework.signal.received", dossier, by=by, at=at, number=number, source=report.source)
    return Signal.objects.filter(pk=dossier).first() or str(number)


@transaction.atomic
def start_weighing(signal: Signal, *, by: User, at: datetime) -> Signal:
    """Begin to weigh a signal, or weigh it once more after further analysis.

    Raises
    ------
    NotPermitted
        Not a signal that this session may weigh.
    Conflict
        It is being weighed, or was.
    """
    signal = _locked(signal)
    if signal.status not in (Signal.Status.NEW, Signal.Status.FURTHER):
        raise Conflict(f"Dit signaal is al verder: {signal.get_status_display().lower()}.")
    if signal.status == Signal.Status.FURTHER:
        signal.round += 1
    signal.status, signal.outcome, signal.decided_at = Signal.Status.WEIGHING, "", None
    signal.save(update_fields=["status", "outcome", "decided_at", "round"])
    log.record("casework.weighing.started", signal.pk, by=by, at=at, round=signal.round)
    return signal


@transaction.atomic
def take_step(
    signal: Signal, *, code: str, answer: str, reasons: Mapping[str, str], by: User, at: datetime
) -> Step:
    """Answer the next step of a weighing; the reasons are kept in the dossier of the signal.

    What the same person answers twice with the same words is one answer.

    Raises
    ------
    NotPermitted
        Not a signal that this session may weigh.
    Conflict
        Another step is next: this one was taken already, or one before it was not.
    ValueError
        A reason is missing, or the answer is none of this step; forms ask for both.
    """
    signal = _locked(signal)
    machine, given = signal.protocol.machine, _answers(signal)
    step = machine.next_step(given) if signal.status == Signal.Status.WEIGHING else None
    if step is None or step.code != code:
        found = Step.objects.filter(signal=signal, round=signal.round, code=code, answer=answer, by=by)
        same: Step | None = found.first()
        if same and signal.status == Signal.Status.WEIGHING:
            asked = machine.step(code)
            if same.reasons == _kept(signal, asked, answer=answer, reasons=reasons, by=by, at=at):
                return same
        raise Conflict(_who_was_first(signal, code, machine, by))
    missing = [label for key, label in step.criteria if not reasons.get(key, "").strip()]
    if missing or answer not in {one.code for one in step.answers}:
        raise ValueError(f"step {code!r} lacks reasons {missing} or has no answer {answer!r}")
    record = _kept(signal, step, answer=answer, reasons=reasons, by=by, at=at)
    with doors.rules():
        taken: Step = Step.objects.create(
            signal=signal, round=signal.round, code=code, answer=answer, reasons=record, by=by, at=at
        )
    log.record("casework.step.taken", signal.pk, by=by, at=at, step=code, answer=answer)
    return taken


@transaction.atomic
def conclude(
    signal: Signal, *, outcome: str, route: str = "", partners: int = 1, by: User, at: datetime
) -> Signal:
    """End a weighing with an outcome and, when it is passed on, a route.

    A signal without follow-up and who reported it are kept one year at most, and are out of sight that day.

    Raises
    ------
    NotPermitted
        Not a signal that this session may weigh.
    Conflict
        The weighing is not at its end, another outcome belongs to its answers, or another route to the
        outcome.
    """
    signal = _locked(signal)
    machine, given = signal.protocol.machine, _answers(signal)
    if signal.status != Signal.Status.WEIGHING or outcome not in machine.outcomes(given):
        raise Conflict(_not_at_its_end(signal))
    passed_on = outcome in PASSED_ON
    if passed_on and route not in Signal.Route:
        raise Conflict("Kies ook een route.")
    if passed_on and (wrong := endings.wrong_route(outcome, route, machine.routes(outcome))):
        raise Conflict(wrong)
    hint = machine.hint(dict(given), partners)
    signal.outcome, signal.decided_at, signal.partners = outcome, at, partners
    signal.route, signal.hinted = route if passed_on else "", hint.route if hint and passed_on else ""
    if passed_on:
        signal.status = Signal.Status.PASSED_ON
    elif outcome == Signal.Outcome.FURTHER:
        signal.status = Signal.Status.FURTHER
    else:
        signal.status = Signal.Status.NOTHING
        signal.ends_on = min(signal.ends_on, timezone.localdate(at) + Signal.KEPT)
        with doors.rules():
            doors.one("vault_shorten_term", signal.pk, signal.ends_on)
    with doors.rules():
        signal.save(
            update_fields=["outcome", "decided_at", "partners", "route", "hinted", "status", "ends_on"]
        )
        if signal.status == Signal.Status.NOTHING:
            doors.one("casework_shorten_reporter", signal.pk)
    log.record("casework.weighing.ended", signal.pk, by=by, at=at, outcome=outcome, route=signal.route)
    return signal


@transaction.atomic
def note_action(signal: Signal, *, on: date | None = None, by: User, at: datetime) -> Signal:
    """Write down that the first action on a signal was taken; the time since the report is measured by it.

    Parameters
    ----------
    on
        The day of the action, from that of the report to today; today when nothing is said.

    Raises
    ------
    Conflict
        It was not passed on, the first action was noted before, or this day cannot be.
    """
    signal = _locked(signal)
    if signal.status != Signal.Status.PASSED_ON or signal.acted_at:
        raise Conflict("De eerste actie kan één keer, nadat het signaal is doorgezet.")
    today, reported = timezone.localdate(at), timezone.localdate(signal.received_at)
    if not reported <= (on or today) <= today:
        raise Conflict("De dag van de eerste actie ligt tussen de melding en vandaag.")
    # Of an earlier day no time is known: its beginning, but not before the report.
    begin = timezone.make_aware(datetime.combine(on, time())) if on and on < today else at
    signal.acted_at = max(begin, signal.received_at)
    signal.save(update_fields=["acted_at"])
    log.record("casework.signal.acted_on", signal.pk, by=by, at=at)
    return signal


@transaction.atomic
def note_feedback(signal: Signal, *, by: User, at: datetime) -> Signal:
    """Write down that the reporter was told what became of the report.

    Raises
    ------
    Conflict
        The reporter did not ask for it, or was told before.
    """
    signal = _locked(signal)
    if not signal.wants_feedback or signal.informed_at or not signal.decided_at:
        raise Conflict("Terugkoppelen kan één keer, na de weging, aan een melder die daarom vroeg.")
    signal.informed_at = at
    signal.save(update_fields=["informed_at"])
    log.record("casework.signal.reported_back", signal.pk, by=by, at=at)
    return signal


def _kept(
    signal: Signal, step: Asked, *, answer: str, reasons: Mapping[str, str], by: User, at: datetime
) -> UUID:
    """Keep the reasons of an answer in the dossier; the same words of the same person are the same record."""
    text = "\n\n".join(f"{label}\n{reasons.get(key, '').strip()}" for key, label in step.criteria)
    return vault.add_record(
        signal.pk, category=CATEGORY, text=f"{step.answered(answer)}\n\n{text}",
        nature="oordeel", reliability="onbekend", provenance="analyse", marking="amber",
        mark=f"{signal.round}:{step.code}", by=by, at=at,
    )  # fmt: skip


def _answers(signal: Signal) -> Sequence[tuple[str, str]]:
    taken = Step.objects.filter(signal=signal, round=signal.round)
    return list(taken.order_by("pk").values_list("code", "answer"))


def _locked(signal: Signal) -> Signal:
    found = Signal.objects.select_for_update(of=("self",)).filter(pk=signal.pk).first()
    if found is None or not doors.one("scope_writes"):
        raise NotPermitted("dit signaal bestaat niet, of u mag het niet wegen")
    return found


def _who_was_first(signal: Signal, code: str, machine: Machine, by: User) -> str:
    taken = Step.objects.filter(signal=signal, round=signal.round, code=code).select_related("by").first()
    if taken:
        label = machine.step(code).answer(taken.answer).label
        if taken.by_id == by.pk:
            return f"U hebt deze stap al beantwoord met ‘{label}’. Wat u nu invulde, is niet bewaard."
        return f"{taken.by} was u voor: deze stap is beantwoord met ‘{label}’. Uw antwoord is niet bewaard."
    return "Deze stap is nog niet aan de beurt: beantwoord eerst de stap ervoor."


def _not_at_its_end(signal: Signal) -> str:
    if signal.outcome:
        return f"Dit signaal is al afgesloten met uitkomst ‘{signal.get_outcome_display()}’."
    return "De weging is nog niet klaar, of deze uitkomst past niet bij de antwoorden."
