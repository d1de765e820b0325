"""Which organisations there are on a day, and in which themes they take part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from vangnet.directory.models import ThemePartner, Topic
from vangnet.directory.reading import Viewer
from vangnet.identity.models import Organisation, OrganisationKind
from vangnet.places.atlas import Atlas

Row = dict[str, Any]


def organisations(day: date, today: date) -> Row:
    """Return the organisations of a day by kind, and those that are no more (4 queries)."""
    atlas = Atlas.load()
    kinds = OrganisationKind.objects.select_related("organisation").order_by("organisation__name")
    groups: dict[str, list[Row]] = {}
    former: list[Row] = []
    for one in kinds:
        row = {
            "organisation": one.organisation,
            "place": _place(atlas, one.organisation.place, day),
            "period": one.period,
        }
        if day in one.period:
            groups.setdefault(one.get_kind_display(), []).append(row)
        elif one.period.upper and one.period.upper <= day:
            row["heirs"] = _heirs(atlas, one.organisation.place, day)
            former.append(row)
    alive = {row["organisation"].pk for rows in groups.values() for row in rows}
    former = [row for row in former if row["organisation"].pk not in alive]
    order = list(Organisation.Kind.labels)
    return {
        "day": day,
        "is_today": day == today,
        "groups": sorted(groups.items(), key=lambda item: order.index(item[0])),
        "former": former,
    }


def _place(atlas: Atlas, code: str, day: date) -> str:
    return atlas.name(code, on=day) if code in atlas.versions else ""


def _heirs(atlas: Atlas, code: str, day: date) -> list[str]:
    return [atlas.name(heir, on=day) for heir in atlas.heirs(code, on=day)] if code in atlas.versions else []


def matrix(user: Viewer, day: date, today: date) -> Row:
    """Return who takes part in which theme on a day, and all who entered or left until then (2 queries)."""
    themes = list(Topic.objects.visible_to(user).filter(under=None))
    known = list(ThemePartner.objects.visible_to(user).select_related("organisation", "topic"))
    rows: dict[UUID, dict[str, ThemePartner]] = {}
    for one in known:
        if day in one.period:
            rows.setdefault(one.organisation_id, {})[one.topic_id] = one
    listed = [
        {"organisation": next(iter(by.values())).organisation, "cells": _cells(themes, by)}
        for by in rows.values()
    ]
    return {
        "day": day,
        "is_today": day == today,
        "themes": themes,
        "rows": sorted(listed, key=lambda row: row["organisation"].name),
        "moves": _moves(known, day),
    }


def _cells(themes: list[Topic], by: Mapping[str, ThemePartner]) -> list[ThemePartner | None]:
    return [by.get(theme.pk) for theme in themes]


def _moves(known: list[ThemePartner], day: date) -> list[Row]:
    """Return every entry and leaving up to a day, newest first."""
    moves = [
        {"on": one.period.lower, "partner": one, "what": "doet mee", "why": one.get_joined_for_display()}
        for one in known
    ]
    moves += [
        {"on": one.period.upper, "partner": one, "what": "vertrok", "why": one.get_left_for_display()}
        for one in known
        if one.period.upper
    ]
    return sorted((one for one in moves if one["on"] <= day), key=lambda one: one["on"], reverse=True)[:100]
