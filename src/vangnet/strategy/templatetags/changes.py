"""Tags that show where a version stands: `{% state_tag version %}`."""

from __future__ import annotations

from typing import Any

from django import template

from vangnet.strategy.models import Verdict, Version

register = template.Library()
TONES = {
    Version.State.SUBMITTED: "info",
    Version.State.IN_FORCE: "ok",
    Version.State.REJECTED: "error",
    Verdict.Outcome.AGREED: "ok",
    Verdict.Outcome.RESERVED: "warning",
    Verdict.Outcome.REFUSED: "error",
}
WHAT = {"nieuw": "ok", "gewijzigd": "info", "vervallen": "warning"}


@register.inclusion_tag("ui/tag.html")
def state_tag(version: Version) -> dict[str, Any]:
    """Show the state of a version."""
    return {"text": version.get_state_display(), "tone": TONES.get(Version.State(version.state), "neutral")}


@register.inclusion_tag("ui/tag.html")
def outcome_tag(verdict: Verdict) -> dict[str, Any]:
    """Show what a body said."""
    return {"text": verdict.get_outcome_display(), "tone": TONES[Verdict.Outcome(verdict.outcome)]}


@register.inclusion_tag("ui/tag.html")
def what_tag(what: str) -> dict[str, Any]:
    """Show what happened to an item."""
    return {"text": what, "tone": WHAT[what]}
