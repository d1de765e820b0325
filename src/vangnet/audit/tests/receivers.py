"""Where checkpoints go, for real and on this machine: a mail server and a web server."""

import asyncio
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller


class Mailbox:
    """Handler of the mail server; `mood` says what it does with a message."""

    def __init__(self, mood):
        self.mood, self.messages = mood, []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.mood == "refuse":
            return "550 not here"
        if self.mood == "delay":
            await asyncio.sleep(3)
        if self.mood == "drop":
            server.transport.abort()
            await asyncio.sleep(0)
            return "421 gone"
        self.messages.append(envelope)
        return "250 kept"


@contextmanager
def mail_server(mood="keep"):
    mailbox = Mailbox(mood)
    with socket.create_server(("127.0.0.1", 0)) as free:
        mailbox.port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


@contextmanager
def web_server(status=204, location=None):
    received = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            content = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, content))
            if status is None:
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

        def finish(self):
            if status is not None:
                super().finish()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/in?token=secret", received
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
