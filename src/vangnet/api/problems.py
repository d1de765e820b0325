"""What goes wrong, as `application/problem+json` (RFC 9457): in Dutch, every fault with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import HttpRequest, JsonResponse

TITLES: Final = {
    400: "Ongeldige aanvraag",
    401: "Geen geldig token",
    403: "Niet toegestaan",
    404: "Niet gevonden",
    405: "Methode niet toegestaan",
    406: "Antwoord alleen als JSON",
    409: "Past niet bij wat er al is",
    413: "Te groot",
    415: "Alleen JSON",
    429: "Te veel aanvragen",
    500: "Er ging iets mis",
    503: "Nu niet beschikbaar",
}


class Problem(Exception):
    """An answer other than what was asked for.

    `errors` has a line per fault: where it stands (`body`, `query` or `header`), its name, and what to do.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail
        self.errors, self.headers = tuple(errors), dict(headers or {})


def fault(place: str, name: str, detail: str, code: str = "ongeldig") -> dict[str, str]:
    """Return one line of `errors`."""
    return {"in": place, "name": name, "code": code, "detail": detail}


def wrong(errors: Sequence[Mapping[str, str]]) -> Problem:
    """Return the answer to input that cannot be taken."""
    many = "1 fout" if len(errors) == 1 else f"{len(errors)} fouten"
    return Problem(400, f"De aanvraag heeft {many}. Er is niets bewaard.", errors=errors)


def response(problem: Problem, request: HttpRequest) -> JsonResponse:
    """Return the answer."""
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES[problem.status],
        "status": problem.status,
        "detail": problem.detail,
        "instance": request.path,
    }
    if problem.errors:
        told["errors"] = list(problem.errors)
    answer = JsonResponse(
        told,
        status=problem.status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )
    for name, value in problem.headers.items():
        answer[name] = value
    return answer
