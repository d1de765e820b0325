"""Pictures of region, district and municipality, as a reader opens them."""

from __future__ import annotations

import html
import itertools
import re

import pytest
from django.conf import settings

from vangnet.figures.models import Figure, Indicator
from vangnet.picture import material, question, summary

pytestmark = pytest.mark.django_db
FALLS = {
    "oost-nederland": "−34,7",
    "noord-en-oost-gelderland": "−43,6",
    "gelderland-zuid": "−41,7",
    "twente": "−32,5",
    "ijsselland": "−25,8",
    "gelderland-midden": "−25,8",
}


def text_of(response) -> str:
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"[\s\xa0]+", " ", html.unescape(words))


def ask(area: str, query: dict[str, str], user) -> question.Question:
    return question.read(area, query, user=user)


@pytest.mark.parametrize("area", FALLS)
def test_burglary_from_2015_to_2018_is_what_the_police_published(sign_in, anna, area):
    page = sign_in(anna).get(f"/beelden/{area}/?jaar=2018&basis=2015", follow=True)

    assert page.status_code == 200
    assert f"{FALLS[area]} %" in text_of(page)


def test_from_2014_the_fall_of_the_region_is_larger(sign_in, anna):
    assert "−43,9 %" in text_of(sign_in(anna).get("/beelden/?jaar=2018&basis=2014"))


def test_the_adviser_sees_her_municipality_district_region_and_country_on_one_page(sign_in, anna):
    page = text_of(sign_in(anna).get("/beelden/GM0301/"))

    for words in (
        "Woninginbraak in Zutphen",
        "Noord- en Oost-Gelderland",
        "Oost-Nederland",
        "Nederland sinds 2012",
        "schematische kaart",
        "voorlopig",
        "Waarom dit kan afwijken van andere dashboards",
        "Gemeenten met ongeveer evenveel inwoners",
        "daling van iets meer dan 40 %",
    ):
        assert words.casefold() in page.casefold(), words


def test_the_region_picture_outlines_the_readers_own_municipality_and_names_all(sign_in, anna, bram):
    hers, his = sign_in(anna).get("/beelden/"), sign_in(bram).get("/beelden/")

    assert hers.content != his.content
    page = text_of(hers)
    tree = ask("", {}, anna).tree
    assert len(tree.region.members) == 76
    assert all(tree.places[code].name in page for code in tree.region.members)
    assert all(place.name in page for place in tree.districts)


@pytest.mark.parametrize(
    ("path", "home"),
    [
        ("gm0301", "GM0301"),
        ("zutphen", "GM0301"),
        ("Zutphen", "GM0301"),
        ("ON-TWE", "twente"),
        ("Twente", "twente"),
        ("oost-nederland", ""),
        ("ON", ""),
    ],
)
def test_another_spelling_leads_to_the_one_address_and_keeps_the_question(sign_in, anna, path, home):
    answer = sign_in(anna).get(f"/beelden/{path}/?jaar=2018")

    assert answer.status_code == 301
    assert answer["Location"] == (f"/beelden/{home}/?jaar=2018" if home else "/beelden/?jaar=2018")


def test_the_form_works_without_a_script(sign_in, anna):
    page = sign_in(anna).get(
        "/beelden/?gebied=GM0301&indicator=fietsdiefstal&jaar=2016&basis=2013", follow=True
    )

    assert page.redirect_chain[-1][0] == "/beelden/GM0301/?indicator=fietsdiefstal&jaar=2016&basis=2013"
    assert "Diefstal van brom-, snor- of fiets in Zutphen" in text_of(page)


def test_another_subject_with_fewer_years_opens_on_its_own_last_year(sign_in, anna):
    client = sign_in(anna)
    page = client.get("/beelden/?gebied=GM0301&indicator=jeugdoverlast&jaar=2025&basis=2012", follow=True)

    assert page.status_code == 200
    assert page.redirect_chain[-1][0] == "/beelden/GM0301/?indicator=jeugdoverlast&basis=2012"


def test_every_link_on_a_picture_to_another_picture_leads_somewhere(sign_in, anna):
    client = sign_in(anna)
    page = client.get("/beelden/GM0301/").content.decode()
    links = {html.unescape(link).split("#")[0] for link in re.findall(r'href="(/beelden/[^"]*)"', page)}

    assert len(links) > 20
    assert {link: code for link in links if (code := client.get(link).status_code) != 200} == {}


@pytest.mark.parametrize(
    ("old", "name", "heir"),
    [
        ("GM0236", "Geldermalsen", "GM1960"),
        ("gm0241", "Groesbeek", "GM1945"),
        ("rijnwaarden", "Rijnwaarden", "GM0299"),
    ],
)
def test_a_code_of_the_past_says_what_became_of_it(sign_in, anna, old, name, heir):
    answer = sign_in(anna).get(f"/beelden/{old}/")

    assert answer.status_code == 404
    assert f"{name} bestaat niet meer" in text_of(answer)
    assert f"/beelden/{heir}/" in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/beelden/atlantis/", 404, "Dit gebied kennen wij niet"),
        ("/beelden/?indicator=luchtfietsen", 404, "Er is geen indicator “luchtfietsen”"),
        ("/beelden/indicator/luchtfietsen/", 404, "Er is geen indicator"),
        ("/beelden/?jaar=vorig", 400, "Schrijf een jaar in vier cijfers"),
        ("/beelden/?basis=2o15", 400, "Schrijf een jaar in vier cijfers"),
        ("/beelden/?jaar=1980", 404, "van 2012 tot en met 2025"),
        ("/beelden/?jaar=2031", 404, "van 2012 tot en met 2025"),
        ("/beelden/?jaar=٢٠١٨", 400, "Schrijf een jaar in vier cijfers"),
        ("/beelden/nederland/?indicator=jeugdoverlast&maanden=13", 400, "tot en met 11"),
        ("/beelden/nederland/?indicator=jeugdoverlast&maanden=acht", 400, "tot en met 11"),
        ("/beelden/vergelijken/?van=2016&van_tot=2014", 400, "De periode begint in 2016"),
        ("/beelden/vergelijken/?links=atlantis", 404, "Dit gebied kennen wij niet"),
        ("/beelden/GM0301/downloads/woninginbraak.exe", 404, "Dit bestand is er niet"),
        ("/beelden/GM0301/downloads/woninginbraak.csv?beeld=film", 404, "Dit bestand is er niet"),
        ("/beelden/nederland/downloads/jeugdoverlast.geojson", 404, "Dit bestand is er niet"),
    ],
)
def test_a_question_without_answer_is_explained_in_dutch(sign_in, anna, address, status, words):
    answer = sign_in(anna).get(address)

    assert answer.status_code == status
    assert words in text_of(answer)


