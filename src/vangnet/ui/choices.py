"""A choice from records of a short list, read with one question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.forms import ModelChoiceField
from django.forms.models import ModelChoiceIterator


class _AtOnce(ModelChoiceIterator):  # type: ignore[type-arg]
    """Reads all there is and keeps it with the form; Django opens a cursor and fetches in parts."""

    def __iter__(self) -> Iterator[tuple[Any, str]]:
        if self.field.empty_label is not None:
            yield ("", str(self.field.empty_label))
        for record in self.queryset:
            yield self.choice(record)


class OneOf(ModelChoiceField):  # type: ignore[type-arg]
    """A choice from a list that is short enough to read whole, such as branches."""

    iterator = _AtOnce
