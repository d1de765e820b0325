"""The whole house as processes: demo, serve, crash of the database, clean stop, backup and restore."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.browser.site import free_port

pytestmark = pytest.mark.embedded
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def data(demonstration):
    """A data folder with a prepared demonstration."""
    folder = Path("/tmp") / f"vangnet-house-{os.getpid()}"
    subprocess.run(["cp", "-a", str(demonstration), str(folder)], check=True)
    yield folder
    vangnet(folder, "database", "stop")
    subprocess.run(["rm", "-rf", str(folder)], check=True)


def surroundings(folder: Path, **more: str) -> dict[str, str]:
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("VANGNET", "DATABASE", "DJANGO", "PYTEST"))
    }
    return kept | {"VANGNET_DATA": str(folder), "VANGNET_PDOK": "http://127.0.0.1:9/items"} | more


def vangnet(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "vangnet.cli.main", *words]
    return subprocess.run(
        command, env=surroundings(folder, **more), capture_output=True, text=True, timeout=120
    )


@contextmanager
def demo(folder: Path):
    port = free_port()
    command = [sys.executable, "-m", "vangnet.cli.main", "demo", "--small", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        command, env=surroundings(folder), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def wait_for(address: str, seconds: float = 60) -> httpx.Response:
    deadline = time.monotonic() + seconds
    while True:
        try:
            answer = httpx.get(address, timeout=10)
            if answer.status_code == 200:
                return answer
        except httpx.HTTPError:
            pass
        assert time.monotonic() < deadline, f"{address} did not answer"
        time.sleep(0.2)


def postmaster(folder: Path) -> int:
    return int(next(folder.glob("postgres/*/postmaster.pid")).read_text().split()[0])


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}/cmdline").exists() and bool(Path(f"/proc/{pid}/cmdline").read_bytes())


def test_demo_serves_survives_a_killed_database_and_stops_clean(data):
    with demo(data) as (process, site):
        page = wait_for(f"{site}/demo/")
        assert "Anna de Wit" in page.text
        assert wait_for(f"{site}/gezondheid/").json() == {"status": "ok"}

        os.kill(postmaster(data), signal.SIGKILL)
        time.sleep(0.5)
        assert wait_for(f"{site}/gezondheid/", 20).json() == {"status": "ok"}
        last = postmaster(data)
    assert process.returncode == 0
    output = process.stdout.read()
    assert len(re.findall(r"/demo/\S{20,}", output)) == 26
    assert not is_alive(last)


def test_a_second_start_is_ready_within_six_seconds(data):
    started = time.monotonic()
    with demo(data) as (_, site):
        wait_for(f"{site}/demo/")
        # The promise is 6 s on an idle machine (benchmarks/second_start.py); here only: not from nothing.
        assert time.monotonic() - started < 30


def test_production_refuses_a_demonstration(data):
    done = vangnet(data, "serve", VANGNET_MODE="production")

    assert done.returncode == 1
    assert "holds a demonstration" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_real_database_is_made_on_purpose_and_left_alone_by_demo():
    folder = Path("/tmp") / f"vangnet-real-{os.getpid()}"
    try:
        empty = vangnet(folder, "serve", VANGNET_MODE="production")
        assert empty.returncode == 1
        assert "vangnet migrate" in empty.stderr

        assert vangnet(folder, "migrate", VANGNET_MODE="production").returncode == 0
        done = vangnet(folder, "demo", "--small", "--check")
        assert done.returncode == 1
        assert "real use" in done.stderr
    finally:
        subprocess.run(["rm", "-rf", str(folder)], check=True)


def test_a_backup_brings_everything_back_and_a_damaged_one_changes_nothing(data, tmp_path):
    target = tmp_path / "vangnet.dump"
    assert vangnet(data, "backup", str(target), VANGNET_MODE="demo").returncode == 0
    assert vangnet(data, "backup", str(target), VANGNET_MODE="demo").returncode == 1  # never overwritten
    done = vangnet(data, "restore", str(target), "--yes", VANGNET_MODE="demo")
    assert done.returncode == 0, done.stderr

    content = bytearray(target.read_bytes())
    content[len(content) // 2] ^= 0xFF
    target.write_bytes(content)
    done = vangnet(data, "restore", str(target), "--yes", VANGNET_MODE="demo")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    change = ("change", "woninginbraak", "2015", "2018", "--area", "ON", "--json")
    assert '"change_percent": -34.7' in vangnet(data, *change, VANGNET_MODE="demo").stdout
