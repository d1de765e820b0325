"""What was taken from crime: entered by stage, corrected on record, summed for everybody."""

import io
import re

import openpyxl
import pytest
from django.utils import timezone
from tests.logbook import Event

from vangnet.registers.tests.keepers import GAIN, Keeper
from vangnet.vault.tests.offices import browser

LONG_AGO = {"happened_on": "2003-03-02", "amount": "12345"}  # a year that the demonstration has no lines of


def in_year(who, year="2003"):
    return Keeper(who).get("afpakken/", jaar=year)


def row(page: str, name: str) -> list[str]:
    """Return the cells of the first row that begins with a name."""
    found = re.search(rf'<th scope="row"[^>]*>\s*{name}\s*</th>(.*?)</tr>', page, re.DOTALL)
    assert found, name
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", found[1], re.DOTALL)]


def test_an_amount_counts_for_municipality_district_and_region(keeper, anna):
    keeper(anna).gain(**LONG_AGO)
    keeper(anna).gain(**LONG_AGO | {"stage": "gevorderd", "amount": "50000"})
    page = in_year(anna)

    for place in ("Zutphen", "Noord- en Oost-Gelderland", "Oost-Nederland"):
        assert row(page, place)[1:] == ["50.000", "geen opgave", "12.345"]
    assert row(page, "Apeldoorn")[1:] == ["geen opgave"] * 3


def test_the_result_stands_beside_what_was_agreed_and_the_last_agreement_counts(keeper, anna, hugo):
    for amount in ("10000", "24690"):
        told = {"year": "2003", "kind": "bestuurlijk", "amount": amount}
        assert keeper(hugo).post("afpakken/afspraak/", **told).status_code == 302
    keeper(anna).gain(**LONG_AGO)

    assert row(in_year(anna), "Bestuurlijk")[0] == "24.690"
    assert row(in_year(anna), "Bestuurlijk")[-1] == "50,0\N{NO-BREAK SPACE}%"


def test_all_kinds_together_are_held_against_the_agreement_by_the_kinds_that_have_one(keeper, anna, hugo):
    assert (
        keeper(hugo).post("afpakken/afspraak/", year="2003", kind="bestuurlijk", amount="24690").status_code
        == 302
    )
    keeper(anna).gain(**LONG_AGO)
    keeper(anna).gain(**LONG_AGO | {"kind": "fiscaal", "amount": "90000"})
    together = row(in_year(anna), "Samen")

    assert (together[0], together[-2], together[-1]) == ("24.690", "102.345", "50,0\N{NO-BREAK SPACE}%")
    assert row(in_year(anna), "Fiscaal")[-1] == "niet vast te stellen"


def test_a_correction_replaces_a_line_once_and_the_former_stays_with_the_reason(keeper, anna):
    desk = keeper(anna)
    desk.gain(**LONG_AGO)
    page = desk.get("afpakken/regels/", pagina="999")
    line = re.findall(r"regels/([0-9a-f-]{36})/corrigeren", page)[-1]
    told = {**GAIN, **LONG_AGO, "amount": "11111", "reason": "verschrijving"}
    first = desk.post(f"afpakken/regels/{line}/corrigeren/", **told)
    second = desk.post(f"afpakken/regels/{line}/corrigeren/", **told)
    page = desk.get("afpakken/regels/", pagina="999")

    assert first.status_code == 302
    assert second.status_code == 422
    assert "intussen al gecorrigeerd" in second.content.decode()
    assert "gecorrigeerd" in page
    assert "12.345 euro" in page
    assert "Verschrijving" in page
    assert row(in_year(anna), "Zutphen")[-1] == "11.111"
    assert Event.objects.filter(verb="registers.gain.corrected", actor=anna.pk).count() == 1


def test_a_correction_begins_with_what_was_entered(keeper, anna):
    desk = keeper(anna)
    desk.gain(**LONG_AGO)
    line = re.findall(r"regels/([0-9a-f-]{36})/corrigeren", desk.get("afpakken/regels/", pagina="999"))[-1]
    page = desk.get(f"afpakken/regels/{line}/corrigeren/")

    for value in ("2003-03-02", "12345"):
        assert f'value="{value}"' in page


