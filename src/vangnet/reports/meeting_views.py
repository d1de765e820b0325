"""Documents of meetings as files."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vangnet.reports import listing, meeting, meeting_docx, meeting_pdf

RENDERERS = {"pdf": meeting_pdf.render, "docx": meeting_docx.render}


@require_safe
@never_cache
def download(request: HttpRequest, pk: UUID, document: str, extension: str) -> HttpResponse:
    """Give a document of a meeting as a file."""
    found = meeting.gather(pk, document, extension, user=request.user, on=timezone.localdate())
    headers = {"Content-Disposition": f'attachment; filename="{found.filename}.{extension}"'}
    return HttpResponse(RENDERERS[extension](found), content_type=listing.FORMATS[extension], headers=headers)
