"""Pages about changes of the strategy: what is proposed, by whom, and how it is decided."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from vangnet.identity import session
from vangnet.identity.answers import Crumbs, answering, asked
from vangnet.identity.rules import NotPermitted, Weak
from vangnet.identity.session import acting
from vangnet.strategy import actions, adoption, changes
from vangnet.strategy import change_forms as forms
from vangnet.strategy.models import Goal, Kind, OutcomeSeen, Strategy, Theme, Version
from vangnet.strategy.refusals import DoesNotHold
from vangnet.strategy.views import START, STRATEGY
from vangnet.ui.slugs import new_slug

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
CHANGES = ("Wijzigingen", "/strategie/wijzigingen/")
DRAFT = "Bewaar als concept"
LISTS = {
    "behandeling": ("In behandeling", (Version.State.SUBMITTED,)),
    "vastgesteld": ("Vastgesteld", (Version.State.IN_FORCE,)),
    "niet-doorgegaan": (
        "Niet doorgegaan",
        (Version.State.REJECTED, Version.State.WITHDRAWN, Version.State.SUPERSEDED),
    ),
    "concepten": ("Onze concepten", (Version.State.DRAFT,)),
}


@require_safe
def changes_list(request: HttpRequest) -> HttpResponse:
    """List changes: on their way, decided, not gone on, and drafts of one's own organisation."""
    here = request.GET.get("lijst", "behandeling")
    if here not in LISTS:
        raise Http404
    everything = Version.objects.visible_to(request.user).select_related("replaces")
    found = everything.filter(state__in=LISTS[here][1]).exclude(reason=actions.FROM_PACK)
    page = Paginator(found.order_by("-written_at", "pk"), 25).get_page(request.GET.get("pagina"))
    rows = [(one, changes.name(one), changes.what(one)) for one in page]
    shown = {
        "rows": rows,
        "page": page,
        "lists": [
            {"label": label, "url": f"?lijst={code}", "current": code == here}
            for code, (label, _) in LISTS.items()
        ],
        "list_name": LISTS[here][0],
        "steps": _steps(request.user) if here == "vastgesteld" else [],
        "may_propose": changes.may_propose().here,
        "breadcrumbs": [START, STRATEGY, ("Wijzigingen", "")],
        "flow_step": "doelen",
    }
    return render(request, "strategy/changes.html", shown)


def _steps(user: Any) -> list[dict[str, Any]]:
    """Return how the whole strategy went from draft to adopted (2 queries)."""
    strategy = Strategy.objects.visible_to(user).first()
    return adoption.timeline(adoption.steps(strategy, user)) if strategy else []


def proposal(request: HttpRequest, version: UUID) -> Version:
    """Return a version that this session sees; 404 when there is none."""
    everything = Version.objects.visible_to(request.user)
    return get_object_or_404(everything.select_related("replaces", "revises"), pk=version)


@require_safe
def change(request: HttpRequest, version: UUID) -> HttpResponse:
    """Show a proposal: what it changes, why, its route, and what this session may do."""
    found, at = proposal(request, version), changes.standing(version)
    user: Any = request.user
    own = found.organisation_id is not None and found.organisation_id == session.organisation()
    is_open = found.state in (Version.State.DRAFT, Version.State.SUBMITTED)
    stages = changes.stages(found, at, user, timezone.localdate())
    current = changes.current(found.kind, found.item, user)
    shown = {
        "version": found,
        "name": changes.name(found),
        "what": changes.what(found),
        "fields": changes.shown(found, user),
        "stages": stages,
        "is_open": is_open,
        "sides": _sides(found),
        **_links(found, current, user),
        "mine": [v for stage in stages if not stage.is_advice for v in stage.voices if v.is_mine],
        "advising": [v for stage in stages if stage.is_advice for v in stage.voices if v.is_mine],
        "is_outdated": is_open and found.replaces_id != (current and current.pk),
        "current": current,
        "is_taken": changes.is_taken(found, current),
        "later": found.revisions.visible_to(user).first()
        if found.state == Version.State.SUPERSEDED
        else None,
        "may_edit": own and at.may_propose and is_open,
        "may_revise": changes.can_revise(found, current),
        "is_news": _is_news(found, user),
        "breadcrumbs": [START, STRATEGY, CHANGES, (changes.name(found), "")],
        "flow_step": "doelen",
    }
    return render(request, "strategy/change.html", shown)


