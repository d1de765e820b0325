"""Pages about people: whom to call, who there is, and how to reach them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from vangnet.directory import actions, whom
from vangnet.directory.answers import answered, asked, crumbs, kept
from vangnet.directory.models import Expertise, Holder, Profile, Topic
from vangnet.directory.people_forms import ProfileForm, WhomForm, topic_choices
from vangnet.directory.rules import Standing, require, standing
from vangnet.identity.models import Organisation, User
from vangnet.identity.rules import NotPermitted
from vangnet.places.atlas import Atlas

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
PEOPLE = ("Mensen", "/netwerk/mensen/")


@require_safe
@answered
def who(request: HttpRequest) -> HttpResponse:
    """Say whom to call about a subject in a municipality."""
    at = reader()
    user: Any = request.user
    day = timezone.localdate()
    form = whom_form(user, at, request.GET or None)
    shown: dict[str, Any] = {"form": form, "at": at, "breadcrumbs": crumbs(last="Wie bel ik")}
    if form.is_bound and form.is_valid():
        topic = Topic.objects.visible_to(user).get(pk=form.cleaned_data["onderwerp"])
        question = whom.Question(topic, form.cleaned_data["plaats"], day)
        shown |= {"topic": topic, "levels": whom.whom(user, question)}
        shown["partners"] = whom.partners(user, question.theme, day)
    return render(request, "directory/who.html", shown)


@require_safe
@answered
def people(request: HttpRequest) -> HttpResponse:
    """List who works in the network today."""
    at = reader()
    user: Any = request.user
    day, query = timezone.localdate(), " ".join(request.GET.get("q", "").replace("\0", " ").split())[:60]
    found = whom.found(user, query.split(), day)
    page = Paginator(found.order_by("name"), 50).get_page(request.GET.get("pagina"))
    keys = [one.pk for one in page]
    shown = {
        "at": at,
        "page": page,
        "query": query,
        "rows": _rows(page, whom.organisations_of(user, keys, day), whom.profiles_of(user, keys)),
        "breadcrumbs": crumbs(last="Mensen"),
    }
    return render(request, "directory/people.html", shown)


@require_safe
@answered
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show somebody: where they work, how to reach them, which seats they hold and held."""
    at, found = reader(), somebody(request, pk)
    user: Any = request.user
    day = timezone.localdate()
    seats = whom.seats_of(user, pk)
    shown = {
        "person": found,
        "organisations": whom.organisations_of(user, [pk], day).get(pk, []),
        "profile": whom.profiles_of(user, [pk]).get(pk),
        "expertise": Expertise.objects.visible_to(user).filter(account=pk).select_related("topic"),
        "seats": [one for one in seats if day in one.period],
        "former": [one for one in seats if day not in one.period],
        "is_self": pk == at.account,
        "may_hand_over": at.is_driving,
        "breadcrumbs": crumbs(PEOPLE, last=found.name),
    }
    return render(request, "directory/person.html", shown)


@require_safe
@answered
def card(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give somebody as a contact card."""
    from vangnet.directory.vcard import card as write

    reader()
    found = somebody(request, pk)
    user: Any = request.user
    profile = whom.profiles_of(user, [pk]).get(pk)
    content = write(
        key=str(pk),
        name=found.name,
        email=found.email,
        organisations=whom.organisations_of(user, [pk], timezone.localdate()).get(pk, []),
        title=profile.function.name if profile and profile.function else "",
        phone=profile.phone if profile else "",
        changed_on=profile.changed_on if profile else None,
    )
    headers = {"Content-Disposition": f'attachment; filename="{slugify(found.name) or "kaart"}.vcf"'}
    return HttpResponse(content, content_type="text/vcard; charset=utf-8", headers=headers)


@GET_OR_POST
@answered
def own(request: HttpRequest) -> HttpResponse:
    """Keep one's own profile."""
    require(True, standing())
    user: Any = request.user
    known: Profile | None = Profile.objects.visible_to(user).filter(account=user).first()
    topics = Expertise.objects.visible_to(user).filter(account=user).values_list("topic", flat=True)
    first: dict[str, Any] = {"topics": list(topics)}
    if known:
        first |= {"function": known.function_id, "phone": known.phone, "days": known.days}
    form = ProfileForm(request.POST or None, initial=first, user=user)
    if request.method == "POST" and not request.POST:
        form = ProfileForm({}, user=user)
    if kept(form, request, lambda told, **acting: actions.keep_profile(user, **told, **acting)):
        messages.success(request, "Uw profiel is bijgewerkt.")
        return redirect("directory:person", pk=user.pk)
    return asked(
        request, form,
        title="Mijn profiel",
        lead="Wat collega's in het netwerk van u zien: functie, werktelefoon, werkdagen en waar u van weet.",
        button="Bewaar mijn profiel",
        way=crumbs(("Mensen", reverse("directory:people")), last="Mijn profiel"),
    )  # fmt: skip


def whom_form(user: User, at: Standing, data: Any = None) -> WhomForm:
    """Return the form of whom to call, with the own municipality filled in."""
    atlas, day = Atlas.load(), timezone.localdate()
    places = [(code, atlas.name(code, on=day)) for code in atlas.municipalities(on=day)]
    own = (
        Organisation.objects.visible_to(user)
        .filter(pk__in=[at.organisation] if at.organisation else [])
        .values_list("place", flat=True)
    )
    first = {"plaats": next(iter(own), "")}
    if data is not None and "plaats" not in data:
        data = {**data.dict(), **first}
    if data is not None and "onderwerp" not in data:
        data = None
    return WhomForm(data, topics=topic_choices(user), places=places, initial=first)


def reader() -> Standing:
    """Return what the session may do, when it works for a partner of the network.

    Raises
    ------
    NotPermitted
        It works for nobody.
    """
    at = standing()
    if not at.reads:
        raise NotPermitted("alleen voor wie in het netwerk werkt")
    return at


def somebody(request: HttpRequest, pk: UUID) -> User:
    """Return somebody who works in the network, or holds or held a seat.

    Raises
    ------
    Http404
        There is nobody of that kind.
    """
    user: Any = request.user
    found: User | None = User.objects.visible_to(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    works = whom.at_work(timezone.localdate()).filter(user=pk).exists()
    if not (works and found.is_active) and not Holder.objects.visible_to(user).filter(account=pk).exists():
        raise Http404
    return found


def _rows(page: Any, organisations: Any, profiles: Any) -> list[dict[str, Any]]:
    return [
        {"person": one, "organisations": organisations.get(one.pk, []), "profile": profiles.get(one.pk)}
        for one in page
    ]
