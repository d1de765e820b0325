"""Keep the web server and the worker running until somebody asks to stop."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_PR_SET_PDEATHSIG = 1
_TICK = 0.1


class PortTaken(Exception):
    """Something else listens where a child should; the message names host and port."""


@dataclass(frozen=True)
class Command:
    """A program to keep running.

    `environment` replaces ours when given. `listens_on` (host and port) is where the program answers when it
    is ready; a program without it is ready at once. A program with a `delay` (seconds) lets the others load
    first; being ready does not wait for it.
    """

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] | None = None
    listens_on: tuple[str, int] | None = None
    delay: float = 0.0


@dataclass(frozen=True)
class Patience:
    """How long, in seconds, and how often: to stop orderly, and to start again what died."""

    stop: float = 10.0
    restarts: int = 5
    window: float = 60.0
    first_pause: float = 0.5


@dataclass
class _Child:
    command: Command
    process: subprocess.Popen[bytes] | None = None
    start_at: float = 0.0
    deaths: deque[float] = field(default_factory=deque)


def run(
    commands: Sequence[Command],
    *,
    on_ready: Callable[[], None] = lambda: None,
    patience: Patience = Patience(),
) -> int:
    """Run `commands` until SIGTERM, SIGINT or SIGHUP, and return the exit code; call from the main thread.

    Each runs in a process group of its own, and is stopped when this process dies, however it dies (Linux).
    A child that ends by itself is started again after a pause that doubles; after more than
    `patience.restarts` ends in `patience.window` seconds all are stopped and the result is 1. `on_ready`
    is called once, as soon as every port answers. When a port is taken nothing is started; the result is 1.
    """
    try:
        for command in commands:
            if command.listens_on:
                require_free_port(*command.listens_on)
    except PortTaken as error:
        _say(str(error))
        return 1
    begun = time.monotonic()
    children = [_Child(command, start_at=begun + command.delay) for command in commands]
    with _stop_requests() as stop:
        try:
            return _watch(children, stop, on_ready, patience)
        except FileNotFoundError as error:
            _say(f"{error.filename} does not exist; nothing is running.")
            return 1
        finally:
            _stop_all(children, patience.stop)


def require_free_port(host: str, port: int) -> None:
    """Raise `PortTaken` when nothing can listen on `port` of `host`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = f"cannot be used ({error.strerror})"
            raise PortTaken(f"Port {port} of {host} {reason}; free it or choose another.") from error


def wait_for_port(host: str, port: int, timeout: float) -> bool:
    """Wait until something answers on a port; False when nothing did within `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not _answers(host, port):
        if time.monotonic() > deadline:
            return False
        time.sleep(_TICK / 2)
    return True


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


# --- watching ---


def _watch(
    children: list[_Child], stop: threading.Event, on_ready: Callable[[], None], patience: Patience
) -> int:
    waiting = [child.command.listens_on for child in children if child.command.listens_on]
    ready = False
    while not stop.is_set():
        for child in children:
            if not _keep_alive(child, patience):
                return 1
        if not ready:
            waiting = [place for place in waiting if not _answers(*place)]
            if ready := not waiting and all(child.process or child.command.delay for child in children):
                on_ready()
        stop.wait(_TICK)
    return 0


def _keep_alive(child: _Child, patience: Patience) -> bool:
    """Start the child when it is time to; False when it dies too often."""
    now = time.monotonic()
    if child.process is None:
        if now >= child.start_at:
            child.process = _started(child.command)
        return True
    code = child.process.poll()
    if code is None:
        return True
    _signal_group(child.process, signal.SIGKILL)  # what it started itself may still hold the port
    child.process = None
    child.deaths.append(now)
    while now - child.deaths[0] > patience.window:
        child.deaths.popleft()
    name, often = child.command.name, len(child.deaths)
    if often > patience.restarts:
        _say(
            f"{name} ended {often} times within {patience.window:.0f} seconds (last with {code}); giving up."
        )
        return False
    pause = patience.first_pause * 2 ** (often - 1)
    _say(f"{name} ended with {code}; starting it again in {pause:g} seconds.")
    child.start_at = now + pause
    return True


def _stop_all(children: list[_Child], patience: float) -> None:
    processes = [child.process for child in children if child.process]
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + patience
    while any(process.poll() is None for process in processes) and time.monotonic() < deadline:
        time.sleep(_TICK / 5)
    for process in processes:
        _signal_group(process, signal.SIGKILL)
        process.wait()


@contextlib.contextmanager
def _stop_requests() -> Iterator[threading.Event]:
    stop = threading.Event()
    signals = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    former = [signal.signal(number, lambda *_: stop.set()) for number in signals]
    try:
        yield stop
    finally:
        for number, handler in zip(signals, former, strict=True):
            signal.signal(number, handler)


# --- processes ---


def _started(command: Command) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        list(command.arguments),
        env=command.environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_follow_parent(),  # one thread here, and nothing but system calls there
    )


def _follow_parent() -> Callable[[], None] | None:
    """Return what a child must do first, so that it gets SIGTERM at the death of this process."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def follow() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return follow


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _say(line: str) -> None:
    sys.stderr.write(f"vangnet: {line}\n")
    sys.stderr.flush()
