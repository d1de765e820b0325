"""Files with a report: known by what is in them, without what a camera or program wrote in them, scanned.

Nothing here decodes a picture or runs a document. A picture is copied part by part, and what is not needed
to show it stays behind; in a PDF the properties are overwritten where they stand, and what cannot be reached
that way is refused with words that say what to do.
"""

from __future__ import annotations

import io
import itertools
import re
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.files.uploadhandler import SkipFile

from vangnet.vault import scanner
from vangnet.vault.kinds import OTHER, FileRefused, recognise
from vangnet.vault.uploads import InMemoryUpload

MEGABYTE: Final = 1024 * 1024
MOST: Final = 3
LARGEST: Final = 10 * MEGABYTE
TOGETHER: Final = 20 * MEGABYTE
MOST_PIXELS: Final = 100_000_000
MOST_SEGMENTS: Final = 10_000  # parts of a picture; a photo has some tens
MOST_SIGNS: Final = 100_000  # of what a pdf repeats; an ordinary one of this size has some thousands
ENDINGS: Final = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf", "text/plain": "txt"}
ONLY: Final = "Dit bestand is niet toegestaan: alleen jpg, png, pdf en txt."
TOO_LARGE: Final = (
    f"Dit is te groot: een bijlage mag {LARGEST // MEGABYTE} MB zijn, alles samen {TOGETHER // MEGABYTE} MB."
)
TOO_MANY: Final = f"U kunt hoogstens {MOST} bijlagen meesturen."
ACTIVE: Final = (
    "Dit bestand bevat iets dat kan worden uitgevoerd, en is geweigerd. Druk het opnieuw af als pdf."
)
UNCLEAN: Final = (
    "In dit pdf-bestand staan eigenschappen, zoals de maker of waar een foto is gemaakt, op een plek waar "
    "Vangnet ze niet veilig kan wissen. Open het bestand, kies Afdrukken en dan ‘Opslaan als pdf’ of "
    "‘Microsoft Print to PDF’, en stuur dat nieuwe bestand. Lukt dat niet, stuur dan een foto of "
    "schermafdruk van de pagina (jpg of png)."
)
# The test file of virus scanners, in two parts so that no scanner takes this file for it.
TEST_VIRUS: Final = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that may come along: its content without properties, under a name that says nothing."""

    name: str
    content: bytes


class Files(InMemoryUpload):
    """Keeps the files of one request in memory, up to a limit for all of them together."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Keep what comes in, until it is too much."""
        self._received += len(raw_data)
        if start + len(raw_data) > LARGEST or self._received > TOGETHER:
            self._content = io.BytesIO()
            self.request.upload_refused = True  # type: ignore[union-attr]
            raise SkipFile
        return super().receive_data_chunk(raw_data, start)


def accept(files: Sequence[Any]) -> list[Attachment]:
    """Return the files that were sent, cleaned and scanned.

    Raises
    ------
    FileRefused
        One of them may not come in; the message is Dutch and fit for the screen.
    """
    if len(files) > MOST:
        raise FileRefused(TOO_MANY)
    return [_accepted(number, file) for number, file in enumerate(files, start=1)]


def _accepted(number: int, file: Any) -> Attachment:
    body = file.read()
    if not body:
        raise FileRefused("Dit bestand is leeg.")
    if len(body) > LARGEST:
        raise FileRefused(TOO_LARGE)
    ending = ENDINGS.get(recognise(io.BytesIO(body), file.name or ""))
    if ending is None:
        raise FileRefused(ONLY)
    if TEST_VIRUS in body:
        raise FileRefused(scanner.INFECTED)
    scanner.scan(body)
    return Attachment(f"bijlage {number}.{ending}", CLEANERS[ending](body))


# --- pictures ---


def clean_jpeg(body: bytes) -> bytes:
    """Return a JPEG without camera, place, comments, and whatever follows its end."""
    kept, at = [body[:2]], 2
    try:
        for _ in range(MOST_SEGMENTS):
            marker, at = _marker(body, at)
            if marker == 0xD9:
                return b"".join([*kept, b"\xff\xd9"])
            (length,) = struct.unpack_from(">H", body, at)
            segment = body[at : at + length]
            if length < 2 or len(segment) < length:
                raise FileRefused(OTHER)
            at += length
            if marker in SIZES:
                height, width = struct.unpack_from(">HH", segment, 3)
                _refuse_flood(width, height)
            if not _tells(marker, segment):
                kept.append(bytes((0xFF, marker)) + segment)
            elif turned := _turned(marker, segment):
                kept.append(turned)
            if marker == 0xDA:
                end = _scan_end(body, at)
                kept.append(body[at:end])
                at = end
    except (IndexError, struct.error):
        raise FileRefused(OTHER) from None
    raise FileRefused(OTHER)


