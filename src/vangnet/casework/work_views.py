"""What is done in a case: tasks, measures, decisions, the interest of a child, and closing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from vangnet.casework import (
    case_actions,
    case_forms,
    case_pages,
    correction_forms,
    corrections,
    drafts,
    handing_on,
    measure_forms,
    refusals,
)
from vangnet.casework import case_reading as reading
from vangnet.casework.case_actions import Plan
from vangnet.casework.case_desks import at_case_desk
from vangnet.casework.case_reading import Work
from vangnet.casework.drafts import Begun
from vangnet.casework.views import GET_OR_POST
from vangnet.identity.rules import NotPermitted
from vangnet.identity.session import acting
from vangnet.vault.desks import Desk
from vangnet.vault.doors import DoesNotHold

CLOSED = "closed_case"  # in the session: the case that was closed last


@GET_OR_POST
@at_case_desk
def task(request: HttpRequest, at: Desk, case: UUID) -> HttpResponse:
    """Give a task."""
    work = _own(request, at, case)
    begun = drafts.in_case(request, at, case, case_forms.TaskForm)
    if isinstance(begun, HttpResponse):
        return begun
    form = case_forms.TaskForm(request.POST or None, at=at, work=work, initial=begun.initial)
    return _filled(
        request, at, work, form, "Taak geven", "casework/case_task.html",
        lambda: case_actions.assign_task(work.case, **form.asked, **acting(request)),
        "De taak is gegeven.", begun=begun,
    )  # fmt: skip


@GET_OR_POST
@at_case_desk
def reassign(request: HttpRequest, at: Desk, case: UUID, task: UUID) -> HttpResponse:
    """Give a task to another, when who had it left."""
    work = _own(request, at, case)
    found = reading.in_work(work, "tasks", task)
    first = {"due_on": max(found.due_on, timezone.localdate())}
    form = case_forms.ReassignForm(request.POST or None, at=at, work=work, initial=first)
    return _filled(
        request, at, work, form, "Taak overdragen", "casework/case_reassign.html",
        lambda: handing_on.reassign_task(found, **form.asked, **acting(request)),
        "De taak is overgedragen.",
        task=found,
    )  # fmt: skip


@GET_OR_POST
@at_case_desk
def lapse(request: HttpRequest, at: Desk, case: UUID, task: UUID) -> HttpResponse:
    """Let a task that proved needless lapse, with why."""
    work = _own(request, at, case)
    found = reading.in_work(work, "tasks", task)
    form = correction_forms.LapseForm(request.POST or None)
    return _filled(
        request, at, work, form, "Taak vervalt", "casework/case_lapse.html",
        lambda: corrections.let_task_lapse(found, reasons=form.cleaned_data["reasons"], **acting(request)),
        "De taak is vervallen.",
        task=found,
    )  # fmt: skip


@require_POST
@at_case_desk
def finish(request: HttpRequest, at: Desk, case: UUID, task: UUID) -> HttpResponse:
    """Say that a task is done."""
    return _turn(request, at, case, task, case_actions.finish_task, "De taak is klaar.")


@require_POST
@at_case_desk
def reopen(request: HttpRequest, at: Desk, case: UUID, task: UUID) -> HttpResponse:
    """Open a task again."""
    return _turn(request, at, case, task, case_actions.reopen_task, "De taak staat weer open.")


def _turn(
    request: HttpRequest, at: Desk, case: UUID, task: UUID, verb: Callable[..., Any], words: str
) -> HttpResponse:
    work = _own(request, at, case)
    found = reading.in_work(work, "tasks", task)
    try:
        verb(found, **acting(request))
    except DoesNotHold as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, words)
    return redirect("cases:case", at.purpose.pk, case)


@GET_OR_POST
@at_case_desk
def measure(request: HttpRequest, at: Desk, case: UUID) -> HttpResponse:
    """Impose a measure; where a minor is involved, the interest of the child comes first."""
    work = _own(request, at, case)
    if work.case.lacks_child and request.method != "POST":
        messages.info(request, refusals.SAID["with a minor the interest of the child is weighed first"])
        return redirect("cases:child", at.purpose.pk, case)
    begun = drafts.in_case(request, at, case, measure_forms.MeasureForm)
    if isinstance(begun, HttpResponse):
        return begun
    form = measure_forms.MeasureForm(request.POST or None, at=at, work=work, initial=begun.initial)

    def impose() -> None:
        told = dict(form.cleaned_data)
        apart = {name: told.pop(name) for name in ("reasons", "key")}
        case_actions.impose_measure(work.case, Plan(**told), **apart, **acting(request))

    return _filled(
        request,
        at,
        work,
        form,
        "Maatregel",
        "casework/case_measure.html",
        impose,
        "De maatregel is vastgelegd.",
        begun=begun,
    )


@GET_OR_POST
@at_case_desk
def end_measure(request: HttpRequest, at: Desk, case: UUID, measure: UUID) -> HttpResponse:
    """Write down when a measure ended and what came of it."""
    work = _own(request, at, case)
    found = reading.in_work(work, "measures", measure)
    first = {"until": min(found.until or timezone.localdate(), timezone.localdate())}
    form = measure_forms.EndMeasureForm(request.POST or None, measure=found, initial=first)
    return _filled(
        request, at, work, form, "Afloop", "casework/case_end_measure.html",
        lambda: case_actions.end_measure(found, **form.cleaned_data, **acting(request)),
        "De afloop is vastgelegd.",
        measure=found,
    )  # fmt: skip


@GET_OR_POST
@at_case_desk
def later_outcome(request: HttpRequest, at: Desk, case: UUID, measure: UUID) -> HttpResponse:
    """Write down what came of a measure after its outcome, such as that a court annulled it."""
    work = _own(request, at, case)
    found = reading.in_work(work, "measures", measure)
    form = measure_forms.LaterOutcomeForm(request.POST or None, measure=found)
    return _filled(
        request, at, work, form, "Latere afloop", "casework/case_later_outcome.html",
        lambda: corrections.record_later_outcome(found, **form.cleaned_data, **acting(request)),
        "De latere afloop is vastgelegd.",
        measure=found,
    )  # fmt: skip


@GET_OR_POST
@at_case_desk
def child(request: HttpRequest, at: Desk, case: UUID) -> HttpResponse:
    """Weigh the interest of the child."""
    work = _own(request, at, case)
    begun = drafts.in_case(request, at, case, case_forms.ChildForm)
    if isinstance(begun, HttpResponse):
        return begun
    form = case_forms.ChildForm(request.POST or None, work=work, initial=begun.initial)
    return _filled(
        request, at, work, form, "Belang van het kind", "casework/case_child.html",
        lambda: case_actions.weigh_child(work.case, words=form.cleaned_data["words"], **acting(request)),
        "De afweging is vastgelegd.", begun=begun,
    )  # fmt: skip


@GET_OR_POST
@at_case_desk
def decision(request: HttpRequest, at: Desk, case: UUID) -> HttpResponse:
    """Write down a decision."""
    work = _own(request, at, case)
    begun = drafts.in_case(request, at, case, case_forms.DecisionForm)
    if isinstance(begun, HttpResponse):
        return begun
    form = case_forms.DecisionForm(request.POST or None, initial=begun.initial)
    return _filled(
        request, at, work, form, "Besluit", "casework/case_decision.html",
        lambda: case_actions.record_decision(work.case, **form.cleaned_data, **acting(request)),
        "Het besluit is vastgelegd.", begun=begun,
    )  # fmt: skip


@GET_OR_POST
@at_case_desk
def contribution(request: HttpRequest, at: Desk, case: UUID) -> HttpResponse:
    """Write down what one's own organisation put into a case."""
    work = _own(request, at, case)
    form = correction_forms.ContributionForm(request.POST or None)
    return _filled(
        request, at, work, form, "Bijdrage", "casework/case_contribution.html",
        lambda: case_actions.record_contribution(work.case, **form.cleaned_data, **acting(request)),
        "De bijdrage is vastgelegd.",
    )  # fmt: skip


