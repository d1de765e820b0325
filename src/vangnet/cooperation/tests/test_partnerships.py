"""Work with branches: who leads and joins it, what it brings, and when that is looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from vangnet.cooperation import partnership_actions as actions
from vangnet.cooperation.models import Participant, Partnership, PartnershipStep
from vangnet.cooperation.tests.conftest import Colleague
from vangnet.identity.models import Organisation
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.rules import NotPermitted
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db


def day(days: int = 0):
    return timezone.localdate() + timedelta(days=days)


def page(client, address="", status=200, **query):
    answer = client.get(f"/netwerk/branches/{address}", query)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def send(client, address, status=302, **told):
    answer = client.post(f"/netwerk/branches/{address}", told)
    assert answer.status_code == status, answer.content.decode()
    return answer["Location"] if status == 302 else answer.content.decode()


def told(organisation: str, **more):
    lead = Organisation.objects.get(slug=organisation)
    words = {
        "name": "Veilig verhuren",
        "branch": "Verhuur",
        "partner": "Verhuurders Oost",
        "agreed": "Meld het.",
    }
    codes = {"kind": "afspraak", "function": "adviseur-veiligheid", "contact": "Voorzitter"}
    days = {"begins_on": day(-300), "evaluate_on": day(-10), "ends_on": ""}
    return words | codes | days | {"topic": "vastgoed", "organisation": str(lead.pk)} | more


def begun(person, organisation: str, *, ends_on=None) -> Partnership:
    lead, codes = Organisation.objects.get(slug=organisation), told(organisation)
    codes |= {"organisation": lead, "ends_on": ends_on, "topic_id": codes.pop("topic")}
    codes |= {"function_id": codes.pop("function")}
    with Colleague(person).session():
        return actions.begin_partnership(Partnership(**codes), **Colleague(person).acting())


def test_an_adviser_records_work_with_a_branch_that_another_joins_evaluates_it_and_ends_it(anna, bram):
    client, other = browser(anna), browser(bram)
    where = send(client, "nieuw/", **told("gm0301")).removeprefix("/netwerk/branches/")
    assert "De evaluatie is te laat" in page(other, where)
    assert "te laat</span>" in page(other)
    send(
        other,
        f"{where}deelnemen/",
        organisation=str(Organisation.objects.get(slug="gm0200").pk),
        since=day(-5),
    )
    assert "Gemeente Apeldoorn" in page(client, where)
    send(client, f"{where}evaluatie/", on=day(), words="Het werkt.", next_on=day(100), seen="0")
    shown = page(client, where)
    assert "Het werkt." in shown
    assert "te laat" not in shown
    assert "intussen" in send(client, f"{where}einde/", 422, on=day(), words="Klaar.", seen="0")
    send(client, f"{where}einde/", on=day(), words="Is nu gewoon werk.", seen="1")
    assert "Is nu gewoon werk." in page(client, where)
    assert "Veilig verhuren" in page(client, lijst="gestopt")
    assert "gestopt." in send(
        other,
        f"{where}deelnemen/",
        422,
        organisation=str(Organisation.objects.get(slug="gm0200").pk),
        since=day(),
    )


@pytest.mark.attack("A-01")
def test_nobody_enters_ends_or_leads_for_another_organisation(anna, bram, petra, hugo, outsider):
    made = begun(anna, "gm0301")
    assert outsider.get(f"/netwerk/branches/{made.pk}/").status_code == 302
    with pytest.raises(NotPermitted):
        begun(bram, "gm0301")
    page(browser(petra), "nieuw/", 404)
    page(browser(bram), f"{made.pk}/einde/", 404)
    assert "Stop deze" not in page(browser(bram), f"{made.pk}/")
    step = PartnershipStep(partnership=made, number=1, kind="einde", on=day(), words="Weg.")
    with Colleague(bram).session(), pytest.raises(NotPermitted):
        actions.record_step(step, **Colleague(bram).acting())
    apeldoorn = Organisation.objects.get(slug="gm0200")
    with Colleague(bram).session():
        taking = actions.join_partnership(
            made, organisation=apeldoorn, since=day(-5), **Colleague(bram).acting()
        )
    lead = {"organisation": apeldoorn, **Colleague(anna).acting()}
    with Colleague(anna).session(), pytest.raises(NotPermitted):  # who leads names nobody
        actions.join_partnership(made, **lead | {"since": day(-2)})
    assert "Leg vertrek vast" not in page(browser(anna), f"{made.pk}/")
    page(browser(anna), f"deelname/{taking.pk}/vertrek/", 404)
    with Colleague(petra).session(), pytest.raises(NotPermitted):
        actions.leave_partnership(taking, on=day(), **Colleague(petra).acting())
    page(browser(petra), f"deelname/{taking.pk}/vertrek/", 404)
    with Colleague(bram).session(), pytest.raises(DoesNotHold, match="doet in die periode al mee"):
        actions.join_partnership(made, organisation=apeldoorn, since=day(), **Colleague(bram).acting())
    send(browser(hugo), f"deelname/{taking.pk}/vertrek/", on=day())
    assert "Leg vertrek vast" not in page(browser(hugo), f"{made.pk}/")


def test_the_end_ends_it_for_who_takes_part_and_one_joins_while_it_runs(anna, bram):
    made = begun(anna, "gm0301", ends_on=day(5))
    client, apeldoorn = browser(bram), Organisation.objects.get(slug="gm0200")
    told = {"organisation": str(apeldoorn.pk)}
    for since in (day(-301), day(5)):
        assert "waarop deze samenwerking loopt" in send(
            client, f"{made.pk}/deelnemen/", 422, since=since, **told
        )
    send(client, f"{made.pk}/deelnemen/", since=day(-5), **told)
    assert "Een organisatie doet mee" not in page(client, f"{made.pk}/")
    send(browser(anna), f"{made.pk}/einde/", on=day(-1), words="Klaar.", seen="0")
    with Colleague(bram).session():
        assert [one.period.upper for one in Participant.objects.filter(partnership=made)] == [day(-1)]
    assert client.get(f"/netwerk/branches/{made.pk}/deelnemen/").status_code == 302

    over = begun(anna, "gm0301", ends_on=day(-1))
    assert "Een organisatie doet mee" not in page(client, f"{over.pk}/")
    assert "gestopt" in send(client, f"{over.pk}/deelnemen/", 422, since=day(-5), **told)


def test_days_that_cannot_be_are_refused_and_a_number_of_a_citizen_too(anna):
    client = browser(anna)
    assert "na het begin" in send(client, "nieuw/", 422, **told("gm0301", evaluate_on=day(-400)))
    assert "Kies een later einde" in send(client, "nieuw/", 422, **told("gm0301", ends_on=day(-400)))
    assert "burgerservicenummer" in send(client, "nieuw/", 422, **told("gm0301", agreed="Bel 123456782."))


def test_the_pages_take_a_fixed_number_of_queries(anna, django_assert_max_num_queries):
    for _ in range(3):
        made = begun(anna, "gm0301")
    client = browser(anna)
    page(client)
    with django_assert_max_num_queries(9):
        page(client)
    with django_assert_max_num_queries(11):
        page(client, f"{made.pk}/")
