"""A goal as it was: on a day that somebody looks back at, or when it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from vangnet.strategy import changes
from vangnet.strategy.models import Goal, Kind, Version
from vangnet.strategy.versions import Snapshot, row
from vangnet.ui.formats import day as written


@dataclass(frozen=True)
class Seen:
    """A goal with the goals below it, and of when the words are."""

    goal: Goal
    children: tuple[Goal, ...]
    day: date  # of which its stand is said; when it ended, that day
    ended: Version | None = None  # the version that ended it, when it is no longer there
    is_past: bool = False  # somebody looks back at this day

    @property
    def day_written(self) -> str:
        """Return the day in Dutch."""
        return written(self.day)

    @property
    def op(self) -> str:
        """Return what leads to other goals of then: nothing for words of today."""
        last = self.day - timedelta(days=1) if self.ended else self.day
        return f"?op={last.isoformat()}" if self.ended or self.is_past else ""


def goal(code: str, user: Any, *, today: date, day: date | None = None) -> Seen | None:
    """Return a goal as of a day; nothing when it is not there, and nothing was before.

    Without a day, and for a day that has not been, it is the goal of today or its last words (1 query; 4 when
    it ended, 3 of a day in the past).
    """
    if day is not None and day < today:
        return _on(code, day, user)
    found = Goal.objects.visible_to(user).filter(Q(code=code) | Q(parent=code))
    rows = list(found.select_related("theme", "theme__strategy", "parent"))
    here = next((one for one in rows if one.code == code), None)
    if here is None:
        return _ended(code, user, date.max)
    return Seen(here, tuple(one for one in rows if one.parent_id == code), today)


def _on(code: str, day: date, user: Any) -> Seen | None:
    then = changes.as_of(day, user)
    found = next((one for one in then.goals if one.code == code), None)
    return _seen(found, then, day, is_past=True) if found else _ended(code, user, day)


def _ended(code: str, user: Any, day: date) -> Seen | None:
    """Return the last words of a goal that ended on or before a day."""
    versions = Version.objects.visible_to(user).select_related("replaces")
    last = versions.as_of(day).filter(kind=Kind.GOAL, item=code).first()
    if last is None or last.content is not None or last.in_force_from is None or last.replaces is None:
        return None
    then = changes.as_of(last.in_force_from - timedelta(days=1), user)
    found: Goal = next((one for one in then.goals if one.code == code), None) or row(last.replaces)
    return _seen(found, then, last.in_force_from, ended=last)


def _seen(found: Goal, then: Snapshot, day: date, **more: Any) -> Seen:
    found.theme = next(theme for theme in then.themes if theme.slug == found.theme_id)
    found.parent = next((one for one in then.goals if one.code == found.parent_id), None)
    return Seen(found, tuple(one for one in then.goals if one.parent_id == found.code), day, **more)
