"""A letter about a measure: chosen from what the pack has, given as a file without anybody in it."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from vangnet.casework import case_actions, case_pages, letters
from vangnet.casework import case_reading as reading
from vangnet.casework.case_desks import at_case_desk
from vangnet.casework.views import GET_OR_POST
from vangnet.identity.session import acting
from vangnet.vault import desks
from vangnet.vault.desks import Desk

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@GET_OR_POST
@at_case_desk
def letter(request: HttpRequest, at: Desk, case: UUID, measure: UUID) -> HttpResponse:
    """Show which letters there are for a measure, or give one of them."""
    work = reading.work(reading.case(request.user, case))  # type: ignore[arg-type]
    found = reading.in_work(work, "measures", measure)
    if request.method != "POST":
        more = {"measure": found, "letters": reading.letters(found)}
        return render(
            request, "casework/case_letter.html", case_pages.asking(at, work.case, None, "Brief", **more)
        )
    chosen = reading.letter(found, request.POST.get("brief", ""))
    place = dict(desks.places()).get(found.place or work.case.place, letters.BLANK)
    mark, who = uuid4(), acting(request)
    content = letters.render(chosen, work.case, found, place, mark=mark, at=who["at"])
    case_actions.note_letter(work.case, found, letter=chosen, mark=mark, **who)
    name = f"{chosen.pk}-{work.case.number}.docx"
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type=WORD, headers={"Content-Disposition": disposition})
