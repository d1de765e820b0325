"""Who may have which file, and what a reader gets instead of one that does not exist."""

import pytest

from vangnet.reports.tests.reading_back import docx_text, pdf_pages

pytestmark = pytest.mark.django_db
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize("path", ["/rapporten/", "/rapporten/factsheet/GM0301.pdf"])
def test_outsider_is_sent_to_sign_in(outsider, path):
    answer = outsider.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/")


def test_every_role_may_download(sign_in, everybody):
    answer = sign_in(everybody).get("/rapporten/factsheet/GM0301.pdf")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="factsheet-zutphen-woninginbraak-2023.pdf"'
    assert answer.content.startswith(b"%PDF-")


def test_word_document(sign_in, bram):
    answer = sign_in(bram).get("/rapporten/factsheet/GM0200.docx")
    assert answer["Content-Type"] == DOCX
    assert "factsheet-apeldoorn-woninginbraak-2023.docx" in answer["Content-Disposition"]
    assert "VeiligheidinApeldoorn" in docx_text(answer.content)


def test_paper_and_page_show_the_same_numbers(sign_in, anna):
    client = sign_in(anna)
    paper = pdf_pages(client.get("/rapporten/factsheet/GM0301.pdf").content)[0]
    page = client.get("/beelden/GM0301/?indicator=woninginbraak&jaar=2023&basis=2018").content.decode()
    for number in ("3.544", "22.706", "41,7", "47,1"):
        assert number in paper
        assert number in page


def test_unknown_code_gets_an_explanation(sign_in, anna):
    answer = sign_in(anna).get("/rapporten/factsheet/GM9999.pdf")
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "Dit gebied kennen wij niet" in text
    assert 'href="/rapporten/"' in text


@pytest.mark.parametrize("code", ["GM0236", "gm0236", "geldermalsen"])
def test_former_municipality_leads_to_its_successor(sign_in, anna, code):
    answer = sign_in(anna).get(f"/rapporten/factsheet/{code}.pdf")
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "Geldermalsen bestaat niet meer" in text
    assert "/rapporten/factsheet/GM1960.pdf" in text


def test_other_kind_of_file_is_refused(sign_in, anna):
    answer = sign_in(anna).get("/rapporten/factsheet/GM0301.xlsx")
    assert answer.status_code == 404
    assert "niet als “xlsx”" in answer.content.decode()


@pytest.mark.parametrize("code", ["NL", "PV25"])
def test_country_and_province_have_none(sign_in, anna, code):
    answer = sign_in(anna).get(f"/rapporten/factsheet/{code}.pdf")
    assert answer.status_code == 404
    assert "is er geen factsheet" in answer.content.decode()


def test_address_only_answers_to_reading(sign_in, anna):
    assert sign_in(anna).post("/rapporten/factsheet/GM0301.pdf").status_code == 405


def test_list_shows_all_with_ones_own_first(sign_in, anna, frank, django_assert_max_num_queries):
    client = sign_in(anna)
    client.get("/rapporten/")  # fills the caches that any page fills
    with django_assert_max_num_queries(14):
        page = client.get("/rapporten/").content.decode()
    assert page.count(".pdf") == 1 + 76 + 5 + 1
    assert page.index("/rapporten/factsheet/GM0301.pdf") < page.index("/rapporten/factsheet/GM0202.pdf")
    assert "Veiligheid in Twente" in sign_in(frank).get("/rapporten/").content.decode()


def test_list_without_figures_says_so(sign_in, anna, settings):
    settings.REGION = settings.REGION | {"headline": "bestaat-niet"}
    page = sign_in(anna).get("/rapporten/").content.decode()
    assert "Nog geen cijfers voor een factsheet" in page
    answer = sign_in(anna).get("/rapporten/factsheet/GM0301.pdf")
    assert answer.status_code == 404
