"""The strategy of a region pack: themes, goals and the look-back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from vangnet.config import environment, pack_strategy_demo
from vangnet.config.pack_strategy_demo import lesson_id
from vangnet.identity.models import User
from vangnet.strategy import actions, lesson_actions
from vangnet.strategy.models import Claim, Definition, Goal, Recommendation, Result, Route, Strategy, Theme

if TYPE_CHECKING:
    from vangnet.config.pack import Pack

LISTED = "opgesomd doel"


def load(pack: Pack, *, by: User, at: datetime) -> None:
    """Record the strategy of the pack, when it has one."""
    text = pack.description.get("strategy")
    if text is None:
        return
    strategy = Strategy(
        slug=text["slug"],
        name=text["name"],
        first_year=text["first_year"],
        last_year=text["last_year"],
        status=text["status"],
        document=text["document"],
    )
    actions.record(
        strategy,
        themes=_themes(pack, strategy),
        goals=_goals(pack, text["goals"], details(pack).get("goals", {})),
        claims=_claims(pack, strategy),
        definitions=[Definition(**entry) for entry in pack.description.get("definitions", [])],
        routes=[Route(**{"everyone": False, **entry}) for entry in pack.description.get("routes", [])],
        by=by,
        at=at,
    )
    lesson_actions.bring_in(
        [Result(**told) for told in _lessons(pack, strategy, "results_without_figure")],
        [Recommendation(**told) for told in _lessons(pack, strategy, "recommendations")],
        by=by,
        at=at,
    )


def _lessons(pack: Pack, strategy: Strategy, section: str) -> list[dict[str, Any]]:
    """Return the entries of a section, each with the same id at every load."""
    return [
        {
            **{key: value for key, value in entry.items() if key != "slug"},
            "id": lesson_id(strategy.slug, entry["slug"]),
            "strategy": strategy,
            "position": number,
        }
        for number, entry in enumerate(pack.description.get(section, []))
    ]


def details(pack: Pack) -> dict[str, Any]:
    """Return what stands beside the goals; nothing when the pack has no such file."""
    name = (pack.description.get("strategy") or {}).get("details")
    return dict(environment.read_yaml(pack.folder / name) or {}) if name else {}


def load_demo(pack: Pack, address: Callable[[str], str], *, by: User, at: datetime) -> None:
    """Record the invented history of a demonstration; `address` gives the account of a key."""
    pack_strategy_demo.load(pack, details(pack), address, by=by, at=at)


def _themes(pack: Pack, strategy: Strategy) -> list[Theme]:
    return [
        Theme(
            slug=t["slug"],
            strategy=strategy,
            name=t["name"],
            kind=t["kind"],
            summary=t["summary"],
            position=number,
        )
        for number, t in enumerate(pack.description["themes"])
    ]


def _goals(pack: Pack, name: str, more: dict[str, dict[str, Any]]) -> list[Goal]:
    theme_of = {t["match"]: t["slug"] for t in pack.description["themes"]}
    return [
        _goal(row, theme_of[row["theme"]], number, more.get(row["code"], {}))
        for number, row in enumerate(pack.rows(name, delimiter=";"))
    ]


def _goal(row: dict[str, str], theme: str, position: int, more: dict[str, Any]) -> Goal:
    page = re.match(r"\d+", row["page"])
    return Goal(
        code=row["code"],
        theme_id=theme,
        parent_id=row["parent"] or None,
        kind=row["kind"],
        is_listed=row["in_note_as"] == LISTED,
        title=row["title_nl"],
        term=row["year_or_deadline"],
        due_on=date.fromisoformat(row["due_on"]) if row["due_on"] else None,
        date_basis=row["date_basis"],
        condition=row["condition"],
        restriction=row.get("restriction", ""),
        actors=_list(row["who_acts"]),
        network_role=row["network_role"],
        pages=row["page"].replace(" | ", " en "),
        first_page=int(page.group()) if page else 0,
        section=row["heading"].replace(" | ", "; "),
        measures=_list(row["indicator"]),
        level=row.get("level", ""),
        position=position,
        **more,
    )


def _list(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(" | ") if part.strip()]


def _claims(pack: Pack, strategy: Strategy) -> list[Claim]:
    return [
        Claim(strategy=strategy, position=number, **entry)
        for number, entry in enumerate(pack.description.get("look_back", []))
    ]
