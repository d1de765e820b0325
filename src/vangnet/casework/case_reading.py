"""What this session may know of cases: lists, one case with all that is done in it, and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone

from vangnet.agreements.models import Authorisation, Purpose
from vangnet.casework.models import Case, Contribution, Decision, HandOver, Letter, Measure, Signal, Task
from vangnet.casework.reading import CODE
from vangnet.identity import token
from vangnet.identity.models import Organisation, User
from vangnet.identity.rules import NotPermitted
from vangnet.vault import desks, doors, reading
from vangnet.vault.desks import Desk
from vangnet.vault.models import Entry

ACTIVITIES: Final = (Purpose.Activity.CASES, Purpose.Activity.CONSULTATION, Purpose.Activity.OWN)
NO_CASES: Final = (CODE, "melders")  # purposes with dossiers of another kind
ANSWERED: Final = timedelta(30)  # how long the answer to an offer stands with what waits
AHEAD: Final = {"gemeentelijk": "gemeente", "lokaal": "lokaal"}  # the zone that a route of a signal leads to


def holds_cases(purpose: Purpose) -> bool:
    """Say whether one works in cases for this purpose; the database asks the same."""
    return purpose.activity in ACTIVITIES and purpose.code not in NO_CASES


def purposes(user: User) -> list[tuple[Purpose, Organisation, int]]:
    """Return for which purposes this session may work in cases today."""
    return [one for one in desks.open_today(user) if holds_cases(one[0])]


def case(user: User, wanted: UUID) -> Case:
    """Return a case of this session.

    Raises
    ------
    NotPermitted
        It does not exist for this session.
    """
    related = ("phenomenon", "organisation", "result")
    found = Case.objects.visible_to(user).filter(pk=wanted).select_related(*related).first()
    if found is None:
        raise NotPermitted("deze casus bestaat hier niet")
    return found


def listed(user: User, chosen: dict[str, str]) -> QuerySet[Case]:
    """Return the cases that fit a choice of status, place, phenomenon and number, with their stage."""
    found = Case.objects.visible_to(user).staged(timezone.localdate())
    for field in ("status", "place", "phenomenon"):
        if chosen[field]:
            found = found.filter(**{field: chosen[field]})
    if chosen["number"]:
        found = found.filter(number__icontains=chosen["number"])
    return found.select_related("phenomenon", "organisation")


def given_away(user: User, own: UUID) -> QuerySet[HandOver]:
    """Return what one's organisation gave to another and does not see any more."""
    seen = Case.objects.visible_to(user).values("pk")
    found = HandOver.objects.visible_to(user).filter(giver=own, status=HandOver.Status.ACCEPTED)
    return found.exclude(case__in=seen).select_related("receiver")


def offered(user: User, own: UUID) -> QuerySet[HandOver]:
    """Return what is offered to one's organisation."""
    return HandOver.objects.visible_to(user).pending().filter(receiver=own).select_related("giver")


def hand_over(user: User, wanted: UUID, *, of: UUID) -> HandOver:
    """Return a hand-over of a case that this session may know of.

    Raises
    ------
    NotPermitted
        It does not exist for this session.
    """
    related = ("giver", "receiver", "refusal")
    found = HandOver.objects.visible_to(user).filter(pk=wanted, case=of).select_related(*related).first()
    if found is None:
        raise NotPermitted("deze overdracht bestaat hier niet")
    return found


@dataclass(frozen=True, slots=True)
class Work:
    """All that is done in a case, and who takes part."""

    case: Case
    parties: tuple[dict[str, Any], ...]
    tasks: tuple[Task, ...]
    measures: tuple[Measure, ...]
    decisions: tuple[Decision, ...]
    hand_overs: tuple[HandOver, ...]
    contributions: tuple[Contribution, ...]

    @property
    def open_tasks(self) -> list[Task]:
        """The tasks that are not done."""
        return [one for one in self.tasks if one.done_at is None]

    @property
    def running(self) -> list[Measure]:
        """The measures of which the outcome is not known yet."""
        return [one for one in self.measures if one.status == Measure.Status.RUNNING]

    @property
    def offer(self) -> HandOver | None:
        """The offer that waits for an answer."""
        return next((one for one in self.hand_overs if one.status == HandOver.Status.OFFERED), None)

    @property
    def standing(self) -> list[Contribution]:
        """The contributions that count: those that no other line replaces."""
        replaced = {one.replaces_id for one in self.contributions}
        return [one for one in self.contributions if one.pk not in replaced]

    def taking_part(self) -> list[UUID]:
        """Return which organisations take part today."""
        today = timezone.localdate()
        return [
            one["organisation"]
            for one in self.parties
            if one["since"] <= today and (one["until"] is None or one["until"] > today)
        ]


