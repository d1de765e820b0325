"""A key ring in an external key service that speaks the Transit protocol of HashiCorp Vault and OpenBao.

The master keys never leave the service: it wraps and unwraps the keys of dossiers. Each question is asked
once. After a failure the service is left alone for a moment, so that a slow one does not hold every thread.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from vangnet.vault.envelope import KEY_BYTES, Tampered
from vangnet.vault.keys import KeyServiceDown, WrongKeys, known_zone, read_private

if TYPE_CHECKING:
    import httpx  # loaded when the service is asked

CONNECT: Final = 2.0
DEADLINE: Final = 4.0
PAUSE: Final = 2.0
MAX_ANSWER: Final = 64 * 1024
TOKEN: Final = re.compile(rb"[\x21-\x7e]{1,8192}")
# What the service answers, with status 400, to a ciphertext that is not its own or has another context.
NOT_OURS: Final = ("message authentication failed", "invalid ciphertext", "ciphertext version")


class TransitKeys:
    """A ring whose key of a zone is called `vangnet-<zone>` in the service.

    Times in seconds: `connect` to get a connection, `deadline` for a whole answer however it drips in,
    `pause` after a failure. `may_be_plain` allows http on this computer, for tests.
    """

    def __init__(
        self,
        url: str,
        token_file: Path | None,
        *,
        connect: float = CONNECT,
        deadline: float = DEADLINE,
        pause: float = PAUSE,
        may_be_plain: bool = False,
    ) -> None:
        parts = urlsplit(url)
        is_plain = parts.scheme == "http" and may_be_plain and is_loopback(parts.hostname or "")
        if not parts.hostname or parts.username or not (parts.scheme == "https" or is_plain):
            raise WrongKeys("VANGNET_KMS_URL must be an address with https:// and no name or password in it")
        if token_file is None:
            raise WrongKeys(
                "VANGNET_KMS_URL is set; name the file of its token in VANGNET_KMS_TOKEN_FILE too"
            )
        self._url, self._token_file = url.rstrip("/"), token_file
        self._connect, self._deadline, self._pause = connect, deadline, pause
        self._is_near, self._rests_until = is_loopback(parts.hostname), 0.0

    @property
    def place(self) -> str:
        """Return the address."""
        return self._url

    def key_id(self, zone: str) -> str:
        """Return the name of the key; its version stands in what it wraps."""
        return f"vangnet-{known_zone(zone)}"

    def wrap(self, zone: str, key: bytes, *, context: bytes) -> bytes:
        """Let the service encrypt. The context goes along twice, should it not know associated data."""
        question = {"plaintext": _text(_mark(context) + key), "associated_data": _text(context)}
        answer = self._ask("encrypt", zone, question).get("ciphertext")
        if not isinstance(answer, str) or not re.fullmatch(r"[a-z]+:v\d+:[A-Za-z0-9+/=]{40,}", answer):
            raise self._failed("answered without a ciphertext")
        return answer.encode("ascii")

    def unwrap(self, zone: str, wrapped: bytes, *, context: bytes) -> bytes:
        """Let the service decrypt."""
        try:
            ciphertext = wrapped.decode("ascii")
        except UnicodeDecodeError:
            raise Tampered("key") from None
        question = {"ciphertext": ciphertext, "associated_data": _text(context)}
        plain = self._bytes(self._ask("decrypt", zone, question).get("plaintext"))
        mark, key = plain[:32], plain[32:]
        if not hmac.compare_digest(mark, _mark(context)):
            raise Tampered("key")
        return key

    def fingerprint(self, zone: str) -> bytes:
        """Return a mark of the first version of the key; the service keeps the later ones with it."""
        return self._hmac(zone, b"fingerprint")

    def secret(self, zone: str, info: bytes) -> bytes:
        """Let the service draw a secret from the first version of the key; one question per call."""
        return self._hmac(zone, b"secret:" + info)

    def _hmac(self, zone: str, message: bytes) -> bytes:
        question = {"input": _text(b"vangnet vault 1 " + message), "key_version": 1}
        answer = self._ask("hmac", zone, question).get("hmac")
        found = re.fullmatch(r"[a-z]+:v1:([A-Za-z0-9+/=]+)", answer) if isinstance(answer, str) else None
        mark = self._bytes(found[1] if found else None)
        if len(mark) != KEY_BYTES:
            raise self._failed("answered with another hmac than of SHA-256 by version 1 of the key")
        return mark

    def _bytes(self, text: Any) -> bytes:
        try:
            return base64.b64decode(text, validate=True)
        except (TypeError, ValueError, binascii.Error):
            raise self._failed("answered something else than was asked") from None

    def _ask(self, verb: str, zone: str, question: dict[str, Any]) -> dict[str, Any]:
        """Ask once and return `data` of the answer."""
        address = f"{self._url}/v1/transit/{verb}/{self.key_id(zone)}"
        if time.monotonic() < self._rests_until:
            raise KeyServiceDown(f"the key service {self._url} did not answer a moment ago")
        token = read_private(self._token_file).strip()
        if not TOKEN.fullmatch(token):
            raise WrongKeys(
                f"{self._token_file} does not hold one token; write the token of the key service in it"
            )
        status, body = self._send(address, token.decode("ascii"), question)
        content = _object(body)
        if (
            status == 400
            and verb == "decrypt"
            and any(text in str(content.get("errors")) for text in NOT_OURS)
        ):
            raise Tampered("key")
        if status in {
            400,
            403,
            404,
        }:  # it works, but not with this key or token; asking again costs it nothing
            raise KeyServiceDown(
                f"the key service {self._url} refused to {verb} with {self.key_id(zone)} ({status})"
            )
        data = content.get("data")
        if status != 200 or not isinstance(data, dict):
            raise self._failed(f"gave no usable answer ({status})")
        return data

    def _send(self, address: str, token: str, question: dict[str, Any]) -> tuple[int, bytes]:
        import httpx

        client = self._client  # making one reads the certificates, which is not the time of the service
        ends, body = time.monotonic() + self._deadline, b""
        try:
            with client.stream("POST", address, json=question, headers={"X-Vault-Token": token}) as answer:
                for part in answer.iter_raw():
                    body += part
                    if len(body) > MAX_ANSWER or time.monotonic() > ends:
                        raise self._failed("answered too much or too slowly")
                return answer.status_code, body
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._failed(f"cannot be reached ({type(error).__name__})") from None

    @cached_property
    def _client(self) -> httpx.Client:
        import httpx

        return httpx.Client(
            timeout=httpx.Timeout(self._deadline, connect=self._connect),
            follow_redirects=False,
            headers={"Accept-Encoding": "identity"},  # what is packed could unpack to anything
            # A proxy of the office may stand between, but never before this computer itself.
            trust_env=not self._is_near,
        )

    def _failed(self, why: str) -> KeyServiceDown:
        """Leave the service alone for a moment."""
        self._rests_until = time.monotonic() + self._pause
        return KeyServiceDown(f"the key service {self._url} {why}; nothing was sealed or opened")


def is_loopback(host: str) -> bool:
    """Say whether a name in an address is this computer."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _object(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _mark(context: bytes) -> bytes:
    return hashlib.sha256(context).digest()
