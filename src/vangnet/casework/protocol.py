"""The weighing as a state machine from data: which step comes next, and which outcomes are open.

A protocol is a document of the region pack. The database holds the same rules (`casework_guard_step`,
`casework_guard_signal`), so that no way past a step, and no outcome with a route that is not its own, exists;
a test holds both to each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

END: Final = "uitkomst"
OUTCOMES: Final = ("geen", "gemeente", "riec", "nader")
PASSED_ON: Final = ("gemeente", "riec")  # these go on along a route
ROUTES: Final = ("gemeentelijk", "lokaal", "riec")


class BadProtocol(ValueError):
    """A protocol does not hold together; the message says where."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a step: where it leads, and with which outcomes the weighing may then end."""

    code: str
    label: str
    leads_to: str
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A question of the weighing, with what has to be written down for it."""

    code: str
    label: str
    question: str
    explanation: str
    criteria: tuple[tuple[str, str], ...]
    answers: tuple[Answer, ...]

    def answer(self, code: str) -> Answer:
        """Return an answer by its code.

        Raises
        ------
        KeyError
            There is none.
        """
        return next(iter(a for a in self.answers if a.code == code), None) or _missing(code)

    def answered(self, code: str) -> str:
        """Return the question in short with the answer given."""
        between = " " if self.label.endswith("?") else ": "
        return self.label + between + self.answer(code).label


@dataclass(frozen=True, slots=True)
class Hint:
    """A published rule that points to a route; it never decides."""

    route: str
    why: str
    when: tuple[tuple[str, tuple[str, ...]], ...]
    min_partners: int = 0

    def applies(self, given: Mapping[str, str], partners: int) -> bool:
        """Say whether every condition holds for these answers and this number of reporting partners."""
        return partners >= self.min_partners and all(given.get(step) in codes for step, codes in self.when)


@dataclass(frozen=True, slots=True)
class Ending:
    """What goes with an outcome: the routes, the answers that shut it, and those it cannot do without."""

    outcome: str
    routes: tuple[str, ...]
    unless: tuple[tuple[str, tuple[str, ...]], ...] = ()
    only: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def shut_by(self, given: Mapping[str, str]) -> str:
        """Return the code of the step of which the answer shuts this outcome; empty when it is open."""
        against = (step for step, codes in self.unless if given.get(step) in codes)
        lacking = (step for step, codes in self.only if given.get(step) not in codes)
        return next(against, "") or next(lacking, "")


@dataclass(frozen=True, slots=True)
class Protocol:
    """The steps of a weighing in the order of their questions, how it ends, and the hints for the route."""

    name: str
    source: str
    first: str
    steps: tuple[Step, ...]
    hints: tuple[Hint, ...]
    endings: tuple[Ending, ...] = ()

    @classmethod
    def read(cls, definition: Mapping[str, Any]) -> Self:
        """Return the protocol that a document describes.

        Raises
        ------
        BadProtocol
            A step leads nowhere, to itself or in a circle, the weighing can end without an outcome, or an
            outcome asks for a route, step or answer that does not exist.
        """
        steps = tuple(_step(code, entry) for code, entry in _in_order(definition["steps"]))
        hints = tuple(_hint(entry) for entry in definition.get("hints", ()))
        endings = tuple(
            _ending(code, entry) for code, entry in sorted(definition.get("outcomes", {}).items())
        )
        found = cls(definition["name"], definition["source"], definition["first"], steps, hints, endings)
        found._check()
        return found

    def step(self, code: str) -> Step:
        """Return a step by its code.

        Raises
        ------
        KeyError
            There is none.
        """
        return next(iter(s for s in self.steps if s.code == code), None) or _missing(code)

    def next_step(self, given: Sequence[tuple[str, str]]) -> Step | None:
        """Return the step that comes after these answers, in the order they were given; None at the end."""
        if not given:
            return self.step(self.first)
        step, code = given[-1]
        leads_to = self.step(step).answer(code).leads_to
        return None if leads_to == END else self.step(leads_to)

    def outcomes(self, given: Sequence[tuple[str, str]]) -> tuple[str, ...]:
        """Return the outcomes that are open after these answers; none before the last step."""
        answers = dict(given)
        return tuple(code for code in self._named(given) if not self._ending(code).shut_by(answers))

    def shut(self, given: Sequence[tuple[str, str]]) -> list[tuple[str, Step]]:
        """Return the outcomes that the last answer names and an earlier one shuts, with that step."""
        answers = dict(given)
        found = [(code, self._ending(code).shut_by(answers)) for code in self._named(given)]
        return [(code, self.step(step)) for code, step in found if step]

    def routes(self, outcome: str) -> tuple[str, ...]:
        """Return the routes that go with an outcome; all when the protocol says nothing about it."""
        return self._ending(outcome).routes

    def hint(self, given: Mapping[str, str], partners: int) -> Hint | None:
        """Return the first hint that applies to a route that is open; None when no rule says anything."""
        open_to = {route for code in self.outcomes(tuple(given.items())) for route in self.routes(code)}
        found = (hint for hint in self.hints if hint.route in open_to)
        return next((hint for hint in found if hint.applies(given, partners)), None)

    def ways(self, given: Sequence[tuple[str, str]] = ()) -> Iterator[list[tuple[str, str]]]:
        """Yield every way through the protocol: its answers in order."""
        step = self.next_step(given)
        if step is None:
            yield list(given)
            return
        for answer in step.answers:
            yield from self.ways([*given, (step.code, answer.code)])

    def _named(self, given: Sequence[tuple[str, str]]) -> tuple[str, ...]:
        if not given:
            return ()
        step, code = given[-1]
        return self.step(step).answer(code).outcomes

    def _ending(self, outcome: str) -> Ending:
        silent = Ending(outcome, ROUTES if outcome in PASSED_ON else ())
        return next((one for one in self.endings if one.outcome == outcome), silent)

    def _check(self) -> None:
        codes = [step.code for step in self.steps]
        if self.first not in codes:
            raise BadProtocol(f"the first step {self.first!r} does not exist")
        for number, step in enumerate(self.steps):
            if not step.answers:
                raise BadProtocol(f"step {step.code!r} has no answers")
            for answer in step.answers:
                _check_answer(step, answer, codes[number + 1 :])
        unknown = {code for hint in self.hints for code, _ in hint.when} - set(codes)
        if unknown:
            raise BadProtocol(f"a hint asks for steps that do not exist: {sorted(unknown)}")
        for ending in self.endings:
            self._check_ending(ending)
        if shut := next((way for way in self.ways() if not self.outcomes(way)), None):
            raise BadProtocol(f"after the answers {dict(shut)} no outcome is left")

    def _check_ending(self, ending: Ending) -> None:
        known = {step.code: {answer.code for answer in step.answers} for step in self.steps}
        for step, codes in (*ending.unless, *ending.only):
            if set(codes) - known.get(step, set()):
                raise BadProtocol(f"outcome {ending.outcome!r} asks for answers {codes} of step {step!r}")


def _check_answer(step: Step, answer: Answer, later: Sequence[str]) -> None:
    where = f"answer {answer.code!r} of step {step.code!r}"
    if answer.leads_to == END:
        if not answer.outcomes or set(answer.outcomes) - set(OUTCOMES):
            raise BadProtocol(f"{where} ends the weighing without a known outcome")
    elif answer.leads_to not in later:
        raise BadProtocol(f"{where} must lead to a later step or to {END!r}, not to {answer.leads_to!r}")
    elif answer.outcomes:
        raise BadProtocol(f"{where} has outcomes but does not end the weighing")


def _step(code: str, entry: Mapping[str, Any]) -> Step:
    answers = tuple(
        Answer(key, told["label"], told["next"], tuple(told.get("outcomes", ())))
        for key, told in _in_order(entry["answers"])
    )
    criteria = tuple((key, label) for key, label in entry.get("criteria", (("waarom", "Waarom?"),)))
    return Step(code, entry["label"], entry["question"], entry.get("explanation", ""), criteria, answers)


def _ending(code: str, entry: Mapping[str, Any]) -> Ending:
    routes = tuple(entry.get("routes", ()))
    if code not in OUTCOMES or set(routes) - set(ROUTES) or bool(routes) != (code in PASSED_ON):
        raise BadProtocol(f"outcome {code!r} has the routes {routes}: not known, or not with this outcome")
    unless, only = (
        tuple(sorted((step, tuple(codes)) for step, codes in entry.get(part, {}).items()))
        for part in ("unless", "only")
    )
    return Ending(code, routes, unless, only)


def _hint(entry: Mapping[str, Any]) -> Hint:
    if entry["route"] not in ROUTES:
        raise BadProtocol(f"a hint points to the route {entry['route']!r}, which does not exist")
    when = tuple(sorted((step, tuple(codes)) for step, codes in entry.get("when", {}).items()))
    return Hint(entry["route"], entry["why"], when, int(entry.get("min_partners", 0)))


def ordered(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with the order of its steps, answers and criteria written in it.

    The database keeps no order of names.
    """
    steps = {
        code: {
            **entry,
            "order": number,
            "answers": {key: {**told, "order": n} for n, (key, told) in enumerate(entry["answers"].items())},
            **(
                {"criteria": [list(pair) for pair in entry["criteria"].items()]}
                if "criteria" in entry
                else {}
            ),
        }
        for number, (code, entry) in enumerate(document["steps"].items())
    }
    return {**document, "steps": steps}


def _in_order(entries: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return sorted(entries.items(), key=lambda pair: pair[1]["order"])


def _missing(code: str) -> Any:
    raise KeyError(code)
