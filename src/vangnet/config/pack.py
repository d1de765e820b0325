"""A region pack: everything particular to a region, read from CSV and YAML and loaded through the verbs."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils.text import slugify

from vangnet.agreements.models import Agreement
from vangnet.config import (
    environment,
    pack_agreements,
    pack_capacity,
    pack_cases,
    pack_casework,
    pack_cooperation,
    pack_directory,
    pack_figures,
    pack_meetings,
    pack_plans,
    pack_registers,
    pack_strategy,
    pack_vault,
)
from vangnet.identity import actions as identity
from vangnet.identity.models import Organisation, User
from vangnet.places import actions as places
from vangnet.places.actions import AreaRow, TransitionRow
from vangnet.portal.models import Installation


class PackFault(ValueError):
    """The pack is not complete or contradicts itself; the message names file and line."""


@dataclass(frozen=True)
class Pack:
    """The files of one region."""

    folder: Path

    @cached_property
    def description(self) -> dict[str, Any]:
        """Return pack.yaml."""
        try:
            content = environment.read_yaml(self.folder / "pack.yaml")
        except (OSError, yaml.YAMLError) as error:
            raise PackFault(f"{self.folder / 'pack.yaml'}: {error}") from error
        missing = {"slug", "name", "country", "unit", "districts", "provinces"} - content.keys()
        if missing:
            raise PackFault(f"{self.folder / 'pack.yaml'} lacks: {', '.join(sorted(missing))}")
        entries = [content["country"], content["unit"], *content["districts"], *content["provinces"]]
        if odd := [entry["code"] for entry in entries if not isinstance(entry["code"], str)]:
            raise PackFault(
                f"pack.yaml: put the codes {odd} between quotes; YAML reads ON and NO as a yes or no"
            )
        return dict(content)

    @cached_property
    def checksum(self) -> str:
        """Return the sha256 over all files, so that an unchanged pack is not loaded twice."""
        total = hashlib.sha256()
        for path in sorted(p for p in self.folder.rglob("*") if p.is_file()):
            total.update(str(path.relative_to(self.folder)).encode() + b"\0" + path.read_bytes())
        return total.hexdigest()

    def rows(self, name: str, *, delimiter: str = ",") -> Iterator[dict[str, str]]:
        """Yield the rows of a CSV file of the pack."""
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, delimiter=delimiter)
            for row in reader:
                if None in row or None in row.values():
                    raise PackFault(f"{name}, line {reader.line_num}: not as many cells as the heading")
                yield row

    def areas(self) -> list[AreaRow]:
        """Return every area with its periods."""
        text = self.description
        country, unit = text["country"], text["unit"]
        above = {d["name"]: d["code"] for d in text["districts"]} | {
            p["name"]: p["code"] for p in text["provinces"]
        }
        rows = [
            AreaRow(country["code"], "land", country["name"], centre=_centre(country)),
            AreaRow(unit["code"], "eenheid", unit["name"], wholes=(country["code"],), centre=_centre(unit)),
        ]
        rows += [
            AreaRow(p["code"], "provincie", p["name"], wholes=(country["code"],)) for p in text["provinces"]
        ]
        rows += [AreaRow(d["code"], "district", d["name"], wholes=(unit["code"],)) for d in text["districts"]]
        return rows + [self._municipality(row, above) for row in self.rows("municipalities.csv")]

    def _municipality(self, row: dict[str, str], above: dict[str, str]) -> AreaRow:
        try:
            wholes = (above[row["district"]], above[row["province"]])
            centre = (float(row["longitude"]), float(row["latitude"])) if row["longitude"] else None
            since, until = _day(row["since"]), _day(row["until"])
        except (KeyError, ValueError) as error:
            raise PackFault(f"municipalities.csv, {row.get('code')}: {error}") from error
        return AreaRow(
            row["code"],
            "gemeente",
            row["name"],
            since,
            until,
            wholes,
            centre,
            bool(row.get("centre_is_approximate")),
        )

    def transitions(self) -> list[TransitionRow]:
        """Return the mergers, renames and splits."""
        return [
            TransitionRow(date.fromisoformat(r["on"]), r["old"], r["new"], r["kind"], float(r["share"]))
            for r in self.rows("mergers.csv")
        ]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _centre(entry: dict[str, Any]) -> tuple[float, float] | None:
    return tuple(entry["centre"]) if "centre" in entry else None


def _load_together(pack: Pack, *, at: datetime) -> None:
    """Make what invented people did together: meetings, advice, plans, capacity and a choice of themes."""
    pack_meetings.load_demo(pack, cast_email, at=at)
    pack_cooperation.load_demo(pack, cast_email, at=at)
    pack_plans.load_demo(pack, cast_email, at=at)
    pack_capacity.load_demo(pack, cast_email, at=at)
    pack_plans.load_round(pack, cast_email, at=at)


def load(folder: Path, *, by: User, at: datetime, demo: bool = False) -> bool:
    """Load a pack, all of it or nothing; False when this very pack was loaded before.

    Raises
    ------
    PackFault
        A file is missing or contradicts another.
    """
    pack = Pack(folder)
    known = Installation.objects.first()
    if known and known.checksum == pack.checksum and known.is_demo >= demo:
        return False
    if known and known.region != pack.description["slug"]:
        raise PackFault(f"this database holds region '{known.region}'; use another VANGNET_DATA or database")
    with transaction.atomic():
        places.record_geography(pack.areas(), pack.transitions(), by=by, at=at)
        pack_figures.load(pack, by=by, at=at)
        pack_strategy.load(pack, by=by, at=at)
        pack_casework.load(pack, by=by, at=at)
        pack_registers.load(pack, by=by, at=at)
        pack_directory.load(pack, by=by, at=at)
        pack_cooperation.load(pack, by=by, at=at)
        pack_capacity.load(pack, by=by, at=at)
        pack_plans.load(pack, by=by, at=at)
        _load_organisations(pack, by=by, at=at)
        if demo:
            _load_cast(pack, pack.description.get("cast", []), by=by, at=at)
            _load_cast(pack, pack_directory.people(pack), by=by, at=at)
            pack_directory.load_demo(pack, cast_email, by=by, at=at)
            if not (known and known.is_demo):  # once: the policies hide from the operator what is there
                _load_together(pack, at=at)
            pack_strategy.load_demo(pack, cast_email, by=by, at=at)
            _load_sharing(pack, by=by, at=at)
            pack_registers.load_demo(pack, by=by, at=at)
        Installation.objects.update_or_create(
            id=1,
            defaults={
                "region": pack.description["slug"],
                "checksum": pack.checksum,
                "is_demo": demo or bool(known and known.is_demo),
                "loaded_at": at,
            },
        )
    return True


def _load_organisations(pack: Pack, *, by: User, at: datetime) -> None:
    for row in pack.rows("municipalities.csv"):
        identity.register_organisation(
            slug=row["code"].lower(),
            name=f"Gemeente {row['name']}",
            kind=Organisation.Kind.MUNICIPALITY,
            since=_day(row["since"]),
            until=_day(row["until"]),
            place=row["code"],
            by=by,
            at=at,
        )
    for entry in pack.description.get("organisations", []):
        identity.register_organisation(
            slug=entry["slug"],
            name=entry["name"],
            kind=entry["kind"],
            since=None,
            place=entry.get("place", ""),
            by=by,
            at=at,
        )


def cast_email(key: str) -> str:
    """Return the sign-in name of a member of the demo cast."""
    return f"{slugify(key)}@voorbeeld.invalid"


def _load_cast(pack: Pack, cast: list[dict[str, str]], *, by: User, at: datetime) -> None:
    for entry in cast:
        email = cast_email(entry["key"])
        if User.objects.filter(email=email).exists():
            continue
        user = identity.register_user(email=email, name=entry["name"], password=None, by=by, at=at)
        organisation = Organisation.objects.get(slug=entry["organisation"].lower())
        since = date(int(pack.description.get("first_year", at.year)), 1, 1)
        identity.give_role(user, organisation=organisation, role=entry["role"], since=since, by=by, at=at)


def _load_sharing(pack: Pack, *, by: User, at: datetime) -> None:
    """Load the agreements and dossiers of a demonstration, once."""
    if Agreement.objects.exists():
        return
    people = {
        entry["key"]: User.objects.get(email=cast_email(entry["key"])) for entry in pack.description["cast"]
    }
    if pack_agreements.load_demo(pack, people, by=by, at=at):
        pack_vault.load_demo(pack, people, at=at)
        pack_casework.load_demo(pack, people, at=at)
        pack_cases.load_demo(pack, people, at=at)