SIZES: Final = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
FILL: Final = re.compile(rb"\xff+")
ENDS_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7]")


def _marker(body: bytes, at: int) -> tuple[int, int]:
    found = FILL.match(body, at)
    if not found:
        raise FileRefused(OTHER)
    return body[found.end()], found.end() + 1


def _tells(marker: int, segment: bytes) -> bool:
    """Say whether a segment says more than is needed to show the picture."""
    if marker == 0xE0:
        return (
            not segment[2:].startswith(b"JFIF\0") or len(segment) != 16
        )  # longer ones carry a small picture
    if marker == 0xEE:
        return not segment[2:].startswith(b"Adobe")
    return 0xE1 <= marker <= 0xEF or marker == 0xFE


TURNED: Final = 0x0112  # tag of how the camera was held


def _turned(marker: int, segment: bytes) -> bytes:
    """Return a segment that says how the camera was held and nothing else; empty when it was upright.

    Turning the picture itself would mean decoding it.
    """
    if marker != 0xE1 or not segment[2:].startswith(b"Exif\0\0"):
        return b""
    told = segment[8:]
    order = {b"II": "<", b"MM": ">"}.get(told[:2])
    if order is None:
        return b""
    try:
        (first,) = struct.unpack_from(order + "I", told, 4)
        (fields,) = struct.unpack_from(order + "H", told, first)
        for number in range(min(fields, 200)):
            tag, kind, count, value = struct.unpack_from(order + "HHIH", told, first + 2 + 12 * number)
            if (tag, kind, count) == (TURNED, 3, 1) and 2 <= value <= 8:
                field = struct.pack(">HHIHH", TURNED, 3, 1, value, 0)
                body = b"Exif\0\0MM\0\x2a" + struct.pack(">IH", 8, 1) + field + bytes(4)
                return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    except struct.error:
        pass  # what cannot be read says nothing
    return b""


def _scan_end(body: bytes, at: int) -> int:
    """Return where the picture data end: at a marker that is neither a stuffed byte nor a restart."""
    found = ENDS_SCAN.search(body, at)
    if not found:
        raise FileRefused(OTHER)
    return found.start()


def clean_png(body: bytes) -> bytes:
    """Return a PNG with the parts that show it, and nothing after its end."""
    kept, at = [body[:8]], 8
    needed = {
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"sBIT",
        b"pHYs",
        b"bKGD",
    }
    try:
        while True:
            (length,) = struct.unpack_from(">I", body, at)
            kind, content = body[at + 4 : at + 8], body[at + 8 : at + 8 + length]
            (checksum,) = struct.unpack_from(">I", body, at + 8 + length)
            if zlib.crc32(kind + content) != checksum:
                raise FileRefused(OTHER)
            if kind == b"IHDR":
                _refuse_flood(*struct.unpack_from(">II", content))
            if kind in needed:
                kept.append(body[at : at + 12 + length])
            if kind == b"IEND":
                return b"".join(kept)
            at += 12 + length
    except struct.error:
        raise FileRefused(OTHER) from None


def _refuse_flood(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise FileRefused("Deze afbeelding is uitgepakt te groot. Verklein haar en stuur haar opnieuw.")


# --- documents ---

RUNS: Final = re.compile(
    rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|AA|SubmitForm|ImportData)(?![A-Za-z])"
)
OWNERS: Final = (
    rb"/(?:Author|Creator|Producer|Title|Subject|Keywords|Company|CreationDate|ModDate|LastModifiedBy)"
)
TEXT: Final = re.compile(OWNERS + rb"\s*\((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*\)", re.DOTALL)
HEX: Final = re.compile(OWNERS + rb"\s*<[0-9A-Fa-f\s]*>")
ELSEWHERE: Final = re.compile(OWNERS + rb"\s+\d+\s+\d+\s+R")
# Of these names what is not blank: brackets in brackets in brackets, or a name that is written another way.
LEFT: Final = re.compile(OWNERS + rb"\s*(?:\((?! *\))|<(?!<)(?!0*>))")
STREAM: Final = re.compile(rb">>\s*stream")
PROPERTIES: Final = re.compile(rb"/Type\s*/Metadata(?![A-Za-z])|/Subtype\s*/XML(?![A-Za-z])")
# A photo with what its camera wrote, and one that is packed once more, so that this cannot be seen.
EXIF: Final = b"Exif\0\0"
PACKED_PHOTO: Final = re.compile(rb"/(?:Flate|LZW|ASCII85|ASCIIHex|RunLength)Decode\s*/DCTDecode")
LONGEST_DICTIONARY: Final = 2000
LONGEST_SIGN: Final = 250  # with which a packet of properties begins or ends
LIST: Final = b"/ObjStm"
# A pattern that looks from every beginning to the end of a file takes hours over a file made for it, so what
# lies between two words is found by looking for each word once.


