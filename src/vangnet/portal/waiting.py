"""What waits for somebody, in one list: the home page shows it and mail tells of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.urls import reverse

from vangnet.cooperation import reading as cooperation
from vangnet.identity.models import Organisation, User
from vangnet.meetings.models import ActionPoint
from vangnet.portal import duties
from vangnet.portal.shielded import Counter, Shielded, shielded
from vangnet.registers import reading as registers
from vangnet.strategy import changes
from vangnet.ui.formats import number
from vangnet.vault.reading import Row

PERSONAL = (
    *("acties", "voorstel", "advies"),
    *(source for source in duties.SAYS if source not in duties.OF_ORGANISATION),
)  # of the person, whatever organisation that person works for now


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits. Its words go into mail, so they count; a name has other words there."""

    source: str
    subject: str
    amount: int
    text: str
    url: str
    note: str = ""
    in_mail: str = ""  # instead of text and note
    keys: tuple[str, ...] = ()  # which things they are, where that is known: one for another is news too

    def at(self, organisation: Organisation, *, is_named: bool) -> Item:
        """Return this as one of the organisations of a person says it: the same work at two is two things."""
        if self.source in PERSONAL:
            return self
        note = ", ".join(filter(None, (self.note, organisation.name if is_named else "")))
        return replace(self, subject=self.subject or str(organisation.pk), note=note)


def of(user: User, *, today: date, vault: Shielded | None = None) -> list[Item]:
    """Return what waits for the person of this session, four queries beside the vault's.

    Parameters
    ----------
    vault
        What was already asked about shielded dossiers; asked here when absent.
    """
    found = vault if vault is not None else shielded(user, today=today)
    return [
        *(_shielded(found) if found else ()),
        *_several("jeugdgroepen", registers.reviews_due(user, today), reverse("registers:groups")),
        *_actions(user, today),
        *_advice(today),
        *_changes(user),
        *_duties(),
    ]


WORDS = {  # of what is counted: of one, of more
    "noodtoegang": (
        "Dossiers: {} verzoek om noodtoegang wacht op uw besluit",
        "Dossiers: {} verzoeken om noodtoegang wachten op uw besluit",
    ),
    "besluiten": (
        "Dossiers: {} weegdocument wacht op uw besluit",
        "Dossiers: {} weegdocumenten wachten op uw besluit",
    ),
    "toegewezen": (
        "Dossiers: {} weegdocument van u is toegewezen, nog uitvoeren",
        "Dossiers: {} weegdocumenten van u zijn toegewezen, nog uitvoeren",
    ),
    "afgewezen": (
        "Dossiers: {} weegdocument van u is afgewezen",
        "Dossiers: {} weegdocumenten van u zijn afgewezen",
    ),
    "taken": ("Casussen: {} taak voor u", "Casussen: {} taken voor u"),
    "aangeboden": ("Casussen: {} aangeboden aan uw organisatie",) * 2,
    "maatregelen": (
        "Casussen: {} maatregel wacht op resultaat",
        "Casussen: {} maatregelen wachten op resultaat",
    ),
    "jeugdgroepen": (
        "Registers: {} jeugdgroep wacht op een nieuwe meting",
        "Registers: {} jeugdgroepen wachten op een nieuwe meting",
    ),
    "melders": ("Signalen: {} melder wacht op bericht", "Signalen: {} melders wachten op bericht"),
    "berichten": ("Dossiers: {} ongelezen bericht", "Dossiers: {} ongelezen berichten"),
}


def _shielded(vault: Shielded) -> list[Item]:
    late = f"waarvan {number(vault.waiting.overdue)} te laat" if vault.waiting.overdue else ""
    listed = reverse("vault:purposes")
    found = (
        *_dossiers("noodtoegang", "noodtoegang", vault.dossiers, listed),
        *_dossiers("besluiten", "besluit", vault.dossiers, listed),
        *_dossiers("toegewezen", "uitvoeren", vault.dossiers, listed),
        *_dossiers("afgewezen", "afgewezen", vault.dossiers, listed),
        *_several("taken", vault.waiting.tasks, reverse("cases:start"), late),
        *_several("aangeboden", vault.waiting.offers, reverse("cases:start")),
        *_several("maatregelen", vault.waiting.measures, reverse("cases:start")),
        *(_signals(one) for one in vault.counters if one.signals),
        *_several("melders", vault.reporters, reverse("casework:reporters")),
        *_dossiers("berichten", "bericht", vault.dossiers, reverse("vault:notices")),
    )
    return list(found)


