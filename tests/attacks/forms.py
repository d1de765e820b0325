"""Every form that a page shows, read from the page itself, with an honest answer to fill it in with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from django.urls import resolve
from django.utils import timezone

from tests.attacks.routes import RECIPES, Kwargs, Route, routes
from tests.attacks.site import Site, text_of

Told = dict[str, Any]
WORDS = "De partners zagen dit op dinsdag om tien uur en schreven het op."
SPACES = (
    *("casework:", "cases:", "registers:", "melden:", "vault:", "meetings:", "strategy:", "directory:"),
    *("portal:", "cooperation:"),
)
# Who fills in what not every member of the cast may.
BY = {
    **{"registers:gain_agree": "hugo", "melden:report": None, "figures:imports": "jan"},
    **dict.fromkeys(
        ("strategy:overrule", "strategy:judge", "strategy:round_new", "strategy:limit_new"), "hugo"
    ),
    "strategy:adopt": "hugo",
    **{"cooperation:begin": "hugo", "cooperation:advice_doorgeven": "esra"},
    "cooperation:capacity_gevraagd": "hugo",
    **{"strategy:plan_judge": "carla", "portal:network_import": "hugo", "directory:body_new": "hugo"},
    **dict.fromkeys(("strategy:passage_new", "strategy:passage_end", "portal:passage_import"), "carla"),
    "strategy:lesson_outcome": "hugo",
}
# What a page wants to know before it shows its form.
ASKED = dict.fromkeys(("strategy:round_scores", "strategy:round_text"), "?organisatie=gm0301")
# What a form asks that does not follow from its controls.
SAMPLES: dict[str, Told] = {
    "registers:power": {"adopted": "ja", "rule": "APV art. 2:41", "since": "2024-01-01"},
    "registers:intimidation_new": {"month": "2026-03"},
    "registers:intimidation_change": {"month": "2026-03", "reason": "verschrijving"},
    "registers:group_new": {"opened_on": "2026-02-01", "reviewed_on": "2026-02-02", "next_on": ""},
    "registers:group_review": {"reviewed_on": "2026-03-02", "next_on": ""},
    "registers:gain_correct": {"reason": "verschrijving"},
    "cases:measure": {"kind": "huur", "period": "", "indicator": "", "until": ""},
    "cases:close": {"despite": "on"},
    "cases:correct": {"hours": "3"},
    "cases:task": {"due_on": "2099-01-01"},
    "cases:end_measure": {"until": "2099-01-01"},
    "casework:receive": {"source": "balie", "name": "", "contact": ""},
    "casework:conclude": {"outcome": "gemeente", "route": "lokaal"},
    "melden:report": {"source": "anoniem", "name": "", "contact": ""},
    "strategy:round_text": {"text": ""},  # a file is tried
    "strategy:lesson_new": {"source": "Verslag; blz. 1"},
    "strategy:passage_new": {"first_year": "2019", "last_year": "2022"},
    "meetings:plan": {"held": "", "topic": "", "room": "", "begins": "10:00", "ends": "12:00"},
    "meetings:rule": {"to": "", "outcome": "besloten"},
    "cooperation:capacity_gevraagd": {"hours": "3", "plan_id": "", "source": "Jaarplan."},
    "cooperation:capacity_toegezegd": {"topic": "ondermijning", "hours": "3", "year": "2023"},
    "cooperation:capacity_gebruikt": {"topic": "ondermijning", "hours": "3", "plan_id": "", "year": "2023"},
    "cooperation:capacity_change": {"hours": "4"},
    "vault:add_record": {"about": "geen", "name": "", "born": "", "capacity": ""},
    "vault:join": {"until": ""},
    "vault:weigh": {"kind": "deelname", "target": "", "recipient": "Politie Oost-Nederland"},
    "vault:emergencies": {"number": "RIEC-2026-000001"},
}
NEVER = {"csrfmiddlewaretoken"}


@dataclass
class Control:
    """One field as a browser sees it."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)  # of the options of a list

    @property
    def is_text(self) -> bool:
        return self.kind in {"textarea", "text", "search", "email", "tel"}

    def called(self, label: str) -> str:
        """Return the option with this label; the text itself when there is none."""
        return dict(zip(self.labels, self.options, strict=False)).get(label, label)

    @property
    def honest(self) -> str:
        """Return what the page says already, else the simplest answer."""
        if self.value:
            return self.value
        if self.options:
            return next((option for option in self.options if option), "")
        today = timezone.localdate()
        return {
            "textarea": WORDS,
            "text": "Kanaalweg",
            "date": (today - timedelta(days=2)).isoformat(),
            "number": "3",
            "month": f"{today:%Y-%m}",
        }.get(self.kind, "")


