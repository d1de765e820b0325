"""Asks the virus scanner (ClamAV) about a file, when there is one: the INSTREAM question of its protocol."""

from __future__ import annotations

import socket
import struct
from typing import Final

from django.conf import settings

from vangnet.vault.kinds import FileRefused

PIECE: Final = 64 * 1024
PATIENCE: Final = 20.0  # seconds
LONGEST_ANSWER: Final = 4096
INFECTED: Final = "In dit bestand is een virus gevonden. Het is geweigerd en nergens bewaard."
DOWN: Final = (
    "De viruscontrole is nu niet bereikbaar, dus bijlagen worden geweigerd. Verstuur de melding zonder, of "
    "probeer het later opnieuw."
)


def scan(body: bytes) -> None:
    """Do nothing about a clean file, or without a scanner.

    Raises
    ------
    FileRefused
        A virus was found, or the scanner gives no answer.
    """
    if not settings.CLAMD:
        return
    try:
        answer = _asked(settings.CLAMD, body)
    except OSError:
        raise FileRefused(DOWN) from None
    if answer.endswith(b"FOUND"):
        raise FileRefused(INFECTED)
    if not answer.endswith(b"OK"):
        raise FileRefused(DOWN)


def _asked(address: str, body: bytes) -> bytes:
    with _connected(address) as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(body), PIECE):
            piece = body[start : start + PIECE]
            line.sendall(struct.pack(">I", len(piece)) + piece)
        line.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER and (part := line.recv(1024)):
            answer += part
    return answer.rstrip(b"\0\n ")


def _connected(address: str) -> socket.socket:
    """Return a line to a scanner: unix:/path or tcp:host:port."""
    kind, _, place = address.partition(":")
    if kind == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(PATIENCE)
        try:
            line.connect(place)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = place.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE)
