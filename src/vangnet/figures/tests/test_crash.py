"""kill -9 in the middle of an import, of the client and of the server: on an installation of its own."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from vangnet.config.embedded import Cluster

ROOT = Path(__file__).parents[4]
PREPARE = """
import django
django.setup()
from django.conf import settings
from django.utils import timezone
from vangnet.config import migration, pack
from vangnet.identity.operator import operator, service_session
migration.migrate()
with service_session(operator()):
    pack.load(settings.REGION_FOLDER, by=operator(), at=timezone.now())
"""


class House:
    """An installation in a folder of its own, with one file to import."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "groot.csv"
        self.environment = {name: value for name, value in os.environ.items() if "DATABASE" not in name} | {
            "VANGNET_MODE": "demo",
            "VANGNET_DATA": str(folder),
            "DJANGO_SETTINGS_MODULE": "vangnet.config.settings",
            "PYTHONPATH": str(ROOT / "src"),
        }
        self.cluster = Cluster(folder / "postgres")
        self.rows = self._write()

    def _write(self) -> int:
        with (ROOT / "regions/oost-nederland/figures/registered_crime.csv").open() as known:
            cells = [(row["municipality"], row["offence"]) for row in csv.DictReader(known)]
        lines = [
            f"{area};{code};{year}-{month:02};{month}"
            for area, code in cells
            for year in range(2013, 2015)
            for month in range(1, 13)
        ]
        self.file.write_text("Gemeente;Soort misdrijf;Periode;Aantal\n" + "\n".join(lines) + "\n")
        return len(lines)

    def python(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start Python as this installation would."""
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def start_import(self) -> subprocess.Popen[bytes]:
        """Start importing the file from the command line."""
        return self.python("-m", "vangnet.cli.main", "figures", "import", str(self.file), "--yes")

    def ask(self, query: str) -> int:
        """Ask the server one number, as superuser so that nothing is hidden."""
        with psycopg.connect(self.cluster.ensure().superuser, autocommit=True) as server:
            return server.execute(query).fetchone()[0]

    def kill_during(self, statement: str, command: subprocess.Popen[bytes], *, server: bool = False) -> None:
        """Kill the command, or the server with the process that works for it, once it reached a statement."""
        query = "SELECT pid FROM pg_stat_activity WHERE query ILIKE %s AND pid <> pg_backend_pid()"
        with psycopg.connect(self.cluster.ensure().superuser, autocommit=True) as watch:
            deadline = time.monotonic() + 20
            while (found := watch.execute(query, [statement]).fetchone()) is None:
                assert command.poll() is None, command.stderr.read()
                assert time.monotonic() < deadline, "the import never got there"
            for victim in (self.cluster.running_pid(), found[0]) if server else (command.pid,):
                os.kill(victim, signal.SIGKILL)

    @property
    def figures(self) -> int:
        return self.ask("SELECT count(*) FROM figures_figure")

    def imports(self, state: str) -> int:
        return self.ask(f"SELECT count(*) FROM figures_import WHERE state = '{state}'")

    def wait_until_quiet(self) -> None:
        """Wait until the server has rolled back what the dead client had under way."""
        query = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'vangnet_app' AND state <> 'idle'"
        while self.ask(query):
            time.sleep(0.02)


@pytest.fixture(scope="module")
def house():
    folder = Path(tempfile.mkdtemp(prefix="vangnet-crash-"))
    folder.chmod(0o711)
    house = House(folder)
    try:
        house.cluster.ensure()
        prepare = house.python("-c", PREPARE)
        _, said = prepare.communicate(timeout=60)
        assert prepare.returncode == 0, said.decode()
        yield house
    finally:
        house.cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def test_a_client_killed_while_copying_leaves_nothing(house):
    before, drafts = house.figures, house.imports("concept")
    command = house.start_import()

    house.kill_during("COPY figures_stagedfigure%", command)
    command.wait(10)
    house.wait_until_quiet()

    assert command.returncode == -signal.SIGKILL
    assert (house.figures, house.imports("concept")) == (before, drafts)
    assert house.ask("SELECT count(*) FROM figures_stagedfigure") == 0


def test_a_client_killed_while_saving_leaves_a_draft_and_not_one_figure(house):
    before, saved = house.figures, house.imports("opgeslagen")
    command = house.start_import()

    house.kill_during("%INSERT INTO figures_figure AS f%", command)
    command.wait(10)
    house.wait_until_quiet()

    assert command.returncode == -signal.SIGKILL
    assert (house.figures, house.imports("opgeslagen")) == (before, saved)
    assert house.imports("concept") == 1


def test_a_server_killed_while_saving_comes_back_and_takes_the_import_whole(house):
    before, saved = house.figures, house.imports("opgeslagen")
    command = house.start_import()

    house.kill_during("%INSERT INTO figures_figure AS f%", command, server=True)

    # The first question starts the server again.
    assert (house.figures, house.imports("opgeslagen")) == (before, saved)

    again = house.start_import()
    told, faults = again.communicate(timeout=60)

    assert again.returncode == 0, faults.decode()
    assert f"{house.rows} new, 0 changed, 0 unchanged" in told.decode()
    assert (house.figures, house.imports("opgeslagen")) == (before + house.rows, saved + 1)

    _, said = command.communicate(timeout=30)
    assert command.returncode == 1
    assert said.decode().strip().splitlines()[-1].startswith("vangnet: ")
