"""The home page, per role."""

import re

import pytest
from django.utils import timezone

from vangnet.figures.models import Figure, Import, ReplacedFigure
from vangnet.identity.actions import end_role
from vangnet.identity.models import Membership, Organisation, OrganisationKind
from vangnet.portal.models import Installation

pytestmark = pytest.mark.django_db


def _text(answer):
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def _labels(page):
    return [tile.label.removeprefix("Woninginbraak, ") for tile in page.context["desk"].board.tiles]


def test_everybody_gets_a_page_of_one_s_own_in_few_queries(sign_in, everybody, django_assert_max_num_queries):
    client = sign_in(everybody)
    client.get("/")  # what was drawn before is kept

    # One per purpose of the vault (the database shows one at a time), three for what waits there, one for
    # signals, reporters that wait, proposals, what became of goals, actions of meetings, questions for
    # advice, and plans, meetings and outcomes of one's own together; three for the alarms of the log.
    with django_assert_max_num_queries(30):
        page = client.get("/")

    text = _text(page)
    assert everybody.name in text
    assert "in één blik" in text
    assert "Wat beloofde de strategie" in text
    assert "Bron: " in text


def test_an_adviser_sees_municipality_district_and_region(sign_in, anna, bram):
    assert _labels(sign_in(anna).get("/")) == ["Zutphen", "Noord- en Oost-Gelderland", "Oost-Nederland"]
    assert _labels(sign_in(bram).get("/"))[0] == "Apeldoorn"


def test_a_tile_carries_year_status_change_and_verdict(sign_in, anna):
    tile = sign_in(anna).get("/").context["desk"].board.tiles[2]

    assert (tile.value, tile.versus, tile.status) == (3680, "2024", "voorlopig")
    assert tile.significant in (True, False)
    assert "sinds 2012: gedaald met 76,2" in tile.note


def test_the_mayor_sees_the_same_municipality_as_the_adviser(sign_in, anna, greet):
    adviser = sign_in(anna).get("/").context["desk"].board
    mayor = sign_in(greet).get("/").context["desk"].board

    assert adviser.tiles == mayor.tiles


def test_who_works_for_a_municipality_gets_its_factsheet(sign_in, anna, greet, carla):
    for person in (anna, greet):
        address = sign_in(person).get("/").context["desk"].factsheet
        assert sign_in(person).get(address)["content-type"] == "application/pdf"
    assert sign_in(carla).get("/").context["desk"].factsheet == ""


def test_a_district_secretary_sees_the_municipalities_of_the_district(sign_in, frank):
    page = sign_in(frank).get("/")

    assert _labels(page)[0] == "Twente"
    assert len(page.context["desk"].board.parts.rows) == 14
    assert "Enschede" in _text(page)
    assert "Per gemeente" in _text(page)


def test_who_works_for_the_whole_region_sees_the_districts(sign_in, carla):
    page = sign_in(carla).get("/")

    assert _labels(page)[0] == "Oost-Nederland"
    assert len(page.context["desk"].board.parts.rows) == 5
    assert "Per district" in _text(page)


def test_the_pack_puts_other_indicators_beside_the_headline_for_a_role(sign_in, esra, anna):
    assert [t.label for t in sign_in(esra).get("/").context["desk"].extra] == [
        "Drugshandel, Oost-Nederland",
        "Wapenhandel, Oost-Nederland",
    ]
    assert sign_in(anna).get("/").context["desk"].extra == ()


def test_importers_see_the_last_imports_and_others_do_not(sign_in, jan, carla, hugo, anna):
    for importer in (jan, carla, hugo):
        assert len(sign_in(importer).get("/").context["desk"].imports) == 4
    page = sign_in(anna).get("/")
    assert page.context["desk"].imports is None
    assert "Laatst ingelezen" not in _text(page)


def test_nothing_waits_when_nothing_waits(sign_in, everybody):
    weighs, works_in_cases = {"Anna", "Otto"}, {"Anna", "Otto", "Bram", "Carla", "Esra"}
    has_notices, acts_for_a_meeting = {"Daan", "Karel"}, {"Greet", "Lotte"}
    is_asked_advice = {"Hugo", "Mo", "Bram", "Otto"}
    somebody_waits = everybody.name.split()[0] in (
        weighs | works_in_cases | has_notices | acts_for_a_meeting | is_asked_advice
    )

    assert ("Er wacht niets op u" in _text(sign_in(everybody).get("/"))) != somebody_waits


def test_what_waits_in_cases_is_counted_with_what_is_overdue_and_what_is_offered(sign_in, esra, carla, hugo):
    manager, police, outside = (_text(sign_in(person).get("/")) for person in (esra, carla, hugo))

    assert "Casussen: 1 taak voor u" in manager
    assert "waarvan 1 te laat" in manager
    assert "Casussen: 1 aangeboden aan uw organisatie" in police
    assert "Casussen: " not in outside


