"""The manual inside the product."""

import re

import pytest
from django.urls import Resolver404, resolve

from vangnet.portal import manual

pytestmark = pytest.mark.django_db


def test_the_contents_stand_in_order(outsider):
    page = outsider.get("/handleiding/")

    assert [chapter.slug for chapter in page.context["chapters"]] == [
        "aan-de-slag",
        "beelden-lezen",
        "cijfers-en-bronnen",
        "vergelijken-en-gemeentegrenzen",
        "strategie",
        "cijfers-inlezen",
        "veelgestelde-vragen",
        "inloggen-en-beveiliging",
        "convenanten-en-autorisaties",
        "afgeschermde-dossiers-en-inzagen",
        "signalen-wegen",
        "casussen",
        "registers",
        "netwerk",
        "koppelingen",
        "vergaderingen",
        "projectplannen",
        "nota",
        "samenwerking",
    ]


def test_every_chapter_reads_and_leads_on(outsider):
    rows = manual.chapters()
    for number, chapter in enumerate(rows):
        text = outsider.get(f"/handleiding/{chapter.slug}/").content.decode()
        assert f">{chapter.title}</h1>" in text
        assert chapter.lead in text
        assert "# " not in chapter.html
        if number + 1 < len(rows):
            assert f'href="/handleiding/{rows[number + 1].slug}/"' in text


def test_every_link_in_the_manual_leads_to_a_page():
    for chapter in manual.chapters():
        for address in re.findall(r'href="([^"]+)"', chapter.html):
            if address == "/demo/":
                continue
            try:
                resolve(address)
            except Resolver404:
                pytest.fail(f"{chapter.slug}: {address}")


@pytest.mark.parametrize(
    "slug", ["bestaat-niet", "..", "%2e%2e", "..%2f..%2fREADME", "01-aan-de-slag", "aan-de-slag.md", "%00"]
)
def test_anything_else_does_not_exist(outsider, slug):
    assert outsider.get(f"/handleiding/{slug}/").status_code == 404


@pytest.mark.attack("A-27")
def test_html_in_a_chapter_is_shown_and_not_obeyed(tmp_path, settings):
    folder = tmp_path / "handleiding"
    folder.mkdir()
    body = "<script>x</script> [hier](javascript:alert(1)) **vet**\n\n| a |\n|---|\n| 1 |"
    text = f"# Titel\n\nEerste regel.\n\n{body}"
    (folder / "01-proef.md").write_text(text, encoding="utf-8")
    (folder / "aantekening.md").write_text("# Niet tonen", encoding="utf-8")
    settings.DOCS_FOLDER = tmp_path

    (chapter,) = manual.chapters()

    assert (chapter.slug, chapter.title, chapter.lead) == ("proef", "Titel", "Eerste regel.")
    assert "&lt;script&gt;" in chapter.html
    assert 'href="javascript' not in chapter.html
    assert "<strong>vet</strong>" in chapter.html
    assert "<table" in chapter.html


def test_without_the_files_the_page_says_so(tmp_path, settings, outsider):
    settings.DOCS_FOLDER = tmp_path

    assert "niet geïnstalleerd" in outsider.get("/handleiding/").content.decode()