def _sides(version: Version) -> tuple[str, str]:
    """Return what stands above the words of before, and above those of the version."""
    if version.state in (Version.State.DRAFT, Version.State.SUBMITTED):
        return "Nu", "Voorstel"
    return "Daarvoor", "Vastgesteld" if version.in_force_from else "Voorstel"


def _links(version: Version, current: Version | None, user: Any) -> dict[str, str]:
    """Return where what a version is about can be read, and its theme; a goal that ended still can."""
    if current is None or (current.content is None and version.kind != Kind.GOAL):
        return {}
    theme = (version.content or changes.before(version) or {}).get("theme") or ""
    is_there = theme and Theme.objects.visible_to(user).filter(pk=theme).exists()
    return {
        "item_url": _back(version.kind, version.item),
        "theme_url": _back(Kind.THEME, theme) if is_there else "",
    }


def _is_news(found: Version, user: Any) -> bool:
    """Say whether this person wrote what was decided, and did not see yet what came of it."""
    is_decided = found.state in (Version.State.IN_FORCE, Version.State.REJECTED)
    mine = is_decided and found.submitted_at is not None and found.author_id == user.pk
    return mine and not OutcomeSeen.objects.visible_to(user).filter(version=found).exists()


def _crumbs(last: str) -> Crumbs:
    return [START, STRATEGY, CHANGES, (last, "")]


answered = answering("De strategie wijzigen", _crumbs)


def ask(
    request: HttpRequest, form: Form, title: str, lead: str, *, back: tuple[str, str], button: str = DRAFT
) -> HttpResponse:
    """Show a form of a change, with the way back."""
    way = [START, STRATEGY, back, (title, "")]
    return asked(request, form, title=title, lead=lead, button=button, way=way, flow_step="doelen")


def _current(kind: str, item: str, request: HttpRequest) -> Version:
    found = changes.current(kind, item, request.user)
    if found is None or found.content is None:
        raise Http404
    return found


def _form(request: HttpRequest, kind: str, former: Any, item: str = "", **more: Any) -> forms.ChangeForm:
    data = request.POST if request.method == "POST" else None
    if kind == Kind.GOAL:
        themes, goals = Theme.objects.visible_to(request.user), Goal.objects.visible_to(request.user)
        form = forms.GoalForm(data, former=former, item=item, themes=themes, goals=list(goals), **more)
        if former is None:
            form.initial["theme"] = request.GET.get("thema", "")
        return form
    kinds: dict[str, type[forms.ChangeForm]] = {
        Kind.THEME: forms.ThemeForm,
        Kind.DEFINITION: forms.DefinitionForm,
    }
    found = kinds[kind](data, former=former, **more)
    if former is None and request.GET.get("ronde"):  # what a round of choosing came to
        found.initial["name"] = request.GET.get("naam", "")[:100]
        found.initial["reason"] = f"Gekozen in de ronde ‘{request.GET['ronde'][:120]}’."
    return found


def _kept(request: HttpRequest, form: Form, version: Version) -> HttpResponse | None:
    """Keep a proposal and go to it; what the rules have against it stands with the form."""
    told = form.cleaned_data
    version.id = told["id"] or version.id
    version.reason, version.organisation_id = told["reason"], session.organisation()
    try:
        actions.propose(version, **acting(request))
    except DoesNotHold as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, "Het voorstel is bewaard als concept. Dien het in als het klaar is.")
    return redirect("strategy:change", version.pk)


def _kind(sort: str) -> Kind:
    if sort not in Kind.values:
        raise Http404
    return Kind(sort)


def _require() -> None:
    may, is_strong = changes.may_propose()
    if not is_strong:
        raise Weak
    if not may:
        raise NotPermitted("deze sessie stelt niets voor")


@GET_OR_POST
@answered
def edit(request: HttpRequest, sort: str, item: str) -> HttpResponse:
    """Propose how an item should read."""
    _require()
    kind = _kind(sort)
    former = _current(kind, item, request)
    form = _form(request, kind, former.content, item, unlike=[former.content], base=former)
    if form.is_valid():
        answer = _kept(request, form, Version(kind=kind, item=item, content=form.content(), replaces=former))
        if answer:
            return answer
    title = f"Stel een wijziging voor: {changes.name(former)}"
    lead = "Pas aan wat anders moet. Wat nu geldt, blijft gelden tot erover is besloten."
    return ask(request, form, title, lead, back=(changes.name(former), _back(kind, item)))


