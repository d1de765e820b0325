"""Administrative tables: who puts something on one, who supports which words, and what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from vangnet.cooperation import table_actions as actions
from vangnet.cooperation.models import Position, Support, TableItem, TableStep
from vangnet.cooperation.tests.conftest import Colleague
from vangnet.identity.models import User
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.rules import NotPermitted
from vangnet.meetings import actions as meetings
from vangnet.meetings.models import Matter, Stop
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db


class Keeper(Colleague):
    """Somebody who brings things to tables for a body."""

    def begin(self, body: str = "dvo-twente", days: int = 0, **more) -> TableItem:
        told = {"title": "Meldplicht", "table_id": "vng", "topic_id": "vakantieparken", "body_id": body}
        with self.session():
            return actions.begin_item(TableItem(**told | more), **self.acting(days))

    def write(self, item: TableItem, number: int = 1, days: int = 0, **more) -> Position:
        told = {"words": "Wij willen dit.", "asked": "Regel het.", "reason": "Beter." if number > 1 else ""}
        with self.session():
            made = Position(item=item, number=number, **told | more)
            return actions.write_position(made, **self.acting(days))

    def support(self, position: Position, body: str, stance: str = "steunt", **more) -> Support:
        with self.session():
            given = Support(position=position, body_id=body, stance=stance, **more)
            return actions.support(given, **self.acting())

    def step(
        self, item: TableItem, number: int, kind: str, days: int = 0, told: int = 0, **more
    ) -> TableStep:
        on = timezone.localdate() + timedelta(days=days)
        with self.session():
            step = TableStep(item=item, number=number, kind=kind, on=on, **more)
            return actions.take_step(step, **self.acting(told))

    def state(self, item: TableItem) -> str:
        with self.session():
            return TableItem.objects.get(pk=item.pk).state


@pytest.fixture
def frank_of_twente(frank) -> Keeper:
    return Keeper(frank)


@pytest.fixture
def quinten(db) -> Keeper:
    """The chair of DVO Twente."""
    return Keeper(User.objects.get(name="Quinten Hofstra"))


def page(client, address="", status=200, **query):
    answer = client.get(f"/netwerk/bestuurlijk/{address}", query)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def send(client, address, status=302, **told):
    answer = client.post(f"/netwerk/bestuurlijk/{address}", told)
    assert answer.status_code == status, answer.content.decode()
    return answer["Location"] if status == 302 else answer.content.decode()


def test_a_matter_becomes_an_item_with_a_supported_position_and_an_outcome(frank, quinten, bram, anna):
    client, chair, today = browser(frank), browser(quinten.person), timezone.localdate()
    with quinten.session():
        from vangnet.directory.models import Body

        body = Body.objects.get(pk="dvo-twente")
        stop = meetings.raise_matter(
            Matter(title="Meldplicht", body=body),
            Stop(aim="bespreking", occasion="Proef."),
            **quinten.acting(),
        )
    point = client.get(f"/vergaderingen/punten/{stop.pk}/").content.decode()
    assert f"/netwerk/bestuurlijk/nieuw/?punt={stop.matter_id}" in point
    form = page(client, f"nieuw/?punt={stop.matter_id}")
    assert 'value="Meldplicht"' in form
    told = {"title": "Meldplicht", "table": "vng", "topic": "vakantieparken", "body": "dvo-twente"}
    where = send(client, f"nieuw/?punt={stop.matter_id}", **told).removeprefix("/netwerk/bestuurlijk/")
    assert "Schrijf het standpunt" in page(client, where)
    assert "Schrijf eerst" in send(client, f"{where}agenderen/", 422, on=today, seen="0")

    send(client, f"{where}standpunt/", words="Wij willen dit.", asked="Regel het.", seen="0")
    assert "Steunt uw overleg dit?" not in page(client, where)  # frank wrote it
    told = {"body": "dvo-twente", "seen": "1"}
    assert "kanttekening of reden" in send(chair, f"{where}steunen/", 422, stance="mits", **told)
    send(chair, f"{where}steunen/", stance="mits", words="Mits betaalbaar.", **told)
    shown = page(browser(bram), where)
    assert "Mits betaalbaar." in shown
    assert "Meldplicht" in shown
    assert "Nieuwe versie" not in shown

    send(client, f"{where}agenderen/", on=today, seen="0")
    send(client, f"{where}behandelen/", on=today, words="Goed gesprek.", seen="1")
    assert "Kies een dag" in send(
        client, f"{where}uitkomst/", 422, on=today + timedelta(2), outcome="deels", words="Later.", seen="2"
    )
    send(client, f"{where}uitkomst/", on=today, outcome="deels", words="Een proef.", seen="2")
    shown = page(client, where)
    assert "Uitkomst bekend: deels overgenomen" in shown
    assert "Een proef." in shown
    assert "Meldplicht" in page(client, lijst="afgerond", niveau="landelijk")
    assert "Meldplicht" not in page(client, lijst="afgerond", niveau="lokaal")


def test_support_of_an_earlier_version_does_not_count_for_the_next(frank_of_twente, quinten, willem, anna):
    item = frank_of_twente.begin()
    first = frank_of_twente.write(item)
    quinten.support(first, "dvo-twente")
    assert "1 overleg" in page(browser(anna))
    second = frank_of_twente.write(item, 2, words="Wij willen iets anders.")
    shown = page(browser(anna), f"{item.pk}/")
    assert "Nog geen overleg zei iets over deze versie" in shown
    assert "Eerdere versies" in shown
    with pytest.raises(DoesNotHold, match="nieuwere versie"):
        Keeper(willem).support(first, "dvo-ijsselland")
    Keeper(willem).support(second, "dvo-ijsselland")
    with pytest.raises(DoesNotHold, match="al iets over deze versie"):
        Keeper(willem).support(second, "dvo-ijsselland")
    with pytest.raises(DoesNotHold, match="intussen"):
        frank_of_twente.write(item, 2)


@pytest.mark.attack("A-08")
def test_nobody_supports_their_own_words_or_binds_a_body_that_they_do_not_speak_for(
    frank_of_twente, quinten, hugo, anna, willem, daan
):
    item = frank_of_twente.begin()
    written = frank_of_twente.write(item)
    with pytest.raises(DoesNotHold, match="schreef dit standpunt zelf"):
        frank_of_twente.support(written, "dvo-twente")
    assert 'value="bbg"' not in page(browser(quinten.person), f"{item.pk}/steunen/")  # a plain member there
    for person, body in (
        *((hugo, "dvo-twente"), (anna, "bbg"), (willem, "dvo-twente")),
        *((quinten.person, "bbg"), (daan, "driehoek-gm0301"), (anna, "expertteam-ondermijning")),
    ):
        with pytest.raises(NotPermitted):
            Keeper(person).support(written, body)
    with pytest.raises(NotPermitted):
        Keeper(willem).begin()
    with pytest.raises(NotPermitted):
        Keeper(willem).write(item, 2)
    with pytest.raises(NotPermitted):
        Keeper(willem).step(item, 1, "intrekken", words="Weg ermee.")
    Keeper(hugo).step(item, 1, "agenderen", 7)  # the driving team keeps what any body brings


def test_what_a_table_treated_stands_and_comes_back_only_on_its_agenda(frank_of_twente, quinten):
    item = frank_of_twente.begin(days=-9)
    written = frank_of_twente.write(item, days=-6)
    with pytest.raises(DoesNotHold, match="niet in het verleden"):
        frank_of_twente.step(item, 1, "agenderen", -3)
    frank_of_twente.step(item, 1, "agenderen", -3, told=-5)
    for days, says in ((-8, "later geschreven"), (-10, "waarop dit agendapunt begon")):
        with pytest.raises(DoesNotHold, match=says):
            frank_of_twente.step(item, 2, "behandelen", days)
    assert "Deze tafel is geweest" in page(browser(frank_of_twente.person), f"{item.pk}/")
    assert "geweest</span>" in page(browser(frank_of_twente.person))
    frank_of_twente.step(item, 2, "behandelen", -3)
    with pytest.raises(DoesNotHold, match="al behandeld"):
        frank_of_twente.write(item, 2)
    with pytest.raises(DoesNotHold, match="al behandeld"):
        quinten.support(written, "dvo-twente")
    with pytest.raises(DoesNotHold, match="niet voor de dag"):
        frank_of_twente.step(item, 3, "uitkomst", -4, outcome="deels", words="Te vroeg.")
    frank_of_twente.step(item, 3, "agenderen", 30)  # held over to a next meeting of the table
    frank_of_twente.write(item, 2)
    frank_of_twente.step(item, 4, "intrekken", words="Is elders geregeld.")
    assert frank_of_twente.state(item) == "ingetrokken"
    with pytest.raises(DoesNotHold, match="past niet"):
        frank_of_twente.step(item, 5, "agenderen", 40)


def test_a_matter_comes_on_a_table_once_and_from_the_body_where_it_lay(frank_of_twente, quinten, hugo):
    with frank_of_twente.session():
        matter = Matter.objects.get(title="Gezamenlijke controle van vakantieparken")
    frank_of_twente.begin(table_id="landelijk-overleg", matter=matter)
    with pytest.raises(DoesNotHold, match="al op de lijst"):
        quinten.begin(table_id="landelijk-overleg", matter=matter)
    with pytest.raises(DoesNotHold, match="nooit in dat overleg"):
        Keeper(hugo).begin("dvo-ijsselland", table_id="driehoek", matter=matter)


@pytest.mark.attack("A-01")
def test_who_is_outside_finds_nothing_and_who_is_inside_reads_without_buttons(
    frank_of_twente, bram, outsider
):
    item = frank_of_twente.begin()
    assert outsider.get(f"/netwerk/bestuurlijk/{item.pk}/").status_code == 302
    client = browser(bram)
    assert "Zet iets op een tafel" in page(client)
    assert "Trek in" not in page(client, f"{item.pk}/")
    for name in ("standpunt/", "agenderen/", "intrekken/"):
        page(client, f"{item.pk}/{name}", 404)
    page(browser(frank_of_twente.person, strong=False), f"{item.pk}/standpunt/", 403)
    page(client, "", 404, niveau="mars")
    assert "burgerservicenummer" in send(
        browser(frank_of_twente.person),
        f"{item.pk}/standpunt/",
        422,
        words="Over 123456782",
        asked="x",
        seen="0",
    )


def test_the_pages_take_a_fixed_number_of_queries(frank_of_twente, quinten, django_assert_max_num_queries):
    for _ in range(4):
        item = frank_of_twente.begin(title="Zoveelste")
        quinten.support(frank_of_twente.write(item), "dvo-twente")
    client = browser(frank_of_twente.person)
    page(client)
    with django_assert_max_num_queries(10):
        page(client)
    with django_assert_max_num_queries(13):
        page(client, f"{item.pk}/")
    with django_assert_max_num_queries(13):
        page(client, "nieuw/")
