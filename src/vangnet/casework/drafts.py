"""What somebody typed and did not send yet: sealed, for its writer alone, for a week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from vangnet.casework.intake import Draft
from vangnet.identity.models import User
from vangnet.vault import doors, envelope, sealing
from vangnet.vault.desks import Desk
from vangnet.vault.envelope import Tampered
from vangnet.vault.keys import key_ring

REPORT: Final = "melding"
WEIGHING: Final = "weging"
IMPORT: Final = "inlezen"
PARTNER: Final = "partner"
CASE: Final = "casus"
LONGEST: Final = 50_000  # signs of one field
# Who reported it is sealed apart from what was reported, also while it is typed: so it is not in a draft.
APART: Final = frozenset({"name", "contact", "mark", "attachments", "key", "seen"})
BY_SCRIPT: Final = "X-Concept"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a draft belongs: a form, and for what it is filled in."""

    purpose: UUID
    zone: str
    form: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft, opened for its writer."""

    told: Mapping[str, str]
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that was chosen, opened for who chose it."""

    key: UUID  # another file has another
    name: str
    body: bytes


def keep(at: Place, told: Mapping[str, str], *, by: User, now: datetime) -> None:
    """Keep what was typed, in place of what was kept before."""
    if not any(text.strip() for text in told.values()):
        discard(at, by=by)
        return
    with transaction.atomic():
        found = _of(at, by).select_for_update().first()
        pk = found.pk if found else uuid4()
        sealed = envelope.seal_text(_key(at), dict(told), context=sealing.bound_to("draft", pk))
        if found:
            _of(at, by).update(sealed=sealed, saved_at=now)
            return
        doors.one("casework_forget_own_drafts")  # hidden over its time, one would stand in the way
        Draft.objects.bulk_create(
            [
                Draft(
                    id=pk, account=by, purpose_id=at.purpose, form=at.form, key=at.key, sealed=sealed,
                    saved_at=now,
                )
            ],
            ignore_conflicts=True,
        )  # fmt: skip


def find(at: Place, *, by: User) -> Kept | None:
    """Return the draft of somebody for a form (1 query); None when there is none that can be opened."""
    found = _of(at, by).first()
    if found is None:
        return None
    try:
        told = envelope.unseal_text(
            _key(at), bytes(found.sealed), context=sealing.bound_to("draft", found.pk)
        )
    except Tampered:
        return None
    return Kept(told, found.saved_at)


def keep_file(at: Place, name: str, body: bytes, *, by: User, now: datetime) -> None:
    """Keep a file that was chosen, in place of the one before, until its writer says what to do with it.

    Of two that are chosen at the same moment the last is kept.
    """
    content = len(name.encode()).to_bytes(2) + name.encode() + body
    for attempt in (1, 2, 3):
        pk = uuid4()
        sealed = envelope.seal(_key(at), content, context=sealing.bound_to("draft", pk))
        try:
            with transaction.atomic():
                discard(at, by=by)
                doors.one("casework_forget_own_drafts")  # as above
                Draft.objects.create(
                    id=pk, account=by, purpose_id=at.purpose, form=at.form, key=at.key, sealed=sealed,
                    saved_at=now,
                )  # fmt: skip
        except IntegrityError:  # another was kept between the two
            if attempt == 3:
                raise
        else:
            return


def find_file(at: Place, *, by: User) -> KeptFile | None:
    """Return a file that was kept; None when there is none."""
    found = _of(at, by).first()
    if found is None:
        return None
    content = envelope.unseal(_key(at), bytes(found.sealed), context=sealing.bound_to("draft", found.pk))
    length = 2 + int.from_bytes(content[:2])
    return KeptFile(found.pk, content[2:length].decode(), content[length:])


def discard(at: Place, *, by: User) -> None:
    """Throw a draft away."""
    _of(at, by).delete()


def typed(request: HttpRequest, names: Iterable[str]) -> dict[str, str]:
    """Return what was typed into the fields of a form, without who reported it."""
    return {
        name: request.POST[name][:LONGEST] for name in names if name in request.POST and name not in APART
    }


def _of(at: Place, by: User) -> Any:
    found = Draft.objects.visible_to(by).filter(purpose=at.purpose, form=at.form, key=at.key)
    return found.order_by("pk")


def _key(at: Place) -> bytes:
    return key_ring().secret(at.zone, b"drafts")


# --- in a view ---


def answered(request: HttpRequest, at: Place, names: Iterable[str], *, now: datetime) -> HttpResponse | None:
    """Keep or throw away the draft when that is what was asked; None when the form itself was sent."""
    wanted = request.POST.get("concept", "") if request.method == "POST" else ""
    by = request.user
    assert isinstance(by, User)  # noqa: S101  these pages ask for a session
    if wanted == "weg":
        discard(at, by=by)
        return redirect(request.path)
    if wanted != "bewaar":
        return None
    keep(at, typed(request, names), by=by, now=now)
    if request.headers.get(BY_SCRIPT):
        return HttpResponse(status=204)
    return redirect(f"{request.path}?concept=1")


@dataclass(frozen=True, slots=True)
class Begun:
    """A form that is filled in: where its draft lies, the draft there is, and what the form begins with."""

    place: Place
    kept: Kept | None
    initial: dict[str, Any]

    @property
    def shown(self) -> dict[str, Any]:
        """What the page says of it."""
        return {"draft": self.kept, "has_draft_open": bool(self.initial)}


def in_case(request: HttpRequest, at: Desk, case: UUID, form: type[Form]) -> Begun | HttpResponse:
    """Return how a form of a case begins; an answer when its draft was to be kept or thrown away."""
    place = Place(at.purpose.pk, at.zone, CASE, f"{case}:{form.__name__}")
    done = answered(request, place, form.base_fields, now=timezone.now())
    return done or Begun(place, *offered(request, place))


def offered(request: HttpRequest, at: Place) -> tuple[Kept | None, dict[str, Any]]:
    """Return the draft there is, and what the form begins with when its writer goes on with it."""
    by = request.user
    assert isinstance(by, User)  # noqa: S101  as above
    if request.method == "POST":
        return None, {}
    kept = find(at, by=by)
    if kept and request.GET.get("concept"):
        return kept, dict(kept.told)
    return kept, {}
