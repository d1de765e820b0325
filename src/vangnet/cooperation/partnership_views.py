"""Pages of work with branches: the list, one of them, and what is done with it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.cooperation import partnership_actions as actions
from vangnet.cooperation import partnership_forms as forms
from vangnet.cooperation.answers import GET_OR_POST, Crumbs, answered, asked, crumbs, kept, sent
from vangnet.cooperation.models import Participant, Partnership, PartnershipStep
from vangnet.cooperation.rules import reader, require, standing
from vangnet.directory.forms import EndForm
from vangnet.directory.people_forms import topic_choices
from vangnet.directory.rules import enters_for

BRANCHES = ("Branches", "/netwerk/branches/")
LISTS = {"loopt": "Loopt", "gestopt": "Gestopt"}


@require_safe
@answered
def partnerships(request: HttpRequest) -> HttpResponse:
    """List work with branches, running or over."""
    at, user, day = reader(), request.user, timezone.localdate()
    here = request.GET.get("lijst", "loopt")
    if here not in LISTS:
        raise Http404
    found = Partnership.objects.visible_to(user).select_related("topic", "organisation")
    over = Q(ended_on__isnull=False) | Q(ends_on__lte=day)
    found = found.exclude(over) if here == "loopt" else found.filter(over)
    taking = Count("participants", filter=Q(participants__period__contains=day))
    counted = found.annotate(taking=taking).order_by("name", "pk")
    page = Paginator(counted, 25).get_page(request.GET.get("pagina"))
    shown = {
        "rows": [(one, one.is_late(day)) for one in page],
        "page": page,
        "lists": [{"label": LISTS[one], "url": f"?lijst={one}", "current": one == here} for one in LISTS],
        "list_name": LISTS[here],
        "may_begin": at.is_strong and enters_for(at.organisation),
        "breadcrumbs": crumbs(last=BRANCHES[0]),
    }
    return render(request, "cooperation/partnerships.html", shown)


@require_safe
@answered
def partnership(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show work with a branch: with whom, what is agreed, who takes part, what came of it."""
    at, user, day = reader(), request.user, timezone.localdate()
    found = _at(request, pk)
    taking = Participant.objects.visible_to(user).filter(partnership=found).select_related("organisation")
    leads = at.is_strong and enters_for(found.organisation_id)
    own = at.is_strong and enters_for(at.organisation)
    is_over = found.is_over(day)
    joins = own and (at.is_driving or not any(_is_in(one, at.organisation, day) for one in taking))
    shown = {
        "partnership": found,
        "participants": [
            (one, own and (at.is_driving or one.organisation_id == at.organisation)) for one in taking
        ],
        "history": PartnershipStep.objects.visible_to(user)
        .filter(partnership=found)
        .select_related("author"),
        "is_late": found.is_late(day),
        "steps": [(kind, says[0]) for kind, says in forms.SAYS.items() if leads and not found.ended_on],
        "may_join": joins and not is_over,
        "today": day,
        "breadcrumbs": crumbs(BRANCHES, last=found.name),
    }
    return render(request, "cooperation/partnership.html", shown)


@GET_OR_POST
@answered
def begin(request: HttpRequest) -> HttpResponse:
    """Record work with a branch."""
    at = standing()
    user: Any = request.user
    require(at.is_driving or enters_for(at.organisation), at)
    own = None if at.is_driving else at.organisation
    form = forms.PartnershipForm(sent(request), user=user, topics=topic_choices(user), own=own)
    made = Partnership()

    def keep(told: dict[str, Any], **by: Any) -> None:
        made.id, made.topic_id = told.pop("id") or made.id, told.pop("topic")
        for field, value in told.items():
            setattr(made, field, value)
        actions.begin_partnership(made, **by)

    if kept(form, request, keep):
        messages.success(request, "Vastgelegd. Leg nu vast dat uw organisatie meedoet; andere doen dat zelf.")
        return redirect("cooperation:partnership", made.pk)
    return asked(
        request, form,
        title="Nieuwe samenwerking met een branche",
        lead="Met wie, waarover, wat is afgesproken en wanneer kijken wij of het werkt.",
        button="Leg vast",
        way=crumbs(BRANCHES, last="Nieuw"),
    )  # fmt: skip


@GET_OR_POST
@answered
def join(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let an organisation take part."""
    found, at = _at(request, pk), standing()
    user: Any = request.user
    require(enters_for(at.organisation), at)
    if request.method != "POST" and found.is_over(timezone.localdate()):
        return redirect("cooperation:partnership", pk)
    form = forms.JoinForm(sent(request), user=user, own=None if at.is_driving else at.organisation)
    if kept(form, request, lambda told, **by: actions.join_partnership(found, **told, **by)):
        messages.success(request, "De deelname is vastgelegd.")
        return redirect("cooperation:partnership", pk)
    return asked(
        request, form,
        title="Een organisatie doet mee",
        lead=f"{found.name}. Wie doet mee, vanaf welke dag?",
        button="Leg vast",
        way=_way(found, "Deelname"),
    )  # fmt: skip


@GET_OR_POST
@answered
def leave(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let an organisation take part no more."""
    rows = Participant.objects.visible_to(request.user).filter(pk=pk, period__endswith__isnull=True)
    found = rows.select_related("organisation", "partnership").first()
    if found is None:
        raise Http404
    require(enters_for(found.organisation_id), standing())
    form = EndForm(sent(request))
    if kept(form, request, lambda told, **by: actions.leave_partnership(found, **told, **by)):
        messages.success(request, "Het vertrek is vastgelegd.")
        return redirect("cooperation:partnership", found.partnership_id)
    return asked(
        request, form,
        title=f"{found.organisation.name} doet niet meer mee",
        lead=f"{found.partnership.name}. Wat was, blijft zichtbaar met de dag.",
        button="Leg het vertrek vast",
        way=_way(found.partnership, "Vertrek"),
    )  # fmt: skip


@GET_OR_POST
@answered
def step(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """Record an evaluation, or the end."""
    found = _at(request, pk)
    require(enters_for(found.organisation_id), standing())
    if request.method != "POST" and found.ended_on:
        return redirect("cooperation:partnership", pk)
    form = forms.StepForm(sent(request), kind=kind, initial={"seen": found.revision})

    def keep(told: dict[str, Any], **by: Any) -> None:
        number = told.pop("seen") + 1
        actions.record_step(PartnershipStep(partnership=found, number=number, kind=kind, **told), **by)

    if kept(form, request, keep):
        messages.success(request, "Vastgelegd.")
        return redirect("cooperation:partnership", pk)
    button, lead = forms.SAYS[kind]
    return asked(
        request, form, title=button, lead=f"{found.name}. {lead}", button=button, way=_way(found, button)
    )


def _is_in(one: Participant, organisation: UUID | None, day: date) -> bool:
    return one.organisation_id == organisation and (one.period.upper is None or one.period.upper > day)


def _at(request: HttpRequest, pk: UUID) -> Partnership:
    """Return work with a branch.

    Raises
    ------
    Http404
        There is none that this session sees.
    """
    everything = Partnership.objects.visible_to(request.user)
    found: Partnership | None = (
        everything.filter(pk=pk).select_related("topic", "organisation", "function", "begun_by").first()
    )
    if found is None:
        raise Http404
    return found


def _way(found: Partnership, last: str) -> Crumbs:
    return crumbs(BRANCHES, (found.name, reverse("cooperation:partnership", args=[found.pk])), last=last)
