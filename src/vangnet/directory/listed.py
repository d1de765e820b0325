"""What the list of people says of somebody today, and a mark by which a change since then shows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils.crypto import constant_time_compare, salted_hmac

from vangnet.directory import whom
from vangnet.directory.departures import Departure
from vangnet.directory.models import Expertise
from vangnet.identity.models import Membership, User

# The columns of the list, in the order in which a mark has them.
FIELDS: Final = (
    *("email", "name", "organisation", "function", "phone", "days", "topics"),
    *("until", "reason"),
)
LABELS: Final = {
    "email": "E-mailadres",
    "name": "Naam",
    "organisation": "Organisatie",
    "function": "Functie",
    "phone": "Werktelefoon",
    "days": "Werkdagen",
    "topics": "Deskundigheid",
    "until": "Werkt niet meer vanaf",
    "reason": "Reden van vertrek",
}
PROFILE: Final = ("function", "phone", "days", "topics")  # what everybody keeps of themselves
ACCOUNT: Final = ("email", "name", "until", "reason")  # what an administrator keeps
LENGTH: Final = 8


@dataclass(frozen=True)
class Listed:
    """Somebody as the list has them: in words, and in what is kept."""

    account: UUID
    words: Mapping[str, str]  # by field
    values: Mapping[str, Any]  # function as code, days and topics as numbers and slugs, until as a day
    is_own: bool  # the profile was written by the person
    is_filled_in: bool  # or by others, and not confirmed yet

    @property
    def mark(self) -> str:
        """Return which person this is and how each field stands, without saying what stands there."""
        return ".".join([self.account.hex, *(seal(self.account, one, self.words[one]) for one in FIELDS)])


def seal(account: UUID, field: str, words: str) -> str:
    """Return a few signs that belong to these words in this field, and that nobody else can make."""
    return salted_hmac(f"netwerk {account.hex} {field}", " ".join(words.split())).hexdigest()[:LENGTH]


@dataclass(frozen=True)
class Mark:
    """A mark as it came back in a file."""

    account: UUID
    seals: Mapping[str, str]

    def says(self, field: str, words: str) -> bool:
        """Say whether these words stood there when the list was handed out."""
        return constant_time_compare(self.seals[field], seal(self.account, field, words))


def read_mark(text: str) -> Mark | None:
    """Return a mark, or nothing when these are no signs of ours."""
    account, *seals = text.strip().split(".")
    if len(seals) != len(FIELDS) or any(len(one) != LENGTH for one in seals):
        return None
    try:
        return Mark(UUID(account), dict(zip(FIELDS, seals, strict=True)))
    except ValueError:
        return None


def listed(user: Any, day: date, *, only: Collection[UUID] | None = None) -> list[Listed]:
    """Return who is at work on a day, by name (6 queries); all of them unless only some are asked for."""
    people = User.objects.visible_to(user).filter(is_active=True, pk__in=whom.at_work(day))
    people = people if only is None else people.filter(pk__in=only)
    rows = list(people.order_by("name", "pk"))
    keys = [one.pk for one in rows]
    at_work, profiles = whom.organisations_of(user, keys, day), whom.profiles_of(user, keys)
    topics: dict[UUID, list[Any]] = {}
    for one in Expertise.objects.visible_to(user).filter(account__in=keys).select_related("topic"):
        topics.setdefault(one.account_id, []).append(one.topic)
    ends, reasons = _ends(keys, day), _reasons(user, keys)
    return [
        _listed(
            one,
            (at_work.get(one.pk, []), profiles.get(one.pk), topics.get(one.pk, [])),
            ends.get(one.pk),
            reasons.get(one.pk),
        )
        for one in rows
    ]


def _listed(person: User, told: tuple[Any, Any, Any], until: date | None, left: Departure | None) -> Listed:
    organisations, profile, topics = told
    reason = left if left and until and left.on == until else None
    function = profile.function if profile else None
    words = {
        "email": person.email,
        "name": person.name,
        "organisation": "; ".join(organisations),
        "function": function.name if function else "",
        "phone": profile.phone if profile else "",
        "days": profile.day_names if profile else "",
        "topics": "; ".join(one.name for one in topics),
        "until": day_words(until),
        "reason": reason.get_reason_display() if reason else "",
    }
    values = {
        **{one: words[one] for one in ("email", "name", "organisation", "phone")},
        "function": function.pk if function else "",
        "days": tuple(sorted(profile.days)) if profile else (),
        "topics": tuple(sorted(one.pk for one in topics)),
        "until": until,
        "reason": reason.reason if reason else "",
    }
    filled_in = bool(profile and profile.filled_in_by_id)
    return Listed(person.pk, words, values, bool(profile) and not filled_in, filled_in)


def day_words(day: date | None) -> str:
    """Return a day as a spreadsheet of ours writes it."""
    return f"{day.day}-{day.month}-{day.year}" if day else ""


def _ends(people: Collection[UUID], day: date) -> dict[UUID, date | None]:
    """Return from which day these people have no role any more (1 query); None for who stays."""
    found: dict[UUID, date | None] = {}
    goes_on = Q(period__upper_inf=True) | Q(period__endswith__gt=day)
    rows = Membership.objects.filter(goes_on, user__in=people)
    for account, period in rows.values_list("user", "period"):
        known = found.get(account, period.upper)
        found[account] = None if period.upper is None or known is None else max(known, period.upper)
    return found


def _reasons(user: Any, people: Collection[UUID]) -> dict[UUID, Departure]:
    """Return what was recorded last of their leaving (1 query)."""
    rows = Departure.objects.visible_to(user).filter(account__in=people)
    return {one.account_id: one for one in rows}
