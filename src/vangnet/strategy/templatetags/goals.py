"""Filters that write a goal: `{{ goal|term }}`, `{{ goal|place_in_note }}` and so on."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.html import format_html

from vangnet.strategy import reading
from vangnet.strategy.models import Goal
from vangnet.strategy.standing import Standing

register = template.Library()
TAG = '<span class="vn-tag vn-tag--{}">{}</span>'
register.filter("term", reading.term)
register.filter("term_basis", reading.term_basis)
register.filter("place_in_note", reading.place_in_note)
register.filter("measures", reading.measures)


@register.filter
def stand_in(goal: Goal, stands: Mapping[str, Standing]) -> Standing | None:
    """Return where a goal stands, among the stands of a page."""
    return stands.get(goal.code)


@register.simple_tag
def stand_tag(standing: Standing) -> str:
    """Show where a goal stands, as `tag` does; lists have hundreds."""
    return format_html(TAG, standing.tone, standing.label.lower())


@register.simple_tag
def proposal() -> str:
    """Say that something was added by Vangnet."""
    return reading.PROPOSAL
