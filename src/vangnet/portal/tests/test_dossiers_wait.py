"""What waits in dossiers and cases reaches who has to do it: at home, by mail and on the page of the case."""

import re

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from vangnet.casework.tests.casedesk import OWN, UUID_IN, CaseDesk, in_days, organisation
from vangnet.identity.operator import service_session
from vangnet.portal import mail, waiting
from vangnet.vault.tests.offices import RECORD, WEIGHED, WORDS, browser

DECIDE = "Dossiers: 1 weegdocument wacht op uw besluit"
CARRY_OUT = "Dossiers: 1 weegdocument van u is toegewezen, nog uitvoeren"
REFUSED = "Dossiers: 1 weegdocument van u is afgewezen"


@pytest.fixture
def desk(db, esra):
    return CaseDesk(esra)


@pytest.fixture
def case(desk):
    return desk.a_case(tier="2")


def home(person):
    return browser(person).get("/").content.decode()


def links(person):
    """Return the words of each link of what waits, with where it leads."""
    part = home(person).partition('id="wacht"')[2].partition("</ul>")[0]
    return {words: url for url, words in re.findall(r'href="([^"]+)">([^<]+)</a>', part)}


def asked(desk, case, slug="politie", **told):
    form = {"kind": "deelname", "recipient": organisation(slug), "article": "WGS 2.20", **WEIGHED, **told}
    answer = desk.client.post(reverse("vault:weigh", args=[desk.purpose.pk, case]), form)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def decided(person, address, decision="toewijzen"):
    answer = browser(person).post(address, {"decision": decision, "motivation": WORDS})
    assert answer.status_code == 302, answer.content.decode()


# --- weighings ---


@pytest.mark.requirement("TOE-01")
def test_a_weighing_waits_for_a_colleague_and_the_link_leads_to_it(desk, case, esra, lotte, carla, anna):
    address = asked(desk, case)

    assert links(lotte)[DECIDE] == address
    assert browser(lotte).get(address).content.decode().count("Leg besluit vast") == 1
    for other in (esra, carla, anna):  # who asked, whom it is about, an outsider
        assert "wacht op uw besluit" not in home(other)
    assert "wacht op uw besluit" in CaseDesk(lotte).text("case", case)
    assert "wacht op het besluit van een collega" in desk.text("case", case)


def test_several_lead_to_a_list_with_each_of_them(desk, case, lotte):
    addresses = [asked(desk, case), asked(desk, desk.a_case(), "gm0301")]
    shown = links(lotte)["Dossiers: 2 weegdocumenten wachten op uw besluit"]
    page = browser(lotte).get(shown).content.decode()

    assert all(f'href="{address}"' in page for address in addresses)
    assert "weegdocumenten wachten" not in "".join(links(desk.who))
    assert addresses[0] not in desk.client.get(shown).content.decode()


def test_what_was_granted_waits_for_who_asked_until_it_is_used(desk, case, esra, lotte):
    address = asked(desk, case)
    decided(lotte, address)

    assert links(esra)[CARRY_OUT] == address
    assert "is toegewezen en nog uit te voeren" in desk.text("case", case)
    assert "Voer uit wat is toegewezen" in desk.client.get(address.partition("weging/")[0]).content.decode()
    assert "weegdocument" not in "".join(links(lotte))
    desk.client.post(f"{address}deelname/", {"since": in_days(0)})
    assert "weegdocument" not in "".join(links(esra))
    assert "is toegewezen" not in desk.text("case", case)


def test_what_was_refused_waits_until_who_asked_has_read_why(own_database, esra, lotte):
    desk = CaseDesk(esra)
    case = desk.a_case()
    address = asked(desk, case)
    decided(lotte, address, "afwijzen")

    assert links(esra)[REFUSED] == address
    browser(lotte).post(address)  # who decided reads it too: that is not who asked
    desk.client.get(address)
    assert REFUSED in links(esra)
    assert "is afgewezen" in desk.text("case", case)
    assert WORDS in desk.client.post(address).content.decode()
    assert REFUSED not in links(esra)
    assert "Weegdocument" not in desk.text("case", case)


def test_a_supply_that_was_granted_waits_until_something_was_supplied(own_database, esra, lotte, anna, otto):
    desk = CaseDesk(anna, OWN)
    case = desk.a_case()
    target = CaseDesk(esra).purpose.pk
    told = {"kind": "verstrekking", "target": str(target), "categories": ["onderneming"]}
    address = asked(desk, case, "riec", **told)
    desk.client.post(
        reverse("vault:add_record", args=[desk.purpose.pk, case]),
        {**RECORD, "category": "onderneming", "marking": "amber"},
    )

    assert links(otto)[DECIDE] == address
    decided(otto, address)
    assert links(anna)[CARRY_OUT] == address
    (supply,) = re.findall(rf"/verstrekken/({UUID_IN})/", desk.client.get(address).content.decode())
    assert desk.client.post(f"{address}verstrekken/{supply}/").status_code == 302
    assert CARRY_OUT not in links(anna)


def test_nothing_waits_of_a_case_that_is_closed_or_gone(desk, case, esra, lotte, carla):
    decided(lotte, asked(desk, case))
    asked(desk, case, "om")
    given = desk.a_case()
    asked(desk, given)
    desk.closed(case)
    CaseDesk(carla).done("answer", given, desk.an_offer(given), answer="aanvaarden")

    assert "weegdocument" not in "".join(links(lotte)) + "".join(links(esra)) + "".join(links(carla))


