"""Cases for the walk along every address: one set per database, made through the pages of the RIEC."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection

from vangnet.casework.tests.casedesk import UUID_IN, CaseDesk
from vangnet.casework.tests.supplying import Supplier
from vangnet.config.pack import cast_email
from vangnet.identity.models import User

Kwargs = dict[str, Any]

LISTS = ("cases:cases", "cases:board", "cases:agenda", "cases:new")
OF_A_CASE = ("case", "open", "task", "measure", "child", "decision", "contribution", "close", "offer")
# The parts of the longer addresses, after those of the case.
WITH_MORE = {
    "cases:finish": "task",
    "cases:reassign": "task",
    "cases:reopen": "task",
    "cases:end_measure": "measure",
    "cases:lapse": "task",
    "cases:later_outcome": "measure",
    "cases:correct": "contribution",
    "cases:letter": "measure",
    "cases:answer": "offer",
}
SUPPLIED = "cases:from_supply"
PARTS = (*LISTS, SUPPLIED, *(f"cases:{name}" for name in OF_A_CASE), *WITH_MORE)
WORK = {"esra", "lotte", "carla", "daan", "anna", "otto", "bram"}
RIEC = {"esra", "lotte", "nora"}
SEEN_BY = {
    "cases:new": WORK,
    **dict.fromkeys(("cases:cases", "cases:board", "cases:agenda"), WORK | RIEC),
    **dict.fromkeys(("cases:case", "cases:open", "cases:letter"), RIEC),
    "cases:answer": {*RIEC, "carla"},
}
_cases: dict[str, Kwargs] = {}


def may_see(name: str) -> Callable[[User], bool]:
    """Return the rule who may know of the cases behind this address."""
    return lambda person: person.name.split()[0].lower() in SEEN_BY.get(name, RIEC - {"nora"})


def parts(name: str, owner: User) -> Kwargs:
    """Return the parts of an address; each page that uses a case up has one of its own."""
    database = str(connection.settings_dict["NAME"])
    if database not in _cases:
        _cases[database] = _work(owner)
    known = _cases[database]
    if name in LISTS:
        return {"purpose": known["purpose"]}
    if name == SUPPLIED:
        return {"purpose": known["purpose"], "dossier": known["supplied"]}
    found = {"purpose": known["purpose"], "case": known["given" if name == "cases:answer" else "case"]}
    return found | {part: known[f"{name}:{part}"] for part in (WITH_MORE.get(name),) if part}


def _work(owner: User) -> Kwargs:
    desk = CaseDesk(owner)
    case, given = desk.a_case(), desk.a_case()
    measure, contribution = desk.a_measure(case), desk.a_contribution(case)
    anna, otto = (
        User.objects.get(email=cast_email(key)) for key in ("adviseur-zutphen", "adviseur-zutphen-collega")
    )
    Supplier(anna, otto).supplied()
    made = {
        "case": case,
        "given": given,
        "supplied": re.findall(rf"/nieuw/({UUID_IN})/", desk.get("cases").content.decode())[0],
        "cases:finish:task": desk.a_task(case, owner, "riec"),
        "cases:reassign:task": desk.a_task(case, owner, "riec"),
        "cases:reopen:task": desk.a_task(case, owner, "riec"),
        "cases:end_measure:measure": measure,
        "cases:letter:measure": measure,
        "cases:later_outcome:measure": measure,
        "cases:lapse:task": desk.a_task(case, owner, "riec"),
        "cases:correct:contribution": contribution,
        "cases:answer:offer": desk.an_offer(given),
    }
    return {"purpose": desk.purpose.pk, **{name: UUID(text) for name, text in made.items()}}
