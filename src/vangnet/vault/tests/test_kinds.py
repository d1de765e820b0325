"""Which files may enter the vault: known by their content, refused with a reason on the screen."""

import io
import zipfile

import pytest
from docx import Document
from openpyxl import Workbook

from vangnet.vault.kinds import FileRefused, recognise

pytestmark = [pytest.mark.attack("A-29"), pytest.mark.attack("A-30")]


def office(build, name=None, content=b"x"):
    """Return an office file, with a part added."""
    target = io.BytesIO()
    build.save(target)
    if name:
        with zipfile.ZipFile(target, "a") as package:
            package.writestr(name, content)
    return target.getvalue()


def repacked(content, name, change):
    """Return an office file in which one part is changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    return target.getvalue()


DOCX, XLSX = office(Document()), office(Workbook())
PNG, JPEG, PDF = b"\x89PNG\r\n\x1a\n" + bytes(20), b"\xff\xd8\xff\xe0" + bytes(20), b"%PDF-1.7\n" + bytes(20)


@pytest.mark.parametrize(
    ("filename", "content", "kind"),
    [
        ("Verslag 12.3.2026.PDF", PDF, "application/pdf"),
        (
            "brief van J. Jansen.docx",
            DOCX,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("lijst.xlsx", XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("foto.png", PNG, "image/png"),
        ("foto.jpg", JPEG, "image/jpeg"),
        ("foto.JPEG", JPEG, "image/jpeg"),
        ("notitie.txt", "één\r\n\tregel < twee".encode(), "text/plain"),
        ("oud.txt", "één €".encode("cp1252"), "text/plain"),
        ("rijen.csv", b"\xef\xbb\xbfa;b\n1;2\n", "text/csv"),
    ],
)
def test_files_of_the_list_may_enter(filename, content, kind):
    stream = io.BytesIO(content)

    assert recognise(stream, filename) == kind
    assert stream.tell() == 0


MACRO = repacked(
    DOCX,
    "[Content_Types].xml",
    lambda part: part.replace(b"document.main+xml", b"document.macroEnabled.main+xml"),
)
BOMB = repacked(DOCX, "[Content_Types].xml", lambda part: b" " * 5_000_000)
TEMPLATE = office(
    Document(), "word/_rels/settings.xml.rels", b'<r Type="x/attachedTemplate" TargetMode="External"/>'
)


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("macro.docm", DOCX),
        ("macro.docx", office(Document(), "word/vbaProject.bin")),
        ("macro.docx", MACRO),
        ("macro.xlsx", office(Workbook(), "xl/macrosheets/sheet1.xml")),
        ("ole.docx", office(Document(), "word/embeddings/oleObject1.bin")),
        ("sjabloon.docx", TEMPLATE),
        ("bom.docx", BOMB),
        ("blad.docx", XLSX),
        ("brief.xlsx", DOCX),
        ("zip.docx", b"PK\x03\x04" + bytes(50)),
        ("half.docx", DOCX[:400]),
        ("oud.doc", b"\xd0\xcf\x11\xe0" + bytes(20)),
        ("oud.docx", b"\xd0\xcf\x11\xe0" + bytes(20)),
        ("plaatje.svg", b"<svg onload='x'/>"),
        ("plaatje.png", b"<svg onload='x'/>"),
        ("plaatje.txt", b"\n <svg onload='x'/>"),
        ("pagina.html", b"<html>"),
        ("pagina.txt", b"hallo <ScRiPt>x</script>"),
        ("pagina.csv", b"a;b\n" * 20_000 + b"< iframe src=x>"),
        ("snede.txt", b"a" * (64 * 1024 - 3) + b"<script>"),
        ("xml.txt", b"<?xml version='1.0'?>"),
        ("programma.exe", b"MZ" + bytes(60)),
        ("programma.txt", b"MZ" + bytes(60)),
        ("programma.pdf", b"MZ" + bytes(60)),
        ("script.txt", b"#!/bin/sh\n"),
        ("rtf.txt", b"{\\rtf1}"),
        ("pdf.txt", b"%PDF-1.7"),
        ("foto.jpg", PNG),
        ("foto.gif", b"GIF89a"),
        ("breed.txt", "tekst".encode("utf-16")),
        ("nul.txt", b"a" * 100_000 + b"\0"),
        ("rapport.pdf.exe", PDF),
        ("rapport.exe.pdf", PDF),
        ("rapport.docx.pdf", PDF),
        ("rapport.exe .pdf", PDF),
        ("rapport.pdf\0.exe", PDF),
        ("rapport\0.pdf", PDF),
        ("rapport\u202efdp.exe.pdf", PDF),
        ("../rapport.pdf", PDF),
        ("c:\\rapport.pdf", PDF),
        ("rapport.pdf ", PDF),
        ("rapport.pdf.", PDF),
        ("rapport", PDF),
        (".pdf", PDF),
        ("", PDF),
        ("a" * 250 + ".pdf", PDF),
    ],
)
def test_everything_else_is_refused_in_dutch(filename, content):
    with pytest.raises(FileRefused, match=r"^(Dit bestand|De (naam|inhoud) van dit bestand) "):
        recognise(io.BytesIO(content), filename)
