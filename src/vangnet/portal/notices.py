"""Texts that machines read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings

VALID_FOR = timedelta(days=180)  # RFC 9116 asks for less than a year


def security_txt(now: datetime) -> str:
    """Return security.txt; it expires by itself, so that an abandoned site does not promise an answer."""
    expires = (now + VALID_FOR).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        f"Contact: {settings.SECURITY_CONTACT}\n"
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}\n"
        "Preferred-Languages: nl, en\n"
    )
