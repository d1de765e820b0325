"""Signals for the walk along every address: one set per database, made through the pages of Zutphen."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection

from vangnet.casework.tests.desks import REASONS, REPORTER, UUID_IN, SignalDesk
from vangnet.identity.models import User

Kwargs = dict[str, Any]

LISTS = (
    "casework:signals",
    "casework:receive",
    "casework:import",
    "casework:agenda",
    "casework:routes",
    "casework:pace",
)
LISTS += ("casework:meeting_new",)
MEETINGS = tuple(
    f"casework:meeting{part}" for part in ("", "_change", "_arrange", "_close", "_file", "_item")
)
OF_A_SIGNAL = ("signal", "open", "weigh", "conclude", "act", "feedback", "answer", "likeness")
PARTS = (*LISTS, *MEETINGS, *(f"casework:{name}" for name in OF_A_SIGNAL))
# Petra takes in reports and reads none of them back.
SEEN_BY = {"casework:receive": {"anna", "otto", "petra"}}
_signals: dict[str, Kwargs] = {}


# Whose organisation is partner beside Zutphen in an agreement, and is not Zutphen.
PARTNERS = {"bram", "carla", "daan", "esra", "karel", "lotte", "mo", "nora"}


def may_report(person: User) -> bool:
    """Say who has a form of a partner to report to Zutphen."""
    return person.name.split()[0].lower() in PARTNERS


def may_see(name: str) -> Callable[[User], bool]:
    """Return the rule who may know of the signals behind this address."""
    return lambda person: person.name.split()[0].lower() in SEEN_BY.get(name, {"anna", "otto"})


def parts(name: str, owner: User) -> Kwargs:
    """Return the parts of an address; each page that uses a signal up has one in the right state."""
    database = str(connection.settings_dict["NAME"])
    if database not in _signals:
        _signals[database] = _weigh(owner)
    known = _signals[database]
    if name in LISTS:
        return {"purpose": known["purpose"]}
    if name in MEETINGS:
        return {"purpose": known["purpose"], **_meeting(name, owner)}
    return {"purpose": known["purpose"], "signal": known.get(name, known["signal"])}


def _meeting(name: str, owner: User) -> Kwargs:
    """Return the meeting of the demonstration that runs, or the one that was held before."""
    desk = SignalDesk(owner)
    page = desk.get("agenda").content.decode()
    running, *_, held = dict.fromkeys(re.findall(rf"/weegoverleg/({UUID_IN})/", page))
    if name == "casework:meeting_file":
        return {"meeting": UUID(held), "extension": "csv"}
    if name != "casework:meeting_item":
        return {"meeting": UUID(running)}
    page = desk.get("meeting", running).content.decode()
    signals = re.findall(rf"/({UUID_IN})/\"", page.split("<tbody>")[1])
    return {"meeting": UUID(running), "signal": UUID(signals[0])}


def _weigh(owner: User) -> Kwargs:
    desk = SignalDesk(owner)
    begun = desk.report()
    desk.post("weigh", begun, begin="1")
    reported = desk.report(**REPORTER)
    desk.post("weigh", reported, begin="1")
    for code in REASONS:
        desk.step(reported, code)
    desk.post("conclude", reported, outcome="gemeente", route="lokaal", partners="2")
    found = {
        "signal": desk.report(),
        "casework:weigh": begun,
        "casework:conclude": desk.weighed(),
        "casework:act": reported,
        "casework:feedback": reported,
        "casework:answer": reported,
    }
    return {"purpose": desk.purpose.pk, **{name: UUID(text) for name, text in found.items()}}
