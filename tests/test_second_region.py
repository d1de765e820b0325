"""Another region is another folder: the invented pack runs on the same code, and names only itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from tests import databases, names

PACK = names.REGIONS / "voorbeeld"
FIRST = names.pattern(names.REGIONS / "oost-nederland")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MERGER = date(2021, 1, 1)


@pytest.fixture(scope="module")
def voorbeeld(django_db_blocker, tmp_path_factory):
    """The invented region in a database of its own, as the weak role."""
    name = f"vangnet_test_{os.getpid()}_voorbeeld"
    description = yaml.safe_load((PACK / "pack.yaml").read_text(encoding="utf-8"))
    pictures = settings.CACHES["pictures"] | {"LOCATION": tmp_path_factory.mktemp("pictures")}
    caches = settings.CACHES | {"pictures": pictures}
    with (
        django_db_blocker.unblock(),
        override_settings(REGION=description, REGION_FOLDER=PACK, CACHES=caches),
    ):
        with databases.as_owner() as owner:
            owner.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            databases.create(owner, name, template=databases.ensure_tables())
        databases.fill(name)
        with databases.pointing_at(name):
            yield description
        with databases.as_owner() as owner:
            owner.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def visit(voorbeeld):
    """Ask a page as a member of the invented cast."""
    from vangnet.config.pack import cast_email
    from vangnet.identity.models import User

    def visit(key, address):
        client = Client()
        client.force_login(User.objects.get(email=cast_email(key)), backend=BACKEND)
        return client.get(address)

    return visit


def test_the_pack_says_that_it_is_invented_and_is_not_the_default():
    assert "invented" in (PACK / "README.md").read_text().splitlines()[0]
    assert "default" not in yaml.safe_load((PACK / "pack.yaml").read_text())


def test_two_municipalities_become_one(voorbeeld):
    from vangnet.places.models import Area

    def codes(day):
        return sorted(Area.objects.as_of(day).of_level("gemeente").values_list("code", flat=True))

    assert codes(date(2020, 12, 31)) == ["GM9001", "GM9002", "GM9003"]
    assert codes(MERGER) == ["GM9001", "GM9004"]


@pytest.mark.parametrize(("day", "count"), [("2020-12-31", 3), ("2021-01-01", 2)])
def test_the_command_line_counts_them_too(voorbeeld, capsys, day, count):
    from vangnet.cli.main import main

    assert main(["places", "--on", day, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == count


def test_figures_before_the_merger_add_up_on_its_borders(voorbeeld):
    from vangnet.figures import series
    from vangnet.figures.models import Indicator

    inhabitants = series.rebased(series.yearly(Indicator.objects.get(is_population=True)), to=MERGER)

    assert inhabitants.areas == ("GM9001", "GM9004")
    assert inhabitants.row("GM9004")[0] == 17240 + 11830


def test_the_former_municipality_is_explained_by_its_heir(voorbeeld):
    from vangnet.places.history import UnknownArea, find

    with pytest.raises(UnknownArea, match="GM9004 Kwartelloo"):
        find("Biezeloo", on=timezone.localdate())


def test_the_strategy_of_the_pack_is_the_strategy(voorbeeld):
    from vangnet.strategy.models import Claim, Goal, Theme

    assert (Theme.objects.count(), Goal.objects.count(), Claim.objects.count()) == (2, 4, 1)


def test_another_region_is_refused_in_a_filled_database(voorbeeld):
    from vangnet.config import pack
    from vangnet.identity.operator import operator, service_session

    with service_session(operator()), pytest.raises(pack.PackFault, match="holds region 'voorbeeld'"):
        pack.load(names.REGIONS / "oost-nederland", by=operator(), at=timezone.now())


@pytest.mark.parametrize(("key", "place"), [("adviseur-sparrendonk", "GM9001"), ("dvo-noord", "TW-NRD")])
def test_every_main_page_opens_and_names_no_place_of_the_first_region(visit, key, place):
    from vangnet.cli.walk import main_pages

    for address in main_pages(place):
        answer = visit(key, address)
        text = answer.content.decode()
        found = FIRST.search(text)
        assert answer.status_code == 200, address
        assert found is None, f"{address}: {text[max(0, found.start() - 80) : found.end() + 80]}"
        assert "in Nederland" not in text, address


def test_the_home_page_names_this_region(visit):
    assert "Tarweland" in visit("adviseur-kwartelloo", "/").content.decode()


@pytest.fixture
def data_folder():
    """A folder with a short path that the account of the database server may enter."""
    folder = Path(tempfile.mkdtemp(prefix="vn-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.embedded
def test_the_demonstration_of_another_region_checks_itself(data_folder):
    ours = ("VANGNET_", "DATABASE_", "DJANGO_")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    environment |= {"VANGNET_REGION": "voorbeeld", "VANGNET_DATA": str(data_folder)}
    environment |= {"VANGNET_PDOK": "http://127.0.0.1:9/items"}  # nobody listens: no network in tests

    command = [sys.executable, "-m", "vangnet.cli.main", "demo", "--check"]
    checked = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=180
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "no faults" in checked.stdout
    assert FIRST.search(checked.stdout) is None
