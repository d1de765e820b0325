"""What the pages of project plans show, and what this session may do with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from vangnet.directory.models import Body, Topic
from vangnet.identity.models import Organisation, User
from vangnet.strategy import differences
from vangnet.strategy.models import Goal, Route
from vangnet.strategy.plan_content import (
    LEVELS,
    OUTSIDE,
    ROLES,
    SECTIONS,
    SIZES,
    STATES,
    Completeness,
    Content,
    Money,
    completeness,
    is_late,
    money,
    money_warnings,
    weight,
)
from vangnet.strategy.plans import Limit, Plan, PlanPart, PlanReport, PlanStep, PlanVersion
from vangnet.ui.formats import day as written

GENERAL = "algemeen"
NAMES = {
    "title": "Titel",
    "goals": "Doelen",
    "since": "Begin",
    "until": "Einde",
    "capacity": "Gevraagde uren per week",
    "level_reason": "Waarom niet lager",
    "group": "Wie",
    "name": "Groep of organisatie",
    "invited_on": "Gevraagd op",
    "told": "Wat zij zeiden",
    "done": "Wat ermee is gedaan",
    "partner": "Partner",
    "role": "Rol",
    "task": "Taak",
    "level": "Niveau",
    "who": "Met wie",
    "asked_on": "Op",
    "said": "Wat er is gezegd",
    "source": "Bron",
    "purpose": "Waarvoor",
    "applied": "Aangevraagd",
    "granted": "Toegekend",
    "spent": "Besteed",
    "deadline": "Uiterste datum",
    "due": "Datum",
    "state": "Stand",
    "done_on": "Klaar op",
    "what": "Risico",
    "chance": "Kans",
    "effect": "Gevolg",
    "measure": "Maatregel",
    "owner": "Wie let erop",
}
WORDS = {"role": ROLES, "level": LEVELS, "state": STATES, "chance": SIZES, "effect": SIZES, "group": OUTSIDE}
HEAD = ("title", "goals", "since", "until", "capacity", "level", "level_reason")


class Right(NamedTuple):
    """Whether this session is of a team, and whether it has a second factor."""

    is_member: bool
    is_strong: bool


def right(team: str) -> Right:
    """Say what this session may with plans of a team (1 query)."""
    return _asked("SELECT %s IN (SELECT strategy_my_teams()), session_is_strong()", team)


def may_begin() -> Right:
    """Say whether this session has a team that makes plans (1 query)."""
    sql = """SELECT EXISTS (SELECT FROM strategy_my_teams() t JOIN directory_body b ON b.slug = t
               JOIN strategy_route r ON r.kind = 'plan' AND r.decider = b.kind_id), session_is_strong()"""
    return _asked(sql)


def may_limit() -> Right:
    """Say whether this session sets limits (1 query)."""
    return _asked("SELECT strategy_sets_limits(), session_is_strong()")


def own_teams(user: User, today: date) -> Any:
    """Return the teams for which this session may write plans."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT t FROM strategy_plans_for() t")
        mine = [slug for (slug,) in cursor.fetchall()]
    return Body.objects.visible_to(user).as_of(today).filter(pk__in=mine)


def _asked(sql: str, *values: str) -> Right:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return Right(*cursor.fetchone())


@dataclass(frozen=True)
class Card:
    """A plan in an overview."""

    head: PlanVersion
    completeness: Completeness
    report: PlanReport | None
    late: int
    money: Money
    deadline: Mapping[str, Any] | None

    @property
    def plan(self) -> Plan:
        """The plan itself."""
        return self.head.plan

    @property
    def title(self) -> str:
        """What the plan is called."""
        return str(self.head.content["title"])

    @property
    def theme(self) -> Topic:
        """The theme of the subject of the plan."""
        return self.plan.topic.under or self.plan.topic

    @property
    def since(self) -> date:
        """The first day of the work."""
        return date.fromisoformat(self.head.content["since"])

    @property
    def until(self) -> date:
        """The last day of the work."""
        return date.fromisoformat(self.head.content["until"])


