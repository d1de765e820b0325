"""Taking in what lies in another system: a file, what is in it, and a yes."""

from __future__ import annotations

from os.path import splitext
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from vangnet.casework import bulk, drafts, imports, pages, reading
from vangnet.figures.observations import Unreadable
from vangnet.identity.rules import NotPermitted
from vangnet.vault import desks
from vangnet.vault.answers import at_desk
from vangnet.vault.desks import Desk
from vangnet.vault.doors import DoesNotHold
from vangnet.vault.uploads import InMemoryUpload

TOO_LARGE = "Dit bestand is te groot: het mag hoogstens 25 MB zijn. Splits het en lever de delen apart aan."

OTHER = (
    "Intussen koos u een ander bestand, misschien in een ander venster. Kijk of dit klopt, en kies opnieuw."
)


class ImportForm(forms.Form):
    """A file with signals."""

    file = forms.FileField(
        label="Bestand",
        help_text="CSV of Excel (.xlsx), hoogstens 100.000 rijen en 25 MB.",
        error_messages={"required": "Kies een bestand."},
    )

    def __init__(self, *args: Any, refused: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if refused:
            self.fields["file"].error_messages["required"] = TOO_LARGE


@login_not_required  # both are asked below, in the usual order: first the token of our page, then who it is
@csrf_exempt  # the check reads the form; it comes after the handler is set, in the view below
def take_in(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Take a file in memory, so that it never lies on the disk as it is."""
    request.upload_handlers = [InMemoryUpload(request)]
    return _take_in(request, **kwargs)


@csrf_protect
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def _take_in(request: HttpRequest, at: Desk) -> HttpResponse:
    """Ask for a file, show what is in it, and take it in after a yes."""
    if not at.writing:
        raise NotPermitted("alleen wie signalen verwerkt, leest ze in")
    place = drafts.Place(at.purpose.pk, at.zone, drafts.IMPORT)
    wanted = request.POST.get("inlezen", "") if request.method == "POST" else ""
    if request.method == "POST" and not wanted:
        return _chosen(request, at, place)
    kept = drafts.find_file(place, by=request.user)  # type: ignore[arg-type]
    if kept is None:
        return _ask(request, at, ImportForm())
    problem = OTHER if wanted and request.POST.get("bestand") != str(kept.key) else ""
    if wanted == "weg" and not problem:
        drafts.discard(place, by=request.user)  # type: ignore[arg-type]
        messages.success(request, "Het bestand is weggegooid. Er is niets ingelezen.")
        return redirect("casework:import", at.purpose.pk)
    table = _read(at, kept.name, kept.body)
    if wanted == "ja" and not problem and not table.problems.blocking:
        problem = _taken_in(request, at, table)
        if not problem:
            drafts.discard(place, by=request.user)  # type: ignore[arg-type]
            return redirect("casework:signals", at.purpose.pk)
    return _preview(request, at, table, kept, problem=problem)


def _chosen(request: HttpRequest, at: Desk, place: drafts.Place) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES, refused=getattr(request, "upload_refused", False))
    if form.is_valid():
        file = form.cleaned_data["file"]
        body = file.read()
        try:
            _read(at, file.name, body)
        except Unreadable as fault:
            form.add_error("file", str(fault))
        else:
            # What somebody calls a file can say whom it is about; of the name only the ending is needed.
            called = f"bestand{splitext(file.name)[1][:10]}"
            drafts.keep_file(place, called, body, by=request.user, now=timezone.now())  # type: ignore[arg-type]
            return redirect("casework:import", at.purpose.pk)
    return _ask(request, at, form, status=422)


def _read(at: Desk, name: str, body: bytes) -> imports.Table:
    lists = imports.Lists.of(desks.places(), reading.counter(at.purpose.pk).place)
    return imports.read(body, name, lists, zone=at.zone, today=timezone.localdate())


def _taken_in(request: HttpRequest, at: Desk, table: imports.Table) -> str:
    """Take the rows in; return what stands in the way, empty when nothing does."""
    choice = request.POST.get("bsn", "")
    if table.with_number and choice not in ("verbergen", "laten"):
        return "Kies wat er met de nummers moet gebeuren."
    try:
        done = bulk.take_in(
            table.rows, zone=at.zone, purpose=at.purpose.pk, masks=choice == "verbergen",
            by=request.user, at=timezone.now(),  # type: ignore[arg-type]
        )  # fmt: skip
    except DoesNotHold as reason:
        return f"Er is niets ingelezen. {reason}"
    text = "1 signaal is ingelezen." if done.added == 1 else f"{done.added} signalen zijn ingelezen."
    if done.skipped:
        text += f" Overgeslagen, want al eerder ingelezen: {done.skipped}."
    messages.success(request, text)
    return ""


def _ask(request: HttpRequest, at: Desk, form: ImportForm, *, status: int = 200) -> HttpResponse:
    shown = {"at": at, "form": form, "breadcrumbs": pages.crumbs(at, last="Inlezen")}
    return render(request, "casework/import.html", shown, status=status)


def _preview(
    request: HttpRequest, at: Desk, table: imports.Table, kept: drafts.KeptFile, *, problem: str
) -> HttpResponse:
    known = bulk.known(table.rows)
    skipped = sum(row.mark in known for row in table.rows)
    shown = {
        "at": at,
        "table": table,
        "file": kept.key,
        "roles": [(ROLES[role], table.heading.name(role)) for role in table.heading.roles],
        "ignored": [
            n for i, n in enumerate(table.heading.names) if n and i not in table.heading.roles.values()
        ],
        "fresh": len(table.rows) - skipped,
        "skipped": skipped,
        "with_reporter": sum(bool(row.reporter) for row in table.rows),
        "problem": problem,
        "breadcrumbs": pages.crumbs(at, last="Inlezen"),
    }
    status = 422 if problem or table.problems.blocking else 200
    return render(request, "casework/import_preview.html", shown, status=status)


ROLES = {
    "number": "Extern nummer",
    "text": "Wat er is gezien of gehoord",
    "seen": "Wanneer gezien",
    "reported": "Wanneer gemeld",
    "place": "Gemeente",
    "branch": "Branche",
    "phenomenon": "Verschijningsvorm",
    "source": "Bron",
    "name": "Naam van de melder",
    "contact": "Bereikbaarheid van de melder",
}
