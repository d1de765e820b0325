"""Advice and tables for the walk along every address: made anew each time, because pages use them up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from vangnet.identity.models import User

Kwargs = dict[str, Any]
ASKED = {"anna", "hugo", "esra"}  # of anna, for her organisation, to esra; the driving team reads along
ZUTPHEN = {"anna", "otto", "greet", "ineke", "petra"}
# Which turns come before this one, and who may take it then.
TURNS: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "cooperation:advice_antwoord": ((), {"esra"}),
    "cooperation:advice_doorgeven": ((), {"esra", "hugo"}),
    "cooperation:advice_terugvraag": ((), {"esra"}),
    "cooperation:advice_aanvulling": (("terugvraag",), {"anna"}),
    "cooperation:advice_oordeel": (("antwoord",), {"anna"}),
    "cooperation:advice_kennis": (("antwoord",), ZUTPHEN),
    "cooperation:advice_intrekken": ((), {"anna"}),
}
KEEPERS = {"frank", "hugo", "quinten"}  # of DVO Twente, with the driving team
MAYORS = {"quinten", "roos", "sjoerd", "tineke"}
SECRETARIES = {"willem", "xandra", "yusuf", "zoë"}
SPEAKERS = MAYORS | SECRETARIES | {"carla", "frank", "greet", "hugo", "lotte", "mo", "otto"}
# Which steps come before this one, and who may take it then.
STEPS: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "cooperation:position": ((), KEEPERS),
    "cooperation:support": ((), SPEAKERS),  # for a body of their own
    "cooperation:item_agenderen": ((), KEEPERS),
    "cooperation:item_behandelen": (("agenderen",), KEEPERS),
    "cooperation:item_uitkomst": (("agenderen", "behandelen"), KEEPERS),
    "cooperation:item_intrekken": ((), KEEPERS),
}
ITEM = ("cooperation:item", *STEPS)
# Work with a branch, led by Zutphen, in which Apeldoorn takes part.
DECIDE = {"anna", "otto", "greet", "hugo"}
ENTER = MAYORS | {"anna", "bram", "otto", "greet", "hugo", "daan", "esra", "lotte"}  # for an own organisation
BRANCH: dict[str, set[str]] = {
    "cooperation:partnership_join": ENTER,
    "cooperation:partnership_leave": {"bram", "hugo"},
    "cooperation:partnership_evaluatie": DECIDE,
    "cooperation:partnership_einde": DECIDE,
}
# Hours that Zutphen offers, and a year that is over.
BINDS = {"anna", "otto", "greet"}
CAPACITY: dict[str, set[str]] = {
    "cooperation:capacity_change": BINDS,
    "cooperation:capacity_afsluiten": {"hugo"},
    "cooperation:capacity_heropenen": {"hugo"},
}
READ = ("cooperation:capacity_theme", "cooperation:capacity_partner", "cooperation:capacity_line")
# What Zutphen contributes.
LINES = ("cooperation:contribution_partner", "cooperation:contribution_end")
PARTS = (*LINES, "cooperation:question", *TURNS, *ITEM, "cooperation:partnership", *BRANCH, *READ, *CAPACITY)


def may_see(name: str) -> Callable[[User], bool]:
    """Return the rule who may know of what is behind this address."""
    if name == "cooperation:contribution_end":
        return lambda person: person.name.split()[0].lower() in BINDS
    if name in ("cooperation:item", "cooperation:partnership", LINES[0], *READ):
        return lambda person: True
    known = TURNS | STEPS
    wanted = known[name][1] if name in known else (BRANCH | CAPACITY).get(name, ASKED | ZUTPHEN)
    return lambda person: person.name.split()[0].lower() in wanted


def owners(name: str) -> tuple[str, ...]:
    """Return whose record it is."""
    if name in ITEM:
        return ("frank",)
    if name == "cooperation:partnership_leave":
        return ("bram",)
    if name in ("cooperation:capacity_afsluiten", "cooperation:capacity_heropenen"):
        return ("hugo",)
    is_answer = name in ("cooperation:advice_antwoord", "cooperation:advice_terugvraag")
    return ("esra",) if is_answer else ("anna",)


def parts(name: str, owner: User) -> Kwargs:
    """Return the parts of an address: of a question of anna, or an item of DVO Twente, one step before."""
    if name in LINES:
        return {"slug": "gm0301"} if name == LINES[0] else {"pk": _contributed(owner)}
    if name in ITEM:
        return {"pk": _begun(owner, STEPS[name][0] if name in STEPS else ()).pk}
    if name in (*READ, *CAPACITY):
        return _of_capacity(name, owner)
    if name.startswith("cooperation:partnership"):
        anna = _person("adviseur-zutphen")
        return {"pk": _with_a_branch(anna, takes_part=name == "cooperation:partnership_leave").pk}
    return {"pk": _asked(TURNS[name][0] if name in TURNS else ()).pk}


def _person(key: str) -> User:
    from vangnet.config.pack import cast_email

    return User.objects.get(email=cast_email(key))


def _asked(turns: tuple[str, ...]) -> Any:
    from vangnet.cooperation import actions
    from vangnet.cooperation.models import AdviceRequest, AdviceTurn
    from vangnet.identity.operator import service_session

    anna, esra, today, now = (
        _person("adviseur-zutphen"),
        _person("riec"),
        timezone.localdate(),
        timezone.now(),
    )
    with service_session(anna):
        work = anna.memberships_on(today)[0].organisation
        told = {"topic_id": "vastgoed", "organisation": work, "expert": esra}
        made = AdviceRequest(subject="Proef", due_on=today + timedelta(days=3), **told)
        actions.ask(made, "Proef.", by=anna, at=now)
    for number, kind in enumerate(turns, start=2):
        with service_session(esra):
            turn = AdviceTurn(request=made, number=number, kind=kind, words="Proef.")
            actions.say(turn, by=esra, at=now)
    return made


def _begun(frank: User, steps: tuple[str, ...]) -> Any:
    from vangnet.cooperation import table_actions as actions
    from vangnet.cooperation.models import Position, TableItem, TableStep
    from vangnet.identity.operator import service_session

    acting: dict[str, Any] = {"by": frank, "at": timezone.now()}
    told = {"table_id": "vng", "topic_id": "vastgoed", "body_id": "dvo-twente"}
    with service_session(frank):
        item = actions.begin_item(TableItem(title="Proef", **told), **acting)
        actions.write_position(Position(item=item, number=1, words="Proef.", asked="Proef."), **acting)
        for number, kind in enumerate(steps, start=1):
            step = TableStep(item=item, number=number, kind=kind, on=timezone.localdate())
            actions.take_step(step, **acting)
    return item


def _with_a_branch(anna: User, *, takes_part: bool) -> Any:
    from vangnet.cooperation import partnership_actions as actions
    from vangnet.cooperation.models import Partnership
    from vangnet.identity.models import Organisation
    from vangnet.identity.operator import service_session

    acting: dict[str, Any] = {"by": anna, "at": timezone.now()}
    today, lead = timezone.localdate(), Organisation.objects.get(slug="gm0301")
    words = dict.fromkeys(("name", "branch", "partner", "contact", "agreed"), "Proef")
    codes = {"kind": "pilot", "topic_id": "vastgoed", "function_id": "adviseur-veiligheid"}
    with service_session(anna):
        made = Partnership(**words, **codes, organisation=lead, begins_on=today - timedelta(days=9))
        actions.begin_partnership(made, **acting)
    if not takes_part:
        return made
    bram, other = _person("adviseur-apeldoorn"), Organisation.objects.get(slug="gm0200")
    with service_session(bram):
        since, acting["by"] = today - timedelta(days=9), bram
        return actions.join_partnership(made, organisation=other, since=since, **acting)


def _of_capacity(name: str, owner: User) -> Kwargs:
    from django.db import transaction

    from vangnet.cooperation import capacity_actions as actions
    from vangnet.cooperation.models import CapacityStatement, CapacityYearStep
    from vangnet.identity.models import Organisation
    from vangnet.identity.operator import service_session

    if name in ("cooperation:capacity_theme", "cooperation:capacity_partner"):
        return {"slug": "ondermijning" if name == "cooperation:capacity_theme" else "gm0301"}
    this_year, acting = timezone.localdate().year, {"by": owner, "at": timezone.now()}
    opens = name == "cooperation:capacity_heropenen"
    with service_session(owner), transaction.atomic():
        if name in ("cooperation:capacity_line", "cooperation:capacity_change"):
            told = CapacityStatement(kind="toegezegd", topic_id="ondermijning", year=this_year + 1, hours=3)
            told.organisation = Organisation.objects.get(slug="gm0301")
            known = CapacityStatement.objects.filter(year=told.year, number=1, organisation=told.organisation)
            return {"pk": (known.first() or actions.state(told, **acting)).series}
        year = this_year - (2 if opens else 1)
        count = CapacityYearStep.objects.filter(year=year).count()
        if (count % 2 == 1) != opens:  # as it stands before the step that the page takes
            kind = "afsluiten" if opens else "heropenen"
            actions.settle(
                CapacityYearStep(year=year, number=count + 1, kind=kind, reason="Proef."), **acting
            )
    return {"year": year}


def _contributed(owner: User) -> Any:
    from vangnet.cooperation import contribution_actions as actions
    from vangnet.cooperation.models import Contribution
    from vangnet.identity.models import Organisation
    from vangnet.identity.operator import service_session

    with service_session(owner):
        made = Contribution(kind="informatie", topic_id="ondermijning", words="Proef.")
        made.organisation = Organisation.objects.get(slug="gm0301")
        made.begins_on = timezone.localdate() - timedelta(days=9)
        return actions.contribute(made, by=owner, at=timezone.now()).pk
