"""The supervisor with real processes: a tiny web server, programs that die, programs that will not stop."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from vangnet.config import supervisor

SOURCE = Path(__file__).resolve().parents[3]


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def supervise(tmp_path):
    """Run a supervisor in a process of its own; the text of `commands` is Python."""
    started = []

    def start(commands, patience="Patience(stop=2)"):
        script = tmp_path / "supervise.py"
        script.write_text(
            textwrap.dedent(f"""
            import sys
            from vangnet.config.supervisor import Command, Patience, run
            python = sys.executable
            sys.exit(run({commands}, on_ready=lambda: print("ready", flush=True), patience={patience}))
            """)
        )
        process = subprocess.Popen(
            [sys.executable, script],
            env=os.environ | {"PYTHONPATH": str(SOURCE)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def child(pid_file, then):
    """Return the source of a command that notes its process id and then does `then`."""
    code = f"import os, signal, time; open({str(pid_file)!r}, 'a').write(str(os.getpid()) + '\\n'); {then}"
    return f"Command('child', [python, '-c', {code!r}])"


def noted(pid_file, count=1):
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        pids = pid_file.read_text().split() if pid_file.exists() else []
        if len(pids) >= count:
            return [int(pid) for pid in pids]
        time.sleep(0.02)
    raise AssertionError(f"no {count} process ids in {pid_file}")


def gone(pid):
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def test_says_ready_when_the_port_answers_and_stops_orderly_when_asked(supervise, port):
    server = f"[python, '-m', 'http.server', '-b', '127.0.0.1', '{port}']"
    web = f"Command('web', {server}, listens_on=('127.0.0.1', {port}))"
    process = supervise(f"[{web}]")

    assert "ready\n" in iter(process.stdout.readline, "")
    assert supervisor.wait_for_port("127.0.0.1", port, timeout=1)

    process.send_signal(signal.SIGTERM)
    assert process.wait(5) == 0
    assert not supervisor.wait_for_port("127.0.0.1", port, timeout=0)


def test_ctrl_c_lets_a_child_finish_its_work(supervise, tmp_path):
    done = tmp_path / "done"
    handler = f"lambda *_: (open({str(done)!r}, 'w').close(), os._exit(0))"
    process = supervise(f"[{child(tmp_path / 'pid', f'signal.signal(15, {handler}); time.sleep(60)')}]")
    noted(tmp_path / "pid")
    time.sleep(0.2)

    process.send_signal(signal.SIGINT)

    assert process.wait(5) == 0
    assert done.exists()


def test_a_child_that_will_not_stop_is_killed(supervise, tmp_path):
    process = supervise(
        f"[{child(tmp_path / 'pid', 'signal.signal(15, signal.SIG_IGN); time.sleep(60)')}]",
        "Patience(stop=0.5)",
    )
    (pid,) = noted(tmp_path / "pid")
    time.sleep(0.2)

    process.send_signal(signal.SIGTERM)

    assert process.wait(5) == 0
    assert gone(pid)


def test_a_child_that_dies_is_started_again(supervise, tmp_path):
    process = supervise(f"[{child(tmp_path / 'pid', 'time.sleep(60)')}]", "Patience(first_pause=0.05)")
    (first,) = noted(tmp_path / "pid")

    os.kill(first, signal.SIGKILL)

    second = noted(tmp_path / "pid", 2)[1]
    assert second != first
    assert process.poll() is None


def test_gives_up_on_a_child_that_keeps_dying_and_stops_the_others(supervise, tmp_path):
    healthy = child(tmp_path / "healthy", "time.sleep(60)")
    hopeless = child(tmp_path / "hopeless", "os._exit(3)")
    process = supervise(f"[{healthy}, {hopeless}]", "Patience(restarts=2, first_pause=0.02)")

    _, complaint = process.communicate(timeout=10)

    assert process.returncode == 1
    assert complaint.splitlines()[-1] == (
        "vangnet: child ended 3 times within 60 seconds (last with 3); giving up."
    )
    assert len(noted(tmp_path / "hopeless")) == 3
    assert gone(noted(tmp_path / "healthy")[0])


def test_killing_the_supervisor_leaves_no_children(supervise, tmp_path):
    process = supervise(f"[{child(tmp_path / 'pid', 'time.sleep(60)')}]")
    (pid,) = noted(tmp_path / "pid")

    process.kill()

    assert gone(pid)


def test_a_taken_port_is_named_and_nothing_starts(supervise, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        web = child(tmp_path / "pid", "time.sleep(60)")[:-1] + f", listens_on=('127.0.0.1', {port}))"
        process = supervise(f"[{web}]")
        _, complaint = process.communicate(timeout=10)

    assert process.returncode == 1
    assert complaint.count("\n") == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in complaint
    assert not (tmp_path / "pid").exists()


def test_a_program_that_does_not_exist_is_named(supervise):
    process = supervise("[Command('web', ['/nowhere/web'])]")
    _, complaint = process.communicate(timeout=10)

    assert process.returncode == 1
    assert complaint == "vangnet: /nowhere/web does not exist; nothing is running.\n"


def test_waiting_for_a_silent_port_ends(port):
    begun = time.monotonic()

    assert not supervisor.wait_for_port("127.0.0.1", port, timeout=0.2)
    assert time.monotonic() - begun < 2
