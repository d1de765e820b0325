"""Meetings for the walk along every address: made anew each time, because pages use them up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.db import transaction
from django.utils import timezone
from pypdfium2 import PdfDocument

from vangnet.directory.models import Body
from vangnet.identity.models import User

Kwargs = dict[str, Any]
BODY = "dvo-twente"
KEEPERS = {"frank", "hugo", "quinten"}  # secretary, driving team and chair
SPEAKERS = {"frank", "quinten"}
BY_BODY = {"meetings:plan", "meetings:raise", "meetings:old_list"}
OF_SITTING = {"meetings:sitting", "meetings:register"}
SEEN_BY = {
    **dict.fromkeys(("meetings:plan", "meetings:raise"), KEEPERS),
    **dict.fromkeys(("meetings:change", "meetings:cancel", "meetings:hold"), KEEPERS),
    **dict.fromkeys(("meetings:agenda", "meetings:attendance"), KEEPERS),
    **dict.fromkeys(("meetings:note", "meetings:agree", "meetings:finish"), KEEPERS),
    **dict.fromkeys(("meetings:adopt", "meetings:rule", "meetings:old_list"), SPEAKERS),
    "meetings:add_paper": KEEPERS,
    "meetings:remove_paper": KEEPERS,
    "meetings:revoke": {"frank"},
}
WHAT = {
    **dict.fromkeys(("meetings:point", "meetings:note", "meetings:rule", "meetings:agree"), "stop"),
    "meetings:add_paper": "stop",
    "meetings:finish": "action",
    "meetings:paper": "paper",
    "meetings:remove_paper": "paper",
    "meetings:revoke": "feed",
}
PARTS = (*OF_SITTING, "reports:meeting", "meetings:point", "meetings:paper", "meetings:calendar", *SEEN_BY)


def may_see(name: str) -> Callable[[User], bool]:
    """Return the rule who may know of what is behind this address."""
    return lambda person: name not in SEEN_BY or person.name.split()[0].lower() in SEEN_BY[name]


def owners(name: str) -> tuple[str, ...]:
    """Return whose record it is."""
    return ("frank",)


def parts(name: str, owner: User) -> Kwargs:
    """Return the parts of an address: of a meeting that was held, with one item and one action."""
    from vangnet.identity.operator import service_session

    if name in BY_BODY:
        return {"slug": BODY}
    with service_session(owner, strong=True), transaction.atomic():
        made = _held(owner)
    if name == "meetings:calendar":
        return {"key": made["key"]}
    more = {"document": "besluitenlijst", "extension": "docx"} if name == "reports:meeting" else {}
    return {**more, "pk": made[WHAT.get(name, "sitting")].pk}


def _pdf() -> bytes:
    made, page = PdfDocument.new(), BytesIO()
    made.new_page(200, 200)
    made.save(page)
    return page.getvalue()


def _held(owner: User) -> dict[str, Any]:
    from vangnet.meetings import actions
    from vangnet.meetings.models import ActionPoint, FeedKey, Matter, Paper, Sitting, Stop

    acting: dict[str, Any] = {"by": owner, "at": timezone.now()}
    body, starts = Body.objects.get(pk=BODY), timezone.now() - timedelta(hours=1)
    told = {
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=3),
        "place": "Raadzaal",
        "state": "gehouden",
    }
    sitting = actions.plan(Sitting(body=body, **told), **acting)
    note = {"aim": "bespreking", "occasion": "Proef."}
    stop = actions.raise_matter(Matter(title="Proef", body=body), Stop(**note), **acting)
    actions.put_in_order(sitting, [stop], seen=1, **acting)
    action = ActionPoint(sitting=sitting, stop=stop, what="Proef", owner=owner, due_on=timezone.localdate())
    pdf = _pdf()
    paper = Paper(matter=stop.matter, name="Proef.pdf", kind="application/pdf", size=len(pdf), content=pdf)
    key = actions.make_key(body=body, **acting)
    return {
        "sitting": sitting,
        "stop": stop,
        "action": actions.agree_action(action, **acting),
        "paper": actions.add_paper(paper, **acting),
        "key": key,
        "feed": FeedKey.objects.latest("made_at"),
    }
