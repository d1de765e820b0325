"""Invented meetings for a demonstration, from meetings.yaml, held and planned by members of the cast."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol

import yaml
from django.utils import timezone

from vangnet.directory.models import Body, Holder, Topic
from vangnet.identity.models import User
from vangnet.identity.operator import service_session
from vangnet.identity.refusals import DoesNotHold
from vangnet.meetings import actions
from vangnet.meetings.models import ActionPoint, Matter, Presence, Ruling, Sitting, Stop

Entry = dict[str, Any]


class BadMeetings(ValueError):
    """meetings.yaml cannot be read or contradicts itself; the message says what is wrong."""


class Pack(Protocol):
    """What is read of a region pack here."""

    @property
    def folder(self) -> Path: ...


def load_demo(pack: Pack, address: Callable[[str], str], *, at: datetime) -> int:
    """Hold and plan the invented meetings, once; `address` gives the account of a key. Return how many.

    Raises
    ------
    BadMeetings
        The file cannot be read, or an entry is not as it should be.
    """
    path = pack.folder / "meetings.yaml"
    if not path.exists() or Sitting.objects.exists():
        return 0
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        people = _People(address)
        for entry in content.get("demo_meetings", []):
            _Meeting(entry, people, at).load()
        for entry in content.get("demo_matters", []):
            person = people(entry["by"])
            with service_session(person):
                _raised(entry, Body.objects.get(pk=entry["body"]), by=person, at=at)
        return len(content.get("demo_meetings", []))
    except (KeyError, TypeError) as error:
        raise BadMeetings(f"{path} lacks {error}") from error
    except (DoesNotHold, ValueError, yaml.YAMLError) as error:
        raise BadMeetings(f"{path}: {error}") from error


@dataclass(frozen=True)
class _People:
    address: Callable[[str], str]

    def __call__(self, key: str) -> User:
        return User.objects.get(email=self.address(key))


def _raised(entry: Entry, body: Body, *, by: User, at: datetime) -> Stop:
    note = {name: entry.get(name, "") for name in ("aim", "occasion", "asked", "caveats", "follow_up")}
    return actions.raise_matter(Matter(title=entry["title"], body=body), Stop(**note), by=by, at=at)


@dataclass(frozen=True)
class _Meeting:
    entry: Entry
    people: _People
    now: datetime

    @property
    def starts(self) -> datetime:
        day = timezone.localdate(self.now) + timedelta(days=self.entry["days"])
        return datetime.combine(
            day, time.fromisoformat(self.entry["begins"]), timezone.get_current_timezone()
        )

    def load(self) -> None:
        """Plan or hold the meeting, with all that was decided."""
        person, body = self.people(self.entry["by"]), Body.objects.get(pk=self.entry["body"])
        is_held = self.entry["days"] < 0
        acting: dict[str, Any] = {"by": person, "at": self.starts if is_held else self.now}
        with service_session(person):
            topic = Topic.objects.get(pk=self.entry["topic"]) if "topic" in self.entry else None
            sitting = Sitting(
                body=body,
                kind=Sitting.Kind.THEME if topic else Sitting.Kind.BODY,
                topic=topic,
                room=self.entry.get("room"),
                starts_at=self.starts,
                ends_at=self.starts + timedelta(hours=self.entry["hours"]),
                place=self.entry["place"],
                state=Sitting.State.HELD if is_held else Sitting.State.PLANNED,
            )
            actions.plan(sitting, **acting)
            items = self.entry.get("items", [])
            stops = [self._stop(item, body, acting) for item in items]
            sitting = actions.put_in_order(sitting, stops, seen=sitting.revision, **acting)
            if is_held:
                self._hold(sitting, zip(items, stops, strict=True), acting)

    def _stop(self, item: Entry, body: Body, acting: dict[str, Any]) -> Stop:
        if "occasion" in item:
            return _raised(item, body, **acting)
        return Stop.objects.get(body=body, sitting=None, matter__title=item["title"])

    def _hold(self, sitting: Sitting, items: Iterable[tuple[Entry, Stop]], acting: dict[str, Any]) -> None:
        day = timezone.localdate(self.starts)
        held = Holder.objects.as_of(day).filter(seat__body=sitting.body).select_related("seat", "account")
        excused = {self.people(key).pk for key in self.entry.get("excused", [])}
        came = [
            actions.Came(
                one.seat,
                one.account,
                Presence.Kind.EXCUSED if one.account_id in excused else Presence.Kind.THERE,
            )
            for one in held
        ]
        sitting = actions.attend(sitting, came, seen=sitting.revision, **acting)
        for item, stop in items:
            told = {**item["ruling"]}
            to = told.pop("to", None)
            actions.rule(Ruling(stop=stop, to_id=to, **told), **acting)
            for one in item.get("actions", []):
                self._action(one, sitting, stop, acting)
        adopted: Entry = {
            "state": Sitting.State.ADOPTED,
            "adopted_on": day + timedelta(days=self.entry["adopted"]),
        }
        actions.change(sitting, seen=sitting.revision, **adopted, **acting)

    def _action(self, told: Entry, sitting: Sitting, stop: Stop, acting: dict[str, Any]) -> None:
        day = timezone.localdate(self.starts)
        owner, due = self.people(told["owner"]), day + timedelta(days=told["days"])
        action = ActionPoint(sitting=sitting, stop=stop, what=told["what"], owner=owner, due_on=due)
        actions.agree_action(action, **acting)
        if "done" in told:
            done = day + timedelta(days=told["done"])
            actions.finish_action(action, done_on=done, remark=told.get("remark", ""), **acting)