def cards(user: User, today: date, *, theme: str = "") -> list[Card]:
    """Return every plan that this session sees, by theme and begin (3 queries)."""
    parts = list(PlanPart.objects.visible_to(user))
    latest = {
        report.plan_id: report
        for report in PlanReport.objects.visible_to(user).order_by("reported_on", "recorded_at")
    }
    found = [
        _card(head, parts, latest.get(head.plan_id), today)
        for head in PlanVersion.objects.visible_to(user).heads()
    ]
    kept = [card for card in found if theme in ("", card.theme.pk)]
    return sorted(kept, key=lambda card: (card.theme.order, card.since, card.title))


def _card(head: PlanVersion, parts: Sequence[PlanPart], report: PlanReport | None, today: date) -> Card:
    told = head.content
    late = sum(is_late(row, today) for row in told["milestones"])
    open_lines = [row for row in told["budget"] if (row.get("deadline") or "") >= today.isoformat()]
    deadline = min(open_lines, key=lambda row: row["deadline"], default=None)
    return Card(head, completeness(told, parts), report, late, money(told), deadline)


def columns(found: Iterable[Card]) -> list[tuple[str, list[Card]]]:
    """Return the board: each state with its plans."""
    rows = list(found)
    return [(label, [c for c in rows if c.plan.state == state]) for state, label in Plan.State.choices]


def themes(user: User) -> list[Topic]:
    """Return the themes that a plan can be about (1 query)."""
    return list(Topic.objects.visible_to(user).filter(under=None))


def topics(user: User) -> list[tuple[str, str]]:
    """Return what a plan can be about: themes, and subjects below them (1 query)."""
    known = list(Topic.objects.visible_to(user))
    found: list[tuple[str, str]] = []
    for theme in known:
        if theme.under_id is None:
            found.append((theme.pk, f"{theme.name} (heel het thema)"))
            found += [(t.pk, f"{theme.name}: {t.name}") for t in known if t.under_id == theme.pk]
    return found


def partners(user: User, *, on: date | None = None) -> dict[str, str]:
    """Return the names of organisations; of a day: those that exist then (1 query)."""
    known = Organisation.objects.visible_to(user).order_by("name")
    kept = known.filter(kinds__period__contains=on) if on else known
    return dict(kept.values_list("slug", "name"))


def limit_of(plan: Plan, user: User, today: date) -> Limit | None:
    """Return the limit that holds today for the subject of a plan (1 query)."""
    about = [plan.topic_id, plan.topic.under_id]
    found: Limit | None = Limit.objects.visible_to(user).as_of(today).filter(topic__in=about).first()
    return found


@dataclass(frozen=True)
class Voice:
    """Whoever decides about a plan in a stage, and whether this session may say it now."""

    stage: int
    decider: str
    body: Body
    is_mine: bool


