import csv
import io

import openpyxl
import pytest

from vangnet.figures.models import Indicator


@pytest.mark.django_db
def test_the_list_tells_what_is_in_store_per_theme(sign_in, anna, django_assert_max_num_queries):
    client = sign_in(anna)
    with django_assert_max_num_queries(9):
        page = client.get("/cijfers/").content.decode()

    assert "Woning en buurt" in page
    assert "2012–2025" in page
    assert "definitief, voorlopig" in page
    assert "/cijfers/woninginbraak/" in page


@pytest.mark.django_db
def test_an_indicator_tells_its_definition_source_and_years(sign_in, anna, django_assert_max_num_queries):
    client = sign_in(anna)
    with django_assert_max_num_queries(14):
        page = client.get("/cijfers/woninginbraak/").content.decode()

    assert "Een registratie is geen aangifte" in page
    assert "CC BY 4.0" in page
    assert "47018NED" in page
    assert "6.083" in page  # the region in 2018
    assert "Geregistreerde misdrijven per gemeente 2012-2025" in page
    assert "Zutphen" in page


@pytest.mark.django_db
def test_population_is_added_up_on_the_borders_of_now(sign_in, anna):
    page = sign_in(anna).get("/cijfers/inwoners/").content.decode()

    assert "3.220.000" in page  # 2018, from the municipalities of 2018
    assert "West Betuwe" in page
    assert "Geldermalsen" not in page


@pytest.mark.django_db
def test_an_indicator_without_municipalities_shows_the_country(sign_in, anna):
    page = sign_in(anna).get("/cijfers/jeugdoverlast/").content.decode()

    assert "per jaar, Nederland" in page
    assert "70.802" in page


@pytest.mark.django_db
def test_every_indicator_has_a_page(sign_in, anna):
    client = sign_in(anna)
    for slug in Indicator.objects.values_list("slug", flat=True):
        assert client.get(f"/cijfers/{slug}/").status_code == 200


@pytest.mark.django_db
def test_an_unknown_indicator_does_not_exist(sign_in, anna):
    assert sign_in(anna).get("/cijfers/onzin/").status_code == 404


@pytest.mark.django_db
def test_both_downloads_hold_every_stored_figure(sign_in, anna):
    client = sign_in(anna)
    text = client.get("/cijfers/woninginbraak/cijfers.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    book = openpyxl.load_workbook(io.BytesIO(client.get("/cijfers/woninginbraak/cijfers.xlsx").content))

    assert len(rows) == book.active.max_row - 1 == 76 * 14 + 144
    assert {
        "Gebiedscode": "GM0301",
        "Periode": "2024",
        "Waarde": "41",
        "Status": "voorlopig",
    }.items() <= next(
        row for row in rows if (row["Gebiedscode"], row["Periode"]) == ("GM0301", "2024")
    ).items()
