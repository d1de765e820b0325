"""Tag that lists who left while work of theirs is open: `{% left_behind %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from vangnet.meetings import leaving

register = template.Library()


@register.inclusion_tag("meetings/left_behind.html", takes_context=True)
def left_behind(context: dict[str, Any]) -> dict[str, Any]:
    """Show who left with open work, each with the way to pass it on (3 queries)."""
    return {"leavers": leaving.left_behind(context["request"].user, timezone.localdate())}
