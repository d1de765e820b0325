"""Files with a report: only some kinds, without traces of their maker, scanned; anything else is refused."""

from __future__ import annotations

import re
import shutil
import socket
import socketserver
import struct
import subprocess
import threading
import time
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests import databases

from vangnet.casework import attachments
from vangnet.casework.tests.desks import REPORT, SignalDesk
from vangnet.casework.tests.intake import pictures
from vangnet.casework.tests.intake.pictures import EICAR, OWNER, PLACE
from vangnet.vault import scanner
from vangnet.vault.kinds import FileRefused
from vangnet.vault.tests.offices import UUID_IN, browser


def accepted(name, body):
    (found,) = attachments.accept([SimpleUploadedFile(name, body)])
    return found


# --- what comes along, and what stays behind ---


@pytest.mark.attack("A-19")
@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("IMG_1.jpg", pictures.jpeg(tail=OWNER)),
        ("IMG_1.JPEG", pictures.jpeg()),
        ("a.png", pictures.png(tail=OWNER)),
    ],
)
def test_a19_a_picture_comes_along_without_place_camera_maker_or_tail(name, body):
    found = accepted(name, body)

    assert OWNER in body
    assert OWNER not in found.content
    assert PLACE not in found.content
    assert found.name in {"bijlage 1.jpg", "bijlage 1.png"}
    assert found.content == accepted(found.name, found.content).content


def test_a_jpeg_keeps_what_shows_it():
    found = accepted("a.jpg", pictures.jpeg(tail=b"PK\x03\x04")).content

    assert found.startswith(b"\xff\xd8\xff\xe0")
    assert b"\x12\x34\xff\x00\x56\xff\xd0\x78\xff\xd9" in found
    assert found.endswith(b"\xff\xd9")


@pytest.mark.attack("A-19")
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("value", [3, 6, 8])
def test_a19_a_photo_stays_upright_without_what_else_the_camera_wrote(value, order):
    found = accepted("a.jpg", pictures.jpeg(exif=pictures.turned(value, order))).content
    segment = found[found.index(b"Exif\0\0") :][:34]

    assert OWNER not in found
    assert PLACE not in found
    assert (
        segment
        == b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"
        + bytes([value])
        + bytes(6)
        + b"\xff\xdb"
    )
    assert accepted("a.jpg", found).content == found


@pytest.mark.parametrize(
    "exif",
    [pictures.turned(1), pictures.turned(9), pictures.turned(6)[:24], b"Exif\0\0II*\0\xff\xff\xff\xff"],
)
def test_a_photo_that_was_upright_or_says_nothing_sensible_keeps_no_exif(exif):
    assert b"Exif" not in accepted("a.jpg", pictures.jpeg(exif=exif)).content


def test_a_png_keeps_what_shows_it():
    found = accepted("a.png", pictures.png(tail=b"<script>")).content

    assert [kind for kind in (b"IHDR", b"IDAT", b"IEND") if kind in found] == [b"IHDR", b"IDAT", b"IEND"]
    assert not [kind for kind in (b"tEXt", b"eXIf", b"iTXt", b"tIME", b"<script>") if kind in found]


@pytest.mark.attack("A-19")
def test_a19_the_properties_of_a_pdf_are_overwritten_where_they_stand():
    body = pictures.pdf()
    found = accepted("verslag.pdf", body).content

    assert OWNER not in found
    assert b"Scan" not in found
    assert len(found) == len(body)
    assert b"/Type /Catalog /Pages 2 0 R" in found
    assert accepted("verslag.pdf", found).content == found


