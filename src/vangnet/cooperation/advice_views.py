"""Pages of advice: the questions, one question, asking, and each thing that is said of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.cooperation import actions, forms, reading
from vangnet.cooperation.answers import GET_OR_POST, Crumbs, answered, asked, crumbs, kept, sent
from vangnet.cooperation.models import AdviceRequest, AdviceTurn
from vangnet.cooperation.rules import Standing, reader, require, standing
from vangnet.directory.people_forms import topic_choices
from vangnet.places.atlas import Atlas

ADVICE = ("Advies", "/netwerk/advies/")
LISTS = {
    "wacht": "Wacht op mij",
    "eigen": "Van mijn organisatie",
    "alle": "Alles wat ik volg",
    "kennis": "Geschikt als kennis",
}
EMPTY = {
    "wacht": (
        "Er wacht geen vraag op u",
        "Vragen aan u of aan een team van u, en antwoorden op uw vragen, staan hier.",
    ),
    "eigen": (
        "Uw organisatie stelde nog geen vraag",
        "Stel een vraag aan het aanjaagteam, een expertteam of een deskundige.",
    ),
    "alle": (
        "Er is geen vraag die u volgt",
        "U volgt wat uw organisatie vraagt en wat aan u of uw team is gevraagd.",
    ),
    "kennis": (
        "Er is nog geen vraag geschikt als kennis",
        "Na het antwoord deelt de vrager of een collega wat het netwerk ervan leert.",
    ),
}


@require_safe
@answered
def questions(request: HttpRequest) -> HttpResponse:
    """List questions: what waits, of one's organisation, all that one follows, or the knowledge in them."""
    at, user, day = reader(), request.user, timezone.localdate()
    here = request.GET.get("lijst", "wacht")
    if here not in LISTS:
        raise Http404
    waits = reading.waiting()
    found = _of_list(user, here, at, [one.request for one in waits])
    shown = {
        "page": Paginator(found, 25).get_page(request.GET.get("pagina")),
        "lists": [{"label": LISTS[one], "url": f"?lijst={one}", "current": one == here} for one in LISTS],
        "list_name": LISTS[here],
        "of_knowledge": here == "kennis",
        "empty": EMPTY[here],
        "unmanned": reading.unmanned() if at.is_driving else (),
        "late": {one.request for one in waits if one.is_late(day)},
        "record": reading.record(user, day),
        "today": day,
        "at": at,
        "breadcrumbs": crumbs(last="Advies"),
    }
    return render(request, "cooperation/questions.html", shown)


def _of_list(user: reading.Viewer, here: str, at: Standing, waits: list[UUID]) -> Any:
    found = reading.questions(user)
    if here == "wacht":
        return found.filter(pk__in=waits).order_by("due_on", "pk")
    if here == "eigen":
        return found.filter(organisation=at.organisation)
    return reading.knowledge(user) if here == "kennis" else found


