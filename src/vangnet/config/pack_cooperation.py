"""Administrative tables, from cooperation.yaml, and what a demonstration asks and puts on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import yaml
from django.utils import timezone

from vangnet.cooperation import actions, contribution_actions, partnership_actions, table_actions
from vangnet.cooperation.models import (
    AdviceRequest,
    AdviceTurn,
    Contribution,
    Partnership,
    PartnershipStep,
    Position,
    Support,
    TableItem,
    TableStep,
)
from vangnet.identity.models import Organisation, User
from vangnet.identity.operator import service_session
from vangnet.identity.refusals import DoesNotHold
from vangnet.meetings.models import Matter

Entry = dict[str, Any]


class BadCooperation(ValueError):
    """cooperation.yaml cannot be read or contradicts itself; the message says what is wrong."""


class Pack(Protocol):
    """What is read of a region pack here."""

    @property
    def folder(self) -> Path: ...


def load(pack: Pack, *, by: User, at: datetime) -> None:
    """Take over the administrative tables; a pack without cooperation.yaml has none.

    Raises
    ------
    BadCooperation
        The file cannot be read, or an entry is not as it should be.
    """
    try:
        table_actions.record_tables(content_of(pack).get("tables", []), by=by, at=at)
    except (KeyError, TypeError) as error:
        raise BadCooperation(f"{pack.folder / 'cooperation.yaml'} lacks {error}") from error
    except DoesNotHold as error:
        raise BadCooperation(f"{pack.folder / 'cooperation.yaml'}: {error}") from error


def load_demo(pack: Pack, address: Callable[[str], str], *, at: datetime) -> int:
    """Ask and answer the invented questions, once; `address` gives the account of a key. Return how many.

    Raises
    ------
    BadCooperation
        The file cannot be read, or an entry is not as it should be.
    """
    content = content_of(pack)
    demo = _Demo(address, at)
    if not content or AdviceRequest.objects.exists():
        return 0
    try:
        for entry in content.get("demo_advice", []):
            demo.advice(entry)
        for entry in content.get("demo_items", []):
            demo.item(entry)
        for entry in content.get("demo_partnerships", []):
            demo.partnership(entry)
        for entry in content.get("demo_contributions", []):
            demo.contribution(entry)
    except (KeyError, TypeError) as error:
        raise BadCooperation(f"{pack.folder / 'cooperation.yaml'} lacks {error}") from error
    except (DoesNotHold, ValueError, Matter.DoesNotExist) as error:
        raise BadCooperation(f"{pack.folder / 'cooperation.yaml'}: {error}") from error
    return len(content.get("demo_advice", []))


def content_of(pack: Pack) -> Entry:
    """Return what cooperation.yaml says; nothing when there is none."""
    path = pack.folder / "cooperation.yaml"
    try:
        return dict(yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.exists() else {}
    except (ValueError, yaml.YAMLError) as error:
        raise BadCooperation(f"{path}: {error}") from error


@dataclass(frozen=True)
class _Demo:
    address: Callable[[str], str]
    now: datetime

    def person(self, key: str) -> User:
        return User.objects.get(email=self.address(key))

    def to(self, entry: Entry) -> dict[str, Any]:
        """Return an addressee: a person, a team, or the driving team when none is named."""
        expert = self.person(entry["to"]).pk if "to" in entry else None
        return {"expert_id": expert, "body_id": entry.get("team")}

    def advice(self, entry: Entry) -> None:
        """Ask a question, and let each turn be taken by who says it."""
        asker, asked_at = self.person(entry["by"]), self.now + timedelta(days=entry["days"])
        with service_session(asker):
            work = asker.memberships_on(timezone.localdate(self.now))[0]
            request = AdviceRequest(
                subject=entry["subject"],
                topic_id=entry["topic"],
                place=entry.get("place", ""),
                organisation_id=work.organisation_id,
                due_on=timezone.localdate(asked_at) + timedelta(days=entry["term"]),
                **self.to(entry),
            )
            actions.ask(request, entry["words"], by=asker, at=asked_at)
        for number, one in enumerate(entry.get("turns", []), start=2):
            person, moment = self.person(one["by"]), self.now + timedelta(days=one["days"])
            turn = AdviceTurn(request=request, number=number, kind=one["kind"], words=one["words"])
            turn.score, turn.title = one.get("score"), one.get("title", "")
            if one["kind"] == AdviceTurn.Kind.HANDED_ON:
                turn.expert_id, turn.body_id = self.to(one).values()
            with service_session(person):
                actions.say(turn, by=person, at=moment)

    def item(self, entry: Entry) -> None:
        """Put something on a table, with its positions, who supports them and what happened."""
        began = self.now + timedelta(days=entry["days"])
        item = TableItem(title=entry["title"], topic_id=entry["topic"], body_id=entry["body"])
        item.table_id, item.matter = entry["table"], self._matter(entry)
        with self._as(entry["by"]) as person:
            table_actions.begin_item(item, by=person, at=began)
        for number, told in enumerate(entry.get("positions", []), start=1):
            position = Position(item=item, number=number, words=told["words"], asked=told["asked"])
            position.reason = told.get("reason", "")
            with self._as(entry["by"]) as person:
                table_actions.write_position(position, by=person, at=self.now + timedelta(days=told["days"]))
            for one in told.get("support", []):
                given = Support(position=position, body_id=one["body"], stance=one["stance"])
                given.words = one.get("words", "")
                with self._as(one["by"]) as person:
                    table_actions.support(given, by=person, at=self.now + timedelta(days=one["days"]))
        for number, one in enumerate(entry.get("steps", []), start=1):
            moment = self.now + timedelta(days=one["days"])
            step = TableStep(item=item, number=number, kind=one["kind"], words=one.get("words", ""))
            step.on, step.outcome = timezone.localdate(moment), one.get("outcome", "")
            with self._as(entry["by"]) as person:
                table_actions.take_step(step, by=person, at=min(moment, self.now))

    def partnership(self, entry: Entry) -> None:
        """Begin work with a branch, with who takes part and what came of it."""
        names = ("name", "branch", "partner", "contact", "kind", "agreed")
        made = Partnership(**{name: entry[name] for name in names}, topic_id=entry["topic"])
        made.organisation = self._organisation(entry["organisation"])
        made.function_id = entry["function"]
        made.begins_on, made.evaluate_on = self._day(entry["days"]), self._day(entry["evaluate"])
        with self._as(entry["by"]) as person:
            acting: Entry = {"by": person, "at": self.now}
            partnership_actions.begin_partnership(made, **acting)
            for slug in entry.get("participants", []):
                organisation = self._organisation(slug)
                partnership_actions.join_partnership(
                    made, organisation=organisation, since=made.begins_on, **acting
                )
            for number, one in enumerate(entry.get("steps", []), start=1):
                step = PartnershipStep(partnership=made, number=number, kind=one["kind"], words=one["words"])
                step.on = self._day(one["days"])
                step.next_on = self._day(one["next"]) if "next" in one else None
                partnership_actions.record_step(step, **acting)

    def contribution(self, entry: Entry) -> None:
        """Write a contribution of a partner, and end it when it ended."""
        made = Contribution(kind=entry["kind"], topic_id=entry["topic"], words=entry["words"])
        made.organisation, made.begins_on = self._organisation(entry["organisation"]), entry["since"]
        with self._as(entry["by"]) as person:
            contribution_actions.contribute(made, by=person, at=self.now)
            if "until" in entry:
                contribution_actions.end_contribution(
                    made, on=entry["until"], why=entry["why"], by=person, at=self.now
                )

    def _organisation(self, slug: str) -> Organisation:
        return Organisation.objects.get(slug=slug.lower())

    def _day(self, days: int) -> date:
        return timezone.localdate(self.now) + timedelta(days=days)

    def _matter(self, entry: Entry) -> Matter | None:
        """Return the matter of meetings that an item comes from, by its title; None when it is new."""
        return Matter.objects.get(title=entry["matter"]) if "matter" in entry else None

    @contextmanager
    def _as(self, key: str) -> Iterator[User]:
        person = self.person(key)
        with service_session(person):
            yield person