def _dossiers(source: str, waits: str, found: Sequence[Row], url: str) -> list[Item]:
    """Return what waits in dossiers in one way; a weighing that is alone is where the link leads."""
    mine = [row for row in found if row["waits"] == waits]
    if len(mine) == 1 and mine[0]["kind"]:
        url = reverse("vault:weighing", args=[mine[0]["purpose"], mine[0]["dossier"], mine[0]["id"]])
    return _several(source, [row["id"] for row in mine], url)


def _several(source: str, which: Sequence[UUID], url: str, note: str = "") -> list[Item]:
    """Return what is said of things of one kind; nothing when there are none."""
    if not which:
        return []
    text = WORDS[source][len(which) != 1].format(number(len(which)))
    return [Item(source, "", len(which), text, url, note, keys=tuple(map(str, which)))]


def _signals(one: Counter) -> Item:
    found = one.signals or ()
    text = f"Signalen: {number(len(found))} {'wacht' if len(found) == 1 else 'wachten'} op weging"
    url = reverse("casework:agenda", args=[one.purpose])
    return Item("signalen", str(one.purpose), len(found), text, url, one.agreement, keys=found)


def _actions(user: User, today: date) -> list[Item]:
    """Return what somebody promised in meetings."""
    mine = ActionPoint.objects.visible_to(user).filter(owner=user, done_on=None)
    told = dict(mine.values_list("pk", "due_on"))
    if not told:
        return []
    overdue = sum(due < today for due in told.values())
    text = f"Vergaderingen: {number(len(told))} {'actie' if len(told) == 1 else 'acties'} voor u"
    late = f"waarvan {number(overdue)} te laat" if overdue else ""
    return [Item("acties", "", len(told), text, reverse("meetings:mine"), late, keys=tuple(map(str, told)))]


ADVICE = {  # in which part a question waits, and how it is said: of one, of more
    "antwoord": ("advies", "vraag wacht op uw antwoord", "vragen wachten op uw antwoord"),
    "team": ("advies-team", "vraag wacht op het aanjaagteam", "vragen wachten op het aanjaagteam"),
    "vrager": ("advies-vrager", "eigen vraag wacht op u", "eigen vragen wachten op u"),
}


def _advice(today: date) -> list[Item]:
    """Return the questions for advice that wait for an answer by this person, or for this person as asker."""
    waits, found = cooperation.waiting(), []
    for side, (source, one, more) in ADVICE.items():
        mine = [each for each in waits if each.side == side]
        late = sum(each.is_late(today) for each in mine)
        if mine:
            text = f"Advies: {number(len(mine))} {one if len(mine) == 1 else more}"
            note = f"waarvan {number(late)} te laat" if late else ""
            keys = tuple(str(each.request) for each in mine)
            found.append(Item(source, "", len(mine), text, reverse("cooperation:questions"), note, keys=keys))
    return found


def _changes(user: User) -> list[Item]:
    return [
        Item(
            "voorstel",
            str(one.pk),
            1,
            f"Strategie: uw {'advies' if is_advice else 'oordeel'} over {changes.name(one)}",
            reverse("strategy:change", args=[one.pk]),
            changes.what(one),
            in_mail=f"Strategie: een voorstel wacht op uw {'advies' if is_advice else 'oordeel'}",
        )
        for one, is_advice in changes.waiting(user)
    ]


def _duties() -> list[Item]:
    """Return what waits in plans, meetings and work with branches, and what was decided of one's own."""
    return [
        Item(one.source, one.subject, len(one.keys), one.text, one.url, in_mail=one.in_mail, keys=one.keys)
        for one in duties.waiting()
    ]