def test_a_line_that_lapses_counts_no_more(keeper, anna):
    desk = keeper(anna)
    desk.gain(**LONG_AGO)
    line = re.findall(r"regels/([0-9a-f-]{36})/corrigeren", desk.get("afpakken/regels/", pagina="999"))[-1]
    told = {**GAIN, **LONG_AGO, "reason": "dubbel", "is_void": "on"}

    assert desk.post(f"afpakken/regels/{line}/corrigeren/", **told).status_code == 302
    assert "Afpakken in 2003" not in in_year(anna)  # nothing is left of that year


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"amount": "0"}, "1"),
        ({"amount": "100000000"}, "99999999"),
        ({"amount": "12,50"}, "geheel getal"),
        ({"happened_on": "2999-01-01"}, "Deze dag moet nog komen"),
        ({"happened_on": "1999-12-31"}, "vanaf 2000"),
        ({"place": "GM0200"}, "keuze"),
        ({"place": "GM9999"}, "keuze"),
        ({"kind": "<script>"}, "keuze"),
        ({"source": "synthetisch"}, "keuze"),
    ],
)
def test_a_bad_amount_is_refused_in_words(keeper, anna, told, complaint):
    answer = keeper(anna).post("afpakken/regels/nieuw/", **{**GAIN, **told})

    assert answer.status_code == 422
    assert complaint in answer.content.decode()


def test_an_adviser_enters_for_the_own_municipality_and_police_for_any(keeper, bram, carla):
    assert keeper(bram).post("afpakken/regels/nieuw/", **GAIN).status_code == 422
    keeper(carla).gain(place="GM0200")
    keeper(carla).gain(place="GM0301")


@pytest.mark.parametrize("who", ["greet", "ineke", "petra", "frank", "mo", "jan"])
def test_who_does_not_keep_it_finds_no_form(keeper, request, who):
    desk = keeper(request.getfixturevalue(who))

    assert desk.client.get("/registers/afpakken/regels/nieuw/").status_code == 404
    assert desk.post("afpakken/regels/nieuw/", **GAIN).status_code == 404
    assert "Nieuw bedrag" not in desk.get("afpakken/")


def test_only_the_driving_team_records_the_agreement(keeper, anna, carla, hugo):
    for who, status in ((anna, 404), (carla, 404), (hugo, 200)):
        assert keeper(who).client.get("/registers/afpakken/afspraak/").status_code == status


def test_without_a_second_factor_one_reads_and_changes_nothing(db, anna):
    client = browser(anna, strong=False)

    assert client.get("/registers/afpakken/").status_code == 200
    answer = client.post("/registers/afpakken/regels/nieuw/", GAIN)
    assert answer.status_code == 403
    assert "tweede stap" in answer.content.decode()


def test_lines_are_seen_by_who_entered_them_and_the_municipality(keeper, anna, carla, bram, esra):
    keeper(carla).gain(amount="77777")
    last = {"pagina": "1"}

    assert "77.777 euro" in keeper(carla).get("afpakken/regels/", **last)
    assert "77.777 euro" in keeper(anna).get("afpakken/regels/", **last)
    assert "77.777 euro" not in keeper(bram).get("afpakken/regels/", **last)
    assert "77.777 euro" not in keeper(esra).get("afpakken/regels/", **last)


@pytest.mark.attack("A-20")
def test_a20_the_download_holds_numbers_and_no_formulas(keeper, anna):
    keeper(anna).gain(**LONG_AGO)
    client = keeper(anna).client
    text = client.get("/registers/afpakken/afpakken.csv").content.decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/registers/afpakken/afpakken.xlsx").content))
    rows = list(book.active.iter_rows(values_only=True))

    assert "2003;GM0301;Zutphen;Bestuurlijk;Geïnd;12345;1;definitief;Eigen administratie" in text
    assert (2003, "GM0301", "Zutphen") in [line[:3] for line in rows]
    assert client.get("/registers/afpakken/afpakken.exe").status_code == 404


def test_the_page_takes_few_queries_and_draws_the_course(keeper, anna, django_assert_max_num_queries):
    desk = keeper(anna)
    desk.get("afpakken/")
    with django_assert_max_num_queries(14):
        page = desk.get("afpakken/")

    assert "<svg" in page
    assert "Bekijk als tabel" in page
    assert "Verzonnen voor de demonstratie" in page


def test_this_year_is_provisional(keeper, anna):
    assert "voorlopig" in keeper(anna).get("afpakken/", jaar=str(timezone.localdate().year))


def test_an_outsider_is_asked_to_sign_in(outsider):
    for address in ("", "afpakken/", "afpakken/regels/", "afpakken/afpakken.csv"):
        answer = outsider.get(f"/registers/{address}")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/login/")


def test_a_year_or_stage_that_is_no_choice_gives_the_newest(keeper, anna):
    for odd in ("0", "12345678901", "<b>", "2003' OR 1=1"):
        assert "<h1" in keeper(anna).get("afpakken/", jaar=odd, fase=odd)