@pytest.mark.attack("A-19")
@pytest.mark.parametrize(
    "body",
    [
        pictures.pdf() + pictures.packed_objects(b"3 0 << /Author (" + OWNER + b") >>"),
        pictures.pdf(info=b"/Author 7 0 R"),
        pictures.pdf() + b"<< /Type /Metadata /Filter /FlateDecode >> stream",
        pictures.pdf() + b"<< /Type /Metadata /DP << /Columns 1 >> /Filter /FlateDecode >> stream",
        pictures.pdf() + b"9 0 obj << /Type /Metadata >> stream\n<x:xmpmeta>" + OWNER + b"\nendstream",
        pictures.pdf() + b"9 0 obj << /Filter /DCTDecode >> stream\n" + pictures.jpeg() + b"\nendstream",
        pictures.pdf() + b"9 0 obj << /Filter [/FlateDecode /DCTDecode] >> stream\n",
        pictures.pdf(info=b"/Author (Wilhelmina (Oud (van (Buren))))"),
        pictures.pdf(info=b"/Auth#6fr (" + OWNER + b")"),
        pictures.pdf() + pictures.packed_objects(b"3 0 << /Author (Oud (van (Buren))) >>"),
    ],
)
def test_a19_a_pdf_whose_properties_cannot_be_reached_is_refused_and_says_what_to_do(body):
    with pytest.raises(FileRefused, match="Opslaan als pdf"):
        accepted("a.pdf", body)


@pytest.mark.attack("A-29")
@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.pdf", pictures.pdf(b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>")),
        ("a.pdf", pictures.pdf(b"/OpenAction << /S /J#61vaScript >>")),
        ("a.pdf", pictures.pdf(b"/AA << /O 9 0 R >>")),
        ("a.pdf", pictures.pdf(b"/Names << /EmbeddedFiles 9 0 R >>")),
        ("a.pdf", pictures.pdf(b"/A << /S /Launch /F (cmd.exe) >>")),
        ("a.pdf", pictures.pdf() + pictures.packed_objects(b"9 0 << /S /JavaScript >>")),
        ("a.pdf", pictures.pdf(b"/Encrypt 9 0 R")),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("a.html", b"<html><script>alert(1)</script></html>"),
        ("a.txt", b"<html><script>alert(1)</script></html>"),
        ("a.exe", b"MZ\x90\0"),
        ("a.jpg", b"MZ\x90\0"),
        ("a.exe.jpg", pictures.jpeg()),
        ("a.docx", b"PK\x03\x04"),
        ("a.csv", b"a;b"),
        ("a\0.jpg", pictures.jpeg()),
        ("a.jpg", pictures.jpeg()[:60]),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\0"),
        ("a.png", pictures.png()[:40]),
        ("a.png", pictures.png().replace(b"tEXt", b"tEXx")),
        ("a.txt", b""),
        ("a.txt", b"x" * (attachments.LARGEST + 1)),
    ],
)
def test_a29_what_runs_lies_or_is_broken_is_refused(name, body):
    with pytest.raises(FileRefused):
        accepted(name, body)


@pytest.mark.attack("A-30")
@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.jpg", pictures.jpeg(width=60_000, height=60_000)),
        ("a.png", pictures.png(width=100_000, height=100_000)),
        ("a.pdf", pictures.pdf() + pictures.packed_objects(b"0" * 50_000_000)),
    ],
)
def test_a30_what_unfolds_too_far_is_refused_before_it_is_shown(name, body):
    with pytest.raises(FileRefused):
        accepted(name, body)


@pytest.mark.attack("A-29")
@pytest.mark.parametrize("body", [EICAR, b"Zie hier: " + EICAR])
def test_a29_the_test_virus_is_refused_without_a_scanner_too(body):
    with pytest.raises(FileRefused, match="virus"):
        accepted("a.txt", body)


def test_more_than_three_files_are_refused():
    with pytest.raises(FileRefused, match="hoogstens 3"):
        attachments.accept([SimpleUploadedFile("a.txt", b"x")] * 4)


# --- with a report ---


@pytest.fixture
def desk(own_database, anna):
    desk = SignalDesk(anna)
    desk.database = own_database
    return desk


