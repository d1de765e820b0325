"""Pages that belong to no single module: home, search, manual, look-back, and what a site must say."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vangnet.casework import public_reports
from vangnet.identity.models import User
from vangnet.identity.pages import SECURITY
from vangnet.identity.session import acting
from vangnet.portal import actions, goal_table, notices, waiting
from vangnet.portal import home as desks
from vangnet.portal import look_back as looking_back
from vangnet.portal import manual as handbook
from vangnet.portal import search as searching
from vangnet.portal import sources as origins
from vangnet.portal.forms import RhythmForm
from vangnet.portal.models import MailWish
from vangnet.portal.navigation import memberships
from vangnet.strategy.models import Strategy

START = ("Start", "/")


@login_not_required
@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Show what this person needs first; to anybody else, what Vangnet is."""
    if not isinstance(request.user, User):
        return render(request, "portal/welcome.html", {"takes_reports": bool(public_reports.forms())})
    desk = desks.desk(request.user, memberships(request), today=timezone.localdate())
    return render(request, "portal/home.html", {"desk": desk})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def mail(request: HttpRequest) -> HttpResponse:
    """Let somebody choose how often to hear by mail what waits."""
    user: User = request.user  # type: ignore[assignment]
    wish = MailWish.objects.visible_to(user).first() or MailWish(user=user)
    form = RhythmForm(request.POST or None, initial={"rhythm": wish.rhythm})
    if form.is_valid():
        actions.choose_rhythm(MailWish.Rhythm(form.cleaned_data["rhythm"]), **acting(request))
        messages.success(request, "Uw keuze is bewaard.")
        return redirect("portal:mail")
    shown = {
        "form": form,
        "wish": wish,
        "is_sent": settings.MAIL_IS_SET,
        "waiting": waiting.of(user, today=timezone.localdate()),
        "breadcrumbs": [START, SECURITY, ("Berichten per e-mail", "")],
    }
    return render(request, "portal/mail.html", shown, status=422 if form.errors else 200)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find what holds the words of a question, of all that this session reads."""
    result = searching.search(
        request.GET.get("q", ""),
        user=request.user,  # type: ignore[arg-type]
        today=timezone.localdate(),
    )
    return render(request, "portal/search.html", {"result": result, "breadcrumbs": [START, ("Zoeken", "")]})


@require_safe
def look_back(request: HttpRequest) -> HttpResponse:
    """Put what the note claims about the period before beside the official figures."""
    rows = looking_back.rows(request.user)
    context = {
        "rows": rows,
        "period": looking_back.period(rows),
        "strategy": Strategy.objects.visible_to(request.user).first(),
        "breadcrumbs": [START, ("Strategie", "/strategie/"), ("Terugblik", "")],
        "flow_step": "resultaten",
    }
    return render(request, "portal/look_back.html", context)


@require_safe
def goals_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Give all goals as a file."""
    content, content_type = goal_table.written(kind, request.user)
    disposition = f'attachment; filename="doelen.{kind}"'
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})


@login_not_required
@require_safe
def manual(request: HttpRequest) -> HttpResponse:
    """Show the contents of the manual."""
    context = {"chapters": handbook.chapters(), "breadcrumbs": [START, ("Handleiding", "")]}
    return render(request, "portal/manual.html", context)


@login_not_required
@require_safe
def manual_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a page of the manual."""
    found = handbook.neighbours(slug)
    if found is None:
        raise Http404
    before, chapter, after = found
    crumbs = [START, ("Handleiding", "/handleiding/"), (chapter.title, "")]
    context = {"chapter": chapter, "before": before, "after": after, "breadcrumbs": crumbs}
    return render(request, "portal/manual_page.html", context)


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """State how accessible the site is and how that was tested."""
    crumbs = [START, ("Toegankelijkheid", "")]
    context = {"contact": settings.SECURITY_CONTACT, "breadcrumbs": crumbs}
    return render(request, "portal/accessibility.html", context)


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """State what is stored about whoever uses the site."""
    hours = settings.SESSION_COOKIE_AGE // 3600
    return render(request, "portal/privacy.html", {"hours": hours, "breadcrumbs": [START, ("Privacy", "")]})


@login_not_required
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """List the sources of all figures with their licence, and the licence of the software."""
    context = {"origins": origins.origins(), "breadcrumbs": [START, ("Bronnen en licenties", "")]}
    return render(request, "portal/sources.html", context)


@login_not_required
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say where to report a weakness (RFC 9116)."""
    return HttpResponse(notices.security_txt(timezone.now()), content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Ask search engines to stay out."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Answer that web and database work, for whoever watches over them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
