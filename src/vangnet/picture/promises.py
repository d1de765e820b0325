"""What the strategy says about the subject of an indicator, found through data and never by name in code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from vangnet.figures.models import Indicator
from vangnet.strategy.models import Claim, Goal, Theme

LIMITS = "begrenzing"  # kind of goal in which a strategy says what it will not do
SHOWN = 6


@dataclass(frozen=True)
class Promises:
    """The look-back, the goals and the limits that belong to an indicator."""

    claims: Sequence[Claim]
    goals: Sequence[Goal]
    limits: Sequence[Goal]
    more: int  # goals that belong to the subject but are not shown


def about(indicator: Indicator, others: Iterable[Indicator], *, user: Any) -> Promises:
    """Return what the strategy says about an indicator (2 queries).

    A goal belongs to it when its title or proposed measures hold a word of its own, from the name of the
    indicator or the subject of the look-back, or when its theme bears its name; words that `others` use too
    ("diefstal", "overlast") say nothing. A subject of the look-back without any goal may fall under the
    general limits that the strategy sets to its own effort.
    """
    claims = list(Claim.objects.visible_to(user).filter(indicator=indicator.slug).select_related("strategy"))
    goals = list(Goal.objects.visible_to(user))
    common = {word for other in others if other.pk != indicator.pk for word in _words(other.name)}
    words = _words(" ".join([indicator.name, *(claim.subject for claim in claims)])) - common
    ours = [goal for goal in goals if _belongs(goal, indicator, words)]
    related = [goal for goal in ours if goal.kind != LIMITS]
    limits = [goal for goal in ours if goal.kind == LIMITS]
    if claims and not ours:
        limits = [goal for goal in goals if goal.kind == LIMITS and goal.theme.kind == Theme.Kind.GENERAL]
    return Promises(claims, related[:SHOWN], limits, max(0, len(related) - SHOWN))


def _belongs(goal: Goal, indicator: Indicator, words: set[str]) -> bool:
    theme = goal.theme.name.casefold()
    if theme == indicator.theme.casefold() or theme.startswith(indicator.name.casefold()):
        return True
    return bool(words & _words(" ".join([goal.title, *goal.measures])))


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) > 4}
