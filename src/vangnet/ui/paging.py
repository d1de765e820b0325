"""Pages of a list that may be longer than anybody reads: counted up to a limit, read for one page only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

MOST: Final = (
    10_000  # rows that are counted and paged through; who wants what comes after makes a choice first
)


class LongList(Paginator):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Pages of rows that are found by key in an index first, and then read for the page that is shown.

    Parameters
    ----------
    keys
        The keys in order: a queryset of single values, or a list of at most `most`.
    rows
        Gives the rows of some keys, in any order; each has its key as `pk`.
    most
        Up to how many are counted and shown; `MOST` when not told.
    has_more
        Whether a list of keys was cut off; for a queryset this is found out by counting.
    """

    def __init__(
        self,
        keys: QuerySet[Any, Any] | Sequence[Any],
        per_page: int,
        *,
        rows: Callable[[Sequence[Any]], QuerySet[Any]],
        most: int | None = None,
        has_more: bool = False,
    ) -> None:
        super().__init__(keys, per_page)
        self._rows, self._most, self._cut_off = rows, most or MOST, has_more

    @cached_property
    def _first(self) -> list[Any]:
        return list(self.object_list[: self.per_page + 1])

    @cached_property
    def _counted(self) -> int:
        if not isinstance(self.object_list, QuerySet):
            return len(self.object_list)
        # What is rare is found by reading the whole index, which is not done twice.
        if len(self._first) <= self.per_page:
            return len(self._first)
        return int(self.object_list.order_by()[: self._most + 1].count())

    @cached_property
    def count(self) -> int:
        """How many there are, at most as many as are shown."""
        return min(self._counted, self._most)

    @property
    def has_more(self) -> bool:
        """Whether there are more than are counted."""
        return self._cut_off or self._counted > self._most

    def page(self, number: int | str) -> Page[Any]:
        """Return one page, its rows in the order of the keys."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        end = min(start + self.per_page, self.count)
        keys = list(self.object_list[start:end]) if start else self._first[:end]
        found = {row.pk: row for row in self._rows(keys)} if keys else {}
        return Page([found[key] for key in keys if key in found], number, self)
