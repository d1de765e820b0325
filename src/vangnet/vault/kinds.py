"""Which files may enter the vault: known by what is in them, and called by what they are."""

from __future__ import annotations

import codecs
import lzma
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Final

OFFICE: Final = "application/vnd.openxmlformats-officedocument."
KINDS: Final = {
    "pdf": "application/pdf",
    "docx": OFFICE + "wordprocessingml.document",
    "xlsx": OFFICE + "spreadsheetml.sheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "txt": "text/plain",
    "csv": "text/csv",
}
MAGIC: Final = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff"}
MAIN_PART: Final = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
MAIN_TYPE: Final = {"docx": "wordprocessingml.document.main+xml", "xlsx": "spreadsheetml.sheet.main+xml"}
# Parts of an office file that run, or that carry another file in.
ACTIVE: Final = re.compile(
    r"vba(project|data)|macrosheets|dialogsheets|activex|embeddings/|customui"
    r"|\.(bin|exe|dll|js|vbs|zip|rar|7z|gz|jar)$",
    re.IGNORECASE,
)
HARMLESS: Final = re.compile(r"printersettings\d*\.bin$", re.IGNORECASE)
# A name such as rapport.exe.pdf or rapport.pdf.docx wants to pass for something else.
EXTENSIONS: Final = (
    "7z app bat bin chm cmd cpl dll dmg doc docm dotm exe gz hta htm html iso jar js jse lnk mht msi msix one"
    " php ppt pptm pptx ps1 py rar reg rtf scr sh svg swf tar url vbe vbs wsf xht xhtml xls"
    " xlsb xlsm xltm xml zip"
)
SUSPECT: Final = frozenset(KINDS) | frozenset(EXTENSIONS.split())
MARKUP: Final = re.compile(
    r"<\s*+(?:!doctype|\?xml|html|head|body|script|svg|iframe|object|embed|style|img|link|meta)\b",
    re.IGNORECASE,
)
BROKEN: Final = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError),
    *(KeyError, RuntimeError, NotImplementedError, OSError, ValueError),
)
PIECE: Final = 64 * 1024
MAX_PARTS: Final = 5000
MAX_PART: Final = 1024 * 1024
MAX_UNPACKED: Final = 300 * MAX_PART
MAX_RATIO: Final = 250  # a large honest sheet packs 10 to 40 times
MAX_PIXELS: Final = 100_000_000
MAX_SEGMENTS: Final = 10_000
DECLARED: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
SIZES: Final = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # parts of a JPEG that say how large it is

ONLY: Final = "Dit bestand is niet toegestaan: alleen pdf, docx, xlsx, png, jpeg, txt en csv."
MACROS: Final = (
    "Dit bestand bevat macro's of ingesloten bestanden. Sla het op zonder, of maak er een pdf van."
)
NAME: Final = "De naam van dit bestand is niet toegestaan. Geef het een gewone naam met één extensie."
OTHER: Final = "De inhoud van dit bestand past niet bij de extensie."
FLOOD: Final = "Dit bestand is uitgepakt veel groter dan het eruitziet, en is geweigerd. Maak er een pdf van."
ODD: Final = "Dit bestand heeft een ongewone opbouw en is geweigerd. Sla het opnieuw op, of maak een pdf."


class FileRefused(Exception):
    """This file may not enter the vault; the message is Dutch and fit for the screen."""


def recognise(stream: IO[bytes], filename: str) -> str:
    """Return the media type of a file, or raise `FileRefused`. Leaves the stream at its beginning."""
    extension = _extension(filename)
    stream.seek(0)
    if extension in MAGIC:
        if not stream.read(16).startswith(MAGIC[extension]):
            raise FileRefused(OTHER)
        if extension != "pdf":
            _require_modest_picture(stream, extension)
    elif extension in MAIN_PART:
        _require_plain_office(stream, extension)
    else:
        _require_text(stream)
    stream.seek(0)
    return KINDS[extension]


def _extension(filename: str) -> str:
    """Return the extension, when the name is one that shows what the file is."""
    hidden = any(unicodedata.category(sign)[0] == "C" for sign in filename)  # NUL, line ends, turned writing
    if hidden or re.search(r"[/\\:]", filename) or filename != filename.strip(" .") or len(filename) > 200:
        raise FileRefused(NAME)
    first, *others = (part.strip().casefold() for part in filename.split("."))
    if not first or not others or others[-1] not in KINDS:
        raise FileRefused(ONLY)
    if SUSPECT & {*others[:-1]}:
        raise FileRefused(NAME)
    return others[-1]


