"""Papers are looked at before they are kept; a calendar feed opens with a key that can be revoked."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from vangnet.identity.operator import service_session
from vangnet.identity.rules import NotPermitted
from vangnet.meetings import actions
from vangnet.meetings.models import FeedKey, Paper
from vangnet.vault.tests.offices import browser

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


def docx(**parts: str) -> bytes:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts = {
        "[Content_Types].xml": f'<Types><Override ContentType="{kind}"/></Types>',
        "word/document.xml": "<w/>",
    } | parts
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return file.getvalue()


def add(person, stop, name, content):
    file = SimpleUploadedFile(name, content)
    return browser(person).post(f"/vergaderingen/punten/{stop.pk}/stuk/", {"file": file}, follow=True)


def test_a_paper_travels_with_its_matter_and_is_given_back_as_it_came(twente, bbg, frank, greet):
    stop = twente.raise_matter()
    assert add(frank, stop, "Plan vakantieparken.pdf", PDF).status_code == 200
    assert add(frank, stop, "Begroting.docx", docx()).status_code == 200
    twente.held(stop)
    twente.rule(stop, "doorgestuurd", to=bbg.body)
    (waits,) = bbg.waiting()
    shown = browser(greet).get(f"/vergaderingen/punten/{waits.pk}/").content.decode()
    address = re.search(r'href="(/vergaderingen/stukken/[^"]+)">Plan vakantieparken.pdf', shown)[1]
    given = browser(greet).get(address)

    assert given.content == PDF
    assert given["Content-Disposition"].startswith("attachment")
    assert add(frank, stop, "Later.pdf", PDF).status_code == 404  # it is no longer at this body


@pytest.mark.attack("A-20")
@pytest.mark.parametrize(("name", "content", "says"), [
    ("Groot.pdf", PDF + b"0" * (40 * 1024 * 1024), "hoogstens 25 MB"),
    ("Macro.docx", docx(**{"word/vbaProject.bin": "x"}), "macro"),
    ("Tekst.txt", b"Een gewone tekst.", "alleen pdf, docx en xlsx"),
    ("Anders.pdf", b"MZ" + b"0" * 40, "past niet bij de extensie"),
    ("rapport.exe.pdf", PDF, "naam van dit bestand"),
    ("Leeg.pdf", b"", "leeg"),
])  # fmt: skip
def test_a_paper_that_should_not_come_in_is_refused_in_words(twente, frank, name, content, says):
    answer = add(frank, twente.raise_matter(), name, content)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    with twente.session():
        assert not Paper.objects.exists()


def test_a_paper_is_removed_by_the_body_where_it_is_and_by_nobody_else(twente, frank, anna):
    stop = twente.raise_matter()
    add(frank, stop, "Verkeerd.pdf", PDF)
    with twente.session():
        paper = Paper.objects.get()
    assert browser(anna).post(f"/vergaderingen/stukken/{paper.pk}/weg/").status_code == 404
    browser(frank).post(f"/vergaderingen/stukken/{paper.pk}/weg/")
    with twente.session():
        assert not Paper.objects.exists()


@pytest.mark.attack("A-08")
def test_no_later_body_takes_away_the_papers_on_which_an_earlier_one_decided(twente, bbg, frank, hugo):
    stop = twente.raise_matter()
    add(frank, stop, "Plan.pdf", PDF)
    twente.held(stop)
    twente.rule(stop, "doorgestuurd", to=bbg.body)
    (waits,) = bbg.waiting()
    add(hugo, waits, "Van de regio.pdf", PDF)
    with bbg.session():
        old, new = (Paper.objects.get(name=name) for name in ("Plan.pdf", "Van de regio.pdf"))
    shown = browser(hugo).get(f"/vergaderingen/punten/{waits.pk}/").content.decode()
    assert f"/vergaderingen/stukken/{new.pk}/weg/" in shown
    assert f"/vergaderingen/stukken/{old.pk}/weg/" not in shown
    with bbg.session(), pytest.raises(NotPermitted):
        actions.remove_paper(old, **bbg.acting())
    answers = [browser(hugo).post(f"/vergaderingen/stukken/{one.pk}/weg/").status_code for one in (old, new)]
    assert answers == [404, 302]
    with bbg.session():
        assert [one.name for one in Paper.objects.all()] == ["Plan.pdf"]


def fetch(client, body=""):
    shown = client.post("/vergaderingen/koppelingen/", {"body": body}).content.decode()
    return re.search(r"<code>http://testserver(/[^<]+)</code>", shown)[1]


@pytest.mark.attack("A-01")
def test_a_feed_needs_no_session_but_its_key_and_ends_when_that_is_revoked(client, twente, frank):
    sitting = twente.plan(
        place="Raadzaal; met een heel lange naam die niet op één regel past, achter in het gemeentehuis é"
    )
    address = fetch(browser(frank))
    assert "frank" not in address.lower()
    told = client.get(address)
    lines = told.content.split(b"\r\n")

    assert told["Content-Type"].startswith("text/calendar")
    assert max(map(len, lines)) <= 75
    assert f"UID:{sitting.pk}@vangnet".encode() in told.content
    assert b"Frank" not in told.content
    assert "no-store" in told["Cache-Control"]
    with twente.session():
        actions.change(sitting, seen=1, state="vervallen", remark="Geen quorum.", **twente.acting())
    assert b"STATUS:CANCELLED" in client.get(address).content
    with service_session(frank):
        key = FeedKey.objects.get()
        assert len(bytes(key.digest)) == 32
    browser(frank).post(f"/vergaderingen/koppelingen/{key.pk}/intrekken/")
    assert client.get(address).status_code == 404


def test_a_feed_is_of_a_body_or_of_ones_own_meetings_and_is_nobody_elses(client, twente, bbg, anna, frank):
    mine, theirs = twente.plan(), bbg.plan()
    own, of_bbg = fetch(browser(frank)), fetch(browser(frank), "bbg")

    assert str(mine.pk) in client.get(own).content.decode()
    assert str(theirs.pk) not in client.get(own).content.decode()
    assert str(theirs.pk) in client.get(of_bbg).content.decode()
    with service_session(anna):
        assert not FeedKey.objects.exists()
    assert client.get("/vergaderingen/kalender/" + "a" * 43 + ".ics").status_code == 404
