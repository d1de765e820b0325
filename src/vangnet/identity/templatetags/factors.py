"""What the pages of the second factor need; load with `{% load factors %}`."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder

register = template.Library()


@register.filter
def passkey_json(value: Any) -> str:
    """Write the wishes of the server for the script of the page; the template escapes it as an attribute."""
    return json.dumps(value, cls=DjangoJSONEncoder)
