"""The one flow that ties all modules together; every page shows its place in it and the steps beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Step:
    """One step of the flow: `key` is what pages name, `question` what the step answers."""

    key: str
    label: str
    question: str


FLOW = (
    Step("afspraken", "Afspraken", "Wie mag wat delen, en waarvoor?"),
    Step("signalen", "Signalen en cijfers", "Wat zien we gebeuren?"),
    Step("beelden", "Beelden", "Wat betekent dat, en waar?"),
    Step("doelen", "Doelen en plannen", "Wat willen we bereiken?"),
    Step("aanpakken", "Aanpakken", "Wie doet wat, en met wie?"),
    Step("resultaten", "Resultaten", "Heeft het geholpen?"),
)


@dataclass(frozen=True)
class Place:
    """A step as seen from the page: where it leads and how it lies to the current one."""

    step: Step
    url: str
    state: Literal["before", "current", "after"]


def places(current: str, urls: Mapping[str, str]) -> list[Place]:
    """Return all steps in order; `urls` by key, a step without url is shown as plain text."""
    here = index(current)
    return [
        Place(step, urls.get(step.key, ""), "current" if n == here else "before" if n < here else "after")
        for n, step in enumerate(FLOW)
    ]


def index(key: str) -> int:
    """Return the position of a step; an unknown key is a mistake of the page's author."""
    keys = [step.key for step in FLOW]
    if key not in keys:
        raise ValueError(f"unknown step {key!r}: choose one of {', '.join(keys)}")
    return keys.index(key)


def neighbours(current: str, urls: Mapping[str, str]) -> tuple[Place, Place]:
    """Return the step before and the step after; results lead back to the agreements."""
    here = index(current)
    before, after = FLOW[here - 1], FLOW[(here + 1) % len(FLOW)]
    return Place(before, urls.get(before.key, ""), "before"), Place(after, urls.get(after.key, ""), "after")
