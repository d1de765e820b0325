"""How many hours one fte is, from cooperation.yaml, and what a demonstration asks, offers and used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from vangnet.config.pack_cooperation import BadCooperation, Pack, content_of
from vangnet.cooperation import capacity_actions
from vangnet.cooperation.models import CapacityStatement, CapacityYearStep
from vangnet.identity.models import Organisation, User
from vangnet.identity.operator import service_session
from vangnet.identity.refusals import DoesNotHold
from vangnet.strategy.plans import PlanVersion

Entry = dict[str, Any]
Kind = CapacityStatement.Kind
THIS_YEAR = "nu"


def load(pack: Pack, *, by: User, at: datetime) -> None:
    """Take over how many hours one fte is; a pack that does not say shows hours only.

    Raises
    ------
    BadCooperation
        The file cannot be read, or an entry is not as it should be.
    """
    try:
        capacity_actions.record_full_time(content_of(pack).get("full_time", []), by=by, at=at)
    except (KeyError, TypeError) as error:
        raise BadCooperation(f"{pack.folder / 'cooperation.yaml'} lacks {error}") from error
    except DoesNotHold as error:
        raise BadCooperation(f"{pack.folder / 'cooperation.yaml'}, full_time: {error}") from error


def load_demo(pack: Pack, address: Callable[[str], str], *, at: datetime) -> int:
    """Tell the invented hours, once; `address` gives the account of a key. Return how many numbers.

    Raises
    ------
    BadCooperation
        The file cannot be read, or an entry is not as it should be.
    """
    content = content_of(pack)
    if CapacityStatement.objects.exists():
        return 0
    demo = _Demo(address, at)
    try:
        for entry in content.get("demo_capacity", []):
            demo.hours(entry)
        for entry in content.get("demo_capacity_years", []):
            demo.settle(entry)
    except (KeyError, TypeError) as error:
        raise BadCooperation(f"{pack.folder / 'cooperation.yaml'} lacks {error}") from error
    except (DoesNotHold, ValueError, PlanVersion.DoesNotExist, Organisation.DoesNotExist) as error:
        raise BadCooperation(f"{pack.folder / 'cooperation.yaml'}, demo_capacity: {error}") from error
    return CapacityStatement.objects.count()


@dataclass(frozen=True)
class _Demo:
    address: Callable[[str], str]
    now: datetime

    def hours(self, entry: Entry) -> None:
        """Tell the hours of an entry, per year or per quarter, and what was told instead later."""
        for key, told in entry["years"].items():
            year = timezone.localdate(self.now).year if key == THIS_YEAR else int(key)
            quarters = told if isinstance(told, list) else [told]
            for number, hours in enumerate(quarters, start=1):
                if hours is not None:
                    self._state(entry, year, number if isinstance(told, list) else 0, hours)

    def _state(self, entry: Entry, year: int, quarter: int, hours: Any) -> None:
        person = self._person(entry["by"])
        made = CapacityStatement(kind=entry["kind"], topic_id=entry["topic"], year=year)
        made.hours, made.source = Decimal(str(hours)), entry.get("source", "")
        if quarter:
            made.first_month, made.last_month = quarter * 3 - 2, quarter * 3
            if date(year, made.first_month, 1) > timezone.localdate(self.now):
                return
        if "organisation" in entry:
            made.organisation = Organisation.objects.get(slug=entry["organisation"].lower())
        if "plan" in entry:
            made.plan_id = PlanVersion.objects.heads().get(content__title=entry["plan"]).plan_id
        with service_session(person):
            capacity_actions.state(made, by=person, at=self._moment(made))
            for number, one in enumerate(entry.get("then", {}).get(year, []), start=1):
                capacity_actions.restate(
                    made,
                    seen=number,
                    hours=Decimal(str(one["hours"])),
                    reason=one["reason"],
                    by=person,
                    at=self._at(one["day"]),
                )

    def settle(self, entry: Entry) -> None:
        """Close a year."""
        person = self._person(entry["by"])
        step = CapacityYearStep(year=entry["year"], number=1, kind=CapacityYearStep.Kind.CLOSE)
        step.reason = entry["reason"]
        with service_session(person):
            capacity_actions.settle(step, by=person, at=self._at(entry["day"]))

    def _moment(self, told: CapacityStatement) -> datetime:
        """Return when it would have been told: before the year, at its beginning, or after the quarter."""
        first, after = told.span
        days = {Kind.ASKED.value: -30, Kind.OFFERED.value: 14}
        on = first + timedelta(days[told.kind]) if told.kind in days else after + timedelta(9)
        return min(self._at(on), self.now)

    def _at(self, day: date) -> datetime:
        return timezone.make_aware(datetime.combine(day, time(10)))

    def _person(self, key: str) -> User:
        return User.objects.get(email=self.address(key))
