import re
import socket
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

from vangnet.figures.models import Import


class Silent(WSGIRequestHandler):
    def log_message(self, *args):
        """Stay silent: pytest shows what matters."""


def test_a_200_mb_upload_ends_on_a_page_that_says_so_and_leaves_nothing_on_disk(
    own_database, sign_in, carla, tmp_path, settings
):
    from vangnet.config.wsgi import application

    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.ALLOWED_HOSTS = ["*"]
    client = sign_in(carla)
    token = re.search(
        r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/cijfers/inlezen/").content.decode()
    )[1]
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    server = make_server("127.0.0.1", 0, application, handler_class=Silent)
    sent, biggest = [], []
    sender = threading.Thread(
        target=_send_much, args=(server.server_port, cookies, token, sent, biggest, tmp_path)
    )
    sender.start()
    server.handle_request()
    sender.join()
    server.server_close()

    answer = b"".join(sent).decode()
    assert answer.startswith("HTTP/1.0 422")
    assert "Het bestand is 200 MB; toegestaan is 50 MB." in answer
    assert max(biggest) == 0
    assert not Import.objects.filter(by=carla).exists()


def _send_much(port, cookies, token, sent, biggest, folder):
    size = 200 * 1024 * 1024
    start = (
        f'--grens\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
        '--grens\r\nContent-Disposition: form-data; name="file"; filename="groot.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    ).encode()
    head = (
        f"POST /cijfers/inlezen/ HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n"
        f"Content-Type: multipart/form-data; boundary=grens\r\n"
        f"Content-Length: {len(start) + size + 13}\r\n\r\n"
    ).encode()
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head + start)
        for _ in range(size >> 20):
            line.sendall(b"x" * (1 << 20))
            biggest.append(sum(path.stat().st_size for path in folder.iterdir()))
        line.sendall(b"\r\n--grens--\r\n")
        while part := line.recv(65536):
            sent.append(part)
