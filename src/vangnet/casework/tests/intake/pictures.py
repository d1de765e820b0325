"""Files as cameras and programs make them, with the traces that must not come along."""

from __future__ import annotations

import struct
import zlib

OWNER = b"Wilhelmina Oud"
PLACE = b"52.1402N 6.1967E"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD" + b"-ANTIVIRUS-TEST-FILE!$H+H*"


def segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def turned(value: int, order: str = "<") -> bytes:
    """Return the EXIF of a camera that was held another way, with its maker and more behind it."""
    fields = [(0x010F, 2, len(OWNER), 200), (0x0112, 3, 1, value)]
    if order == ">":
        fields[1] = (0x0112, 3, 1, value << 16)
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IH", 8, len(fields))
    body = b"".join(struct.pack(order + "HHII", *field) for field in fields)
    return b"Exif\0\0" + head + body + bytes(4) + OWNER + PLACE


def jpeg(*, width: int = 8, height: int = 8, tail: bytes = b"", exif: bytes = b"") -> bytes:
    """Return the parts of a JPEG: with EXIF, XMP, a comment, and something after its end."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    return b"".join(
        [
            b"\xff\xd8",
            segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
            segment(0xE1, exif or b"Exif\0\0" + OWNER + PLACE),
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + OWNER),
            segment(0xED, b"Photoshop 3.0\0" + OWNER),
            segment(0xFE, b"gemaakt door " + OWNER),
            segment(0xDB, b"\0" + b"\x01" * 64),
            segment(0xC0, frame),
            segment(0xC4, b"\0" + b"\0" * 15 + b"\x01" + b"\x05"),
            segment(0xDA, b"\x01\x01\0\0\x3f\0"),
            b"\x12\x34\xff\x00\x56\xff\xd0\x78",
            b"\xff\xd9",
            tail,
        ]
    )


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(*, width: int = 1, height: int = 1, tail: bytes = b"") -> bytes:
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
            chunk(b"tEXt", b"Author\0" + OWNER),
            chunk(b"eXIf", PLACE),
            chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + OWNER),
            chunk(b"tIME", b"\x07\xea\x01\x01\0\0\0"),
            chunk(b"IDAT", zlib.compress(b"\0\x80")),
            chunk(b"IEND", b""),
            tail,
        ]
    )


def pdf(
    extra: bytes = b"",
    *,
    info: bytes = b"/Author (" + OWNER + b") /Creator (Scan \\(1\\)) /Producer <FEFF0057>",
) -> bytes:
    xmp = b"<?xpacket begin='' id='W5M0'?><dc:creator>" + OWNER + b"</dc:creator><?xpacket end='w'?>"
    return b"\n".join(
        [
            b"%PDF-1.4",
            b"1 0 obj << /Type /Catalog /Pages 2 0 R " + extra + b" >> endobj",
            b"2 0 obj << /Type /Pages /Kids [] /Count 0 >> endobj",
            b"3 0 obj << " + info + b" >> endobj",
            b"4 0 obj << /Type /Metadata /Length %d >> stream\n" % len(xmp) + xmp + b"\nendstream endobj",
            b"trailer << /Root 1 0 R /Info 3 0 R >>",
            b"%%EOF",
        ]
    )


def packed_objects(content: bytes) -> bytes:
    body = zlib.compress(content)
    told = b"5 0 obj << /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >> stream\n" % len(body)
    return told + body + b"\nendstream endobj"
