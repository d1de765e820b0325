"""What waits for somebody in plans, meetings, work with branches and proposals of one's own: one question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.db import connection
from django.urls import reverse

from vangnet.cooperation import reading as cooperation
from vangnet.meetings import pending as meetings
from vangnet.strategy import pending as strategy
from vangnet.ui.formats import number

ALL = " UNION ALL ".join((*strategy.WAITS, *meetings.WAITS, cooperation.EVALUATIONS))
QUESTION = f"SELECT source, subject, name, key FROM ({ALL}) AS found ORDER BY day, name, key"  # noqa: S608  no input


class Duty(NamedTuple):
    """Things of one kind that wait, about one subject."""

    source: str
    subject: str
    names: tuple[str, ...]
    keys: tuple[str, ...]
    text: str
    url: str
    in_mail: str


def waiting() -> list[Duty]:
    """Return what waits for the person of this session (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(QUESTION)
        rows = cursor.fetchall()
    found: dict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
    for source, subject, name, key in rows:
        found[source, subject if source in SPLIT else ""].append((subject, name, key))
    return [_duty(source, subject, found[source, subject]) for source, subject in sorted(found, key=_place)]


def _place(key: tuple[str, str]) -> int:
    return list(SAYS).index(key[0])


def _duty(source: str, subject: str, rows: Sequence[tuple[str, str, str]]) -> Duty:
    names = tuple(dict.fromkeys(name for _, name, _ in rows))
    about = tuple(dict.fromkeys(one for one, _, _ in rows))
    keys = tuple(key for _, _, key in rows)
    text, in_mail, url = SAYS[source](len(rows), names, about)
    return Duty(source, subject, names, keys, text, url, in_mail)


Said = tuple[str, str, str]  # on the page, in mail, where it leads


def _plan(amount: int, names: Sequence[str], about: Sequence[str]) -> Said:
    url = reverse("strategy:plan", args=[about[0]])
    return f"Projectplannen: uw oordeel over {names[0]}", "Projectplannen: een plan wacht op uw oordeel", url


def _milestones(amount: int, names: Sequence[str], about: Sequence[str]) -> Said:
    text = f"Projectplannen: {number(amount)} {'mijlpaal' if amount == 1 else 'mijlpalen'} te laat"
    url = f"{reverse('strategy:plan', args=[about[0]])}#mijlpalen"
    return f"{text} in {names[0]}", text, url


def _gaps(amount: int, names: Sequence[str], about: Sequence[str]) -> Said:
    what = "onderdeel" if amount == 1 else "onderdelen"
    text = f"Projectplannen: {number(amount)} {what} van een pilot te laat"
    return f"{text}: {names[0]}", text, reverse("strategy:plan", args=[about[0]])


def _outcome(amount: int, names: Sequence[str], about: Sequence[str]) -> Said:
    url = reverse("strategy:change", args=[about[0]])
    return (
        f"Strategie: er is besloten over uw voorstel {names[0]}",
        "Strategie: over een voorstel van u is besloten",
        url,
    )


def _matters(amount: int, names: Sequence[str], about: Sequence[str]) -> Said:
    text = (
        f"Vergaderingen: {number(amount)} {'punt wacht' if amount == 1 else 'punten wachten'} op een agenda"
    )
    one = f"{reverse('meetings:index')}?overleg={about[0]}#wacht"
    return (
        f"{text} van {_listed(names)}",
        text,
        one if len(about) == 1 else f"{reverse('meetings:mine')}#wacht",
    )


def _lists(amount: int, names: Sequence[str], about: Sequence[str]) -> Said:
    lists = "besluitenlijst is" if amount == 1 else "besluitenlijsten zijn"
    text = f"Vergaderingen: {number(amount)} {lists} nog niet afgerond of vastgesteld"
    return f"{text}, van {_listed(names)}", text, f"{reverse('meetings:mine')}#wacht"


def _evaluations(amount: int, names: Sequence[str], about: Sequence[str]) -> Said:
    evaluations = (
        "evaluatie van een branchesamenwerking is"
        if amount == 1
        else "evaluaties van branchesamenwerkingen zijn"
    )
    text = f"Samenwerking: {number(amount)} {evaluations} te laat"
    return f"{text}: {_listed(names)}", text, reverse("cooperation:partnerships")


def _listed(names: Sequence[str]) -> str:
    rest = len(names) - 3
    return ", ".join(names[:3]) + (f" en {number(rest)} andere" if rest > 0 else "")


SAYS: dict[str, Callable[[int, Sequence[str], Sequence[str]], Said]] = {
    "plan": _plan,
    "uitkomst": _outcome,
    "overleg": _matters,
    "lijsten": _lists,
    "mijlpalen": _milestones,
    "pilot": _gaps,
    "evaluatie": _evaluations,
}
SPLIT = ("plan", "uitkomst", "mijlpalen", "pilot")  # each plan and proposal has a line of its own
OF_ORGANISATION = ("evaluatie",)  # the others are of the person, whatever organisation that person works for
