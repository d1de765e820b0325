"""The resources, and the description that anybody may read."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from vangnet.api import access, counts, description, problems, stubs
from vangnet.api.access import resource
from vangnet.api.problems import Problem

all_signals = resource(get=stubs.listed, post=stubs.received)
signal = resource(get=stubs.one)
routes = resource(get=counts.routes)
municipalities = resource(get=counts.municipalities)


@csrf_exempt
@login_not_required
def openapi(request: HttpRequest) -> HttpResponse:
    """Answer with the description, also to pages of others: there is nothing in it that is not public."""
    if request.method not in ("GET", "HEAD"):
        return _answered(request, Problem(405, "Dit kan hier niet.", headers={"Allow": "GET, HEAD"}))
    answer = stubs.answered(description.document(request))
    answer["Access-Control-Allow-Origin"] = "*"
    return _with_headers(answer)


@csrf_exempt
@login_not_required
def unknown(request: HttpRequest, path: str = "") -> HttpResponse:
    """Answer to every other address below this version, one with a slash at its end included."""
    return _answered(
        request, Problem(404, "Dit adres bestaat niet. De adressen staan in /api/v1/openapi.json.")
    )


def _answered(request: HttpRequest, problem: Problem) -> HttpResponse:
    return _with_headers(problems.response(problem, request))


def _with_headers(answer: HttpResponse) -> HttpResponse:
    for name, value in access.HEADERS.items():
        answer[name] = value
    return answer