def _require_plain_office(stream: IO[bytes], extension: str) -> None:
    if stream.read(4) != b"PK\x03\x04":
        raise FileRefused(OTHER)
    try:
        with zipfile.ZipFile(stream) as package:
            names = package.namelist()
            if len(names) > MAX_PARTS or MAIN_PART[extension] not in names:
                raise FileRefused(OTHER)
            _require_plain_parts(package)
            types = _part(package, "[Content_Types].xml")
            links = "".join(_part(package, name) for name in names if name.endswith("settings.xml.rels"))
    except BROKEN:
        raise FileRefused(OTHER) from None
    has_active = any(ACTIVE.search(name) and not HARMLESS.search(name) for name in names)
    if has_active or "macroenabled" in types.lower() or "attachedTemplate" in links:
        raise FileRefused(MACROS)
    if MAIN_TYPE[extension] not in types:
        raise FileRefused(OTHER)


def _require_plain_parts(package: zipfile.ZipFile) -> None:
    """Refuse what unfolds too far, leaves its own folder or declares entities, before a part is used."""
    parts = package.infolist()
    if len({part.filename for part in parts}) < len(parts) or any(map(_leaves, parts)):
        raise FileRefused(ODD)
    floods = (part.file_size > max(MAX_PART, MAX_RATIO * part.compress_size) for part in parts)
    if sum(part.file_size for part in parts) > MAX_UNPACKED or any(floods):
        raise FileRefused(FLOOD)
    room = MAX_UNPACKED
    for part in parts:
        if part.filename.casefold().endswith((".xml", ".rels", ".vml")):
            room -= _require_no_declaration(package, part, room)


def _leaves(part: zipfile.ZipInfo) -> bool:
    """Say whether a part stands elsewhere than in its own folder: by its name, or as a link."""
    steps = re.split(r"[/\\]", part.filename)
    return not steps[0] or ".." in steps or ":" in part.filename or stat.S_ISLNK(part.external_attr >> 16)


def _require_no_declaration(package: zipfile.ZipFile, part: zipfile.ZipInfo, room: int) -> int:
    """Refuse a part with a document type or entities of its own; return how large it is, unpacked."""
    total, tail = 0, b""
    with package.open(part) as source:
        while piece := source.read(PIECE):
            total += len(piece)
            if total > room:  # the directory may lie about sizes
                raise FileRefused(FLOOD)
            window = tail + piece
            if DECLARED.search(window) or DECLARED.search(window.replace(b"\0", b"")):
                raise FileRefused(ODD)
            tail = window[-32:]
    return total


def _require_modest_picture(stream: IO[bytes], extension: str) -> None:
    """Refuse a picture that says it is so large that showing it takes all memory."""
    stream.seek(0)
    try:
        width, height = _png_size(stream) if extension == "png" else _jpeg_size(stream)
    except struct.error:
        return  # it ends before it says so, and then no program shows it
    if width * height > MAX_PIXELS:
        raise FileRefused(FLOOD)


def _png_size(stream: IO[bytes]) -> tuple[int, int]:
    width, height = struct.unpack(">16xII", stream.read(24))
    return width, height


def _jpeg_size(stream: IO[bytes]) -> tuple[int, int]:
    """Return what the first frame says; a JPEG without one shows nothing."""
    stream.read(2)
    for _ in range(MAX_SEGMENTS):
        sign = stream.read(1)
        for _ in range(MAX_SEGMENTS if sign == b"\xff" else 0):
            if (sign := stream.read(1)) != b"\xff":
                break
        (length,) = struct.unpack(">H", stream.read(2))
        if sign and sign[0] in SIZES:
            height, width = struct.unpack(">xHH", stream.read(5))
            return width, height
        if length < 2 or sign == b"\xda":
            return 0, 0
        stream.seek(length - 2, 1)
    raise FileRefused(ODD)


def _part(package: zipfile.ZipFile, name: str) -> str:
    """Return a part as text; one that unpacks to more than a megabyte is not what it should be."""
    with package.open(name) as part:
        content = part.read(MAX_PART + 1)
    if len(content) > MAX_PART:
        raise ValueError
    # UTF-16 hides words from a search; office programs write UTF-8.
    return content.decode("utf-8-sig")


def _require_text(stream: IO[bytes]) -> None:
    """Refuse what is not text from beginning to end, and text in which a browser would see a page."""
    tail = ""
    for text in _decoded(stream):
        if re.search(r"[\x00-\x08\x0b\x0e-\x1f\x7f]", text):
            raise FileRefused(OTHER)
        if MARKUP.search(tail + text) or (
            not tail and text.lstrip("\ufeff").startswith(("{\\rtf", "%PDF-", "#!"))
        ):
            raise FileRefused(ONLY)
        tail = text[-64:]


def _decoded(stream: IO[bytes]) -> Iterator[str]:
    """Give the text in pieces: as UTF-8, or as the older Windows encoding when that is what it is."""
    encoding = "utf-8" if _is_utf8(stream) else "cp1252"
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    while piece := stream.read(PIECE):
        yield decoder.decode(piece)


def _is_utf8(stream: IO[bytes]) -> bool:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := stream.read(PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
