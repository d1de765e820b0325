"""Filters that write a goal: `{{ goal|term }}`, `{{ goal|place_in_note }}` and so on."""

from datetime import date

from django import template

from vangnet.strategy import reading
from vangnet.strategy.models import Goal

register = template.Library()
register.filter("term", reading.term)
register.filter("term_basis", reading.term_basis)
register.filter("place_in_note", reading.place_in_note)
register.filter("measures", reading.measures)


@register.filter
def standing(goal: Goal, today: date) -> str:
    """Say where a dated goal stands today."""
    return reading.standing(goal, today)


@register.simple_tag
def proposal() -> str:
    """Say that something was added by Vangnet."""
    return reading.PROPOSAL
