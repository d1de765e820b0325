"""What cannot be shown, and what the reader can do about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse


class CannotShow(Exception):
    """A picture that cannot be shown: says in Dutch why, and where to go instead.

    Status 400 for a question that makes no sense (a year in letters), 404 for one that has no answer.
    """

    def __init__(self, status: int, title: str, text: str, *, links: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(text)
        self.status, self.title, self.text, self.links = status, title, text, list(links)


def explained(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Turn `CannotShow` into a page that explains."""

    @wraps(view)
    def explaining(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except CannotShow as reason:
            trail = [("Start", "/"), ("Beelden", reverse("picture:region")), (reason.title, "")]
            context = {"reason": reason, "flow_step": "beelden", "breadcrumbs": trail}
            return render(request, "picture/refused.html", context, status=reason.status)

    return explaining