def files(desk):
    with databases.as_owner(desk.database) as owner:
        return owner.execute("SELECT count(*) FROM vault_sealedfile").fetchone()[0]


def test_a_report_at_the_desk_takes_files_along_and_they_open_without_traces(desk):
    photo = SimpleUploadedFile("Wilhelmina Oud.jpg", pictures.jpeg())
    signal = desk.report(attachments=[photo, SimpleUploadedFile("notitie.txt", b"Kenteken niet gezien.")])
    opened = desk.client.post(f"/dossiers/{desk.purpose.pk}/{signal}/openen/", {
        "records": re.search(rf'name="records"[^>]*value="({UUID_IN.pattern})"', desk.client.get(
            f"/dossiers/{desk.purpose.pk}/{signal}/").content.decode())[1],
        "reason": "beoordeling",
    }).content.decode()  # fmt: skip

    assert files(desk) == 2
    assert "bijlage 1.jpg" in opened
    assert "Wilhelmina" not in opened
    address = re.search(r"/dossiers/[^\"]+/bestand/[^\"]+/", opened)[0]
    content = desk.client.post(address, {"reason": "beoordeling"})
    assert content.status_code == 200
    assert OWNER not in content.content


def test_who_only_takes_in_reports_takes_files_along_and_adds_none_afterwards(desk, petra):
    answer = SignalDesk(petra).client.post(
        desk.address("receive"),
        {**REPORT, "attachments": SimpleUploadedFile("a.txt", b"Gezien om tien uur.")},
    )

    assert answer.status_code == 302
    assert files(desk) == 1


def test_a_public_report_takes_files_along(desk, anna):
    browser(anna).post("/signalen/meldformulier/", {"stand": "aan"})
    client = Client()
    mark = re.search(r'name="mark" value="([^"]+)"', client.get("/melden/gm0301/").content.decode())[1]
    told = {
        "text": "Vrachtwagens met draaiende motor.",
        "where": "Kanaalweg",
        "source": "anoniem",
        "mark": mark,
    }
    answers = []
    for _ in range(2):
        told["attachments"] = SimpleUploadedFile("a.png", pictures.png())
        answers.append(client.post("/melden/gm0301/", told))

    assert [answer.status_code for answer in answers] == [200, 200]
    assert files(desk) == 1


@pytest.mark.parametrize(
    "file", [SimpleUploadedFile("a.svg", b"<svg/>"), SimpleUploadedFile("a.txt", EICAR)], ids=["svg", "eicar"]
)
def test_a_report_with_a_refused_file_is_not_taken_in_and_keeps_what_was_typed(desk, file):
    answer = desk.client.post(desk.address("receive"), {**REPORT, "attachments": file})

    assert answer.status_code == 422
    assert "Vispoort" in answer.content.decode()
    assert files(desk) == 0


@pytest.mark.attack("A-32")
def test_a32_more_than_the_limit_is_not_even_kept_in_memory(desk):
    large = [SimpleUploadedFile(f"{n}.txt", b"x" * (attachments.LARGEST + 1)) for n in range(2)]
    answer = desk.client.post(desk.address("receive"), {**REPORT, "attachments": large})

    assert answer.status_code == 422
    assert "te groot" in answer.content.decode()


def test_the_weak_role_attaches_nothing_to_a_report_of_before(desk):
    from django.db import DatabaseError, connection, transaction

    signal = desk.report()
    with databases.as_owner(desk.database) as owner:
        record = owner.execute("SELECT id FROM vault_record WHERE dossier_id = %s", [signal]).fetchone()[0]
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT casework_attach(gen_random_uuid(), %s, 'x', 'x', 'text/plain', 1, 'x')", [record]
        )


# --- the scanner ---


