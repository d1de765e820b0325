"""What the pages about agreements show: rows and words, ready for the templates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, F, Func, Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from vangnet.agreements import sharing
from vangnet.agreements.forms import Shareable
from vangnet.agreements.models import Authorisation, Partner, Version
from vangnet.agreements.steps import Step
from vangnet.agreements.terms import Agreement
from vangnet.ui.formats import day
from vangnet.ui.tables import Cell, Column, Table

STATUS_TONES = {"concept": "warning", "actief": "ok", "beeindigd": "neutral"}
SOON = 90


def crumbs(*steps: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way to a page of this module."""
    return [("Start", "/"), ("Convenanten", reverse("agreements:agreements") if steps else ""), *steps]


def address(agreement: Agreement) -> str:
    """Return the address of the chain of an agreement."""
    return reverse("agreements:agreement", args=[agreement.code])


def step_url(agreement: Agreement, kind: str, pk: Any) -> str:
    """Return the address of a step."""
    return reverse("agreements:step", args=[agreement.code, kind, pk])


def last_day(period: Any) -> date | None:
    """Return the last day on which it holds; None is without an end."""
    return period.upper - timedelta(days=1) if period.upper else None


def until(period: Any) -> str:
    """Write a period as people say it."""
    last = last_day(period)
    return f"{day(period.lower)} t/m {day(last)}" if last else f"vanaf {day(period.lower)}"


def standing(version: Version, today: date) -> tuple[str, str]:
    """Return where a version stands, in words and a tone."""
    if version.status == Version.Status.ACTIVE:
        if version.period.lower > today:
            return f"actief vanaf {day(version.period.lower)}", "info"
        if version.period.upper <= today or (version.ended_on and version.ended_on <= today):
            return "verlopen", "error"
        if expires_soon(version, today):
            return "verloopt binnenkort", "warning"
    return version.get_status_display().lower(), STATUS_TONES[version.status]


def expires_soon(version: Version, today: date) -> bool:
    """Say whether an active version ends within its reminder days."""
    if version.status != Version.Status.ACTIVE:
        return False
    end = min(version.period.upper, version.ended_on or version.period.upper)
    return bool(today < end <= today + timedelta(days=version.reminder_days))


def current(versions: Iterable[Version], today: date) -> Version | None:
    """Return the version to look at: the active one of today, else the last one."""
    known = sorted(versions, key=lambda v: v.number, reverse=True)
    active = [v for v in known if v.status == Version.Status.ACTIVE and v.period.lower <= today]
    return (active or known or [None])[0]


# --- the list ---


def agreements(found: Any, may_start: bool) -> dict[str, Any]:
    """List the agreements."""
    today = timezone.localdate()
    partners = Partner.objects.filter(Q(period__endswith=None) | Q(period__endswith__gt=today))
    rows = found.select_related("lead").prefetch_related(
        "versions", Prefetch("partners", partners.select_related("organisation"))
    )
    shown = [_row(agreement, today) for agreement in rows]
    heads = ("Convenant", "Status", "Geldig", "Zone", "Partners")
    return {
        "table": Table("Convenanten", [Column(head) for head in heads], shown) if shown else None,
        "may_start": may_start,
        "flow_step": "afspraken",
        "breadcrumbs": crumbs(),
    }


def _row(agreement: Agreement, today: date) -> list[Any]:
    version = current(agreement.versions.all(), today)
    names = sorted({partner.organisation.name for partner in agreement.partners.all()})
    return [
        Cell(agreement.name, url=address(agreement), note=f"penvoerder {agreement.lead}"),
        standing(version, today)[0] if version else "zonder versie",
        until(version.period) if version else "",
        agreement.get_zone_display(),
        ", ".join(names) or "nog geen",
    ]


# --- forms ---


def new(form: Any) -> dict[str, Any]:
    """Ask for a new agreement."""
    return {
        "form": form,
        "title": "Nieuw convenant",
        "lead": "Begin met een concept. Er mag pas iets worden gedeeld als alles is ingevuld en ondertekend.",
        "button": "Concept maken",
        "back": reverse("agreements:agreements"),
        "flow_step": "afspraken",
        "breadcrumbs": crumbs(("Nieuw convenant", "")),
    }


def step(todo: Step, subject: Any, agreement: Agreement, form: Any) -> dict[str, Any]:
    """Ask what a step needs."""
    return {
        "form": form,
        "title": todo.title,
        "lead": todo.lead,
        "button": todo.button,
        "subject": str(subject),
        "back": address(agreement),
        "flow_step": "afspraken",
        "breadcrumbs": crumbs((agreement.name, address(agreement)), (todo.title, "")),
    }


# --- what is still needed ---


