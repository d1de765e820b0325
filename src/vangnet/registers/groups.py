"""Youth groups of one's own municipality by the seven steps, and how many others let count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.urls import reverse

from vangnet.registers import pages
from vangnet.registers.models import Choice, GroupReview, GroupStep, YouthGroup
from vangnet.registers.reading import Region, YouthCount
from vangnet.registers.rules import Standing
from vangnet.ui.tables import Column, Table

TONES = {"hinderlijk": "info", "overlastgevend": "warning", "crimineel": "error"}


def crumb() -> tuple[str, str]:
    """Return the step of the way to the groups."""
    return ("Jeugdgroepen", reverse("registers:groups"))


def code_name(group: YouthGroup, of: Region) -> str:
    """Return what a group is called: its municipality and a number, nothing else."""
    return f"{of.name_of(group.place)}-{group.number}"


def step_name(step: int, listed: Sequence[Choice]) -> str:
    """Return the name of a step of the model."""
    return f"{step}. {listed[step - 1].name}" if step <= len(listed) else f"Stap {step}"


def page(
    groups: Sequence[YouthGroup], counts: Sequence[YouthCount], listed: Sequence[Choice], of: Region
) -> pages.Row:
    """List one's own groups, and the number of groups per district."""
    rows = [_row(group, listed, of) for group in groups]
    return {
        "rows": rows,
        "overdue": sum(row["is_overdue"] for row in rows),
        "counts": upward(counts, of),
        "has_counts": bool(counts),
        "breadcrumbs": pages.crumbs(last="Jeugdgroepen"),
    }


def _row(group: YouthGroup, listed: Sequence[Choice], of: Region) -> pages.Row:
    step, review = last_step(group), last_review(group)
    ended = step == GroupStep.LAST
    due = review.next_on if review and not ended else None
    return {
        "group": group,
        "name": code_name(group, of),
        "step": step_name(step, listed),
        "ended": ended,
        "review": review,
        "tone": TONES[review.kind] if review else "neutral",
        "due": due,
        "is_overdue": bool(due and due < of.day),
    }


def last_step(group: YouthGroup) -> int:
    """Return the step that a group has reached; its steps were fetched along."""
    return max((one.step for one in group.steps.all()), default=0)


def last_review(group: YouthGroup) -> GroupReview | None:
    """Return how a group was doing last."""
    return max(group.reviews.all(), key=lambda one: (one.entered_at, str(one.pk)), default=None)


def upward(counts: Iterable[YouthCount], of: Region) -> Table:
    """Return the number of groups per district and kind, of those that municipalities let count."""
    found = list(counts)
    kinds = list(GroupReview.Kind)

    def row(name: str, codes: set[str]) -> list[str | int]:
        inside = [one for one in found if one.district in codes]
        working = [sum(one.working for one in inside if one.kind == kind) for kind in kinds]
        return [name, *working, sum(one.ended for one in inside)]

    rows = [row(of.name, {one.district for one in found})]
    rows += [row(name, {code}) for code, (name, _) in of.districts.items()]
    columns = [
        Column("Gebied"),
        *(Column(str(kind.label), "number") for kind in kinds),
        Column("Afgerond", "number"),
    ]
    return Table("Jeugdgroepen die meetellen", columns, rows)


def group(one: YouthGroup, listed: Sequence[Choice], of: Region, at: Standing) -> pages.Row:
    """Show the steps and reviews of a group, and what comes next."""
    step, review = last_step(one), last_review(one)
    name = code_name(one, of)
    keeps = at.keeps(one.place)
    return {
        "group": one,
        "name": name,
        "review": review,
        "tone": TONES[review.kind] if review else "neutral",
        "steps": [
            {"date": taken.taken_on, "title": step_name(taken.step, listed), "text": ""}
            for taken in sorted(one.steps.all(), key=lambda taken: taken.step)
        ],
        "reviews": sorted(one.reviews.all(), key=lambda told: told.entered_at, reverse=True),
        "keeps": keeps,
        "next": step_name(step + 1, listed) if keeps and step < GroupStep.LAST else "",
        "breadcrumbs": pages.crumbs(crumb(), last=name),
    }


def review_initial(group: YouthGroup, today: date) -> pages.Row:
    """Return what the form of a review begins with: how the group was doing last."""
    last = last_review(group)
    if last is None:
        return {"reviewed_on": today}
    same = {name: getattr(last, name) for name in ("kind", "size", "counts_upward")}
    return {**same, "reviewed_on": today, "approach": last.approach_id, "effect": last.effect_id}