def voices(plan: Plan, user: User, today: date) -> list[Voice]:
    """Return who may decide about a proposed plan now (3 queries)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT strategy_plan_stage(%s), strategy_plan_is_all_mine(%s)", [plan.pk, plan.pk])
        stage, all_mine = cursor.fetchone()
    lines = Route.objects.visible_to(user).filter(kind=Route.PLAN, stage=stage)
    bodies = list(Body.objects.visible_to(user).as_of(today))
    steps = PlanStep.objects.visible_to(user).filter(plan=plan, kind=PlanStep.Kind.PROPOSE)
    proposal = steps.order_by("-recorded_at").first()
    may = not all_mine and (proposal is None or proposal.author_id != user.pk)
    found = []
    for line in lines:
        of_team = line.decider == plan.team.kind_id
        found += [
            Voice(line.stage, line.decider, body, may and _speaks(plan, line.decider, body.pk))
            for body in ([plan.team] if of_team else [b for b in bodies if b.kind_id == line.decider])
        ]
    return found


def _speaks(plan: Plan, decider: str, body: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT strategy_plan_speaks(%s, %s, %s)", [plan.pk, decider, body])
        return bool(cursor.fetchone()[0])


def tables(told: Content, organisations: Mapping[str, str], today: date) -> dict[str, list[dict[str, Any]]]:
    """Return the lines of every list in words, for the page."""

    def say(name: str, value: Any) -> Any:
        if name in ("partner", "owner"):
            return organisations.get(value, value)
        if name in ("asked_on", "deadline", "due", "done_on", "invited_on"):
            return date.fromisoformat(value) if value else None
        return WORDS[name].get(str(value), value) if name in WORDS else value

    found = {}
    for section in SECTIONS:
        found[section] = [{name: say(name, value) for name, value in row.items()} for row in told[section]]
    for row, plain in zip(found["milestones"], told["milestones"], strict=True):
        row["is_late"] = is_late(plain, today)
    for row, plain in zip(found["budget"], told["budget"], strict=True):
        row["warnings"] = money_warnings(plain)
    for row, plain in zip(found["risks"], told["risks"], strict=True):
        row["weight"] = weight(plain)
    found["milestones"].sort(key=lambda row: row["due"])
    found["risks"].sort(key=lambda row: -row["weight"])
    return found


def goals_of(told: Content, user: User) -> list[Goal]:
    """Return the goals that a plan works on (1 query)."""
    return list(Goal.objects.visible_to(user).filter(pk__in=told["goals"]))


def plans_for(goal: str, user: Any) -> list[PlanVersion]:
    """Return the plans that work on a goal, as far as this session sees them (1 query)."""
    found = PlanVersion.objects.visible_to(user).heads().filter(content__goals__contains=[goal])
    return sorted(found, key=lambda head: str(head.content["title"]))


def history(steps: Iterable[PlanStep]) -> list[dict[str, Any]]:
    """Return what was decided about a plan, newest first, for a timeline."""
    tones = {"akkoord": "ok", "niet-akkoord": "error", "pilot": "info"}
    rows = [
        {
            "date": step.decided_on,
            "title": f"{step}{f' door {step.body}' if step.body else ''} (versie {step.number})",
            "text": " ".join(filter(None, (step.words, step.lesson and f"Les: {step.lesson}"))),
            "url": "",
            "tone": tones.get(step.kind, "neutral"),
        }
        for step in steps
    ]
    return sorted(rows, key=lambda row: row["date"], reverse=True)


def compared(
    before: Content, after: Content, parts: Iterable[PlanPart]
) -> tuple[differences.FieldChange, ...]:
    """Return in what two versions of a plan differ, side by side."""
    labels = {part.code: part.name for part in parts}
    old, new = _flat(before, labels), _flat(after, labels)
    return tuple(
        differences.FieldChange(label, *differences.words(old.get(label, ""), new.get(label, "")))
        for label in dict.fromkeys((*old, *new))
        if old.get(label, "") != new.get(label, "")
    )


def _flat(told: Content, labels: Mapping[str, str]) -> dict[str, str]:
    """Return a plan as labels with text."""
    found = {NAMES[name]: _said(name, told[name]) for name in HEAD}
    found |= {labels.get(code, code): text for code, text in told["texts"].items()}
    for section, (title, _) in SECTIONS.items():
        lines = [
            "; ".join(
                f"{NAMES[k]}: {_said(k, v)}" for k, v in row.items() if k != "id" and v not in ("", None)
            )
            for row in told[section]
        ]
        found[title] = "\n".join(lines)
    return found


def _said(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if name in ("since", "until", "asked_on", "deadline", "due", "done_on") and value:
        return written(date.fromisoformat(value))
    return str(WORDS[name].get(str(value), value) if name in WORDS else value)
