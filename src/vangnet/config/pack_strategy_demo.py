"""The invented history of a demonstration: what changed since the beginning, and what became of goals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from vangnet.identity.models import Organisation, User
from vangnet.identity.operator import service_session
from vangnet.strategy import actions, lesson_actions, passage_actions, reporting, standing
from vangnet.strategy.models import Goal, Outcome, Passage, Progress, Strategy, Verdict, Version

if TYPE_CHECKING:
    from vangnet.config.pack import Pack

Entry = dict[str, Any]
Address = Callable[[str], str]


def load(pack: Pack, told: Entry, address: Address, *, by: User, at: datetime) -> None:
    """Record the changes of the past and what became of goals, once, and send one proposal on its way."""
    if Version.objects.exclude(organisation=None).exists():
        return
    for entry in told.get("demo_history", []):
        _change(entry, address, by=by, at=at)
    strategy = Strategy.objects.get()
    for entry in told.get("demo_progress", []):
        _progress(entry, strategy, address, by=by, at=at)
    for entry in told.get("demo_outcomes", []):
        _outcome(entry, strategy, address, by=by, at=at)
    _passages(told.get("demo_passages", {}), by=by, at=at)
    if "demo_proposal" in told:
        _proposal(told["demo_proposal"], address, at=at)


def _someone(key: str, address: Address) -> tuple[User, Organisation]:
    user = User.objects.get(email=address(key))
    work = user.memberships_on(timezone.localdate()).select_related("organisation").first()
    return user, work.organisation  # type: ignore[union-attr]  # everybody of the cast works somewhere


def _current(entry: Entry) -> Version | None:
    found = Version.objects.as_of(date.max).filter(kind=entry["kind"], item=entry["item"])
    return found.first()


def _content(entry: Entry, former: Version | None) -> Any:
    held = former.content if former and former.content else {}
    return None if entry.get("ends") else {**held, **entry["change"]}


def _change(entry: Entry, address: Address, *, by: User, at: datetime) -> None:
    author, organisation = _someone(entry["by"], address)
    former, day = _current(entry), entry["on"]
    moment = timezone.make_aware(datetime.combine(day, time(12)))
    version = Version(
        kind=entry["kind"], item=entry["item"], content=_content(entry, former), reason=entry["reason"],
        replaces=former, state=Version.State.IN_FORCE, author=author, organisation=organisation,
        written_at=moment, submitted_at=moment, settled_at=moment, in_force_from=day,
    )  # fmt: skip
    reporting.take_over(version, [_verdict(one, day) for one in entry["in"]], by=by, at=at)


def _verdict(entry: Entry, day: date) -> Verdict:
    return Verdict(
        stage=entry.get("stage", 1), decider=entry["decider"], body_id=entry["body"],
        outcome=entry.get("outcome", Verdict.Outcome.AGREED), words=entry.get("words", ""),
        in_writing=entry.get("in_writing", False), decided_on=entry.get("on", day),
    )  # fmt: skip


def _progress(entry: Entry, strategy: Strategy, address: Address, *, by: User, at: datetime) -> None:
    _, organisation = _someone(entry["by"], address)
    told = {key: value for key, value in entry.items() if key != "by"}
    event = Progress(organisation=organisation, **told)
    if event.kind == Progress.Kind.OVERRULED:
        goal = Goal.objects.get(pk=event.goal)
        events = Progress.objects.filter(goal=event.goal).as_of(event.on)
        event.computed = standing.of(goal, event.on, strategy.last_year, events, None).computed.stand
    reporting.report(event, by=by, at=at)


def lesson_id(strategy: str, slug: str) -> UUID:
    """Return the id of a result or recommendation of a pack: the same one at every load."""
    return uuid5(NAMESPACE_URL, f"{strategy}/{slug}")


def _outcome(entry: Entry, strategy: Strategy, address: Address, *, by: User, at: datetime) -> None:
    _, organisation = _someone(entry["by"], address)
    told = {key: value for key, value in entry.items() if key not in ("by", "recommendation", "body")}
    wanted = lesson_id(strategy.slug, entry["recommendation"])
    number = Outcome.objects.filter(recommendation=wanted).count() + 1
    made = Outcome(recommendation_id=wanted, number=number, organisation=organisation, **told)
    made.body_id = entry["body"]
    lesson_actions.decide(made, by=by, at=at)


def _passages(told: Entry, *, by: User, at: datetime) -> None:
    """Record the invented passages of the police's plan, marked as invented."""
    if told:
        police = Organisation.objects.get(slug=told["organisation"])
        found = [
            Passage(organisation=police, plan=told["plan"], is_invented=True, **{**told["term"], **one})
            for one in told["passages"]
        ]
        passage_actions.record_passages(found, by=by, at=at)


def _proposal(entry: Entry, address: Address, *, at: datetime) -> None:
    """Propose as its author and judge as who speaks for each body: by the same verbs as on the site."""
    author, organisation = _someone(entry["by"], address)
    former = _current(entry)
    version = Version(
        kind=entry["kind"], item=entry["item"], content=_content(entry, former), reason=entry["reason"],
        replaces=former, organisation=organisation,
    )  # fmt: skip
    with service_session(author, organisation=organisation):
        actions.propose(version, by=author, at=at)
        actions.submit(version.pk, by=author, at=at)
    for one in entry["in"]:
        judge, of = _someone(one["by"], address)
        verdict = _verdict(one, timezone.localdate())
        verdict.version = version
        with service_session(judge, organisation=of):
            actions.judge(verdict, by=judge, at=at)
