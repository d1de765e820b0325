"""A finished page of pictures, as it is kept in the cache."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from vangnet.picture import store
from vangnet.ui.pictures import Picture


@dataclass(frozen=True)
class Drawn:
    """A picture that has been drawn, as the page component takes it."""

    title: str
    svg: SafeString


@dataclass(frozen=True)
class Page:
    """What is shown: a heading, a line that says it all, and the body."""

    title: str
    lead: str
    body: SafeString


def drawn(picture: Picture | None) -> Drawn | None:
    """Draw a picture, or take it from what was drawn before."""
    return None if picture is None else Drawn(picture.title, SafeString(store.svg(picture)))
