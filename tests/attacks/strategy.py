"""Proposals for the walk along every address: made anew each time, because pages use them up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

from django.utils import timezone

from vangnet.identity.models import User

Kwargs = dict[str, Any]
ITEM = {"kind": "doel", "item": "KWP-10"}
ZUTPHEN = {"anna", "otto", "greet", "ineke", "petra"}
WRITERS = {"anna", "otto", "greet"}
PROPOSERS = {*WRITERS, "bram", "carla", "daan", "esra", "frank", "hugo", "lotte", "mo", "quinten"}
# Who speaks for a body of their own, or is of the driving team.
SPEAKERS = {"quinten", "roos", "sjoerd", "tineke", "willem", "xandra", "yusuf", "zoë"}
SPEAKERS |= {"carla", "frank", "greet", "hugo", "lotte", "mo", "otto"}
SEEN_BY = {
    "strategy:new": PROPOSERS,
    "strategy:edit": PROPOSERS,
    "strategy:end": PROPOSERS,
    "strategy:change": ZUTPHEN,
    "strategy:revise": WRITERS,
    "strategy:submit": WRITERS,
    "strategy:withdraw": WRITERS,
    "strategy:outcome_seen": {"anna"},  # who wrote it
    "strategy:judge": {"hugo", "greet"},  # who speak for the steering group
    "strategy:report": PROPOSERS,
    "strategy:lesson_new": PROPOSERS,
    "strategy:lesson_outcome": SPEAKERS,
    "strategy:passage_end": {"carla", "hugo"},  # who keeps the passages of the police
    "strategy:overrule": {"hugo"},  # the driving team; nobody of the cast has the portfolio of this theme
}
PARTS = tuple(SEEN_BY)


def may_see(name: str) -> Callable[[User], bool]:
    """Return the rule who may know of what is behind this address."""
    return lambda person: person.name.split()[0].lower() in SEEN_BY[name]


def owners(name: str) -> tuple[str, ...]:
    """Return whose proposal it is."""
    return ("carla",) if name == "strategy:passage_end" else ("anna",)


def parts(name: str, owner: User) -> Kwargs:
    """Return the parts of an address; a draft for its own organisation, or a proposal on its way."""
    if name == "strategy:new":
        return {"sort": "doel"}
    if name == "strategy:lesson_new":
        return {"sort": "aanbeveling"}
    if name == "strategy:passage_end":
        return {"pk": _passage(owner)}
    if name == "strategy:lesson_outcome":
        return {"pk": _advised()}
    if name in ("strategy:edit", "strategy:end"):
        return {"sort": ITEM["kind"], "item": ITEM["item"]}
    if name in ("strategy:report", "strategy:overrule"):
        return {"code": ITEM["item"]}
    version = _proposed(owner, is_sent=name == "strategy:judge")
    more = {"decider": "bbg", "body": "bbg"} if name == "strategy:judge" else {}
    return {"version": version.pk, **more}


def _proposed(owner: User, *, is_sent: bool) -> Any:
    from vangnet.identity.operator import service_session
    from vangnet.strategy import actions
    from vangnet.strategy.models import Version

    with service_session(owner, strong=True):
        former = Version.objects.as_of(date.max).get(**ITEM)
        words = {**former.content, "title": "Minder overlast"}
        work = owner.memberships_on(timezone.localdate()).first()
        version = Version(
            **ITEM, content=words, reason="Proef.", replaces=former, organisation=work.organisation
        )
        actions.propose(version, by=owner, at=timezone.now())
        if is_sent:
            actions.submit(version.pk, by=owner, at=timezone.now())
    return version


def _advised() -> Any:
    from vangnet.strategy.models import Recommendation

    return Recommendation.objects.get(words__startswith="Wacht met de aanpak van cybercrime").pk


def _passage(owner: User) -> Any:
    from vangnet.identity.operator import service_session
    from vangnet.strategy import passage_actions
    from vangnet.strategy.models import Passage

    with service_session(owner, strong=True):
        police = owner.memberships_on(timezone.localdate())[0].organisation
        made = Passage(organisation=police, plan="Proef", words="Proef.", page=f"blz. {uuid4().hex[:8]}")
        made.first_year = made.last_year = 2019
        passage_actions.record_passages([made], by=owner, at=timezone.now())
    return made.pk
