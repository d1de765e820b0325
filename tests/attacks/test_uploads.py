"""Every page that takes a file is offered every file that should not come in."""

from __future__ import annotations

import io
import socket
import stat
import struct
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from openpyxl import Workbook

from tests.attacks import forms
from tests.attacks.routes import routes
from tests.attacks.site import Site, on_a_clone, text_of
from tests.attacks.test_a32_patterns import TooLong, within
from tests.attacks.test_bad_forms import send
from vangnet.casework.tests.intake import pictures
from vangnet.vault import files

MEGABYTE = 1024 * 1024
SPACES = (*forms.SPACES, "figures:")
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
SECRET = "root:x:0:0"
LAUGHS = b"<!DOCTYPE x [<!ENTITY a 'ha'>" + b"".join(
    b"<!ENTITY %c '&%c;&%c;&%c;&%c;'>" % (98 + n, *[97 + n] * 4) for n in range(12)
) + b"]>"  # fmt: skip
OUTSIDE = b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
ELSEWHERE = b"<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/elders.dtd'>"
XI = b"xmlns:xi='http://www.w3.org/2001/XInclude'"
INCLUDE = b"<si %s><xi:include href='file:///etc/passwd' parse='text'/></si>" % XI


def table() -> bytes:
    """Return a workbook that the import takes."""
    book = Workbook()
    for row in (
        ("Extern nummer", "Omschrijving", "Gemeente"),
        ("Z-1", "Bij de haven werd gelost.", "Zutphen"),
    ):
        book.active.append(row)
    return _saved(book)


def letter() -> bytes:
    word = Document()
    word.add_paragraph("Een brief.")
    return _saved(word)


def _saved(build) -> bytes:
    target = io.BytesIO()
    build.save(target)
    return target.getvalue()


