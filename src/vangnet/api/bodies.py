"""JSON that comes in: its size, depth and names are checked before anything looks at what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

from vangnet.api.problems import Problem

MOST_BYTES: Final = 64 * 1024
DEEPEST: Final = 3
TOO_LARGE: Final = f"De aanvraag is groter dan {MOST_BYTES // 1024} kB. Stuur één melding per aanvraag."


def read(request: HttpRequest) -> dict[str, Any]:
    """Return the object in the body of a request.

    Raises
    ------
    Problem
        No JSON, too large, too deep, a name that stands there twice, or something else than one object.
    """
    if request.content_type != "application/json":
        raise Problem(415, "Stuur de melding als JSON, met ‘Content-Type: application/json’.")
    told = _parsed(_text(request))
    if not isinstance(told, dict):
        raise Problem(400, "De aanvraag is geen JSON-object. Begin met { en eindig met }.")
    if any(not _can_be_kept(text) for text in _texts(told)):
        raise Problem(
            400, "Er staat een teken in dat geen tekst is, zoals \\u0000 of een half surrogaatpaar."
        )
    return told


def _text(request: HttpRequest) -> str:
    length = request.headers.get("Content-Length", "0")
    if length.isdecimal() and int(length) > MOST_BYTES:
        raise Problem(413, TOO_LARGE)
    try:
        body = request.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise Problem(413, TOO_LARGE)
        return body.decode("utf-8")
    except RequestDataTooBig as error:
        raise Problem(413, TOO_LARGE) from error
    except UnicodeDecodeError as error:
        raise Problem(400, "De aanvraag is geen UTF-8.") from error


def _parsed(text: str) -> Any:
    if depth(text) > DEEPEST:
        raise Problem(400, f"De aanvraag is dieper genest dan {DEEPEST} niveaus.")
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_int=_short)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "De aanvraag is geen geldige JSON, of een naam staat er twee keer in.") from error


def depth(text: str) -> int:
    """Return how deep a text is nested, without reading it as JSON: that is what has to be kept safe.

    >>> depth('{"a": [1, {"b": "[[["}]}')
    3
    """
    level = deepest = 0
    in_words = escaped = False
    for sign in text:
        if in_words:
            in_words, escaped = escaped or sign != '"', sign == "\\" and not escaped
        elif sign == '"':
            in_words = True
        elif sign in "{[":
            level += 1
            deepest = max(deepest, level)
        elif sign in "}]":
            level -= 1
    return deepest


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _can_be_kept(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number of JSON")


def _short(text: str) -> int:
    if len(text) > 18:
        raise ValueError("a number of more than 18 digits")
    return int(text)
