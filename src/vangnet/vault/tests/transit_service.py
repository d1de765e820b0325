"""A key service on this computer: real sockets, Transit as OpenBao and Vault answer it, and bad days."""

import base64
import hmac
import json
import re
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vangnet.vault.envelope import new_key

TOKEN = "hvs." + "voorbeeld" * 3


@dataclass
class Transit:
    """The keys by name, oldest version first; `mood` is what goes wrong."""

    url: str = ""
    mood: str = ""
    knows_associated_data: bool = True
    keys: dict[str, list[bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict]] = field(default_factory=list)

    def rotate(self, name: str) -> None:
        self.keys[name].append(new_key())

    def answer(self, verb: str, name: str, question: dict) -> tuple[int, dict]:
        if name not in self.keys:
            return 400, {"errors": ["encryption key not found"]}
        extra = base64.b64decode(question.get("associated_data", "")) if self.knows_associated_data else b""
        return getattr(self, verb)(self.keys[name], question, extra)

    def encrypt(self, keys: list[bytes], question: dict, extra: bytes) -> tuple[int, dict]:
        plain, nonce = base64.b64decode(question["plaintext"]), new_key()[:12]
        body = base64.b64encode(nonce + AESGCM(keys[-1]).encrypt(nonce, plain, extra)).decode()
        return 200, {"data": {"ciphertext": f"vault:v{len(keys)}:{body}", "key_version": len(keys)}}

    def decrypt(self, keys: list[bytes], question: dict, extra: bytes) -> tuple[int, dict]:
        found = re.fullmatch(r"vault:v(\d+):(.+)", question["ciphertext"])
        try:
            body = base64.b64decode(found[2])
            plain = AESGCM(keys[int(found[1]) - 1]).decrypt(body[:12], body[12:], extra)
        except InvalidTag:
            return 400, {"errors": ["cipher: message authentication failed"]}
        except (TypeError, ValueError, IndexError):
            return 400, {"errors": ["invalid ciphertext: no prefix"]}
        return 200, {"data": {"plaintext": base64.b64encode(plain).decode()}}

    def hmac(self, keys: list[bytes], question: dict, extra: bytes) -> tuple[int, dict]:
        version = question.get("key_version", len(keys))
        mark = hmac.digest(keys[version - 1], base64.b64decode(question["input"]), "sha256")
        return 200, {"data": {"hmac": f"vault:v{version}:{base64.b64encode(mark).decode()}"}}


class Handler(BaseHTTPRequestHandler):
    """Answers as the service of its server would, in its mood."""

    def do_POST(self):
        service = self.server.service
        _, _, _, verb, name = self.path.split("/")
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        service.asked.append((f"{verb}/{name}", question))
        if service.mood == "slow":
            time.sleep(3)
        if self.headers["X-Vault-Token"] != TOKEN:
            return self.give(403, b'{"errors": ["permission denied"]}')
        if service.mood == "elsewhere":
            return self.give(307, b"", Location=f"{service.url}/v1/transit/{verb}/{name}")
        if service.mood == "dripping":
            return self.drip()
        if service.mood.startswith(("5", "4")):
            return self.give(int(service.mood), b'{"errors": ["sealed"]}')
        if service.mood:
            return self.give(200, service.mood.encode())
        status, content = service.answer(verb, name, question)
        return self.give(status, json.dumps(content).encode())

    def give(self, status, body, **headers):
        self.send_response(status)
        for header, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(body)

    def drip(self):
        self.send_response(200)
        self.end_headers()
        for _ in range(60):
            self.wfile.write(b" ")
            time.sleep(0.1)

    def log_message(self, *args):
        pass

    def handle(self):
        with suppress(BrokenPipeError, ConnectionResetError):  # the client hung up, as it should
            super().handle()


@contextmanager
def running():
    """Serve a fresh service with a key per zone."""
    service = Transit(keys={f"vangnet-{zone}": [new_key()] for zone in ("riec", "zvh", "gemeente", "lokaal")})
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.service = service
    server.daemon_threads = True
    service.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
