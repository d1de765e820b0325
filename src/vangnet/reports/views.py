"""Pages with reports, and the files themselves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from vangnet.picture.refusal import CannotShow
from vangnet.reports import docx, factsheet, listing, pdf

RENDERERS = {"pdf": pdf.render, "docx": docx.render}
START = ("Start", "/")


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """List the factsheets per district."""
    context = {
        **listing.page(request.user),
        "flow_step": "beelden",
        "breadcrumbs": [START, ("Rapporten", "")],
    }
    return render(request, "reports/reports.html", context)


@require_safe
def download(request: HttpRequest, code: str, extension: str) -> HttpResponse:
    """Give the factsheet of an area as a file; explain why when there is none."""
    try:
        if extension not in RENDERERS:
            raise listing.unknown_format(extension)
        sheet = factsheet.gather(code, user=request.user, on=timezone.localdate())
    except CannotShow as reason:
        crumbs = [START, ("Rapporten", "/rapporten/"), (reason.title, "")]
        context = {"reason": reason, "heirs": listing.heirs(code), "breadcrumbs": crumbs}
        return render(
            request, "reports/refused.html", context | {"flow_step": "beelden"}, status=reason.status
        )
    name = f"{sheet.filename}.{extension}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(RENDERERS[extension](sheet), content_type=listing.FORMATS[extension], headers=headers)