@dataclass
class Form:
    """A form of a page: where it goes, its fields, and who filled it in."""

    route: str
    action: str
    who: str | None
    controls: list[Control]

    def __str__(self) -> str:
        return self.route

    def honest(self) -> Told:
        """Return answers that the form takes."""
        told = {one.name: one.honest for one in self.controls if one.kind not in {"file", "checkbox"}}
        asked = {one.name: one for one in self.controls}
        samples = SAMPLES.get(self.route, {}).items()
        return told | {name: asked[name].called(value) for name, value in samples if name in asked}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, Control]]] = []
        self._open: dict[str, Control] | None = None
        self._chosen: Control | None = None
        self._written: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form" and told.get("method", "").lower() == "post":
            self._open = {}
            self.forms.append((told.get("action", ""), self._open))
        if self._open is None:
            return
        if tag == "option" and self._chosen:
            self._chosen.options.append(told.get("value", ""))
            if "selected" in told:
                self._chosen.value = told.get("value", "")
        elif tag in {"input", "select", "textarea"} and told.get("name") not in {None, *NEVER}:
            self._control(tag, told)

    def _control(self, tag: str, told: dict[str, str]) -> None:
        assert self._open is not None
        kind = told.get("type", "text") if tag == "input" else tag
        if kind in {"submit", "button"}:
            return
        one = self._open.setdefault(told["name"], Control(told["name"], kind))
        if kind in {"radio", "checkbox"}:
            one.options.append(told.get("value", "on"))
            one.value = told.get("value", "on") if "checked" in told else one.value
        elif tag == "input":
            one.value = told.get("value", "")
        self._chosen = one if tag == "select" else None
        self._written = one if tag == "textarea" else None

    def handle_data(self, data: str) -> None:
        if self._written:
            self._written.value += data.strip()
        elif self._chosen and data.strip():
            self._chosen.labels.append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._chosen = None
        elif tag == "textarea":
            self._written = None


def read(page: str) -> list[tuple[str, list[Control]]]:
    """Return the forms of a page that send something: where to, and their fields."""
    reader = _Reader()
    reader.feed(page)
    return [(action, list(found.values())) for action, found in reader.forms]


def asking() -> list[Route]:
    """Return the pages that may show a form of ours."""
    return [route for route in routes() if route.name.startswith(SPACES)]


def of(site: Site, route: Route) -> Iterator[Form]:
    """Yield the forms with something to fill in that lead to this very page, as who may use it sees them."""
    recipe = RECIPES.get(route.name)
    kwargs: Kwargs = recipe.make(site.cast[recipe.owners[0]]) if recipe else {}
    if route.parts and not recipe:
        return
    who = BY.get(route.name, recipe.owners[0] if recipe else "anna")
    plain = route.address(kwargs)
    address = plain + ASKED.get(route.name, "")
    answer = site.ask(site.cast[who] if who else None, "GET", address)
    if answer.status_code != 200:
        return
    for action, controls in read(text_of(answer)):
        goes = re.sub(r"[?#].*", "", action) or plain
        if goes == plain and any(one.kind != "hidden" for one in controls):
            assert resolve(goes)
            yield Form(route.name, address, who, controls)