@require_safe
@answered
def question(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a question with what was said and may be said of it; to others what the network learns."""
    reader()
    user: Any = request.user
    known = reading.knowledge(user).filter(pk=pk).first()
    if known and not reading.questions(user).filter(pk=pk).exists():
        shown = {"knowledge": known, "breadcrumbs": crumbs(ADVICE, last=known.title)}
        return render(request, "cooperation/knowledge.html", shown)
    found = reading.question_at(user, pk)
    at, day = standing(found), timezone.localdate()
    said = reading.turns(user, found)
    may = reading.possible(found, at) if at.is_strong else set()
    shown = {
        "question": found,
        "knowledge": known,
        "turns": said,
        "steps": [(kind, forms.SAYS[kind][0]) for kind in forms.SAYS if kind in may],
        "is_late": found.is_late(day),
        "waits_for_nobody": at.is_driving and found.pk in reading.unmanned(),
        "place": Atlas.load().name(found.place, on=day) if found.place else "",
        "at": at,
        "breadcrumbs": crumbs(ADVICE, last=found.subject),
    }
    return render(request, "cooperation/question.html", shown)


@GET_OR_POST
@answered
def ask(request: HttpRequest) -> HttpResponse:
    """Ask advice."""
    at, user = standing(), request.user
    require(True, at)
    form = _ask_form(request)
    assert at.organisation is not None  # noqa: S101  who reads works for one
    made = AdviceRequest(organisation_id=at.organisation)

    def keep(told: dict[str, Any], **by: Any) -> None:
        made.id = told["id"] or made.id
        made.subject, made.topic_id, made.place = told["subject"], told["topic"], told["place"]
        made.due_on = told["due_on"]
        for field, value in reading.addressee(told["to"]).items():
            setattr(made, field, value)
        actions.ask(made, told["words"], **by)

    if kept(form, request, keep):
        messages.success(request, "Uw vraag is gesteld. U krijgt bericht zodra er een antwoord is.")
        return redirect("cooperation:question", made.pk)
    return asked(
        request, form,
        title="Vraag advies",
        lead="Een vraag aan het aanjaagteam, een expertteam of een deskundige. "
        f"Uw collega's bij {_own(user, at)} lezen mee.",
        button="Stel de vraag",
        way=crumbs(ADVICE, last="Vraag advies"),
    )  # fmt: skip


def _own(user: Any, at: Standing) -> str:
    works = user.memberships_on(timezone.localdate()).filter(organisation=at.organisation)
    return next((one.organisation.name for one in works.select_related("organisation")), "uw organisatie")


def _ask_form(request: HttpRequest) -> forms.AskForm:
    """Return the form, with what the page before it already chose: a person, a subject, a place."""
    user: Any = request.user
    day, atlas = timezone.localdate(), Atlas.load()
    wanted = _uuid(request.GET.get("aan", ""))
    also = [wanted] if wanted else []
    posted = _uuid(request.POST.get("to", "").removeprefix(reading.PERSON))
    first = {"topic": request.GET.get("onderwerp", ""), "place": request.GET.get("plaats", "")}
    return forms.AskForm(
        sent(request),
        initial={**first, "to": f"{reading.PERSON}{wanted}" if wanted else ""},
        addressees=reading.addressees(user, day, also=[*also, *([posted] if posted else [])]),
        topics=topic_choices(user),
        places=[(code, atlas.name(code, on=day)) for code in atlas.municipalities(on=day)],
        today=day,
        days=reading.term(),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@GET_OR_POST
@answered
def say(request: HttpRequest, pk: UUID, step: str) -> HttpResponse:
    """Answer, hand on, ask back, add, judge, mark as knowledge, or withdraw."""
    found = reading.question_at(request.user, pk)
    at = standing(found)
    require(step in reading.roles(found, at), at)
    if request.method != "POST" and step not in reading.possible(found, at):
        return redirect("cooperation:question", pk)
    user: Any = request.user
    options = reading.addressees(user, timezone.localdate()) if step == AdviceTurn.Kind.HANDED_ON else []
    form = forms.said(step, sent(request), addressees=options, initial={"seen": found.revision})

    def keep(told: dict[str, Any], **by: Any) -> None:
        turn = AdviceTurn(request=found, number=told["seen"] + 1, kind=step, words=told["words"])
        turn.score, turn.title = told.get("score"), told.get("title", "")
        for field, value in (reading.addressee(told["to"]) if "to" in told else {}).items():
            setattr(turn, field, value)
        actions.say(turn, **by)

    if kept(form, request, keep):
        messages.success(request, DONE[step])
        return redirect("cooperation:question", pk)  # who took a turn goes on seeing the question
    button, lead, _ = forms.SAYS[step]
    return asked(
        request, form, title=button, lead=f"{found.subject}. {lead}", button=button, way=_way(found, button)
    )


DONE = {
    "antwoord": "Uw antwoord staat erbij. De vrager krijgt bericht.",
    "doorgeven": "De vraag is doorgegeven.",
    "terugvraag": "De vrager krijgt bericht dat u iets wilt weten.",
    "aanvulling": "Uw aanvulling staat erbij.",
    "oordeel": "Dank u. De vraag is afgerond.",
    "kennis": "Het netwerk leest nu uw titel en samenvatting.",
    "intrekken": "De vraag is ingetrokken.",
}


def _way(found: AdviceRequest, last: str) -> Crumbs:
    return crumbs(ADVICE, (found.subject, reverse("cooperation:question", args=[found.pk])), last=last)