def changed(package: bytes, name: str, change) -> bytes:
    """Return a package with one part changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(target, "w", 8) as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    return target.getvalue()


def added(package: bytes, *parts: tuple[str | zipfile.ZipInfo, bytes], times: int = 1) -> bytes:
    """Return a package with parts more."""
    target = io.BytesIO(package)
    with zipfile.ZipFile(target, "a", 8) as new:
        for n in range(times):
            for name, content in parts:
                new.writestr(f"{name}{n}" if times > 1 else name, content)
    return target.getvalue()


def lying(package: bytes) -> bytes:
    """Return a package whose directory says that every part is one byte."""
    return b"PK\x01\x02".join(
        [
            head if n == 0 else head[:20] + struct.pack("<I", 1) + head[24:]
            for n, head in enumerate(package.split(b"PK\x01\x02"))
        ]
    )


def declared(package: bytes, part: str, declaration: bytes) -> bytes:
    def change(content: bytes) -> bytes:
        head, rest = (b"", content) if not content.startswith(b"<?") else content.split(b"?>", 1)
        return (head + b"?>" if head else b"") + declaration + rest

    return changed(package, part, change)


def link() -> zipfile.ZipInfo:
    one = zipfile.ZipInfo("xl/worksheets/koppeling.xml")
    one.external_attr = (stat.S_IFLNK | 0o777) << 16
    return one


PACKAGES = {"docx": (letter(), "word/document.xml"), "xlsx": (table(), "xl/workbook.xml")}
BLANKS = b" " * 40 * MEGABYTE
A29 = {
    "programma.pdf": b"MZ\x90\0" + bytes(60),
    "programma.png": b"MZ\x90\0" + bytes(60),
    "programma.xlsx": b"MZ\x90\0" + bytes(60),
    "programma.exe": b"MZ\x90\0" + bytes(60),
    "tekening.svg": SVG,
    "tekening.png": SVG,
    "tekening.txt": SVG,
    "tekening.csv": SVG,
    "pagina.html": b"<html><script>alert(1)</script></html>",
    "pagina.pdf": b"<html>%PDF-1.4<script>alert(1)</script></html>",
    "archief.jpg": PACKAGES["xlsx"][0],
    "macro.docm": added(letter(), ("word/vbaProject.bin", b"x")),
    "macro.docx": added(letter(), ("word/vbaProject.bin", b"x")),
    "macro.xlsx": added(table(), ("xl/vbaProject.bin", b"x")),
    "rapport.pdf.exe": pictures.pdf(),
    "rapport.exe.pdf": pictures.pdf(),
    "rapport.xlsx.exe": table(),
    "rapport\0.exe": pictures.pdf(),
    "rapport": pictures.pdf(),
    "leeg.pdf": b"",
}
A30 = {
    f"{what}.{kind}": made
    for kind, (package, part) in PACKAGES.items()
    for what, made in {
        "bom": changed(package, part, lambda content: content + BLANKS),
        "liegende-bom": lying(changed(package, part, lambda content: content + BLANKS)),
        "genest": added(package, ("genest.zip", added(package, ("a", BLANKS)))),
        "honderdduizend": added(package, ("x/", b""), times=6000),
        "eruit": added(package, ("../../../tmp/vangnet-eruit.xml", b"<a/>")),
        "vanaf-boven": added(package, ("/etc/vangnet.xml", b"<a/>")),
        "koppeling": added(package, (link(), b"/etc/passwd")),
        "dubbel": package[:60],
    }.items()
} | {
    "vloed.png": pictures.png(width=100_000, height=100_000),
    "vloed.jpg": pictures.jpeg(width=60_000, height=60_000),
    "bom.zip": added(b"", ("a", BLANKS)),
}
A31 = {
    f"{what}.{kind}": declared(package, part, declaration)
    for kind, (package, part) in PACKAGES.items()
    for what, declaration in {"lachen": LAUGHS, "buiten": OUTSIDE, "elders": ELSEWHERE}.items()
} | {
    "lachen.svg": LAUGHS + SVG,
    "elders.svg": ELSEWHERE + SVG,
    "breed.xlsx": declared(table(), "xl/workbook.xml", OUTSIDE.decode().encode("utf-16-le")),
}


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), on_a_clone("uploads") as site:
        yield site


@pytest.fixture(scope="module")
def doors(site: Site):
    """Every form of ours with a field for a file, and that field."""
    ours = [route for route in routes() if route.is_ours and route.name.startswith(SPACES)]
    return [
        (form, control.name)
        for route in ours
        for form in forms.of(site, route)
        for control in form.controls
        if control.kind == "file"
    ]


def test_the_pages_that_take_files_are_found(doors):
    assert {form.route for form, _ in doors} >= {
        *("casework:receive", "casework:import", "melden:report", "vault:add_file", "figures:imports")
    }


@pytest.mark.attack("A-29")
@pytest.mark.parametrize("name", A29)
def test_a29_a_file_that_is_not_what_it_says_is_refused_at_every_door(site, doors, monkeypatch, name):
    offer(site, doors, monkeypatch, name, A29[name])


@pytest.mark.attack("A-30")
@pytest.mark.parametrize("name", A30)
def test_a30_a_file_that_unfolds_too_far_or_elsewhere_is_refused_at_every_door(
    site, doors, monkeypatch, name
):
    offer(site, doors, monkeypatch, name, A30[name])


@pytest.mark.attack("A-31")
@pytest.mark.parametrize("name", A31)
def test_a31_a_file_that_declares_what_it_needs_is_refused_at_every_door(site, doors, monkeypatch, name):
    offer(site, doors, monkeypatch, name, A31[name])


def offer(site: Site, doors, monkeypatch, name: str, body: bytes) -> None:
    """Send a file to each page that takes one; it is refused in time, kept nowhere and not looked up."""
    for form, field in doors:
        told, done = form.honest(), []
        monkeypatch.setattr(files, "_store", lambda done=done: done.append("kept"))
        monkeypatch.setattr(socket, "create_connection", lambda *_, done=done, **__: done.append("asked"))
        try:
            with within(8):
                answer = send(site, form, told | {field: SimpleUploadedFile(name, body)})
        except TooLong:
            pytest.fail(f"{name} keeps {form} busy")

        assert answer.status_code == 422, f"{name} at {form}: {answer.status_code}"
        assert done == [], f"{name} at {form}"
        assert SECRET not in text_of(answer)


@pytest.mark.attack("A-31")
def test_a31_what_a_part_of_a_workbook_asks_to_include_is_not_fetched(site, doors):
    body = changed(table(), "xl/sharedStrings.xml", lambda part: part.replace(b"<si>", INCLUDE + b"<si>", 1))
    for form, field in doors:
        if form.route == "casework:import":
            answer = send(site, form, {field: SimpleUploadedFile("in.xlsx", body)})
            assert answer.status_code in {302, 422}
            page = text_of(site.browser(site.cast[form.who]).get(form.action))
            assert SECRET not in page