def work(of: Case) -> Work:
    """Return what is done in a case (6 queries)."""
    tasks = Task.objects.filter(case=of).select_related("kind", "organisation", "assignee", "done_by")
    measures = Measure.objects.filter(case=of).select_related(
        "kind", "organisation", "effect", "outcome", "no_baseline", "later_outcome"
    )
    return Work(
        of,
        tuple(reading.parties(of.pk)),
        tuple(tasks),
        tuple(measures),
        tuple(Decision.objects.filter(case=of).select_related("kind", "by")),
        tuple(HandOver.objects.filter(case=of).select_related("giver", "receiver", "refusal")),
        tuple(Contribution.objects.filter(case=of).select_related("kind", "organisation")),
    )


def kinds_with_letters() -> set[str]:
    """Return the kinds of measure that the pack has a letter for."""
    return set(Letter.objects.order_by().values_list("kind", flat=True).distinct())


def letters(measure: Measure) -> list[Letter]:
    """Return the letters that the pack has for a measure."""
    return list(Letter.objects.filter(kind=measure.kind_id))


def letter(measure: Measure, wanted: str) -> Letter:
    """Return one of the letters for a measure.

    Raises
    ------
    NotPermitted
        The pack has none with that code for it.
    """
    for one in letters(measure):
        if one.pk == wanted:
            return one
    raise NotPermitted("deze brief bestaat niet voor deze maatregel")


def in_work(work: Work, name: str, wanted: UUID) -> Any:
    """Return one of the tasks, measures or contributions of a case.

    Raises
    ------
    NotPermitted
        It is not of this case.
    """
    for one in getattr(work, name):
        if one.pk == wanted:
            return one
    raise NotPermitted("dit hoort niet bij deze casus")


def writes(at: Desk, work: Work) -> bool:
    """Say whether the pages should offer to add something; the database decides when it is done."""
    return at.writing > 0 and work.case.is_open and at.organisation in work.taking_part()


def owns(at: Desk, work: Work) -> bool:
    """Say whether the pages should offer what only the owner of a case does."""
    return writes(at, work) and work.case.organisation_id == at.organisation


def assignees(at: Desk, work: Work) -> list[tuple[Organisation, User]]:
    """Return who may get a task: people with an authorisation, of organisations that take part."""
    found = Authorisation.objects.filter(
        purpose=at.purpose,
        task=Authorisation.Task.PROCESSING,
        revoked_at=None,
        period__contains=timezone.localdate(),
        organisation__in=work.taking_part(),
    )
    ordered = found.select_related("organisation", "user").order_by("organisation__name", "user__name")
    return [(one.organisation, one.user) for one in ordered]


def records(wanted: UUID) -> list[UUID]:
    """Return what lies in the dossier of a case and is in the list of this session."""
    return [pk for pk in Entry.objects.records_of(wanted).values_list("record", flat=True) if pk]


def board(user: User, limit: int) -> list[tuple[str, int, list[Case]]]:
    """Return per stage how many cases there are, and the newest of them (2 queries)."""
    found: Any = Case.objects.visible_to(user).staged(timezone.localdate())
    of: dict[str, list[UUID]] = {stage: [] for stage in Case.Stage.values}
    for pk, stage in found.values_list("pk", "stage"):
        of[stage].append(pk)
    shown = [pk for pks in of.values() for pk in pks[:limit]]
    known = Case.objects.visible_to(user).select_related("phenomenon", "organisation").in_bulk(shown)
    return [(stage, len(pks), [known[pk] for pk in pks[:limit] if pk in known]) for stage, pks in of.items()]


