"""Pages on which themes are chosen: rounds, what is judged by, scores, and what follows from them."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vangnet.identity import session
from vangnet.identity.answers import Crumbs, answering, asked
from vangnet.identity.session import acting
from vangnet.strategy import choosing_actions as actions
from vangnet.strategy import choosing_forms as forms
from vangnet.strategy import choosing_reading as reading
from vangnet.strategy.changes import may_propose
from vangnet.strategy.choosing import Candidate, ChoosingRound, Criterion
from vangnet.strategy.plan_edit_views import require
from vangnet.strategy.refusals import DoesNotHold
from vangnet.strategy.views import START, STRATEGY
from vangnet.vault.uploads import InMemoryUpload

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
ROUNDS = ("Themakeuze", "/strategie/keuzes/")
# What is added to a round: its form, its table, title, lead.
KINDS: dict[str, tuple[Any, Any, str, str]] = {
    "criterium": (
        forms.CriterionForm,
        Criterion,
        "Criterium toevoegen",
        "Waarop beoordelen we de onderwerpen?",
    ),
    "onderwerp": (forms.CandidateForm, Candidate, "Onderwerp toevoegen", "Wat kan een thema worden?"),
}


def _crumbs(last: str) -> Crumbs:
    return [START, STRATEGY, ROUNDS, (last, "")]


answered = answering("Thema's kiezen", _crumbs)


def round_of(request: HttpRequest, choosing: UUID) -> ChoosingRound:
    """Return a round that this session sees."""
    found: ChoosingRound = get_object_or_404(ChoosingRound.objects.visible_to(request.user), pk=choosing)
    return found


def _way(found: ChoosingRound, title: str) -> Crumbs:
    return [START, STRATEGY, ROUNDS, (found.name, reverse("strategy:round", args=[found.pk])), (title, "")]


@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """List the rounds in which themes are or were chosen."""
    shown = {
        "rounds": ChoosingRound.objects.visible_to(request.user).order_by("-opened_at"),
        "leads": reading.right().is_member,
        "breadcrumbs": [START, STRATEGY, ("Themakeuze", "")],
        "flow_step": "doelen",
    }
    return render(request, "strategy/rounds.html", shown)


@GET_OR_POST
@answered
def round_new(request: HttpRequest) -> HttpResponse:
    """Begin a round."""
    require(reading.right())
    form = forms.RoundForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        told = {**form.cleaned_data, "id": form.cleaned_data["id"] or uuid4()}
        try:
            begun = actions.open_round(ChoosingRound(**told), **acting(request))
        except DoesNotHold as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "De ronde is begonnen. Leg nu criteria en onderwerpen vast.")
            return redirect("strategy:round", begun.pk)
    title, lead = "Nieuwe themakeuze", "Criteria en gewichten staan vast voordat iemand een score ziet."
    return asked(request, form, title=title, lead=lead, button="Begin de ronde", way=_crumbs(title))


@require_safe
def round_page(request: HttpRequest, choosing: UUID) -> HttpResponse:
    """Show a round: what is judged by, the ranking, and how firm it is."""
    found, user = round_of(request, choosing), request.user
    criteria = list(found.criteria.visible_to(user))
    candidates = list(found.candidates.visible_to(user))
    total = sum(criterion.weight for criterion in criteria)
    shown = {
        "round": found,
        "criteria": [
            (c, c.weight / total, forms.PAPERS.get(c.papers, c.get_papers_display())) for c in criteria
        ],
        "candidates": candidates,
        "outcome": reading.outcome(found, criteria, candidates, user) if found.locked_at else None,
        "leads": reading.right().is_member,
        "may_score": reading.may_score().is_member,
        "may_propose": may_propose().here,
        "breadcrumbs": [START, STRATEGY, ROUNDS, (found.name, "")],
        "flow_step": "doelen",
    }
    return render(request, "strategy/round.html", shown)


@GET_OR_POST
@answered
def round_add(request: HttpRequest, choosing: UUID, sort: str) -> HttpResponse:
    """Add a criterion or a candidate."""
    found = round_of(request, choosing)
    if sort not in KINDS:
        raise Http404
    require(reading.right())
    form_of, model, title, lead = KINDS[sort]
    form = form_of(request.POST if request.method == "POST" else None)
    if form.is_valid():
        told = {**form.cleaned_data, "id": form.cleaned_data["id"] or uuid4()}
        order = model.objects.visible_to(request.user).filter(round=found).count()
        try:
            actions.add(model(round=found, order=order, **told), **acting(request))
        except DoesNotHold as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Toegevoegd.")
            return redirect("strategy:round", choosing)
    return asked(request, form, title=title, lead=lead, button="Voeg toe", way=_way(found, title))


@require_POST
@answered
def round_drop(request: HttpRequest, choosing: UUID, sort: str, piece: UUID) -> HttpResponse:
    """Take a criterion or a candidate out."""
    found = round_of(request, choosing)
    if sort not in KINDS:
        raise Http404
    require(reading.right())
    model = KINDS[sort][1]
    told = get_object_or_404(model.objects.visible_to(request.user).filter(round=found), pk=piece)
    return _done(request, choosing, lambda: actions.drop(told, **acting(request)), "Weggehaald.")


@require_POST
@answered
def round_lock(request: HttpRequest, choosing: UUID) -> HttpResponse:
    """Fix criteria, weights and candidates."""
    found = round_of(request, choosing)
    require(reading.right())
    said = "Criteria en gewichten staan vast. Nu kan er worden gescoord."
    return _done(request, choosing, lambda: actions.lock(found, **acting(request)), said)


@GET_OR_POST
@answered
def round_close(request: HttpRequest, choosing: UUID) -> HttpResponse:
    """End the scoring; with few papers a reason is asked first."""
    found = round_of(request, choosing)
    require(reading.right())
    sent = request.POST if request.method == "POST" else None
    form = forms.CloseRoundForm(sent, is_short=reading.is_short(found, request.user))
    if form.is_valid():
        said, why = "De ronde is gesloten. De uitkomst blijft zo staan.", form.cleaned_data.get("why", "")
        return _done(request, choosing, lambda: actions.close(found, why=why, **acting(request)), said)
    title = "Ronde sluiten"
    lead = "Van minder dan de helft van de stukken zijn er scores. Wie de keuze leest, ziet uw reden."
    return asked(request, form, title=title, lead=lead, button="Sluit de ronde", way=_way(found, title))


def _done(request: HttpRequest, choosing: UUID, verb: Any, said: str) -> HttpResponse:
    try:
        verb()
    except DoesNotHold as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("strategy:round", choosing)


@GET_OR_POST
@answered
def round_scores(request: HttpRequest, choosing: UUID) -> HttpResponse:
    """Score the paper of one organisation."""
    found = round_of(request, choosing)
    require(reading.may_score())
    user: Any = request.user
    own = None if reading.right().is_member else session.organisation()
    criteria = list(found.criteria.visible_to(user))
    known = reading.papers(criteria, user, on=timezone.localdate(), own=own)
    title, lead = "Een stuk scoren", "Kies eerst van wie het stuk is."
    choose = forms.PaperForm(request.GET if "organisatie" in request.GET else None, organisations=known)
    if found.state != "scoren" or not choose.is_valid():
        shown = {
            **{"round": found, "form": choose, "known": known, "title": title, "lead": lead},
            **{"breadcrumbs": _way(found, title), "flow_step": "doelen"},
        }
        return render(request, "strategy/round_paper.html", shown, status=422 if choose.errors else 200)
    paper = choose.cleaned_data["organisatie"]
    kinds = set(paper.kinds.values_list("kind", flat=True))
    form = forms.ScoresForm(
        request.POST if request.method == "POST" else None,
        candidates=list(found.candidates.visible_to(user)),
        criteria=[criterion for criterion in criteria if criterion.papers in kinds],
        known=reading.scored(found, paper, user),
    )
    if form.is_valid() and _scored(request, form, paper):
        return redirect("strategy:round", choosing)
    lead = f"Wat zegt het stuk van {paper}? Een eerdere score blijft bewaard; de laatste telt."
    return asked(request, form, title=title, lead=lead, button="Leg vast", way=_way(found, title))


def _scored(request: HttpRequest, form: forms.ScoresForm, paper: Any) -> bool:
    told = form.scores(paper)
    try:
        if told:
            actions.score(told, **acting(request))
    except DoesNotHold as refusal:
        form.add_error(None, str(refusal))
        return False
    withdrawn = sum(one.value is None for one in told)
    kept = len(told) - withdrawn
    if kept or not withdrawn:
        messages.success(request, f"Van {paper} vastgelegd: {kept} {'score' if kept == 1 else 'scores'}.")
    if withdrawn:
        said = "score, die telt" if withdrawn == 1 else "scores, die tellen"
        messages.success(request, f"Van {paper} ingetrokken: {withdrawn} {said} niet meer mee.")
    return True


@login_not_required  # both are asked below, in the usual order: first the token of our page, then who it is
@csrf_exempt  # the check reads the form; it comes after the handler is set, in the view below
def round_text(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Take a plan in memory, so that it never lies on the disk."""
    request.upload_handlers = [InMemoryUpload(request)]
    return _round_text(request, **kwargs)


