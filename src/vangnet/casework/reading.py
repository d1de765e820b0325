"""What this session may know of signals: lists, one signal with its weighing, counters, realised routes."""

from __future__ import annotations

from collections import Counter as Counts
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet
from django.utils import timezone

from vangnet.agreements.models import Purpose
from vangnet.casework.models import Protocol, Signal, Step
from vangnet.casework.protocol import Protocol as Machine
from vangnet.casework.protocol import Step as MachineStep
from vangnet.identity.models import User
from vangnet.identity.rules import NotPermitted
from vangnet.vault import desks, doors
from vangnet.vault.models import Entry

CODE: Final = "signalen"  # of the purpose that signals are weighed for, in an agreement of a municipality


@dataclass(frozen=True, slots=True)
class Counter:
    """A purpose under which somebody takes in reports, and whether they may read them as well."""

    purpose: Purpose
    organisation: UUID
    place: str
    reads: bool

    @property
    def zone(self) -> str:
        """The walled-off part of the vault that reports go to."""
        return str(self.purpose.agreement.zone)


# The authorisations of the account come first: they are few, and every other purpose is judged for nothing.
MINE = """
SELECT d.id,
       agreements_tier(s.account, s.organisation, d.id,
                       ARRAY['verwerking', 'rechtmatigheid', 'koppeling']) IS NOT NULL,
       s.organisation
  FROM session_standing() s
  JOIN agreements_purpose d ON d.id IN (
       SELECT a.purpose_id FROM agreements_authorisation a WHERE a.user_id = s.account)
 WHERE d.code = %s
   AND agreements_tier(s.account, s.organisation, d.id,
                       ARRAY['verwerking', 'rechtmatigheid', 'melding', 'koppeling']) IS NOT NULL
"""


def counters() -> list[Counter]:
    """Return where this session takes in or weighs signals today (2 queries)."""
    with connection.cursor() as cursor:
        cursor.execute(MINE, [CODE])
        rows = {pk: (reads, organisation) for pk, reads, organisation in cursor.fetchall()}
    found = Purpose.objects.filter(pk__in=rows).select_related("agreement__lead")
    return [
        Counter(one, rows[one.pk][1], one.agreement.lead.place, reads=rows[one.pk][0])
        for one in found.order_by("agreement__name")
    ]


def counter(purpose: UUID) -> Counter:
    """Return the counter of this session under the purpose in the address.

    Raises
    ------
    Weak
        The session has no second factor.
    NotPermitted
        No authorisation to take in reports for it today.
    """
    desks.require_strong()
    for one in counters():
        if one.purpose.pk == purpose:
            return one
    raise NotPermitted("geen autorisatie om meldingen aan te nemen")


def has_protocol() -> bool:
    """Say whether there is a protocol that signals can be weighed by today."""
    return Protocol.objects.filter(since__lte=timezone.localdate()).exists()


def places_and_routes(user: User, year: int) -> dict[str, Counts[str]]:
    """Return how many signals of a year took each route per place, of what this session may see."""
    within = (date(year, 1, 1), date(year, 12, 31))
    seen = Signal.objects.visible_to(user).weighed().filter(decided_at__date__range=within)
    found: dict[str, Counts[str]] = {}
    for place, route, n in seen.order_by().values_list("place", "route").annotate(n=Count("pk")):
        found.setdefault(place, Counts())[route] = n
    return found


def signal(user: User, wanted: UUID) -> Signal:
    """Return a signal of this session.

    Raises
    ------
    NotPermitted
        It does not exist for this session.
    """
    related = ("protocol", "branch", "phenomenon", "organisation")
    found = Signal.objects.visible_to(user).filter(pk=wanted).select_related(*related).first()
    if found is None:
        raise NotPermitted("dit signaal bestaat hier niet")
    return found


def records(wanted: UUID) -> list[UUID]:
    """Return what lies in the dossier of a signal: what was reported, and the reasons of each step."""
    return [pk for pk in Entry.objects.records_of(wanted).values_list("record", flat=True) if pk]


def listed(user: User, chosen: dict[str, Any]) -> QuerySet[Signal]:
    """Return the signals that fit a choice: from lists, of a year, a part of the number; the newest first."""
    found = Signal.objects.visible_to(user)
    for field in ("status", "place", "phenomenon", "branch"):
        if chosen[field]:
            found = found.filter(**{field: chosen[field]})
    if chosen["year"]:
        found = found.filter(**_in_year("received_at", int(chosen["year"])))
    if chosen.get("number"):  # only a system asks for it: the page looks for numbers in what is typed
        found = found.filter(number__icontains=chosen["number"])
    return found


def rows(user: User) -> Callable[[Sequence[UUID]], QuerySet[Signal]]:
    """Return what gives the signals of some keys, with the names that a list shows."""
    found = Signal.objects.visible_to(user).select_related("phenomenon", "branch").order_by()
    return lambda keys: found.filter(pk__in=keys)


def _in_year(field: str, year: int) -> dict[str, datetime]:
    """Choose a year of ours by two moments: asked by day, no index is of use."""
    zone = timezone.get_current_timezone()
    return {
        f"{field}__gte": datetime(year, 1, 1, tzinfo=zone),
        f"{field}__lt": datetime(year + 1, 1, 1, tzinfo=zone),
    }


@dataclass(frozen=True, slots=True)
class Weighing:
    """A signal with the protocol it is weighed by and the steps that were taken, of all rounds."""

    signal: Signal
    machine: Machine
    steps: tuple[Step, ...]

    @property
    def given(self) -> list[tuple[str, str]]:
        """The answers of the round that runs, in order."""
        return [(one.code, one.answer) for one in self.steps if one.round == self.signal.round]

    @property
    def next_step(self) -> MachineStep | None:
        """The step that is next; None when the weighing does not run or is at its end."""
        return self.machine.next_step(self.given) if self.signal.status == Signal.Status.WEIGHING else None

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes that may be chosen now."""
        running = self.signal.status == Signal.Status.WEIGHING
        return self.machine.outcomes(self.given) if running else ()


def weighing(of: Signal) -> Weighing:
    """Return the weighing of a signal (1 query)."""
    steps = Step.objects.filter(signal=of).select_related("by").order_by("round", "pk")
    return Weighing(of, of.protocol.machine, tuple(steps))


def routes(user: User, year: int) -> dict[str, int]:
    """Return how many signals of a year took each route, of what this session may see."""
    found = Signal.objects.visible_to(user).weighed().filter(**_in_year("decided_at", year))
    return dict(found.order_by().values_list("route").annotate(n=Count("*")))


def became_cases(year: int) -> dict[str, int]:
    """Return how many signals of a year became a case, per route, of what this session may see (1 query)."""
    first, last = _in_year("decided_at", year).values()
    return {row["route"]: row["n"] for row in doors.rows("casework_became_cases", first, last)}


def deviations(user: User, year: int) -> tuple[int, int]:
    """Return how many signals of a year had a hint, and how many of those took another route."""
    found = Signal.objects.visible_to(user).weighed().exclude(hinted="")
    found = found.filter(**_in_year("decided_at", year))
    rows = found.order_by().values_list("hinted", "route").annotate(n=Count("*"))
    return sum(n for *_, n in rows), sum(n for hinted, route, n in rows if hinted != route)


def years(user: User) -> list[int]:
    """Return the years since the first signal, the newest first; at least this year."""
    oldest = (
        Signal.objects.visible_to(user).order_by("received_at").values_list("received_at", flat=True).first()
    )
    this = timezone.localdate().year
    return list(range(this, (timezone.localtime(oldest).year if oldest else this) - 1, -1))
