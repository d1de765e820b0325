"""Which status a strategy has: a draft from the region pack, until a body adopts it on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from django.conf import settings
from django.db import connection, models

from vangnet.ui import formats

if TYPE_CHECKING:
    from vangnet.strategy.models import Strategy

MINE = "SELECT session_is_strong(), ARRAY(SELECT strategy_may_adopt())"


class AdoptionQuerySet(models.QuerySet["Adoption"]):
    """Reads of adoptions."""

    def visible_to(self, user: Any) -> Self:
        """Keep everything: what the network adopted is public."""
        return self.select_related("body", "recorded_by")


class Adoption(models.Model):
    """That a body adopted a strategy on a day (vaststelling); added once, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    strategy = models.ForeignKey("strategy.Strategy", models.PROTECT, related_name="adoptions")
    body = models.ForeignKey(
        "directory.Body", models.PROTECT, related_name="+", verbose_name="vastgesteld door"
    )
    on = models.DateField("vastgesteld op")
    source = models.CharField("waar het staat", max_length=200)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("vastgelegd op")
    objects = AdoptionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = "vaststelling", "vaststellingen"
        constraints = [
            models.UniqueConstraint("strategy", name="strategy_is_adopted_once"),
            models.CheckConstraint(name="adoption_says_where", condition=~models.Q(source="")),
        ]

    def __str__(self) -> str:
        return f"vastgesteld door {self.body} op {formats.day(self.on)}"


@dataclass(frozen=True)
class Status:
    """A step of the status of a strategy, in words."""

    words: str
    is_adopted: bool
    on: date | None  # nothing for a draft that was adopted before the first year began
    source: str

    @property
    def tone(self) -> str:
        """Return how it is shown."""
        return "ok" if self.is_adopted else "warning"


def steps(strategy: Strategy, user: Any) -> list[Status]:
    """Return the steps of a strategy in order of time: the draft first (1 query)."""
    adopted = Adoption.objects.visible_to(user).filter(strategy=strategy).first()
    first = date(strategy.first_year, 1, 1)
    draft = Status(strategy.status, False, first, strategy.document)
    if adopted is None:
        return [draft]
    begin = first if first <= adopted.on else None
    last = Status(f"V{str(adopted)[1:]}", True, adopted.on, adopted.source)
    return [Status(draft.words, False, begin, draft.source), last]


def on(day: date, known: Sequence[Status]) -> Status:
    """Return which of the steps of a strategy held on a day."""
    first, *later = known
    return next((one for one in later if one.on and one.on <= day), first)


def of(strategy: Strategy, day: date, user: Any) -> Status:
    """Return the status that a strategy had on a day (1 query)."""
    return on(day, steps(strategy, user))


def timeline(known: Sequence[Status]) -> list[dict[str, Any]]:
    """Return the steps for a timeline, the last one first."""
    return [
        {"date": one.on, "title": one.words, "text": f"Te vinden in: {one.source}", "tone": one.tone}
        for one in reversed(known)
    ]


def may_record() -> tuple[bool, list[str]]:
    """Say whether the session has a second factor, and for which bodies it may record it (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(MINE)
        is_strong, bodies = cursor.fetchone()
        return bool(is_strong), list(bodies)
