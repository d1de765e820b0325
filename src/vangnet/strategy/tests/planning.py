"""The pages of plans, as a member of a team uses them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from vangnet.identity.operator import service_session
from vangnet.strategy.plans import Plan, PlanPart, PlanVersion
from vangnet.strategy.tests.round import Desk, person

TEAM = "expertteam-ondermijning"
WORDS = "Een tekst die lang genoeg is om iets te zeggen."


def now(plan: Any) -> Plan:
    """Return a plan as a member of its team finds it."""
    with service_session(person("adviseur-zutphen")):
        found: Plan = Plan.objects.select_related("team").get(pk=plan)
        return found


def content_of(plan: Plan) -> Any:
    with service_session(person("adviseur-zutphen")):
        return PlanVersion.objects.heads().get(plan=plan).content


def parts() -> list[PlanPart]:
    """Return what every plan has to say."""
    with service_session(person("adviseur-zutphen")):
        return list(PlanPart.objects.all())


def in_days(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


class PlanDesk(Desk):
    """The pages of plans, as a member of a team uses them."""

    def begin(self, topic: str = "hennep", *, capacity: int = 8) -> Plan:
        told = {"team": TEAM, "topic": topic, "title": "Proefplan", "capacity": capacity}
        answer = self.post("plannen/nieuw/", **told, since=in_days(0), until=in_days(200))
        assert answer.status_code == 302, answer.context["form"].errors
        return now(answer["location"].split("/")[3])

    def seen(self, plan: Plan) -> int:
        return now(plan.pk).number

    def write(self, plan: Plan, part: str, text: str = WORDS, *, seen: int = 0) -> Any:
        told = {"text": text, "seen": seen or self.seen(plan)}
        return self.post(f"plannen/{plan.pk}/tekst/{part}/", **told)

    def add(self, plan: Plan, section: str, **told: Any) -> Any:
        return self.post(f"plannen/{plan.pk}/lijst/{section}/", seen=self.seen(plan), **told)

    def step(self, plan: Plan, kind: str, **told: Any) -> Any:
        told = {"number": self.seen(plan), "decided_on": in_days(0), **told}
        return self.post(f"plannen/{plan.pk}/stap/{kind}/", **told)

    def adopt(self, plan: Plan, **told: Any) -> Any:
        told = {"number": self.seen(plan), "decided_on": in_days(0), "outcome": "akkoord", **told}
        return self.post(f"plannen/{plan.pk}/oordeel/expertteam/{TEAM}/", **told)

    def complete(self, plan: Plan) -> None:
        for part in parts():
            assert self.write(plan, part.code).status_code == 302
        for section, told in LINES.items():
            assert self.add(plan, section, **told).status_code == 302


LINES = {
    "roles": {"partner": "riec", "role": "A", "task": "Trekt het plan"},
    "levels": {"level": "district", "who": "DVO Twente", "asked_on": "2026-01-10", "said": "Akkoord"},
    "budget": {"source": "Subsidie", "purpose": "Scholing", "applied": 1000, "granted": 800, "spent": 900},
    "milestones": {"title": "Eerste les", "due": "2020-01-01", "state": "gepland"},
    "risks": {
        "what": "Te weinig tijd",
        "chance": 3,
        "effect": 2,
        "measure": "Eerder beginnen",
        "owner": "om",
    },
    "outside": {
        "group": "bewoners",
        "name": "Dorpsraad",
        "invited_on": "2026-01-12",
        "told": "Wil een meldpunt",
    },
}
