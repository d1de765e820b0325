"""Pages about what is in a dossier: adding to it, opening it, and who may see it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vangnet.identity.proof import fresh_proof_required
from vangnet.identity.rules import NotPermitted
from vangnet.identity.session import acting
from vangnet.vault import actions, forms, opening, pages, reading
from vangnet.vault.answers import at_desk
from vangnet.vault.desks import Desk
from vangnet.vault.doors import DoesNotHold
from vangnet.vault.kinds import FileRefused
from vangnet.vault.uploads import InMemoryUpload

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@transaction.non_atomic_requests
@require_POST
@at_desk
def open_records(request: HttpRequest, at: Desk, dossier: UUID) -> HttpResponse:
    """Open records: the line in the log is committed, then they are read and shown, once."""
    form = forms.OpenForm(request.POST)
    with transaction.atomic():
        stub = reading.dossier(dossier)
        if not form.is_valid():
            return render(request, "vault/dossier.html", pages.dossier(at, stub, form), status=422)
    told = form.cleaned_data
    found = opening.open_records(
        told["records"],
        dossier=dossier,
        zone=at.zone,
        reason=told["reason"],
        motivation=told["motivation"],
        **acting(request),
    )
    with transaction.atomic():
        here = [one for one in found if one.dossier == dossier]
        if not here:
            raise Http404
        return render(request, "vault/opened.html", pages.opened(at, stub, here, told["reason"]))


@transaction.non_atomic_requests
@require_POST
@at_desk
def download(request: HttpRequest, at: Desk, dossier: UUID, record: UUID, file: UUID) -> HttpResponse:
    """Give a file of a record, after a line in the log."""
    form = forms.FileReasonForm(request.POST)
    with transaction.atomic():
        reading.dossier(dossier)
    if not form.is_valid():
        raise Http404  # whether there is such a file is not told without a reason
    reason = form.cleaned_data["reason"]
    attachment, content = opening.read_file(
        record, file, dossier=dossier, zone=at.zone, reason=reason, **acting(request)
    )
    response = HttpResponse(content, content_type=attachment.media_type)
    response["Content-Disposition"] = content_disposition_header(True, f"bijlage-{file}{_ending(attachment)}")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _ending(attachment: opening.Attachment) -> str:
    """Return the extension alone: the name of a file can be that of a person, and headers are logged."""
    ending = attachment.name.rpartition(".")[2].lower()
    return f".{ending}" if ending.isalnum() and len(ending) < 6 else ""


@GET_OR_POST
@at_desk
def add_subject(request: HttpRequest, at: Desk, dossier: UUID) -> HttpResponse:
    """Add a data subject, and go on to the record that is about them."""
    stub = _writable(at, dossier)
    form = forms.SubjectForm(request.POST or None)
    if form.is_valid():
        subject = actions.add_subject(dossier, **form.cleaned_data, **acting(request))
        messages.success(
            request, "De betrokkene is toegevoegd. Leg nu het gegeven over deze betrokkene vast."
        )
        address = reverse("vault:add_record", args=[at.purpose.pk, dossier])
        return redirect(f"{address}?betrokkene={subject}")
    return _ask(request, "vault/subject.html", at, stub, form, "Betrokkene toevoegen")


@GET_OR_POST
@at_desk
def add_record(request: HttpRequest, at: Desk, dossier: UUID) -> HttpResponse:
    """Add a piece of data, about the data subjects that were named."""
    stub = _writable(at, dossier)
    known = pages.subjects(stub)
    meant = {str(one) for one in _ids(request.GET.getlist("betrokkene"))} & {pk for pk, _ in known}
    initial = {"about": "bestaand", "subjects": sorted(meant)} if meant else {}
    form = forms.RecordForm(request.POST or None, at=at, known=known, initial=initial)
    if form.is_valid():
        try:
            _keep(dossier, form, acting(request))
        except DoesNotHold as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, "Het gegeven is vastgelegd.")
            return redirect("vault:dossier", at.purpose.pk, dossier)
    return _ask(request, "vault/record.html", at, stub, form, "Gegeven vastleggen")


@transaction.atomic
def _keep(dossier: UUID, form: forms.RecordForm, when: dict[str, Any]) -> None:
    """Keep the record with its new data subject, or neither."""
    about, new = form.subject_ids(), form.new_subject()
    if new:
        about = [actions.add_subject(dossier, **new, **when)]
    actions.add_record(dossier, **form.record(), subjects=about, **when)


@GET_OR_POST
@at_desk
def marking(request: HttpRequest, at: Desk, dossier: UUID, record: UUID) -> HttpResponse:
    """Change how far a record may go."""
    stub = _writable(at, dossier)
    answer: HttpResponse = _mark(request, at, stub, _own(at, stub, record))
    return answer


@fresh_proof_required
def _mark(request: HttpRequest, at: Desk, stub: reading.Stub, one: reading.RecordStub) -> HttpResponse:
    form = forms.RecipientsForm(request.POST or None, at=at, initial={"marking": one.marking})
    if form.is_valid():
        try:
            actions.change_marking(one.id, **form.cleaned_data, **acting(request))
        except DoesNotHold as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, "De vertrouwelijkheid is gewijzigd.")
            return redirect("vault:dossier", at.purpose.pk, stub.id)
    return _ask(request, "vault/marking.html", at, stub, form, "Vertrouwelijkheid")


@login_not_required  # both are asked below, in the usual order: first the token of our page, then who it is
@csrf_exempt  # the check reads the form; it comes after the handler is set, in the view below
def add_file(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Take a file for the vault in memory, so that it never lies on the disk as it is."""
    request.upload_handlers = [InMemoryUpload(request)]
    return _add_file(request, **kwargs)


