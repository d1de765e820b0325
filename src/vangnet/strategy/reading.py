"""How a goal reads on the screen: its years, its place in the note, and what is a proposal of Vangnet.

The note gives the goal, who acts, the year and the condition. Kind, parent, most network roles and nearly
all indicators were added by Vangnet; the pages say so. A region pack ends an indicator that the note itself
names with `QUOTED`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from vangnet.strategy.models import Goal, Strategy, Theme
from vangnet.ui.formats import day as written

PROPOSAL = "voorstel van Vangnet, staat niet in de nota"
QUOTED = " (uit de nota)"
NO_TARGET = "geen norm in de nota"
OWN_IDEA = "voorstel, niet in de nota"
UNSAID = "of aan de voorwaarde is voldaan, is niet vastgelegd"
OUTCOME_UNSAID = "uitkomst nog niet vastgesteld"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NOT_IN_NOTE = "staat niet in de nota: later toegevoegd"


@dataclass(frozen=True)
class Measure:
    """An indicator beside a goal, and whether the note names it."""

    text: str
    is_quoted: bool


def measures(goal: Goal) -> list[Measure]:
    """Return the indicators of a goal, without the remarks that stand among them in the pack."""
    texts = [text for text in goal.measures if text not in (NO_TARGET, OWN_IDEA)]
    return [Measure(text.removesuffix(QUOTED), text.endswith(QUOTED)) for text in texts]


def term(goal: Goal) -> str:
    """Return the term in Dutch, with days written out."""
    return days_written(goal.term)


def days_written(text: str) -> str:
    """Return a text with its days written out; what is no day of the calendar stays as it stands.

    >>> days_written("2020-06-30 of 2020-06-31")
    '30 juni 2020 of 2020-06-31'
    """
    return DAY.sub(lambda found: written(_day(found[0])) if _day(found[0]) else found[0], text)


def no_day(text: str) -> str:
    """Return what is written as a day in a text but is none of the calendar: nothing, mostly."""
    return next((found for found in DAY.findall(text) if _day(found) is None), "")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def term_basis(goal: Goal) -> str:
    """Say where the term comes from."""
    return {
        "genoemd": "door de nota genoemd",
        "looptijd": "de looptijd van de strategie; de nota noemt geen eigen jaar",
        "geen": "de nota noemt geen jaar",
    }.get(goal.date_basis, goal.date_basis)


def place_in_note(goal: Goal) -> str:
    """Return page and section: "blz. 9-10, begint op blz. 9; paragraaf ..."."""
    if not goal.pages:
        return NOT_IN_NOTE
    starts = "" if goal.pages == str(goal.first_page) else f", begint op blz. {goal.first_page}"
    return f"blz. {goal.pages}{starts}; paragraaf {goal.section.replace(' > ', ', ')}"


def years(goal: Goal, strategy: Strategy) -> set[int]:
    """Return the years in which a goal has to be worked on or ready; empty when the note gives none."""
    numbers = [int(text) for text in re.findall(r"\b(?:19|20)\d{2}\b", goal.term)]
    if "jaarlijks" in goal.term or goal.term.startswith("vanaf"):
        first = numbers[0] if numbers else strategy.first_year
        return set(range(first, strategy.last_year + 1))
    if re.fullmatch(r"\d{4}-\d{4}", goal.term):
        return set(range(numbers[0], numbers[1] + 1))
    return set(numbers[:1])


def standing(goal: Goal, today: date) -> str:
    """Say neutrally where a dated goal stands today; the outcome itself is not recorded yet."""
    if goal.due_on is None:
        return ""
    if goal.due_on >= today:
        return "termijn loopt"
    return f"termijn verstreken; {UNSAID if goal.condition else OUTCOME_UNSAID}"


@dataclass(frozen=True)
class Branch:
    """A goal with the goals below it."""

    goal: Goal
    branches: tuple[Branch, ...]


def tree(goals: Iterable[Goal]) -> tuple[Branch, ...]:
    """Put goals below their parents; a goal whose parent is not among them stands at the top.

    So does the first goal of a loop: a goal that hangs wrong is seen, not lost.
    """
    rows = list(goals)
    codes = {goal.code for goal in rows}
    below: dict[str, list[Goal]] = {}
    for goal in rows:
        if goal.parent_id in codes:
            below.setdefault(goal.parent_id, []).append(goal)
    shown: set[str] = set()

    def grow(goal: Goal) -> Branch:
        shown.add(goal.code)
        hanging = below.get(goal.code, [])
        return Branch(goal, tuple(grow(child) for child in hanging if child.code not in shown))

    roots = [grow(goal) for goal in rows if goal.parent_id not in codes]
    return (*roots, *(grow(goal) for goal in rows if goal.code not in shown))


def themes_with_goals(themes: Iterable[Theme], goals: Iterable[Goal]) -> list[tuple[Theme, int]]:
    """Return each theme with its number of goals."""
    numbers = Counter(goal.theme_id for goal in goals)
    return [(theme, numbers[theme.slug]) for theme in themes]


@dataclass(frozen=True)
class Counts:
    """The strategy in four numbers."""

    goals: int
    listed: int  # in the note's own lists
    dated: int
    passed: int  # dated, that date is behind us, and it counts: without a condition, or with one that was met
    settled: int  # of those, where it is recorded or measured what became of it
    conditional: int


def counts(goals: Iterable[Goal], today: date, met: Collection[str], settled: Collection[str]) -> Counts:
    """Count goals by what a reader asks first.

    `met` are the codes of which the condition was met, `settled` those of which the outcome is known.
    """
    rows = list(goals)
    dated = [goal for goal in rows if goal.due_on]
    counting = [g for g in dated if g.due_on and g.due_on < today and (not g.condition or g.code in met)]
    return Counts(
        goals=len(rows),
        listed=sum(goal.is_listed for goal in rows),
        dated=len(dated),
        passed=len(counting),
        settled=sum(goal.code in settled for goal in counting),
        conditional=sum(bool(goal.condition) for goal in rows),
    )
