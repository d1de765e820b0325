"""Tags that show where a version stands: `{% state_tag version %}`."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from vangnet.strategy.models import Verdict, Version
from vangnet.ui.templatetags.ui import tag

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


@register.simple_tag
def state_tag(version: Version) -> SafeString:
    """Show the state of a version."""
    return tag(version.get_state_display(), TONES.get(Version.State(version.state), "neutral"))


@register.simple_tag
def outcome_tag(verdict: Verdict) -> SafeString:
    """Show what a body said."""
    return tag(verdict.get_outcome_display(), TONES[Verdict.Outcome(verdict.outcome)])


@register.simple_tag
def what_tag(what: str) -> SafeString:
    """Show what happened to an item."""
    return tag(what, WHAT[what])