class Answering(socketserver.BaseRequestHandler):
    """Speaks the protocol of ClamAV as far as it is asked."""

    def handle(self):
        assert self._read(10) == b"zINSTREAM\0"
        body = b""
        while length := struct.unpack(">I", self._read(4))[0]:
            body += self._read(length)
        self.server.bodies.append(body)
        self.request.sendall(self.server.answer)

    def _read(self, length):
        found = b""
        while len(found) < length:
            found += self.request.recv(length - len(found))
        return found


@contextmanager
def listening(answer):
    with socketserver.TCPServer(("127.0.0.1", 0), Answering) as server:
        server.answer, server.bodies = answer, []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server, f"tcp:127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def test_a_clean_file_goes_whole_to_the_scanner_and_comes_along(settings):
    body = b"tekst " * 40_000
    with listening(b"stream: OK\0") as (server, settings.CLAMD):
        assert accepted("a.txt", body).content == body

    assert server.bodies == [body]


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (b"stream: Eigen.Proef FOUND\0", "virus"),
        (b"INSTREAM size limit exceeded. ERROR\0", "niet bereikbaar"),
        (b"", "niet bereikbaar"),
    ],
)
def test_what_the_scanner_finds_or_does_not_answer_is_refused(settings, answer, complaint):
    with listening(answer) as (_, settings.CLAMD), pytest.raises(FileRefused, match=complaint):
        accepted("a.txt", b"tekst")


def test_without_an_answer_from_the_scanner_nothing_comes_in(settings):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.CLAMD = f"tcp:127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(FileRefused, match="niet bereikbaar"):
            accepted("a.txt", b"tekst")
    settings.CLAMD = "unix:/bestaat/niet"
    with pytest.raises(FileRefused, match="niet bereikbaar"):
        accepted("a.txt", b"tekst")


@pytest.mark.attack("A-29")
def test_a29_a_file_for_a_dossier_is_scanned_too(desk, settings):
    signal = desk.report()
    page = desk.client.get(f"/dossiers/{desk.purpose.pk}/{signal}/").content.decode()
    record = re.search(rf'name="records"[^>]*value="({UUID_IN.pattern})"', page)[1]
    address = reverse("vault:add_file", args=[desk.purpose.pk, signal, record])
    with listening(b"stream: Eigen.Proef FOUND\0") as (_, settings.CLAMD):
        answer = desk.client.post(address, {"file": SimpleUploadedFile("a.txt", b"tekst")})

    assert answer.status_code == 422
    assert "virus" in answer.content.decode()
    assert files(desk) == 0


@pytest.mark.attack("A-29")
def test_a29_a_real_scanner_with_a_signature_of_our_own_refuses_what_it_finds(tmp_path, settings):
    clamd = shutil.which("clamd")
    if clamd is None:
        pytest.skip("clamd is not installed: apt-get install clamav-daemon")
    (tmp_path / "own.ndb").write_text(f"Vangnet.Proef:0:*:{b'vangnet-proefvirus'.hex()}\n")
    conf = tmp_path / "clamd.conf"
    conf.write_text(
        f"LocalSocket {tmp_path}/clamd.sock\nDatabaseDirectory {tmp_path}\nForeground yes\n"
        f"OfficialDatabaseOnly no\nLogFile {tmp_path}/log\n"
    )
    daemon = subprocess.Popen([clamd, "-c", str(conf)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        settings.CLAMD = f"unix:{tmp_path}/clamd.sock"
        wait_for(tmp_path / "clamd.sock")
        assert accepted("a.txt", b"gewone tekst").content == b"gewone tekst"
        with pytest.raises(FileRefused, match="virus"):
            scanner.scan(b"hier staat vangnet-proefvirus in")
        with pytest.raises(FileRefused, match="virus"):
            accepted("a.png", pictures.png(tail=b"vangnet-proefvirus"))
    finally:
        daemon.terminate()
        daemon.wait(timeout=20)


def wait_for(path, seconds=30):
    end = time.monotonic() + seconds
    while not path.exists() and time.monotonic() < end:
        time.sleep(0.1)
    assert path.exists()
