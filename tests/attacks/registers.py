"""Lines of registers for the walk along every address: one set per database, made by Zutphen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection

from vangnet.identity.models import User
from vangnet.registers.tests.keepers import Keeper

Kwargs = dict[str, Any]
EVERYBODY: dict[str, Kwargs] = {
    "registers:gain_file": {"extension": "csv"},
    "registers:powers_file": {"extension": "csv"},
    "registers:municipality": {"place": "GM0301"},
    "registers:finds": {"book": "hennep"},
    "registers:find_lines": {"book": "hennep"},
    "registers:finds_file": {"book": "hennep", "extension": "csv"},
}
# Who keeps a register in Zutphen; anything else there is read by who works for it.
KEEPERS = {"anna", "otto"}
ZUTPHEN = {"anna", "otto", "greet", "ineke", "petra"}
PARTNERS = {"carla", "daan", "esra", "lotte"}
SEEN_BY = {
    "registers:power": KEEPERS,
    "registers:gain_correct": KEEPERS,
    "registers:find_correct": KEEPERS,
    "registers:find_new": {*KEEPERS, "bram", *PARTNERS},
    "registers:group": ZUTPHEN,
    "registers:group_step": KEEPERS,
    "registers:group_review": KEEPERS,
    "registers:intimidation_change": {"anna", "greet", "ineke"},
}
PARTS = (*EVERYBODY, *SEEN_BY)
_lines: dict[str, Kwargs] = {}


def may_see(name: str) -> Callable[[User], bool]:
    """Return the rule who may know of what is behind this address."""
    return lambda person: name not in SEEN_BY or person.name.split()[0].lower() in SEEN_BY[name]


def owners(name: str) -> tuple[str, ...]:
    """Return whose line it is."""
    return ("anna",)


def parts(name: str, owner: User) -> Kwargs:
    """Return the parts of an address; what a form uses up is made anew."""
    if name in EVERYBODY:
        return dict(EVERYBODY[name])
    if name == "registers:power":
        return {"place": "GM0301", "instrument": "bibob"}
    if name == "registers:find_new":
        return {"book": "hennep"}
    database = str(connection.settings_dict["NAME"])
    if database not in _lines:
        _lines[database] = _enter(owner)
    return dict(_lines[database][name])


def _enter(owner: User) -> Kwargs:
    keeper = Keeper(owner)
    keeper.gain()
    keeper.find()
    keeper.group()
    group = {"group": keeper.id_in("/registers/jeugdgroepen/", r"/registers/jeugdgroepen/{}/")}
    gain = keeper.id_in("/registers/afpakken/regels/", r"/regels/{}/corrigeren/")
    find = keeper.id_in("/registers/vondsten/hennep/regels/", r"/regels/{}/corrigeren/")
    keeper.post(
        "weerbaarheid/intimidatie/melden/", month="2026-02", kind="bezoek", target="raadslid", reported="nee"
    )
    report = keeper.id_in("/registers/weerbaarheid/intimidatie/", r"/intimidatie/{}/")
    return {
        "registers:intimidation_change": {"entry": report},
        "registers:gain_correct": {"entry": gain},
        "registers:find_correct": {"book": "hennep", "entry": find},
        **dict.fromkeys(("registers:group", "registers:group_step", "registers:group_review"), group),
    }