@GET_OR_POST
@answered
def end(request: HttpRequest, sort: str, item: str) -> HttpResponse:
    """Propose that an item ends."""
    _require()
    kind = _kind(sort)
    former = _current(kind, item, request)
    form = forms.EndForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        answer = _kept(request, form, Version(kind=kind, item=item, content=None, replaces=former))
        if answer:
            return answer
    title = f"Laat vervallen: {changes.name(former)}"
    lead = "Het blijft leesbaar op elke datum waarop het gold."
    return ask(request, form, title, lead, back=(changes.name(former), _back(kind, item)))


@GET_OR_POST
@answered
def new(request: HttpRequest, sort: str) -> HttpResponse:
    """Propose a new theme, goal or definition."""
    _require()
    kind = _kind(sort)
    form = _form(request, kind, None)
    if form.is_valid():
        version = Version(kind=kind, item=_new_item(kind, form, request), content=form.content())
        version.content = _placed(kind, version.content, request)
        answer = _kept(request, form, version)
        if answer:
            return answer
    label = {"thema": "Nieuw thema", "doel": "Nieuw doel", "begrip": "Nieuw begrip"}[kind]
    lead = "Het geldt pas als erover is besloten."
    return ask(request, form, label, lead, back=CHANGES)


def _new_item(kind: str, form: forms.ChangeForm, request: HttpRequest) -> str:
    taken = changes.taken(kind)
    if kind != Kind.GOAL:
        words = {
            "wijzigingen",
            "vergelijken",
            "op",
            "begrippen",
            "doelen",
            "termijnen",
            "terugblik",
            "themas",
            "plannen",
            "keuzes",
            "vaststellen",
        }
        return new_slug(form.cleaned_data["name"], {*taken, *words})
    theme = form.cleaned_data["theme"]
    siblings = Goal.objects.visible_to(request.user).filter(theme=theme).values_list("code", flat=True)
    return forms.new_code(theme, taken, siblings)


def _placed(kind: str, content: Any, request: HttpRequest) -> Any:
    """Put what is new after what there is."""
    if kind == Kind.THEME:
        strategy = Strategy.objects.visible_to(request.user).last()
        last = Theme.objects.visible_to(request.user).last()
        return {
            **content,
            "strategy": strategy and strategy.pk,
            "position": (last.position if last else 0) + 1,
        }
    if kind == Kind.GOAL:
        last_goal = Goal.objects.visible_to(request.user).order_by("position").last()
        return {**content, "position": (last_goal.position if last_goal else 0) + 1}
    return {"indicators": [], **content}


@GET_OR_POST
@answered
def revise(request: HttpRequest, version: UUID) -> HttpResponse:
    """Write the next version of an open proposal; what was said of the former is not said of this one."""
    _require()
    found = proposal(request, version)
    now = changes.current(found.kind, found.item, request.user)
    if found.organisation_id != session.organisation() or not changes.can_revise(found, now):
        raise Http404
    form = _revising(request, found, now)
    if form.is_valid():
        fresh = Version(kind=found.kind, item=found.item, content=None, revises=found, replaces=now)
        if isinstance(form, forms.ChangeForm):
            fresh.content = form.content()
        if changes.is_taken(found, now) and isinstance(form, forms.ChangeForm):
            fresh.item, fresh.replaces = _new_item(Kind(found.kind), form, request), None
        answer = _kept(request, form, fresh)
        if answer:
            return answer
    title = f"Pas het voorstel aan: {changes.name(found)}"
    lead = "Dit wordt een nieuwe versie. Oordelen over de vorige gelden niet voor deze."
    return ask(request, form, title, lead, back=back_to(found))


def _revising(request: HttpRequest, found: Version, now: Version | None) -> Form:
    """Return the form of a proposal on what is there now; on words that did not change, it has to differ."""
    if found.content is None:
        former = found.reason if now and found.replaces_id == now.pk else ""
        return forms.EndForm(request.POST or None, former=former, initial={"reason": found.reason})
    if changes.is_taken(found, now):
        return _form(request, found.kind, found.content)
    is_outdated = found.replaces_id != (now and now.pk)
    unlike = [now and now.content, None if is_outdated else found.content]
    content = changes.rebased(found, now)
    return _form(request, found.kind, content, found.item, unlike=unlike, base=now)


def back_to(version: Version) -> tuple[str, str]:
    """Return name and address of a proposal."""
    return changes.name(version), reverse("strategy:change", args=[version.pk])


def _back(kind: str, item: str) -> str:
    if kind == Kind.GOAL:
        return reverse("strategy:goal", args=[item])
    if kind == Kind.THEME:
        return reverse("strategy:theme", args=[item])
    return f"{reverse('strategy:definitions')}#{item}"