def shareable(form: Shareable) -> dict[str, Any]:
    """Answer what holds and what is missing before this may go to that organisation."""
    checks = []
    if form.is_bound and form.is_valid():
        answers = form.cleaned_data
        checks = sharing.checks(answers["doel"], answers["categorie"], answers["ontvanger"])
    missing = [check for check in checks if not check.holds]
    return {
        "form": form,
        "checks": checks,
        "missing": len(missing),
        "agreement_url": address(form.cleaned_data["doel"].agreement) if checks else "",
        "flow_step": "afspraken",
        "breadcrumbs": crumbs(("Wat is er nog nodig?", "")),
    }


# --- what may I ---


def mine(user: Any) -> dict[str, Any]:
    """Tell somebody what they may do today, per purpose."""
    today = timezone.localdate()
    live = Func(F("purpose_id"), function="agreements_purpose_is_live", output_field=BooleanField())
    given = (
        Authorisation.objects.filter(user=user, revoked_at=None, period__contains=today)
        .annotate(live=live)
        .select_related("purpose", "agreement", "organisation", "partner")
        .prefetch_related(
            "purpose__categories__category",
            "agreement__versions",
            Prefetch(
                "agreement__partners",
                Partner.objects.filter(period__contains=today).select_related("organisation"),
            ),
        )
        .order_by("agreement__name", "purpose__name")
    )
    return {
        "cards": [_mine(one, today) for one in given],
        "flow_step": "afspraken",
        "breadcrumbs": crumbs(("Wat mag ik wel?", "")),
    }


def _mine(given: Any, today: date) -> dict[str, Any]:
    version = current(given.agreement.versions.all(), today)
    ends = [given.period.upper, given.partner.period.upper, version.period.upper if version else None]
    categories = [row for row in given.purpose.categories.all() if row.tier <= given.max_tier]
    others = {p.organisation.name for p in given.agreement.partners.all()} - {given.organisation.name}
    works = given.live and today in given.partner.period
    return {
        "title": f"{given.purpose.name}, {given.agreement.name}",
        "works": works,
        "facts": [
            ("Taak", given.get_task_display()),
            ("Namens", str(given.organisation)),
            ("Tot en met trede", str(given.max_tier)),
            ("Welke gegevens", ", ".join(str(row.category) for row in categories) or "nog geen"),
            ("Met wie", ", ".join(sorted(others)) or "alleen binnen de eigen organisatie"),
            ("Tot en met", day(min(end for end in ends if end) - timedelta(days=1))),
        ],
        "dossiers": f"/dossiers/{given.purpose_id}/" if works and given.task == "verwerking" else "",
        "agreement_url": address(given.agreement),
    }


# --- what ends soon ---


def expiring(user: Any) -> dict[str, Any]:
    """List agreements, partners and authorisations that end within the reminder days."""
    today = timezone.localdate()
    active = Version.objects.filter(status=Version.Status.ACTIVE).select_related("agreement__lead")
    within = {v.agreement_id: today + timedelta(days=v.reminder_days) for v in active}
    latest = today + timedelta(days=SOON)

    def soon(one: Any) -> bool:
        return bool(today < one.period.upper <= within.get(one.agreement_id, latest))

    partners = Partner.objects.filter(period__endswith__gt=today).select_related("organisation", "agreement")
    given = Authorisation.objects.visible_to(user).current().filter(period__endswith__gt=today)
    given = given.select_related("user", "purpose", "agreement", "organisation")
    return {
        "agreements": _ending("Convenanten", [v for v in active if expires_soon(v, today)], _of_version),
        "partners": _ending("Partners", filter(soon, partners), _of_partner),
        "authorisations": _ending("Autorisaties", filter(soon, given), _of_authorisation),
        "flow_step": "afspraken",
        "breadcrumbs": crumbs(("Verloopt binnenkort", "")),
    }


def _ending(caption: str, found: Iterable[Any], describe: Any) -> Table | None:
    rows = [[*describe(one), last_day(one.period)] for one in sorted(found, key=lambda one: one.period.upper)]
    heads = [Column("Wat"), Column("Van wie"), Column("Laatste dag", "date")]
    return Table(caption, heads, rows) if rows else None


def _of_version(version: Version) -> list[Any]:
    return [Cell(str(version), url=address(version.agreement)), str(version.agreement.lead)]


def _of_partner(partner: Partner) -> list[Any]:
    return [Cell(str(partner.agreement), url=address(partner.agreement)), str(partner.organisation)]


def _of_authorisation(given: Authorisation) -> list[Any]:
    name = f"{given.user} voor {given.purpose}"
    return [Cell(name, url=address(given.agreement)), str(given.organisation)]
