"""Short ways to deliver a file through the page, as a browser does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from vangnet.figures.models import Figure, Import

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HEAD = "Gemeente;Soort misdrijf;Jaar;Aantal\n"


def deliver(client: Any, body: str | bytes, name: str = "cijfers.csv", **answers: str) -> Any:
    """Upload a file with the answers that the form has by default, and follow to the page that comes."""
    content = body.encode() if isinstance(body, str) else body
    form = {"source": "eigen-opgave", "status": "definitief", "borders": "gewoon", "decimal": ""} | answers
    return client.post("/cijfers/inlezen/", form | {"file": SimpleUploadedFile(name, content)}, follow=True)


def latest() -> Import:
    """Return the import that was made last."""
    return Import.objects.latest("started_at")


def everything() -> list[tuple[Any, ...]]:
    """Return every stored figure with all that it says, in order."""
    columns = ("indicator", "area", "grain", "start", "value", "status", "borders_on", "delivered_by")
    return list(Figure.objects.order_by("indicator", "area", "grain", "start").values_list(*columns))