def test_without_a_second_factor_or_authorisation_nothing_waits(desk, case, lotte, hugo):
    asked(desk, case)

    assert "weegdocument" not in browser(lotte, strong=False).get("/").content.decode()
    assert "weegdocument" not in home(hugo)


def test_a_weighing_for_another_is_news_and_the_mail_names_no_dossier(desk, case, lotte):
    def news():
        with service_session(lotte), transaction.atomic():
            found = mail._news(lotte, waiting.of(lotte, today=timezone.localdate()), at=timezone.now())
        return [line for line in mail._lines(found, "") if "weegdocument" in line]

    first = asked(desk, case)
    assert news() == [DECIDE]
    assert news() == []
    decided(lotte, first)
    asked(desk, case, "om")
    assert news() == [DECIDE]


# --- measures past their term ---


PASSED = {"since": in_days(-20), "until": in_days(-1)}
MEASURE = re.compile(r"Casussen: (\d+) maatregel(?:en)? wacht(?:en)? op resultaat")


def measures(person):
    """Return how many measures wait for somebody at home."""
    found = MEASURE.search(" ".join(links(person)))
    return int(found[1]) if found else 0


def start(person):
    return browser(person).get("/casussen/").content.decode()


@pytest.mark.requirement("TOE-01")
def test_a_measure_past_its_term_waits_for_who_has_the_case_until_there_is_an_outcome(
    desk, case, esra, lotte, carla
):
    before = [measures(person) for person in (esra, lotte, carla)]
    desk.let_join(case, lotte, "politie")
    running = desk.a_measure(case, until=in_days(1))
    passed = desk.a_measure(case, **PASSED)

    assert [measures(person) for person in (esra, lotte, carla)] == [before[0] + 1, before[1] + 1, before[2]]
    address = desk.address("end_measure", case, passed)
    assert address in start(esra)
    assert address in start(lotte)
    assert address not in start(carla)
    assert desk.address("end_measure", case, running) not in start(esra)
    desk.done("end_measure", case, passed, until=in_days(-1), outcome="afloop/bereikt")
    assert [measures(person) for person in (esra, lotte)] == before[:2]
    assert address not in start(esra)


def test_one_measure_for_another_is_news(desk, case, lotte):
    def news():
        with service_session(lotte), transaction.atomic():
            found = mail._news(lotte, waiting.of(lotte, today=timezone.localdate()), at=timezone.now())
        return {one.source for one in found}

    first = desk.a_measure(case, **PASSED)
    assert "maatregelen" in news()
    assert news() == set()
    desk.done("end_measure", case, first, until=in_days(-1), outcome="afloop/bereikt")
    desk.a_measure(case, **PASSED)
    assert news() == {"maatregelen"}


def test_nothing_waits_is_not_said_while_a_measure_waits(desk, case, lotte):
    desk.a_measure(case, **PASSED)

    assert "Maatregelen die wachten op resultaat" in start(lotte)
    assert "Er wacht niets op u" not in start(lotte)


def test_a_measure_waits_for_the_new_owner_and_no_longer_for_who_gave_the_case(desk, case, esra, carla):
    before = measures(esra), measures(carla)
    desk.a_measure(case, **PASSED)
    CaseDesk(carla).done("answer", case, desk.an_offer(case), answer="aanvaarden")

    assert (measures(esra), measures(carla)) == (before[0], before[1] + 1)


# --- the answer to an offer ---


def notices(person):
    return browser(person).get("/dossiers/berichten/").content.decode()


@pytest.mark.parametrize(
    ("answer", "told", "says", "why"),
    [
        ({"answer": "aanvaarden"}, "is aanvaard en overgedragen", "aanvaard door Politie", ""),
        (
            {"answer": "afwijzen", "why": "weigering/geen-capaciteit"},
            "is afgewezen en blijft van u",
            "afgewezen door Politie",
            "Reden: Nu geen capaciteit",
        ),
    ],
)
def test_who_gave_hears_the_answer_and_reads_it(
    desk, case, esra, lotte, carla, anna, answer, told, says, why
):
    before = {person: notices(person).count(told) for person in (esra, lotte, carla, anna)}
    offer = desk.an_offer(case)
    CaseDesk(carla).done("answer", case, offer, **answer)
    heard = {person: notices(person).count(told) - n for person, n in before.items()}

    assert heard == {esra: 1, lotte: 1, carla: 0, anna: 0}
    assert "ongelezen bericht" in " ".join(links(lotte))
    page = start(esra)
    assert desk.address("answer", case, offer) in page
    assert says in page
    assert why in page
    assert why.removeprefix("Reden: ") in desk.text("answer", case, offer)
    assert desk.address("answer", case, offer) not in start(carla)


def test_an_offer_that_was_taken_back_or_answered_in_vain_tells_nobody(desk, case, esra, carla):
    before = notices(esra).count("Een casus die u aanbood"), notices(carla).count("Een casus die u aanbood")
    offer = desk.an_offer(case)
    desk.done("answer", case, offer, answer="intrekken")
    late = CaseDesk(carla).post("answer", case, offer, answer="aanvaarden")

    assert late.status_code == 409
    told = notices(esra).count("Een casus die u aanbood"), notices(carla).count("Een casus die u aanbood")
    assert told == before