def due(user: User, first: date, last: date) -> tuple[list[Task], list[Measure]]:
    """Return the tasks that are due and the measures that end within some days, the last day included."""
    days = (first, last)
    tasks = Task.objects.visible_to(user).waiting().filter(due_on__range=days)
    ends = Measure.objects.visible_to(user).filter(
        until__range=days, until__gt=F("since"), case__status=Case.Status.OPEN
    )
    return (
        list(tasks.select_related("case", "kind", "assignee", "organisation")[:500]),
        list(ends.select_related("case", "kind", "organisation").order_by("until", "pk")[:500]),
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody in cases of one purpose, and what came of offers of one's organisation."""

    purpose: Purpose
    organisation: Organisation
    tasks: tuple[Task, ...]
    offers: tuple[HandOver, ...]
    measures: tuple[Measure, ...]
    answers: tuple[HandOver, ...]


def waiting(user: User) -> list[Waiting]:
    """Return what waits per purpose (1 query, and 2 for each; 3 where measures are past their term)."""
    passed = open_work().measures
    return [_waiting(user, purpose, organisation, passed) for purpose, organisation, _ in purposes(user)]


def _waiting(user: User, purpose: Purpose, organisation: Organisation, passed: Sequence[UUID]) -> Waiting:
    own, since = organisation.pk, timezone.now() - ANSWERED
    with token.for_purpose(purpose.pk):
        mine = Task.objects.visible_to(user).waiting().filter(assignee=user, organisation=organisation)
        offers = HandOver.objects.visible_to(user).concerning(own, since=since)
        told = list(offers.select_related("giver", "receiver", "refusal").order_by("-answered_at", "pk"))
        measures = Measure.objects.visible_to(user).filter(pk__in=passed).order_by("until", "pk")
        return Waiting(
            purpose,
            organisation,
            tuple(mine.select_related("case", "kind")),
            tuple(one for one in told if one.status == HandOver.Status.OFFERED),
            tuple(measures.select_related("case", "kind")) if passed else (),
            tuple(one for one in told if one.status != HandOver.Status.OFFERED),
        )


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What waits for somebody in cases: tasks, how many of them are late, offers, measures past term."""

    tasks: tuple[UUID, ...]
    overdue: int
    offers: tuple[UUID, ...]
    measures: tuple[UUID, ...]


def open_work() -> OpenWork:
    """Return one's own open tasks, and what waits for one's organisation, under all purposes (1 query)."""
    found = doors.rows("casework_waiting")
    if not found:
        return OpenWork((), 0, (), ())
    row = found[0]
    return OpenWork(tuple(row["tasks"]), row["overdue"], tuple(row["offers"]), tuple(row["measures"]))


@dataclass(frozen=True, slots=True)
class Passed:
    """A dossier elsewhere that what was reported was supplied to."""

    number: str
    recipient: str
    on: date
    recalled_on: date | None


def passed(signal: Signal) -> tuple[Passed, ...]:
    """Return to which dossiers in the zone of its route a signal was supplied, the first one first."""
    if signal.route == Signal.Route.MUNICIPAL:  # that stays here
        return ()
    rows = [row for row in reading.supplies(signal.pk) if row["zone"] == signal.route]
    names = Organisation.objects.in_bulk({row["recipient"] for row in rows}) if rows else {}
    of: dict[str, list[dict[str, Any]]] = {}
    for row in reversed(rows):
        of.setdefault(row["number"], []).append(row)
    return tuple(
        Passed(
            number,
            str(names.get(found[0]["recipient"], "een partner")),
            timezone.localdate(found[0]["supplied_at"]),
            _recalled(found),
        )
        for number, found in of.items()
    )


def _recalled(found: list[dict[str, Any]]) -> date | None:
    """Return when the last of some supplies was taken back; nothing while one of them stands."""
    moments = [row["recalled_at"] for row in found]
    return None if None in moments else timezone.localdate(max(moments))


@dataclass(frozen=True, slots=True)
class Becoming:
    """What became of a signal, or may become of it: a case, or the purposes under which one can be opened.

    What was supplied of it to where its route leads stands beside it.
    """

    case: dict[str, Any] | None
    purposes: tuple[Purpose, ...]
    supplies: tuple[Passed, ...] = ()

    @property
    def is_supplied(self) -> bool:
        """Whether something of it lies with the recipient now."""
        return any(one.recalled_on is None for one in self.supplies)

    @property
    def begun(self) -> date | None:
        """The day on which its case was opened."""
        return timezone.localdate(self.case["opened_at"]) if self.case else None


def becoming(user: User, signal: Signal) -> Becoming:
    """Return the case of a signal; or, when it was passed on along a route from here, where to open one."""
    if signal.status != Signal.Status.PASSED_ON:
        return Becoming(None, ())
    found = next(iter(doors.rows("casework_case_of_signal", signal.pk)), None)
    zone, supplies = AHEAD.get(signal.route), passed(signal)
    if found:
        with token.for_purpose(found["purpose"]):  # it may have gone to another organisation since
            seen = Case.objects.visible_to(user).filter(pk=found["id"]).exists()
        return Becoming({**found, "is_seen": seen}, (), supplies)
    if zone is None:
        return Becoming(None, (), supplies)
    here = tuple(one for one, *_ in purposes(user) if one.agreement.zone == zone)
    return Becoming(None, here, supplies)


def origin(user: User, wanted: UUID) -> Signal:
    """Return a signal that a case is opened from, whichever purpose of one's own it lies under.

    Raises
    ------
    NotPermitted
        It does not exist for this session.
    """
    for purpose, *_ in desks.open_today(user):
        if purpose.code == CODE:
            with token.for_purpose(purpose.pk):
                found = Signal.objects.visible_to(user).filter(pk=wanted).select_related("phenomenon").first()
            if found:
                return found
    raise NotPermitted("dit signaal bestaat hier niet")