def clean_pdf(body: bytes) -> bytes:
    """Return a PDF that runs nothing, with its properties overwritten."""
    if b"/Encrypt" in body:
        raise FileRefused("Dit pdf-bestand is beveiligd. Sla het op zonder wachtwoord.")
    if any(body.count(sign) > MOST_SIGNS for sign in (b"#", b"stream", LIST)):
        raise FileRefused(OTHER)
    plain, packed = _plain_names(body), [_plain_names(part) for part in _packed(body)]
    if plain.count(LIST) != body.count(LIST):  # a list of objects under a name that hides it
        raise FileRefused(ACTIVE)
    if any(RUNS.search(part) for part in (plain, *packed)):
        raise FileRefused(ACTIVE)
    body = TEXT.sub(lambda found: _blank(found[0], b"(", b")", b" "), body)
    body = HEX.sub(lambda found: _blank(found[0], b"<", b">", b"0"), body)
    body = _without_packets(body)
    if any(LEFT.search(part) or ELSEWHERE.search(part) for part in packed) or _tells_more(body):
        raise FileRefused(UNCLEAN)
    return body


def _tells_more(body: bytes) -> bool:
    """Say whether a PDF still tells who made it, or where, after what could be overwritten was."""
    plain = _plain_names(body)
    found = (pattern.search(plain) for pattern in (LEFT, ELSEWHERE, PACKED_PHOTO))
    return EXIF in body or any(found) or _has_properties(body)


def _packed(body: bytes) -> list[bytes]:
    """Return what the packed lists of objects hold, all of them together no more than a file may be."""
    begins = []
    at = body.find(LIST)
    while at >= 0:
        stream = body.find(b"stream", at, at + 400)
        if stream >= 0:
            begins.append(stream + len(b"stream"))
        at = body.find(LIST, max(stream, at) + 1)
    found: list[bytes] = []
    room = LARGEST
    for begin, end in itertools.pairwise([*begins, len(body)]):
        found.append(_unpacked(body[begin:end].lstrip(b"\r\n"), room))
        room -= len(found[-1])
    return found


def _has_properties(body: bytes) -> bool:
    """Say whether a stream of properties is packed, or holds more than a packet that was overwritten."""
    for found in STREAM.finditer(body):
        first = max(0, found.start() - LONGEST_DICTIONARY)
        told = body[max(first, body.rfind(b"obj", first, found.start())) : found.start()]
        if b"/Metadata" in told and b"/Filter" in told:
            return True
        if PROPERTIES.search(told) and not _is_blank(body, found.end()):
            return True
    return False


def _is_blank(body: bytes, at: int) -> bool:
    """Say whether the stream that begins here holds one packet without anything in it."""
    begin = body.find(b"<?xpacket begin", at, at + LONGEST_SIGN)
    first = body.find(b"?>", begin, begin + LONGEST_SIGN) + 2
    last = body.find(b"<", first)
    after = body.find(b"?>", last, last + LONGEST_SIGN) + 2
    end = body.find(b"endstream", after, after + LONGEST_SIGN)
    if begin < 0 or min(first, after) < 2 or end < 0 or not body.startswith(b"<?xpacket end", last):
        return False
    return not any(part.strip() for part in (body[at:begin], body[first:last], body[after:end]))


def _without_packets(body: bytes) -> bytes:
    """Return a PDF with spaces in place of its packets of properties."""
    whole, at = bytearray(body), 0
    while (begin := body.find(b"<?xpacket begin", at)) >= 0:
        first = body.find(b"?>", begin) + 2
        last = body.find(b"<?xpacket end", first) if first > 1 else -1
        if last < 0:
            break
        whole[first:last] = b" " * (last - first)
        at = last
    return bytes(whole)


def _plain_names(part: bytes) -> bytes:
    """Return a part with names as they are meant: /J#61vaScript is /JavaScript."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes((int(found[1], 16),)), part)


def _blank(found: bytes, opening: bytes, closing: bytes, sign: bytes) -> bytes:
    start, end = found.index(opening) + 1, found.rindex(closing)
    return found[:start] + sign * (end - start) + found[end:]


def _unpacked(body: bytes, room: int) -> bytes:
    """Return what a packed list of objects holds; one that unfolds too far is not looked into but refused."""
    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(body, max(room, 1))
    except zlib.error:
        raise FileRefused(OTHER) from None
    if not unpacker.eof:  # it goes on past its room, or is cut off where another list seems to begin
        raise FileRefused(ACTIVE if unpacker.unconsumed_tail or len(found) >= room else OTHER)
    return found


CLEANERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "jpg": clean_jpeg,
    "png": clean_png,
    "pdf": clean_pdf,
    "txt": bytes,
}