@GET_OR_POST
@at_case_desk
def correct(request: HttpRequest, at: Desk, case: UUID, contribution: UUID) -> HttpResponse:
    """Put another line in the place of one's own contribution, with why."""
    work = _own(request, at, case)
    wrong = reading.in_work(work, "contributions", contribution)
    if wrong.organisation_id != at.organisation:
        raise Http404
    form = correction_forms.CorrectionForm(request.POST or None, wrong=wrong)
    return _filled(
        request, at, work, form, "Bijdrage verbeteren", "casework/case_correct.html",
        lambda: corrections.correct_contribution(wrong, **form.cleaned_data, **acting(request)),
        "De bijdrage is verbeterd. De eerdere regel blijft leesbaar.",
        wrong=wrong,
    )  # fmt: skip


@GET_OR_POST
@at_case_desk
def close(request: HttpRequest, at: Desk, case: UUID) -> HttpResponse:
    """Close a case with its result and lesson."""
    if done := _was_closed(request, at, case):
        return done
    work = _own(request, at, case)
    if not reading.owns(at, work):
        raise Http404
    begun = drafts.in_case(request, at, case, case_forms.CloseForm)
    if isinstance(begun, HttpResponse):
        return begun
    form = case_forms.CloseForm(request.POST or None, work=work, initial=begun.initial)
    if form.is_valid():
        try:
            case_actions.close_case(work.case, **form.cleaned_data, **acting(request))
        except DoesNotHold as reason:
            if done := _was_closed(request, at, case):
                return done
            form.add_error(None, str(reason))
        else:
            drafts.discard(begun.place, by=request.user)  # type: ignore[arg-type]
            request.session[CLOSED] = str(case)
            messages.success(request, f"Casus {work.case.number} is afgerond.")
            return redirect("cases:cases", at.purpose.pk)
    shown = case_pages.asking(at, work.case, form, "Afronden", work=work, **begun.shown)
    return render(request, "casework/case_close.html", shown, status=422 if form.errors else 200)


