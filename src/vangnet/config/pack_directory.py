"""Bodies, functions and expertise, from directory.yaml, and invented seats for a demonstration."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import yaml
from django.db import IntegrityError

from vangnet.directory import actions
from vangnet.directory.models import Body, Function, Seat, ThemePartner, Topic
from vangnet.identity.models import Organisation, User
from vangnet.identity.refusals import DoesNotHold
from vangnet.strategy.models import Theme

GENERAL = "algemeen"  # a theme that is no theme to work on


class BadNetwork(ValueError):
    """directory.yaml cannot be read or contradicts itself; the message says what is wrong."""


class Pack(Protocol):
    """What is read of a region pack here."""

    @property
    def folder(self) -> Path: ...
    @property
    def description(self) -> dict[str, Any]: ...


def load(pack: Pack, *, by: User, at: datetime) -> None:
    """Take over bodies and lists; a pack without directory.yaml has none.

    Raises
    ------
    BadNetwork
        The file cannot be read, or an entry is not as it should be.
    """
    try:
        content = _content(pack)
        if not content:
            return
        themes = [theme for theme in pack.description.get("themes", []) if theme["kind"] != GENERAL]
        told = actions.Network(
            topics=_as_decided([*themes, *content.get("expertise", [])]),
            functions=content["functions"],
            kinds=content["kinds"],
            bodies=content["bodies"],
            rules=content.get("rules", []),
        )
        actions.record_network(told, by=by, at=at)
    except (KeyError, TypeError) as error:
        raise BadNetwork(f"{pack.folder / 'directory.yaml'} lacks {error}") from error
    except (DoesNotHold, IntegrityError, ValueError, yaml.YAMLError) as error:
        raise BadNetwork(f"{pack.folder / 'directory.yaml'}: {error}") from error


def _as_decided(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Call a theme what the network decided that it is called; the strategy is loaded before this."""
    names = dict(Theme.objects.values_list("slug", "name"))
    return [
        {"slug": one["slug"], "name": names[one["slug"]]} if one["slug"] in names else one for one in entries
    ]


def people(pack: Pack) -> list[dict[str, str]]:
    """Return who sits in bodies besides the cast: accounts without a link of their own."""
    return list(_content(pack).get("demo_people", []))


def load_demo(pack: Pack, address: Callable[[str], str], *, by: User, at: datetime) -> int:
    """Seat the invented people, once; `address` gives the account of a key. Return how many seats."""
    content = _content(pack)
    told = content.get("demo_seats", [])
    if Seat.objects.exists():
        return 0
    first = date(int(pack.description["first_year"]), 1, 1)
    for entry in told:
        _seat(entry, entry.get("since", first), address, by=by, at=at)
    for entry in content.get("demo_profiles", []):
        _profile(entry, User.objects.get(email=address(entry["key"])), by=by, at=at)
    for entry in content.get("demo_partners", []):
        _partner(entry, first, by=by, at=at)
    return len(told)


def _profile(entry: dict[str, Any], account: User, *, by: User, at: datetime) -> None:
    actions.keep_profile(
        account,
        function=Function.objects.get(pk=entry["function"]),
        phone=entry["phone"],
        days=entry["days"],
        topics=list(Topic.objects.filter(pk__in=entry.get("expertise", []))),
        by=by,
        at=at,
    )


def _partner(entry: dict[str, Any], first: date, *, by: User, at: datetime) -> None:
    organisation = Organisation.objects.get(slug=entry["organisation"].lower())
    for slug in entry["themes"]:
        topic, since = Topic.objects.get(pk=slug), entry.get("since", first)
        reason = entry.get("reason", ThemePartner.Joined.START)
        partner = actions.join_theme(organisation, topic=topic, since=since, reason=reason, by=by, at=at)
        if "until" in entry:
            actions.leave_theme(partner, on=entry["until"], reason=entry["left"], by=by, at=at)


def _seat(
    entry: dict[str, Any], since: date, address: Callable[[str], str], *, by: User, at: datetime
) -> None:
    seat = actions.open_seat(
        Body.objects.get(pk=entry["body"]),
        role=entry["role"],
        organisation=Organisation.objects.get(slug=entry["organisation"].lower()),
        function=Function.objects.get(pk=entry["function"]),
        portfolio=Topic.objects.get(pk=entry["portfolio"]) if "portfolio" in entry else None,
        since=since,
        by=by,
        at=at,
    )
    if "holder" in entry:
        account = User.objects.get(email=address(entry["holder"]))
        actions.appoint(seat, account=account, since=since, by=by, at=at)


def _content(pack: Pack) -> dict[str, Any]:
    path = pack.folder / "directory.yaml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.exists() else {}
