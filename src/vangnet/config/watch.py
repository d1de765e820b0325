"""Watches the embedded database: when the server dies, it is started again."""

from __future__ import annotations

import signal
import sys
import threading

from vangnet.config import environment
from vangnet.config.database import embedded_cluster
from vangnet.config.embedded import NoDatabase

SECONDS = 1.0


def main() -> int:
    """Look every second until asked to stop."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    cluster = embedded_cluster(environment.data_folder(), durable=environment.mode() != "test")
    while not stop.wait(SECONDS):
        if cluster.running_pid() is None:
            try:
                cluster.ensure()
            except NoDatabase as error:
                print(f"vangnet: {error}", file=sys.stderr)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
