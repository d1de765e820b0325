"""Tags that show where a plan stands: `{% plan_state_tag plan %}`, `{% course_tag report %}`."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.safestring import SafeString

from vangnet.strategy.plans import Plan, PlanReport
from vangnet.ui import formats
from vangnet.ui.templatetags.ui import tag

register = template.Library()
TONES = {Plan.State.PROPOSED: "info", Plan.State.PILOT: "info", Plan.State.ADOPTED: "ok"}
COURSES = {"op-koers": "ok", "aandacht": "warning", "vast": "error"}


@register.simple_tag
def plan_state_tag(plan: Plan) -> SafeString:
    """Show the state of a plan."""
    return tag(plan.get_state_display(), TONES.get(Plan.State(plan.state), "neutral"))


@register.simple_tag
def course_tag(report: PlanReport) -> SafeString:
    """Show whether a plan is on course."""
    return tag(report.get_course_display(), COURSES[report.course])


@register.filter
def iso_day(text: str) -> str:
    """Write a day that a plan keeps as text."""
    return formats.day(date.fromisoformat(text))


@register.filter
def anchor(needs: str) -> str:
    """Return where on the page a plan keeps what a part needs."""
    return {"rollen": "rollen", "afstemming": "afstemming", "geld": "begroting"}.get(needs, "onderdelen")
