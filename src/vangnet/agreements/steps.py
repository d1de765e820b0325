"""What one can do with an agreement on a page of its own: the question, the form and the verb of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404

from vangnet.agreements import actions, forms, rules
from vangnet.agreements.models import Authorisation, Circle, CircleMember, Partner
from vangnet.agreements.terms import Agreement, Purpose, PurposeCategory, Version

Finder = Callable[[Agreement], Any]
Told = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One thing to do: `find` gives what it may be done to, `run` does it."""

    title: str
    lead: str
    button: str
    done: str
    find: Finder
    form: type[forms.About]
    run: Callable[..., Any]
    authorises: bool = False
    governs: bool = False

    def require(self, subject: Any, agreement: Agreement) -> None:
        """Let pass who may do this.

        Raises
        ------
        NotPermitted
            The session may not.
        """
        if self.governs:
            rules.require_set_aside(subject.pk)
        elif self.authorises:
            rules.require_authorise(subject.organisation_id)
        else:
            rules.require_administer(agreement.pk)


def _versions(agreement: Agreement) -> Any:
    return Version.objects.filter(agreement=agreement).select_related("agreement")


def _purposes(agreement: Agreement) -> Any:
    return Purpose.objects.filter(agreement=agreement).select_related("agreement", "version")


def _categories(agreement: Agreement) -> Any:
    found = PurposeCategory.objects.filter(purpose__agreement=agreement)
    return found.select_related("version", "purpose", "category")


def _partners(agreement: Agreement) -> Any:
    return Partner.objects.filter(agreement=agreement).select_related("organisation", "version", "agreement")


def _authorisations(agreement: Agreement) -> Any:
    return Authorisation.objects.filter(agreement=agreement).select_related("user", "purpose")


def _circles(agreement: Agreement) -> Any:
    return Circle.objects.filter(agreement=agreement)


def _members(agreement: Agreement) -> Any:
    return CircleMember.objects.filter(agreement=agreement).select_related("organisation", "circle")


def _agreements(agreement: Agreement) -> Any:
    return Agreement.objects.filter(pk=agreement.pk)


def _add_category(purpose: Purpose, **told: Any) -> Any:
    draft = purpose.agreement.versions.filter(status=Version.Status.DRAFT).first()
    if draft is None:
        raise rules.NotADraft("Dit kan alleen in een concept. Maak eerst een volgende versie.")
    return actions.add_category(purpose, version=draft, **told)


def _authorise(partner: Partner, *, user: Any, **told: Any) -> Any:
    since, until = told.pop("period")
    return actions.authorise(user, partner=partner, since=since, until=until, **told)


