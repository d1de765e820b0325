"""Records of the vault for the walk along every address: one office per database, made through the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from vangnet.agreements.factories import make_agreement
from vangnet.agreements.models import Purpose
from vangnet.identity.models import User
from vangnet.vault.tests.offices import UUID_IN, WORDS, Office

Kwargs = dict[str, Any]

# The parts of each address, in the order of the address; `purpose` comes first in most.
PARTS: dict[str, tuple[str, ...]] = {
    "vault:acknowledge": ("notice",),
    "vault:recall_supply": ("supply",),
    "vault:dossiers": (),
    "vault:new": (),
    "vault:emergencies": (),
    "vault:approve": ("emergency",),
    "vault:end_emergency": ("emergency",),
    **dict.fromkeys(
        ("vault:dossier", "vault:open", "vault:add_subject", "vault:add_record", "vault:weigh"), ("dossier",)
    ),
    **dict.fromkeys(("vault:close", "vault:tier", "vault:export"), ("dossier",)),
    "vault:export_file": ("dossier", "link"),
    **dict.fromkeys(("vault:marking", "vault:add_file", "vault:who", "vault:why"), ("dossier", "record")),
    "vault:file": ("dossier", "record", "file"),
    "vault:weighing": ("dossier", "weighing"),
    "vault:join": ("dossier", "weighing"),
    "vault:supply": ("dossier", "weighing", "record"),
    "vault:recall": ("dossier", "supply"),
    "vault:leave": ("dossier", "organisation"),
}
WITHOUT_PURPOSE = {"vault:acknowledge", "vault:recall_supply"}
OWNERS = {"vault:acknowledge": "carla", "vault:approve": "karel", "vault:end_emergency": "karel"}
RIEC, WRITERS = {"esra", "lotte", "nora"}, {"esra", "lotte"}
SEEN_BY: dict[str, set[str]] = {
    "vault:acknowledge": {"carla", "karel"},
    "vault:dossiers": {*RIEC, "carla", "daan"},
    "vault:new": {*WRITERS, "carla", "daan"},
    "vault:emergencies": {*RIEC, "carla", "daan", "karel"},
    "vault:approve": {"karel"},
    "vault:end_emergency": {"karel"},
    "vault:leave": {*RIEC, "carla"},
    "vault:export_file": set(),
    **{
        f"vault:{name}": WRITERS
        for name in ("add_subject", "add_record", "weigh", "close", "tier", "marking", "add_file")
    },
}
_offices: dict[str, Kwargs] = {}


def may_see(name: str) -> Callable[[User], bool]:
    """Return the rule who may know of the record in this address."""
    return lambda person: person.name.split()[0].lower() in SEEN_BY.get(name, RIEC)


def parts(name: str, owner: User) -> Kwargs:
    """Return the parts of an address; what a form uses up lies in a dossier of its own."""
    database = str(connection.settings_dict["NAME"])
    if database not in _offices:
        _offices[database] = _furnish()
    known = _offices[database]
    found = {part: known.get(f"{name}:{part}", known.get(part)) for part in PARTS[name]}
    return found if name in WITHOUT_PURPOSE else {"purpose": known["purpose"], **found}


def _furnish() -> Kwargs:
    people = User.objects.filter(email__endswith="@voorbeeld.invalid")
    office = Office({person.name.split()[0].lower(): person for person in people})
    dossier, other, closing = office.a_dossier(), office.a_dossier(), office.a_dossier()
    office.joined(other)
    asked = {"kind": "verstrekking", "target": str(another_purpose(office).pk), "categories": ["personalia"]}
    weighing, supplied = office.a_weighing(dossier, **asked), office.a_weighing(dossier, **asked)
    record, file = _with_file(office, dossier)
    office.decided(dossier, supplied)
    office.post("esra", "supply", dossier, supplied, record)
    page = office.get("esra", "dossier", dossier).content.decode()
    number = page.partition("<title>Dossier ")[2].split()[0]
    for _ in range(2):
        office.post("carla", "emergencies", number=number, reason=WORDS)
    waiting = re.findall(r"([0-9a-f-]{36})/goedkeuren/", office.get("karel", "emergencies").content.decode())
    notice = UUID_IN.findall(office.of("carla").get("/dossiers/berichten/").content.decode())[0]
    made = {
        "dossier": dossier,
        "record": record,
        "file": file,
        "weighing": weighing,
        "supply": page.partition("/verstrekking/")[2][:36],
        "organisation": office.organisation("politie"),
        "emergency": waiting[0],
        "notice": notice,
        "vault:end_emergency:emergency": waiting[1],
        "vault:leave:dossier": other,
        "vault:close:dossier": closing,
    }
    found = {part: UUID(text) for part, text in made.items()}
    # A link that nobody signed: real ones are tried in the tests of exports.
    return {"purpose": office.purpose.pk, "link": "geen-geldige-link", **found}


def another_purpose(office: Office, code: str = "attack-local") -> Purpose:
    """Return a purpose of the police alone, in another zone."""
    return make_agreement(
        code,
        zone="lokaal",
        partners=("politie", "om"),
        coordinator=office.cast["karel"],
        people=[(office.cast["carla"], "politie", 1)],
    )


def _with_file(office: Office, dossier: str) -> tuple[str, str]:
    record = office.a_record(dossier)
    office.post("esra", "add_file", dossier, record, file=SimpleUploadedFile("proef.pdf", b"%PDF-1.4 %%EOF"))
    page = office.open("esra", dossier, record).content.decode()
    return record, page.partition(f"/bestand/{record}/")[2][:36]