def _was_closed(request: HttpRequest, at: Desk, case: UUID) -> HttpResponse | None:
    """Lead who closes what is closed, as after a second press of the button, to the case.

    A case of care and safety is out of sight once it is closed: then to the list, for who just closed it.
    """
    if request.method != "POST":
        return None
    try:
        found = reading.case(request.user, case)  # type: ignore[arg-type]
    except NotPermitted:
        if request.session.get(CLOSED) != str(case):
            raise
        messages.info(request, "Deze casus is al afgerond en afgeschermd. Een andere les is niet bewaard.")
        return redirect("cases:cases", at.purpose.pk)
    if found.is_open or found.organisation_id != at.organisation or not at.writing:
        return None
    messages.info(
        request,
        f"Casus {found.number} is al afgerond, met de les in het dossier. Een andere is niet bewaard.",
    )
    return redirect("cases:case", at.purpose.pk, case)


def _own(request: HttpRequest, at: Desk, case: UUID) -> Work:
    """Return the work in a case that this session may add to."""
    work = reading.work(reading.case(request.user, case))  # type: ignore[arg-type]
    if not reading.writes(at, work):
        raise Http404
    return work


def _filled(
    request: HttpRequest,
    at: Desk,
    work: Work,
    form: Any,
    last: str,
    template: str,
    verb: Callable[[], Any],
    words: str,
    begun: Begun | None = None,
    **more: Any,
) -> HttpResponse:
    """Do what a valid form asks and go back to the case; else show the form with what is wrong."""
    if form.is_valid():
        try:
            verb()
        except DoesNotHold as reason:
            form.add_error(None, str(reason))
        else:
            if begun:
                drafts.discard(begun.place, by=request.user)  # type: ignore[arg-type]
            messages.success(request, words)
            return redirect("cases:case", at.purpose.pk, work.case.pk)
    shown = case_pages.asking(at, work.case, form, last, **more, **(begun.shown if begun else {}))
    return render(request, template, shown, status=422 if form.errors else 200)