STEPS: dict[str, Step] = {
    "wijzigen": Step(
        "Concept wijzigen",
        "Vul de feiten aan. Advies en handtekening gingen over de vorige tekst en worden daarna "
        "opnieuw gevraagd.",
        "Opslaan",
        "Het concept is opgeslagen.",
        _versions,
        forms.Facts,
        actions.edit_version,
    ),
    "adviseren": Step(
        "Advies vastleggen",
        "Leg vast wat de rechtmatigheidsadviescommissie van dit concept vindt.",
        "Advies opslaan",
        "Het advies is vastgelegd.",
        _versions,
        forms.Advice,
        actions.advise,
    ),
    "opzij-zetten": Step(
        "Negatief advies opzij zetten",
        "De rechtmatigheidsadviescommissie adviseert negatief. Als bestuurder kunt u daarvan afwijken, op "
        "naam en met redenen.",
        "Zet het advies opzij",
        "Uw besluit en uw motivering staan bij het convenant.",
        _versions,
        forms.SetAside,
        actions.set_aside,
        governs=True,
    ),
    "ondertekenen": Step(
        "Ondertekening vastleggen",
        "Leg vast wanneer alle partners hadden ondertekend.",
        "Opslaan",
        "De ondertekening is vastgelegd.",
        _versions,
        forms.Signature,
        actions.sign,
    ),
    "activeren": Step(
        "In werking laten treden",
        "Vanaf de begindag mag er volgens dit convenant worden gewerkt. Een eerdere versie stopt dan.",
        "In werking laten treden",
        "Het convenant is in werking.",
        _versions,
        forms.About,
        actions.activate,
    ),
    "vernieuwen": Step(
        "Volgende versie maken",
        "De feiten van de laatste versie gaan mee; advies en handtekening worden opnieuw gevraagd.",
        "Concept maken",
        "Er is een concept van de volgende versie.",
        _agreements,
        forms.Renewal,
        actions.draft_version,
    ),
    "beeindigen": Step(
        "Versie beëindigen",
        "Vanaf deze dag mag niemand meer volgens deze versie werken. Een concept wordt meteen ingetrokken.",
        "Beëindigen",
        "De versie is beëindigd.",
        _versions,
        forms.Ending,
        actions.end_version,
    ),
    "doel": Step(
        "Doel toevoegen",
        "Waarvoor worden gegevens verwerkt, en op welke wet rust dat?",
        "Doel toevoegen",
        "Het doel is toegevoegd aan het concept.",
        _versions,
        forms.NewPurpose,
        actions.add_purpose,
    ),
    "doel-beeindigen": Step(
        "Doel beëindigen",
        "Vanaf deze dag werkt niemand meer voor dit doel.",
        "Beëindigen",
        "Het doel is beëindigd.",
        _purposes,
        forms.EndingPurpose,
        actions.end_purpose,
    ),
    "categorie": Step(
        "Gegevenscategorie toevoegen",
        "Welke gegevens mogen voor dit doel, in welke trede, en hoe lang?",
        "Categorie toevoegen",
        "De categorie is toegevoegd aan het concept.",
        _purposes,
        forms.NewCategory,
        _add_category,
    ),
    "categorie-verwijderen": Step(
        "Gegevenscategorie verwijderen",
        "Deze categorie verdwijnt uit het concept.",
        "Verwijderen",
        "De categorie is uit het concept gehaald.",
        _categories,
        forms.About,
        actions.remove_category,
    ),
    "partner": Step(
        "Partner toevoegen",
        "Welke organisatie doet mee, en voor welke eigen wettelijke taak?",
        "Partner toevoegen",
        "De partner is toegevoegd aan het concept.",
        _versions,
        forms.NewPartner,
        actions.add_partner,
    ),
    "partner-verwijderen": Step(
        "Partner verwijderen",
        "Deze partner verdwijnt uit het concept.",
        "Verwijderen",
        "De partner is uit het concept gehaald.",
        _partners,
        forms.About,
        actions.remove_partner,
    ),
    "partner-vertrekt": Step(
        "Partner laten vertrekken",
        "Vanaf deze dag ziet niemand van deze partner nog iets van dit convenant.",
        "Laten vertrekken",
        "Het vertrek is vastgelegd.",
        _partners,
        forms.Ending,
        actions.partner_leaves,
    ),
    "autoriseren": Step(
        "Iemand autoriseren",
        "Wijs iemand van deze partner aan, voor één doel en tot een trede. Uzelf autoriseren kan niet.",
        "Autoriseren",
        "De autorisatie is gegeven.",
        _partners,
        forms.NewAuthorisation,
        _authorise,
        authorises=True,
    ),
    "intrekken": Step(
        "Autorisatie intrekken",
        "Deze persoon ziet vanaf dit moment niets meer voor dit doel.",
        "Nu intrekken",
        "De autorisatie is ingetrokken.",
        _authorisations,
        forms.About,
        actions.revoke,
        authorises=True,
    ),
    "deelgroep": Step(
        "Deelgroep openen",
        "Een deelgroep is een kleinere kring van partners binnen een doel.",
        "Deelgroep openen",
        "De deelgroep is geopend.",
        _purposes,
        forms.NewCircle,
        actions.open_circle,
    ),
    "lid": Step(
        "Lid toevoegen",
        "Welke partner doet mee in deze deelgroep?",
        "Lid toevoegen",
        "De partner doet mee in de deelgroep.",
        _circles,
        forms.NewMember,
        actions.add_circle_member,
    ),
    "lid-vertrekt": Step(
        "Lid laten vertrekken",
        "Vanaf deze dag ziet deze partner niets meer van de deelgroep.",
        "Laten vertrekken",
        "Het vertrek is vastgelegd.",
        _members,
        forms.EndingPurpose,
        actions.circle_member_leaves,
    ),
}


def find(kind: str, agreement: Agreement, pk: UUID) -> tuple[Step, Any]:
    """Return a step and what it is done to, or answer 404."""
    step = STEPS.get(kind)
    subject = step.find(agreement).filter(pk=pk).first() if step else None
    if step is None or subject is None:
        raise Http404
    return step, subject
