"""Pages of the ledger of contributions: all partners, one partner, and what one's own organisation writes."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.cooperation import contribution_actions as actions
from vangnet.cooperation import contribution_forms as forms
from vangnet.cooperation import contribution_reading as reading
from vangnet.cooperation.answers import GET_OR_POST, answered, asked, crumbs, kept, sent
from vangnet.cooperation.models import Contribution
from vangnet.cooperation.rules import reader, require, standing
from vangnet.directory.people_forms import topic_choices
from vangnet.identity.models import Organisation

LEDGER = ("Bijdragen", "/netwerk/bijdragen/")


def asked_day(request: HttpRequest) -> tuple[forms.LedgerForm, date, str]:
    """Return the form of the page, the day and the kind that it asks; today when it asks no day that is."""
    form = forms.LedgerForm(request.GET or None)
    told = form.cleaned_data if form.is_bound and form.is_valid() else {}
    return form, told.get("op") or timezone.localdate(), told.get("soort", "")


@require_safe
@answered
def ledger(request: HttpRequest) -> HttpResponse:
    """Show what each partner brings in four kinds, on a day."""
    at = reader()
    form, day, kind = asked_day(request)
    found = reading.lines(request.user, day)
    shown = {
        "form": form,
        "day": day,
        "kinds": list(reading.KINDS.values()),
        "shares": reading.shares(found),
        "kind": reading.KINDS.get(kind, ""),
        "lines": [one for one in found if one.kind == kind],
        "asked": f"?op={day.isoformat()}",
        "may_write": at.is_strong and reading.contributes() is not None,
        "breadcrumbs": crumbs(last=LEDGER[0]),
    }
    wrong = form.is_bound and not form.is_valid()
    return render(request, "cooperation/contributions.html", shown, status=422 if wrong else 200)


@require_safe
@answered
def partner(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what one partner brings on a day, and what it ended."""
    at, user = reader(), request.user
    found = Organisation.objects.visible_to(user).filter(slug=slug).first()
    if found is None:
        raise Http404
    form, day, _ = asked_day(request)
    own = [one for one in reading.lines(user, day) if one.organisation == found]
    ended = Contribution.objects.visible_to(user).filter(organisation=found, ended_on__isnull=False)
    shown = {
        "organisation": found,
        "form": form,
        "day": day,
        "groups": [
            (label, [one for one in own if one.kind == kind]) for kind, label in reading.KINDS.items()
        ],
        "ended": ended.filter(ended_on__lte=day),
        "may_write": at.is_strong and reading.contributes() == found.pk,
        "breadcrumbs": crumbs(LEDGER, last=found.name),
    }
    wrong = form.is_bound and not form.is_valid()
    return render(request, "cooperation/contribution_partner.html", shown, status=422 if wrong else 200)


@GET_OR_POST
@answered
def contribute(request: HttpRequest) -> HttpResponse:
    """Record what one's own organisation contributes."""
    at, own = standing(), reading.contributes()
    user: Any = request.user
    require(own is not None, at)
    form = forms.ContributionForm(sent(request), topics=topic_choices(user))
    made = Contribution(organisation=get_object_or_404(Organisation.objects.visible_to(user), pk=own))

    def keep(told: dict[str, Any], **by: Any) -> None:
        made.id, made.topic_id = told.pop("id") or made.id, told.pop("topic")
        made.kind, made.words, made.begins_on = told["kind"], told["words"], told["begins_on"]
        actions.contribute(made, **by)

    if kept(form, request, keep):
        messages.success(request, "De bijdrage staat in het overzicht.")
        return redirect("cooperation:contribution_partner", made.organisation.slug)
    return asked(
        request, form,
        title="Wat draagt uw organisatie bij?",
        lead="Informatie die u deelt, of een werkafspraak. Zetels en projecten tellen vanzelf mee.",
        button="Leg vast",
        way=crumbs(LEDGER, last="Nieuw"),
    )  # fmt: skip


@GET_OR_POST
@answered
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a contribution of one's own organisation."""
    at, own = standing(), reading.contributes()
    found = get_object_or_404(Contribution.objects.visible_to(request.user), pk=pk)
    require(own == found.organisation_id, at)
    if request.method != "POST" and found.ended_on is not None:
        return redirect("cooperation:contribution_partner", found.organisation.slug)
    form = forms.EndForm(sent(request), since=found.begins_on)

    def keep(told: dict[str, Any], **by: Any) -> None:
        actions.end_contribution(found, **told, **by)

    if kept(form, request, keep):
        messages.success(request, "Gestopt. Voor de dagen ervoor blijft de bijdrage leesbaar.")
        return redirect("cooperation:contribution_partner", found.organisation.slug)
    way = crumbs(LEDGER, (found.organisation.name, f"{LEDGER[1]}{found.organisation.slug}/"), last="Stoppen")
    return asked(request, form, title="Bijdrage stoppen", lead=found.words, button="Stop", way=way)
