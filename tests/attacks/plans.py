"""Project plans for the walk along every address: drafts of a team, made anew because pages use them up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from tests.attacks.strategy import PROPOSERS
from vangnet.identity.models import User

Kwargs = dict[str, Any]
TEAM = {"anna", "carla", "lotte"}  # of the expert team below
OF_PLAN: dict[str, Kwargs] = {
    "strategy:plan": {},
    "strategy:plan_versions": {},
    "strategy:plan_head": {},
    "strategy:plan_report": {},
    "strategy:plan_part": {"part": "proactief"},
    "strategy:plan_step": {"step": "voorstellen"},
    "strategy:plan_line_new": {"section": "risks"},
    "strategy:plan_line": {"section": "risks", "line": "aaaaaaaa"},
    "strategy:plan_line_drop": {"section": "risks", "line": "aaaaaaaa"},
    "strategy:plan_judge": {"decider": "expertteam", "body": "expertteam-ondermijning"},
}
LEADS = {"greet", "hugo"}  # who speak for the steering group; hugo is of the driving team too
NETWORK = {
    *("anna", "bram", "carla", "daan", "esra", "frank", "greet", "hugo", "ineke", "jan", "karel", "lotte"),
    *("mo", "nora", "otto", "petra", "quinten"),
}
OF_ROUND: dict[str, Kwargs] = {
    "strategy:round": {},
    "strategy:round_scores": {},
    "portal:score_import": {},
    "strategy:round_text": {},
    "portal:score_blank": {},
    "strategy:round_add": {"sort": "onderwerp"},
    "strategy:round_lock": {},
    "strategy:round_close": {},
    "strategy:round_drop": {"sort": "onderwerp"},
}
# Only while it is scored.
SCORED = {"portal:score_import", "portal:score_blank", "strategy:round_scores", "strategy:round_text"}
SEEN_BY = (
    dict.fromkeys(OF_ROUND, LEADS)
    | dict.fromkeys(OF_PLAN, TEAM)
    | {
        "strategy:round": NETWORK,
        "strategy:round_scores": PROPOSERS,
        "portal:score_import": PROPOSERS,
        "strategy:round_text": set(),  # wants an organisation besides, and is as nothing without it
        "portal:score_blank": PROPOSERS,
        "strategy:plan_judge": TEAM - {"anna"},  # who wrote and proposed it
        "strategy:limit_end": {"greet", "hugo"},  # who speak for the steering group
    }
)


def may_see(name: str) -> Callable[[User], bool]:
    """Return the rule who may know of what is behind this address."""
    return lambda person: person.name.split()[0].lower() in SEEN_BY[name]


def owners(name: str) -> tuple[str, ...]:
    """Return whose plan it is."""
    return ("anna",) if name in OF_PLAN else ("hugo",)


def parts(name: str, owner: User) -> Kwargs:
    """Return the parts of an address: of a limit, a round, a draft, or a plan on its way."""
    from vangnet.identity.operator import service_session
    from vangnet.strategy.models import Limit

    if name == "strategy:limit_end":
        with service_session(owner), transaction.atomic():
            return {"limit": Limit.objects.get(topic="woninginbraak").pk}
    if name in OF_ROUND:
        return {**_opened(owner, name), **OF_ROUND[name]}
    return {"plan": _begun(owner, is_sent=name == "strategy:plan_judge"), **OF_PLAN[name]}


def _opened(owner: User, name: str) -> Kwargs:
    from vangnet.identity.operator import service_session
    from vangnet.strategy import choosing_actions
    from vangnet.strategy.models import Candidate, ChoosingRound, Criterion

    told = {"by": owner, "at": timezone.now()}
    with service_session(owner, strong=True):
        begun = choosing_actions.open_round(ChoosingRound(name="Proefronde", count=1), **told)
        piece = choosing_actions.add(Candidate(round=begun, name="Water", order=0), **told)
        if name in SCORED:
            choosing_actions.add(Candidate(round=begun, name="Vuur", order=1), **told)
            weighed = Criterion(
                round=begun, name="Urgentie", about="Vaak", weight=1, papers="gemeente", order=0
            )
            choosing_actions.add(weighed, **told)
            choosing_actions.lock(begun, **told)
    return {"choosing": begun.pk, **({"piece": piece.pk} if name == "strategy:round_drop" else {})}


def _begun(owner: User, *, is_sent: bool) -> Any:
    from vangnet.identity.operator import service_session
    from vangnet.strategy import plan_actions, plan_content
    from vangnet.strategy.models import Plan, PlanStep

    today, now = timezone.localdate(), timezone.now()
    told = plan_content.empty("Proefplan", today, today.replace(year=today.year + 1))
    risk = {
        "id": "aaaaaaaa",
        "what": "Te laat",
        "chance": "1",
        "effect": "1",
        "measure": "Op tijd",
        "owner": "om",
    }
    with service_session(owner, strong=True):
        plan = Plan(topic_id="hennep", team_id="expertteam-ondermijning")
        plan_actions.start(plan, content=plan_content.with_line(told, "risks", risk), by=owner, at=now)
        if is_sent:
            step = PlanStep(plan=plan, number=1, kind="voorstellen", decided_on=today)
            plan_actions.take_step(step, by=owner, at=now)
    return plan.pk
