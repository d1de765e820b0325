"""What is said about how a weighing ends: why an outcome is not open, and which routes go with one."""

from __future__ import annotations

from collections.abc import Sequence

from vangnet.casework.models import Signal
from vangnet.casework.protocol import Protocol


def wrong_route(outcome: str, route: str, routes: Sequence[str]) -> str:
    """Say that a route does not go with an outcome, and which do; empty when it does."""
    if route in routes:
        return ""
    fits = " of ".join(f"‘{Signal.Route(one).label}’" for one in routes)
    return (
        f"Bij de uitkomst ‘{Signal.Outcome(outcome).label}’ hoort de route ‘{Signal.Route(route).label}’ "
        f"niet. Kies {fits}, of een andere uitkomst."
    )


def why_shut(machine: Protocol, given: Sequence[tuple[str, str]]) -> list[str]:
    """Say of each outcome that an earlier answer shuts which answer that is."""
    answers = dict(given)
    found = []
    for outcome, step in machine.shut(given):
        said = (
            f"het antwoord ‘{step.answered(answers[step.code])}’ sluit dat uit"
            if step.code in answers
            else f"de vraag ‘{step.label}’ is niet beantwoord"
        )
        found.append(f"‘{Signal.Outcome(outcome).label}’ staat er niet bij: {said}.")
    return found


def which_routes(machine: Protocol, outcomes: Sequence[str]) -> str:
    """Say which routes go with which of these outcomes."""
    told = [
        f"‘{Signal.Outcome(one).label}’: "
        + " of ".join(Signal.Route(route).label for route in machine.routes(one))
        for one in outcomes
        if machine.routes(one)
    ]
    return (
        f"Bij {'; bij '.join(told)}. Bij een andere uitkomst hoort geen route."
        if told
        else ("Bij deze uitkomsten hoort geen route.")
    )
