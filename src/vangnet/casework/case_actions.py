"""Verbs of cases. Explanations go into the vault; here is written what may be known without opening it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import transaction

from vangnet.agreements.models import Purpose, PurposeCategory
from vangnet.audit import log
from vangnet.casework import (
    baselines,
    refusals,  # noqa: F401  gives what the database refuses its words
)
from vangnet.casework.models import (
    Case,
    Contribution,
    Decision,
    Letter,
    Measure,
    MeasureKind,
    Phenomenon,
    Task,
    Term,
)
from vangnet.identity.models import Organisation, User
from vangnet.identity.rules import NotPermitted
from vangnet.vault import actions as vault
from vangnet.vault import doors
from vangnet.vault.marks import id_of

# In which category of its purpose a case keeps its words: the first that the purpose has.
KEPT_AS: Final = ("bestuurlijk", "signaal", "personalia")
HEALTH: Final = "gezondheid"


@transaction.atomic
def open_case(
    *,
    purpose: Purpose,
    tier: int,
    place: str,
    phenomenon: Phenomenon | None = None,
    has_minor: bool = False,
    origin: UUID | None = None,
    mark: str = "",
    by: User,
    at: datetime,
) -> Case:
    """Open a case with a dossier of its own; a signal that it comes from is noted by its number.

    The same case sent twice with one mark is one; with anything changed it is another.

    Raises
    ------
    NotPermitted
        No authorisation up to this tier, no purpose for cases, or no signal of one's own.
    DoesNotHold
        The signal was not passed on along this route, or has a case already.
    """
    key = id_of(mark, by, "casus", purpose.pk, tier, place, phenomenon and phenomenon.pk, has_minor, origin)
    if mark and (known := Case.objects.visible_to(by).filter(pk=key).first()):
        return known
    with doors.rules():
        dossier, number = vault.open_dossier(purpose=purpose, tier=tier, place=place, key=key, by=by, at=at)
        doors.one("casework_open_case", dossier, phenomenon and phenomenon.pk, has_minor, origin, at)
    log.record("casework.case.opened", dossier, by=by, at=at, number=number, signal=origin)
    return Case.objects.get(pk=dossier)


@transaction.atomic
def assign_task(
    case: Case,
    *,
    kind: Term,
    organisation: Organisation,
    assignee: User,
    due_on: date,
    details: str,
    key: UUID | None = None,
    by: User,
    at: datetime,
) -> Task:
    """Give a task to somebody of an organisation that takes part.

    Raises
    ------
    NotPermitted
        No right to write in this case.
    DoesNotHold
        The case is closed, or that person does not work in it.
    """
    with doors.rules():
        task: Task = Task.objects.create(
            id=key or uuid4(), case=case, kind=kind, organisation=organisation, assignee=assignee,
            due_on=due_on, details=keep_words(case, details, by=by, at=at), by=by, at=at,
        )  # fmt: skip
    log.record("casework.task.assigned", case.pk, by=by, at=at, task=task.pk, due_on=due_on)
    return task


@transaction.atomic
def finish_task(task: Task, *, by: User, at: datetime) -> Task:
    """Say that a task is done.

    Raises
    ------
    NotPermitted
        No right to write in this case.
    DoesNotHold
        It is done already, or the case is closed.
    """
    return _set_done(task, done=True, by=by, at=at)


@transaction.atomic
def reopen_task(task: Task, *, by: User, at: datetime) -> Task:
    """Open a task again that was done.

    Raises
    ------
    NotPermitted
        No right to write in this case.
    DoesNotHold
        It is open, or the case is closed.
    """
    return _set_done(task, done=False, by=by, at=at)


def _set_done(task: Task, *, done: bool, by: User, at: datetime) -> Task:
    with doors.rules():
        found: Task = locked(Task, task.pk)
        if (found.done_at is not None) == done:
            raise doors.DoesNotHold("Deze taak is al klaar." if done else "Deze taak staat al open.")
        found.done_at, found.done_by = (at, by) if done else (None, None)
        found.lapsed = None
        found.save(update_fields=["done_at", "done_by", "lapsed"])
    log.record(
        "casework.task.finished" if done else "casework.task.reopened",
        found.case_id,
        by=by,
        at=at,
        task=task.pk,
    )
    return found


@dataclass(frozen=True, slots=True)
class Plan:
    """What a measure is: of whom, from when until when, what for, and measured against what."""

    kind: MeasureKind
    organisation: Organisation
    since: date
    effect: Term
    until: date | None = None
    place: str = ""
    indicator: str = ""
    period: str = ""
    no_baseline: Term | None = None


@transaction.atomic
def impose_measure(
    case: Case, plan: Plan, *, reasons: str, key: UUID | None = None, by: User, at: datetime
) -> Measure:
    """Impose a measure, with its reasons.

    Raises
    ------
    NotPermitted
        No right to write in this case.
    DoesNotHold
        The case is closed; the interest of a child was not weighed; the measure is about health outside the
        care and safety house; its organisation does not take part or is not competent; it begins more than
        five years away; or there is no figure for its baseline.
    """
    if plan.indicator and (lacking := baselines.lacking(plan.indicator, plan.place, plan.period)):
        raise doors.DoesNotHold(lacking)
    with doors.rules():
        words = keep_words(case, reasons, health=plan.kind.is_health, by=by, at=at)
        told = {name: getattr(plan, name) for name in Plan.__dataclass_fields__}
        measure = Measure.objects.create(id=key or uuid4(), case=case, **told, reasons=words, by=by, at=at)
    log.record("casework.measure.imposed", case.pk, by=by, at=at, measure=measure.pk, kind=plan.kind.pk)
    return measure


@transaction.atomic
def end_measure(measure: Measure, *, outcome: Term, until: date, by: User, at: datetime) -> Measure:
    """Write down when a measure ended and what came of it, or that it was withdrawn before it began.

    Raises
    ------
    NotPermitted
        No right to write in this case.
    DoesNotHold
        It has ended already, the case is closed, or this outcome does not come before it begins.
    """
    with doors.rules():
        found: Measure = locked(Measure, measure.pk)
        if found.status == Measure.Status.ENDED:
            raise doors.DoesNotHold("De afloop van deze maatregel is al vastgelegd.")
        found.status, found.outcome, found.until = Measure.Status.ENDED, outcome, until
        found.ended_at, found.ended_by = at, by
        found.save(update_fields=["status", "outcome", "until", "ended_at", "ended_by"])
    log.record("casework.measure.ended", found.case_id, by=by, at=at, measure=measure.pk, outcome=outcome.pk)
    return found


@transaction.atomic
def note_letter(case: Case, measure: Measure, *, letter: Letter, mark: UUID, by: User, at: datetime) -> None:
    """Put on record that a letter about a measure was made, under its mark; it has no name in it."""
    log.record("casework.letter.made", case.pk, by=by, at=at, measure=measure.pk, letter=letter.pk, mark=mark)


@transaction.atomic
def record_decision(
    case: Case, *, kind: Term, on: date, words: str, key: UUID | None = None, by: User, at: datetime
) -> Decision:
    """Write down a decision; its words lie in the dossier.

    Raises
    ------
    NotPermitted
        No right to write in this case.
    DoesNotHold
        The case is closed, or the day has not come.
    """
    with doors.rules():
        decision = Decision.objects.create(
            id=key or uuid4(),
            case=case,
            kind=kind,
            on=on,
            words=keep_words(case, words, by=by, at=at),
            by=by,
            at=at,
        )
    log.record("casework.decision.recorded", case.pk, by=by, at=at, decision=decision.pk, kind=kind.pk)
    return decision


@transaction.atomic
def record_contribution(
    case: Case, *, kind: Term, on: date, hours: int, key: UUID | None = None, by: User, at: datetime
) -> Contribution:
    """Write down what one's own organisation put into a case.

    Raises
    ------
    NotPermitted
        No right to write in this case.
    DoesNotHold
        The case is closed, or the day has not come.
    """
    with doors.rules():
        own = doors.one("session_organisation")
        made = Contribution.objects.create(
            id=key or uuid4(), case=case, organisation_id=own, kind=kind, on=on, hours=hours, by=by, at=at
        )
    log.record("casework.contribution.recorded", case.pk, by=by, at=at, contribution=made.pk)
    return made


@transaction.atomic
def weigh_child(case: Case, *, words: str, by: User, at: datetime) -> None:
    """Write down how the interest of the child was weighed; without it a minor stands in the way of measures.

    Raises
    ------
    NotPermitted
        No right to write in this case.
    DoesNotHold
        The case is closed.
    """
    with doors.rules():
        doors.one("casework_weigh_child", case.pk, keep_words(case, words, by=by, at=at))
    log.record("casework.child.weighed", case.pk, by=by, at=at)


@transaction.atomic
def close_case(
    case: Case, *, result: Term, lesson: str, despite: bool = False, by: User, at: datetime
) -> str:
    """Close a case with its dossier; a case of the care and safety house is shielded at once.

    Raises
    ------
    NotPermitted
        Another organisation owns it.
    DoesNotHold
        It is closed, offered to another, or has tasks or measures that are not done, unless `despite`.
    """
    with doors.rules():
        words = keep_words(case, lesson, by=by, at=at)
        status = doors.one("casework_close_case", case.pk, result.pk, words, despite, at)
    log.record("casework.case.closed", case.pk, by=by, at=at, result=result.pk, status=status)
    return str(status)


@transaction.atomic
def offer_case(case: Case, *, receiver: Organisation, reasons: str, by: User, at: datetime) -> UUID:
    """Offer a case to another organisation; it stays one's own until the other accepts.

    Raises
    ------
    NotPermitted
        Another organisation owns it.
    DoesNotHold
        It is closed or offered already, or nobody there may read all of it.
    """
    pk = uuid4()
    with doors.rules():
        words = keep_words(case, reasons, by=by, at=at)
        doors.one("casework_offer_case", pk, case.pk, receiver.pk, words, at)
    log.record("casework.case.offered", case.pk, by=by, at=at, hand_over=pk, receiver=receiver.pk)
    return pk


@transaction.atomic
def accept_case(hand_over: UUID, *, by: User, at: datetime) -> UUID:
    """Take over a case that was offered: ownership and sight of it move now. Return its id.

    Raises
    ------
    NotPermitted
        It was not offered to one's organisation.
    DoesNotHold
        It was answered or taken back before, or one may not read all of it.
    """
    return _answer(hand_over, "aanvaard", by=by, at=at)


@transaction.atomic
def reject_case(hand_over: UUID, *, why: Term, by: User, at: datetime) -> UUID:
    """Turn down a case that was offered; it stays where it was.

    Raises
    ------
    NotPermitted
        It was not offered to one's organisation.
    DoesNotHold
        It was answered or taken back before.
    """
    return _answer(hand_over, "afgewezen", why, by=by, at=at)


@transaction.atomic
def revoke_offer(hand_over: UUID, *, by: User, at: datetime) -> UUID:
    """Take back an offer that nobody has answered.

    Raises
    ------
    NotPermitted
        Another organisation made it.
    DoesNotHold
        It was answered or taken back before.
    """
    return _answer(hand_over, "ingetrokken", by=by, at=at)


def _answer(hand_over: UUID, answer: str, why: Term | None = None, *, by: User, at: datetime) -> UUID:
    with doors.rules():
        case = doors.one("casework_answer_offer", hand_over, answer, why and why.pk, at)
    log.record("casework.offer.answered", case, by=by, at=at, hand_over=hand_over, answer=answer)
    return UUID(str(case))


def locked(model: Any, pk: UUID) -> Any:
    """Return a row of a case for change, held until the end of the transaction.

    Raises
    ------
    NotPermitted
        It does not exist for this session.
    """
    found = model.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise NotPermitted("dit bestaat niet, of u mag het niet wijzigen")
    return found


def keep_words(case: Case, text: str, *, health: bool = False, by: User, at: datetime) -> UUID:
    """Keep words in the dossier of a case, for all who take part."""
    known = set(
        PurposeCategory.objects.filter(
            purpose=case.purpose_id, version__activated_at__isnull=False
        ).values_list("category", flat=True)
    )
    category = HEALTH if health else next((code for code in KEPT_AS if code in known), KEPT_AS[0])
    return vault.add_record(
        case.pk, category=category, text=text, nature="oordeel", reliability="onbekend",
        provenance="analyse", marking="amber", by=by, at=at,
    )  # fmt: skip
