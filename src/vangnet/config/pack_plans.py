"""What a project plan has to say, limits, and invented plans for a demonstration, from plans.yaml."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import yaml
from django.utils import timezone

from vangnet.directory.models import Body, Topic
from vangnet.identity.models import Organisation, User
from vangnet.identity.operator import service_session
from vangnet.identity.refusals import DoesNotHold
from vangnet.strategy import choosing_actions, plan_actions, plan_content
from vangnet.strategy.choosing import Candidate, ChoosingRound, Criterion, Score
from vangnet.strategy.plans import Limit, Plan, PlanPart, PlanReport, PlanStep

Entry = Mapping[str, Any]
# In a pack these count from the day of loading.
DAYS = ("asked_on", "deadline", "due", "done_on", "invited_on")
HEAD = ("goals", "capacity", "level", "level_reason")


class BadPlans(ValueError):
    """plans.yaml cannot be read or contradicts itself; the message says what is wrong."""


class Pack(Protocol):
    """What is read of a region pack here."""

    @property
    def folder(self) -> Path: ...


def load(pack: Pack, *, by: User, at: datetime) -> None:
    """Take over parts and limits; a pack without plans.yaml has none.

    Raises
    ------
    BadPlans
        The file cannot be read, or an entry is not as it should be.
    """
    try:
        told = content_of(pack)
        parts = [
            PlanPart(order=number, **{"needs": "", **entry})
            for number, entry in enumerate(told.get("parts", []))
        ]
        limits = [_limit(entry) for entry in told.get("limits", [])]
        if parts or limits:
            plan_actions.record_lists(parts, limits, by=by, at=at)
    except (KeyError, TypeError, ValueError, DoesNotHold, yaml.YAMLError) as error:
        raise BadPlans(f"{pack.folder / 'plans.yaml'}: {error}") from error


def content_of(pack: Pack) -> dict[str, Any]:
    """Return plans.yaml."""
    path = pack.folder / "plans.yaml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.exists() else {}


def _limit(entry: Entry) -> Limit:
    return Limit(
        topic_id=entry["topic"],
        kind=entry["kind"],
        reason=entry["reason"],
        source=entry.get("source", ""),
        period=(entry["since"], entry.get("until")),
    )


def load_demo(pack: Pack, address: Callable[[str], str], *, at: datetime) -> int:
    """Make the plans of `demo_plans`, done by members of the teams, once; return how many."""
    wanted = content_of(pack).get("demo_plans", [])
    if Plan.objects.exists():
        return 0
    for entry in wanted:
        _Demonstration(entry, address, at).load()
    return len(wanted)


def load_round(pack: Pack, address: Callable[[str], str], *, at: datetime) -> bool:
    """Make the round of `demo_round`, scored and still open, once; say whether it was made."""
    told = content_of(pack).get("demo_round")
    if told is None or ChoosingRound.objects.exists():
        return False
    by = User.objects.get(email=address(told["by"]))
    begun = at - timedelta(days=told["days_ago"])
    with service_session(by):
        kept = ChoosingRound(name=told["name"], about=told["about"], count=told["count"])
        choosing_actions.open_round(kept, by=by, at=begun)
        criteria = {
            entry["name"]: choosing_actions.add(Criterion(round=kept, order=n, **entry), by=by, at=begun)
            for n, entry in enumerate(told["criteria"])
        }
        candidates = [
            choosing_actions.add(Candidate(round=kept, order=n, name=name), by=by, at=begun)
            for n, name in enumerate(told["candidates"])
        ]
        choosing_actions.lock(kept, by=by, at=begun + timedelta(days=1))
        scores = [
            Score(
                candidate=one, criterion=criteria[name], organisation=paper, value=value, found_at="verzonnen"
            )
            for slug, rows in told["scores"].items()
            for paper in [Organisation.objects.get(slug=slug.lower())]
            for name, values in rows.items()
            for one, value in zip(candidates, values, strict=True)
        ]
        choosing_actions.score(scores, by=by, at=begun + timedelta(days=10))
    return True


@dataclass(frozen=True)
class _Demonstration:
    entry: Entry
    address: Callable[[str], str]
    now: datetime

    def load(self) -> None:
        """Begin the plan, write it by two people, and do what was done."""
        entry, at = self.entry, self.ago(self.entry["days_ago"])
        told = plan_content.empty(entry["title"], self.day(entry["since"]), self.day(entry["until"]))
        told |= {name: entry[name] for name in HEAD if name in entry}
        by = self.person(entry["by"])
        with service_session(by):
            topic, team = Topic.objects.get(pk=entry["topic"]), Body.objects.get(pk=entry["team"])
            plan = plan_actions.start(Plan(topic=topic, team=team), content=told, by=by, at=at)
        self.write(plan, {**told, "texts": entry["texts"]}, entry["by"], at, "Teksten", seen=1)
        self.write(plan, self.filled(told), entry["also"], at, "Rollen, begroting en planning", seen=2)
        for step in entry.get("steps", []):
            self.step(plan, step)
        for line in entry.get("reports", []):
            self.report(plan, line)

    def filled(self, told: plan_content.Content) -> plan_content.Content:
        """Return the whole content, days counted from now."""
        found = {**told, "texts": self.entry["texts"]}
        for section in plan_content.SECTIONS:
            for row in self.entry.get(section, []):
                dated = {k: self.day(v).isoformat() if k in DAYS else v for k, v in row.items()}
                dated |= {k: v.lower() for k, v in row.items() if k in ("partner", "owner")}
                found = plan_content.with_line(found, section, dated)
        return found

    def write(
        self, plan: Plan, told: plan_content.Content, key: str, at: datetime, what: str, *, seen: int
    ) -> None:
        by = self.person(key)
        with service_session(by):
            plan_actions.write(plan, seen=seen, change=told, what=what, by=by, at=at)

    def step(self, plan: Plan, told: Entry) -> None:
        by, at = self.person(told["by"]), self.ago(told["days_ago"])
        step = PlanStep(
            plan=plan,
            number=3,
            kind=told["kind"],
            words=told.get("words", ""),
            lesson=told.get("lesson", ""),
            gaps={code: self.day(days).isoformat() for code, days in told.get("gaps", {}).items()},
            decided_on=timezone.localdate(at),
        )
        if step.kind == PlanStep.Kind.AGREE:
            step.stage, step.body, step.decider = 1, plan.team, plan.team.kind_id
        with service_session(by):
            plan_actions.take_step(step, by=by, at=at)

    def report(self, plan: Plan, told: Entry) -> None:
        by, at = self.person(told["by"]), self.ago(told["days_ago"])
        lines = {name: told[name] for name in (*PlanReport.LINES, "course")}
        with service_session(by):
            plan_actions.report(
                PlanReport(plan=plan, reported_on=timezone.localdate(at), **lines), by=by, at=at
            )

    def person(self, key: str) -> User:
        return User.objects.get(email=self.address(key))

    def ago(self, days: int) -> datetime:
        return self.now - timedelta(days=days)

    def day(self, days: int) -> date:
        return timezone.localdate(self.now) + timedelta(days=days)
