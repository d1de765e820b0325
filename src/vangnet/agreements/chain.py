"""One agreement as a chain on one screen: what it is, what it lacks, and what one may do at each link."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import BooleanField, F, Func
from django.utils import timezone

from vangnet.agreements import actions, rules
from vangnet.agreements.models import Authorisation, Circle, CircleMember
from vangnet.agreements.pages import (
    crumbs,
    current,
    expires_soon,
    last_day,
    standing,
    step_url,
    until,
)
from vangnet.agreements.sharing import MISSING
from vangnet.agreements.terms import Agreement, Purpose, Version
from vangnet.ui.formats import day
from vangnet.ui.tables import Cell, Column, Table

Row = list[Any]


def page(agreement: Agreement, user: Any) -> dict[str, Any]:
    """Return everything that the page of an agreement shows."""
    today = timezone.localdate()
    versions = list(agreement.versions.select_related("coordinator", "set_aside_by"))
    draft = next((v for v in versions if v.is_draft), None)
    shown = current(versions, today)
    may = rules.may_administer(agreement.pk)
    purposes = list(
        agreement.purposes.select_related("version").prefetch_related(
            "categories__category", "categories__version"
        )
    )
    links = _Links(agreement, may, draft)
    missing = _missing(draft, agreement, may) if draft else []
    partners = _partners(agreement, links, today)
    authorisations = _authorisations(agreement, user, links)
    circles = _circles(agreement, links)
    return {
        "agreement": agreement,
        "version": shown,
        "draft": draft,
        "may": may,
        "missing": missing,
        "standing": standing(shown, today) if shown else ("zonder versie", "error"),
        "soon": bool(shown and expires_soon(shown, today)),
        "about": _about(agreement, shown),
        "versions": _versions(versions, links, today),
        "purposes": _purposes(purposes, links),
        "categories": _categories(purposes, links),
        "partners": partners,
        "authorisations": authorisations,
        "circles": circles,
        "chain": _summary(versions, purposes, partners, authorisations, circles),
        "next": _for_mayor(draft, agreement) or _next(draft, shown, missing, links),
        "links": links,
        "flow_step": "afspraken",
        "breadcrumbs": crumbs((agreement.name, "")),
    }


class _Links:
    """Addresses of the steps; empty for whoever may not take them."""

    def __init__(self, agreement: Agreement, may: bool, draft: Version | None) -> None:
        self.agreement, self.may, self.draft = agreement, may, draft

    def to(self, kind: str, pk: Any, *, label: str) -> Cell:
        """Return a cell with the step, or an empty one."""
        return Cell(label, url=step_url(self.agreement, kind, pk)) if self.may else Cell("")

    def of_draft(self, kind: str) -> str:
        """Return the address of a step on the draft."""
        return step_url(self.agreement, kind, self.draft.pk) if self.may and self.draft else ""

    @property
    def edit(self) -> str:
        return self.of_draft("wijzigen")

    @property
    def purpose(self) -> str:
        return self.of_draft("doel")

    @property
    def partner(self) -> str:
        return self.of_draft("partner")

    @property
    def renew(self) -> str:
        return (
            step_url(self.agreement, "vernieuwen", self.agreement.pk) if self.may and not self.draft else ""
        )


def _missing(draft: Version, agreement: Agreement, may: bool) -> list[dict[str, str]]:
    found = []
    for code in actions.lacks(draft):
        what, how, kind = MISSING[code]
        url = step_url(agreement, kind, draft.pk) if may and kind else ""
        found.append({"what": what, "how": how, "url": url})
    return found


def _about(agreement: Agreement, version: Version | None) -> list[tuple[str, str]]:
    facts = [
        ("Kenmerk", agreement.code),
        ("Zone", agreement.get_zone_display()),
        ("Regime", agreement.get_regime_display()),
        ("Penvoerder", str(agreement.lead)),
    ]
    if version is None:
        return facts
    return [
        *facts,
        ("Geldig", until(version.period)),
        ("Langste bewaartermijn", f"{version.max_retention} maanden"),
        ("DPIA vastgesteld", day(version.dpia_adopted_on) if version.dpia_adopted_on else "nog niet"),
        ("Advies", _advice(version)),
        ("Ondertekend", day(version.signed_on) if version.signed_on else "nog niet"),
        ("Coördinerend FG", str(version.coordinator or "nog niet gekozen")),
        ("Contactpunt", version.contact_point or "nog niet ingevuld"),
    ]


def _advice(version: Version) -> str:
    said = version.get_advice_display() or "nog niet gegeven"
    if version.set_aside_by is None or version.set_aside_at is None:
        return said
    on = day(timezone.localdate(version.set_aside_at))
    return f"{said}, opzij gezet door {version.set_aside_by.name} op {on}: {version.set_aside_reason}"


def _table(caption: str, heads: tuple[str, ...], rows: list[Row], links: bool) -> Table | None:
    """Return a table without its last column of steps when nobody may take one."""
    if not rows:
        return None
    heads, rows = (heads, rows) if links else (heads[:-1], [row[:-1] for row in rows])
    return Table(caption, [Column(head) for head in heads], rows)


def _versions(versions: list[Version], links: _Links, today: date) -> Table | None:
    rows = [
        [
            f"Versie {v.number}",
            standing(v, today)[0],
            until(v.period),
            v.change or ("Eerste versie" if v.number == 1 else ""),
            links.to("beeindigen", v.pk, label="Beëindigen") if v.status != "beeindigd" else "",
        ]
        for v in versions
    ]
    return _table("Versies", ("Versie", "Status", "Geldig", "Wat verandert er", "Stap"), rows, links.may)


def _purposes(purposes: list[Purpose], links: _Links) -> list[dict[str, Any]]:
    return [
        {
            "name": p.name,
            "basis": f"{p.article}, {p.law}",
            "ground": p.get_ground_display(),
            "activity": p.get_activity_display(),
            "ended": p.ended_on,
            "is_draft": p.version.is_draft,
            "category_url": step_url(links.agreement, "categorie", p.pk) if links.may and links.draft else "",
            "circle_url": step_url(links.agreement, "deelgroep", p.pk) if links.may else "",
            "end_url": step_url(links.agreement, "doel-beeindigen", p.pk) if links.may else "",
        }
        for p in purposes
    ]


def _categories(purposes: list[Purpose], links: _Links) -> Table | None:
    rows = [
        [
            row.category.name,
            purpose.name,
            row.get_kind_display(),
            str(row.tier),
            f"{row.retention} maanden",
            row.exception or "niet nodig",
            links.to("categorie-verwijderen", row.pk, label="Verwijderen") if row.version.is_draft else "",
        ]
        for purpose in purposes
        for row in purpose.categories.all()
    ]
    heads = ("Categorie", "Doel", "Soort", "Trede", "Bewaren", "Uitzondering", "Stap")
    return _table("Gegevenscategorieën", heads, rows, links.may and any(row[-1] for row in rows))


def _partners(agreement: Agreement, links: _Links, today: date) -> Table | None:
    may = Func(F("organisation_id"), function="agreements_may_authorise", output_field=BooleanField())
    found = list(
        agreement.partners.select_related("organisation", "version")
        .annotate(may_authorise=may)
        .order_by("organisation__name")
    )
    rows = [_partner(one, links, today) for one in found]
    heads: tuple[str, ...] = ("Partner", "Taak", "Doet mee", "Autoriseren", "Stap")
    if found and not any(one.may_authorise for one in found):
        heads, rows = (*heads[:3], heads[4]), [[*row[:3], row[4]] for row in rows]
    return _table("Partners", heads, rows, links.may)


def _partner(one: Any, links: _Links, today: date) -> Row:
    last = last_day(one.period)
    gone = last is not None and last < today
    url = step_url(links.agreement, "autoriseren", one.pk)
    step = (
        ("partner-verwijderen", "Verwijderen") if one.version.is_draft else ("partner-vertrekt", "Vertrekt")
    )
    return [
        Cell(one.organisation.name, note=_position(one)),
        one.task,
        "vertrokken" if gone else until(one.period),
        Cell("Autoriseer iemand", url=url) if one.may_authorise and not gone else "",
        "" if gone else links.to(step[0], one.pk, label=step[1]),
    ]


def _position(one: Any) -> str:
    kind = "" if one.is_public else "private partner, "
    return kind + ("verantwoordelijke" if one.position == "verantwoordelijke" else "deelnemer")


def _authorisations(agreement: Agreement, user: Any, links: _Links) -> Table | None:
    may = Func(F("organisation_id"), function="agreements_may_authorise", output_field=BooleanField())
    found = list(
        Authorisation.objects.visible_to(user)
        .current()
        .filter(agreement=agreement)
        .select_related("user", "purpose", "organisation")
        .annotate(may_revoke=may)
        .order_by("organisation__name", "user__name", "purpose__name")
    )
    rows = [
        [
            Cell(one.user.name, note=one.organisation.name),
            one.purpose.name,
            one.get_task_display(),
            str(one.max_tier),
            until(one.period),
            Cell("Intrekken", url=step_url(agreement, "intrekken", one.pk)) if one.may_revoke else "",  # type: ignore[attr-defined]
        ]
        for one in found
    ]
    heads = ("Wie", "Doel", "Taak", "Trede", "Geldig", "Stap")
    return _table("Autorisaties", heads, rows, any(one.may_revoke for one in found))  # type: ignore[attr-defined]


def _circles(agreement: Agreement, links: _Links) -> list[dict[str, Any]]:
    circles = Circle.objects.filter(agreement=agreement).select_related("purpose")
    members = CircleMember.objects.filter(agreement=agreement).select_related("organisation")
    inside: dict[Any, list[dict[str, str]]] = {}
    for one in members.order_by("organisation__name"):
        url = step_url(agreement, "lid-vertrekt", one.pk) if links.may else ""
        inside.setdefault(one.circle_id, []).append(
            {"name": one.organisation.name, "period": until(one.period), "url": url}
        )
    return [
        {
            "name": circle.name,
            "purpose": circle.purpose.name,
            "period": until(circle.period),
            "open": circle.members_see_each_other,
            "members": inside.get(circle.pk, []),
            "url": step_url(agreement, "lid", circle.pk) if links.may else "",
        }
        for circle in circles
    ]


def _summary(versions: Any, purposes: Any, partners: Any, authorisations: Any, circles: Any) -> list[Row]:
    """Return the links of the chain: address within the page, name, how many, whether there is one."""
    categories = sum(len(p.categories.all()) for p in purposes)
    counted = [
        ("versie", "Versies", len(versions)),
        ("doelen", "Doelen", len(purposes)),
        ("categorieen", "Categorieën", categories),
        ("partners", "Partners", len(partners.rows) if partners else 0),
        ("autorisaties", "Autorisaties", len(authorisations.rows) if authorisations else 0),
        ("deelgroepen", "Deelgroepen", len(circles)),
    ]
    return [["convenant", "Convenant", 1], *[list(row) for row in counted]]


def _for_mayor(draft: Version | None, agreement: Agreement) -> dict[str, str] | None:
    """Return the step of a mayor when a negative advice stands in the way, and nobody else may take it."""
    if draft is None or draft.advice != Version.Advice.NEGATIVE or draft.set_aside_by_id:
        return None
    if not rules.may_set_aside(draft.pk):
        return None
    text = "Het advies is negatief. U kunt er als bestuurder van afwijken, op naam en met redenen."
    url = step_url(agreement, "opzij-zetten", draft.pk)
    return {"label": "Negatief advies opzij zetten", "url": url, "text": text}


def _next(draft: Version | None, shown: Version | None, missing: Any, links: _Links) -> dict[str, str] | None:
    if draft and links.may and not missing:
        text = "Er ontbreekt niets meer."
        return {"label": "In werking laten treden", "url": links.of_draft("activeren"), "text": text}
    if draft and links.may:
        first = next((one for one in missing if one["url"]), None)
        return {"label": first["what"], "url": first["url"], "text": first["how"]} if first else None
    if links.renew and shown and shown.status == Version.Status.ACTIVE:
        text = "Verandert er iets, of verloopt het convenant?"
        return {"label": "Volgende versie maken", "url": links.renew, "text": text}
    return None