@pytest.mark.parametrize(
    "address", ["/beelden/", "/beelden/GM0301/", "/beelden/vergelijken/", "/beelden/indicator/woninginbraak/",
                "/beelden/GM0301/downloads/woninginbraak.csv"]
)  # fmt: skip
def test_an_outsider_is_asked_to_sign_in(outsider, address):
    answer = outsider.get(address)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


def test_everybody_of_the_network_may_read_the_region(sign_in, everybody):
    assert sign_in(everybody).get("/beelden/").status_code == 200


@pytest.mark.parametrize("indicator", ["moord-doodslag", "wapenhandel", "woninginbraak", "inwoners"])
@pytest.mark.parametrize("index", ["", "&maat=index"])
def test_tiny_counts_divide_by_nothing(sign_in, anna, indicator, index):
    answer = sign_in(anna).get(f"/beelden/GM0277/?indicator={indicator}{index}")

    page = text_of(answer)
    assert answer.status_code == 200
    assert not re.search(r"\b(nan|inf|None)\b", page)
    if indicator == "moord-doodslag":
        assert "niet vast te stellen" in page


def test_every_indicator_has_a_picture(sign_in, anna):
    client = sign_in(anna)
    levels = itertools.cycle(("GM0301", "twente", "oost-nederland"))
    for slug, area in zip(
        Indicator.objects.order_by("slug").values_list("slug", flat=True), levels, strict=False
    ):
        answer = client.get(f"/beelden/{area}/?indicator={slug}", follow=True)
        assert answer.status_code == 200, (slug, area)


def test_what_only_the_country_publishes_is_not_made_up_for_a_municipality(sign_in, anna):
    page = text_of(sign_in(anna).get("/beelden/GM0301/?indicator=jeugdoverlast"))

    assert "Alleen landelijk gepubliceerd" in page
    assert "niet vast te stellen: geen inwonertal" in page


def test_an_unpublished_municipality_makes_its_sums_unpublished_and_never_zero(sign_in, anna):
    burglary = Indicator.objects.get(slug="woninginbraak")
    Figure.objects.filter(indicator=burglary, area="GM0301", start__year=2018).update(value=None)

    stuff = material.load(burglary, material.Version("changed", ()))
    tree = stuff.tree

    assert summary.line(stuff, tree.places["GM0301"], 2018, 2015).count is None
    assert summary.line(stuff, tree.region, 2018, 2015).on_base.result is None
    assert summary.line(stuff, tree.places["GM0200"], 2018, 2015).count is not None


def test_a_change_within_the_usual_variation_is_called_no_difference(anna):
    asked = ask("GM0277", {"jaar": "2018", "basis": "2017"}, anna)
    stuff = material.load(asked.indicator, asked.state)
    hamlet = summary.step(stuff, asked.place, 2017, 2018)
    region = summary.step(stuff, asked.tree.region, 2015, 2018)

    assert hamlet.significant is False
    assert region.significant is True
    assert stuff.dispersion > 1


@pytest.mark.parametrize(
    "address",
    [
        "/beelden/",
        "/beelden/GM0301/",
        "/beelden/twente/",
        "/beelden/indicator/woninginbraak/",
        "/beelden/nederland/",
        "/beelden/vergelijken/",
    ],
)
def test_a_warm_page_costs_at_most_twelve_queries(sign_in, anna, django_assert_max_num_queries, address):
    client = sign_in(anna)
    client.get(address)
    with django_assert_max_num_queries(12):
        assert client.get(address).status_code == 200


@pytest.mark.requirement("TOE-01")
def test_pages_carry_no_inline_style_and_every_picture_has_its_table(sign_in, anna):
    page = sign_in(anna).get("/beelden/GM0301/").content.decode()

    assert " style=" not in page
    assert "<style" not in page
    assert page.count("<figure") == page.count("Bekijk als tabel")


def test_nothing_in_the_code_knows_the_region():
    assert settings.REGION["headline"] == "woninginbraak"
    names = ("zutphen", "twente", "oost-nederland", "apeldoorn")
    from pathlib import Path

    folder = Path(question.__file__).parent
    for path in [*folder.glob("*.py"), *folder.glob("templates/**/*.html")]:
        assert not any(name in path.read_text(encoding="utf-8").casefold() for name in names), path


def test_two_years_in_the_wrong_order_are_told_in_the_order_of_time(sign_in, anna):
    page = text_of(sign_in(anna).get("/beelden/GM0301/?jaar=2012&basis=2018"))

    assert "Zutphen sinds 2012" in page
    assert "sinds 2018" not in page
