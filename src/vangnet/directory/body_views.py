"""Pages on which the driving team founds a body and lets one end."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from vangnet.directory import forms, founding, reading
from vangnet.directory.answers import answered, asked, crumbs, kept
from vangnet.directory.models import Body
from vangnet.directory.rules import require, standing
from vangnet.directory.seat_views import GET_OR_POST
from vangnet.directory.views import BODIES


@GET_OR_POST
@answered
def new(request: HttpRequest) -> HttpResponse:
    """Found a body, without seats yet."""
    require((at := standing()).is_driving, at)
    form = forms.BodyForm(request.POST or None, user=request.user)  # type: ignore[arg-type]
    made: list[Body] = []
    if kept(form, request, lambda told, **acting: made.append(founding.found_body(**told, **acting))):
        messages.success(
            request, "Het overleg bestaat. Open er nu zetels in: eerst voorzitter en secretaris."
        )
        return redirect("directory:body", slug=made[0].pk)
    return asked(
        request, form,
        title="Nieuw overleg",
        lead="Een expertteam, driehoek of ander overleg: wat voor een, waar, waarover en vanaf wanneer.",
        button="Richt het overleg op",
        way=crumbs(BODIES, last="Nieuw overleg"),
    )  # fmt: skip


@GET_OR_POST
@answered
def end(request: HttpRequest, slug: str) -> HttpResponse:
    """Let a body end with its seats."""
    require((at := standing(slug)).is_driving, at)
    found = reading.body_at(request.user, slug)
    if found.period.upper and found.period.upper <= timezone.localdate():
        raise Http404
    form = forms.EndForm(request.POST or None)
    if kept(form, request, lambda told, **acting: founding.end_body(found, **told, **acting)):
        messages.success(
            request, "Het overleg eindigt op die dag, met zijn zetels. Wat er was, blijft te lezen."
        )
        return redirect("directory:bodies")
    return asked(
        request, form,
        title="Laat een overleg eindigen",
        lead=f"{found.name}, met al zijn zetels. Overleggen eronder eindigen niet mee.",
        button="Laat eindigen",
        way=crumbs(BODIES, (found.name, reverse("directory:body", args=[slug])), last="Overleg eindigt"),
    )  # fmt: skip