@csrf_protect
@login_required
@GET_OR_POST
@at_desk
def _add_file(request: HttpRequest, at: Desk, dossier: UUID, record: UUID) -> HttpResponse:
    stub = _writable(at, dossier)
    _own(at, stub, record)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = forms.FileForm(*sent, refused=getattr(request, "upload_refused", False))
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            actions.add_file(record, dossier=dossier, source=file, filename=file.name, **acting(request))
        except (FileRefused, DoesNotHold) as reason:
            form.add_error("file", str(reason))
        else:
            messages.success(request, "Het bestand is versleuteld toegevoegd.")
            return redirect("vault:dossier", at.purpose.pk, dossier)
    return _ask(request, "vault/file.html", at, stub, form, "Bestand toevoegen")


@require_safe
@at_desk
def who(request: HttpRequest, at: Desk, dossier: UUID, record: UUID) -> HttpResponse:
    """Show who may read a record and who may not, and by which rule."""
    stub = reading.dossier(dossier)
    stub.record(record)
    return render(request, "vault/who.html", pages.who(at, stub, reading.who(record), record))


@require_safe
@at_desk
def why(request: HttpRequest, at: Desk, dossier: UUID, record: UUID) -> HttpResponse:
    """Show why one may or may not read a record oneself."""
    stub = reading.dossier(dossier)
    stub.record(record)
    return render(request, "vault/why.html", pages.why(at, stub, reading.why(record), record))


def _writable(at: Desk, dossier: UUID) -> reading.Stub:
    stub = reading.dossier(dossier)
    if not reading.may_add(at, stub, reading.parties(dossier)):
        raise Http404
    return stub


def _own(at: Desk, stub: reading.Stub, record: UUID) -> reading.RecordStub:
    one = stub.record(record)
    if one.source != at.organisation:
        raise NotPermitted("alleen de bron wijzigt een gegeven")
    return one


def _ids(texts: list[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts[:20]]
    except ValueError as error:
        raise Http404 from error


def _ask(
    request: HttpRequest, template: str, at: Desk, stub: reading.Stub, form: Any, last: str
) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, template, pages.asking(at, stub, form, last), status=status)