def test_who_weighs_sees_how_many_signals_wait_and_who_takes_in_sees_none(sign_in, anna, petra, bram):
    weighs, takes_in = (_text(sign_in(person).get("/")) for person in (anna, petra))

    assert "Signalen: 4 wachten op weging" in weighs
    assert "op weging" not in takes_in
    assert "Afgeschermde dossiers</h2>" not in takes_in
    assert all("Neem een melding aan" in page for page in (weighs, takes_in))
    assert "Neem een melding aan" not in _text(sign_in(bram).get("/"))


def test_an_import_that_is_not_saved_yet_waits_for_whoever_began_it(sign_in, carla, jan):
    saved = Import.objects.first()
    Import.objects.create(
        title="Halve tabel", source=saved.source, by=carla, started_at=timezone.now(), checksum="x"
    )

    assert "Halve tabel</a> is nog niet opgeslagen" in _text(sign_in(carla).get("/"))
    assert "Er wacht niets op u" in _text(sign_in(jan).get("/"))


def test_the_administrator_sees_what_is_installed(sign_in, jan):
    text = _text(sign_in(jan).get("/"))

    assert "Regiopakket oost-nederland" in text
    assert text.index("Laatst ingelezen") < text.index("in één blik")


def test_the_privacy_officer_reads_what_is_and_is_not_stored(sign_in, ineke, anna):
    text = _text(sign_in(ineke).get("/"))

    assert "alleen in afgeschermde dossiers" in text
    assert "CC BY 4.0" in text
    assert "alleen in afgeschermde dossiers" not in _text(sign_in(anna).get("/"))


def test_the_promise_and_the_figure_stand_together_with_their_own_words(sign_in, anna):
    text = _text(sign_in(anna).get("/"))

    assert "de nota meldt een daling van iets meer dan 40" in text
    assert "Geregistreerd in Oost-Nederland 2015-2018: gedaald met 34,7" in text
    assert "2.015" not in text


def test_whoever_has_no_role_any_more_is_told_so(sign_in, anna, as_administrator):
    today = timezone.localdate()
    for membership in Membership.objects.filter(user=anna):
        end_role(membership, on=today, by=as_administrator, at=timezone.now())

    text = _text(sign_in(anna).get("/"))

    assert "U hebt op dit moment geen rol" in text
    assert "geen rol op dit moment" in text


def test_somebody_of_a_merged_municipality_sees_what_it_became(sign_in, anna):
    organisation = Organisation.objects.get(slug="gm0236")
    Membership.objects.filter(user=anna).update(organisation=organisation)

    assert _labels(sign_in(anna).get("/"))[0] == "West Betuwe"


def test_an_organisation_without_an_area_sees_the_region(sign_in, anna):
    organisation = Organisation.objects.create(slug="kvk", name="Platform")
    OrganisationKind.objects.create(organisation=organisation, kind="bedrijfsleven", period=(None, None))
    Membership.objects.filter(user=anna).update(organisation=organisation)

    assert _labels(sign_in(anna).get("/"))[0] == "Oost-Nederland"


def test_without_figures_the_page_still_stands(sign_in, jan):
    ReplacedFigure.objects.all().delete()
    Figure.objects.all().delete()
    Import.objects.all().delete()

    text = _text(sign_in(jan).get("/"))

    assert "Er zijn nog geen cijfers" in text
    assert "Er wacht niets op u" in text


def test_without_an_installation_the_page_still_stands(sign_in, jan):
    Installation.objects.all().delete()

    assert "Regiopakket" not in _text(sign_in(jan).get("/"))


def test_an_outsider_reads_what_vangnet_is(outsider, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):  # begin and end of the transaction, and whether one can report
        page = outsider.get("/")

    text = _text(page)
    assert "Welkom bij Vangnet" in text
    assert 'href="/account/login/"' in text
    assert 'href="/demo/"' not in text
    assert 'href="/melden/"' in text
    assert "Zutphen" not in text


def test_without_a_municipality_that_takes_reports_the_front_page_names_no_form(outsider, monkeypatch):
    monkeypatch.setattr("vangnet.portal.views.public_reports.forms", list)

    assert 'href="/melden/"' not in _text(outsider.get("/"))


@pytest.mark.usefixtures("demo_mode")
def test_an_outsider_of_a_demonstration_is_shown_the_roles(outsider):
    text = _text(outsider.get("/"))

    assert 'href="/demo/"' in text
    assert "Voer hier geen echte gegevens in" in text


def test_the_number_of_passed_terms_is_the_same_as_with_the_strategy(anna, sign_in):
    client = sign_in(anna)

    assert client.get("/").context["desk"].counts == client.get("/strategie/").context["counts"]


def test_the_home_page_says_of_how_many_passed_terms_the_outcome_is_known(anna, sign_in):
    client = sign_in(anna)
    page = client.get("/")
    counts = page.context["desk"].counts
    text = re.sub(r"\s+", " ", page.content.decode())

    assert 0 < counts.settled < counts.passed
    assert f"Van {counts.passed} is de termijn voorbij. Van {counts.settled} daarvan staat vast" in text
    stands = client.get("/strategie/termijnen/").context["rows"]
    done = [goal.code for goal, one in stands if one.said.stand == "gereed" and goal.due_on]
    assert set(done) >= {"KWP-13", "OND-20"}
    assert counts.settled >= len(done)