@csrf_protect
@login_required
@GET_OR_POST
@answered
def _round_text(request: HttpRequest, choosing: UUID) -> HttpResponse:
    """Look through the text of a plan and propose scores; a person confirms them on the next form."""
    found = round_of(request, choosing)
    require(reading.may_score())
    paper, criteria = _paper(request, found)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    candidates = list(found.candidates.visible_to(request.user))
    form = forms.TextForm(
        *sent,
        criteria=criteria,
        candidates=candidates,
        refused=getattr(request, "upload_refused", False),
        initial={"organisatie": paper.slug},
    )
    title = f"Tekst van {paper} doorzoeken"
    if not form.is_valid():
        lead = "Vangnet zoekt per onderwerp de zinnen en doet een voorstel. U beslist."
        return asked(request, form, title=title, lead=lead, button="Zoek", way=_way(found, title))
    criterion = form.cleaned_data["criterion"]
    proposals = reading.proposals(form.cleaned_data["text"], candidates, form.also())
    shown = {
        "round": found,
        "paper": paper,
        "criterion": criterion,
        "proposals": proposals,
        "form": _proposed(found, paper, criterion, proposals, request.user),
        "file": form.cleaned_data["file"],
        "title": title,
        "breadcrumbs": _way(found, title),
        "flow_step": "doelen",
    }
    return render(request, "strategy/round_text.html", shown)


def _proposed(
    found: ChoosingRound, paper: Any, criterion: Any, proposals: Any, user: Any
) -> forms.ScoresForm:
    """Return the form of scores with what is proposed filled in, beside what is there."""
    return forms.ScoresForm(
        candidates=[one.candidate for one in proposals],
        criteria=[criterion],
        known=reading.scored(found, paper, user),
        initial={f"{one.candidate.pk}_{criterion.pk}": one.found.proposal for one in proposals},
    )


def _paper(request: HttpRequest, found: ChoosingRound) -> tuple[Any, Any]:
    """Return the organisation of an address whose paper this session may score, and its criteria."""
    user: Any = request.user
    own = None if reading.right().is_member else session.organisation()
    criteria = found.criteria.visible_to(user)
    wanted = request.POST.get("organisatie") or request.GET.get("organisatie")
    known = reading.papers(list(criteria), user, on=timezone.localdate(), own=own)
    paper = next((one for one in known if one.slug == wanted), None)
    if paper is None or found.state != "scoren":
        raise Http404
    return paper, criteria.filter(papers__in=list(paper.kinds.values_list("kind", flat=True)))
