"""The invented signals and cases of all municipalities: by the same rules as real ones, and once."""

from __future__ import annotations

from collections import Counter

import pytest
import yaml
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from tests import databases

from vangnet.agreements.models import Purpose
from vangnet.casework.models import Signal
from vangnet.config import pack_crowd
from vangnet.config.pack import Pack
from vangnet.config.pack_vault import at_work
from vangnet.identity.models import User
from vangnet.identity.operator import operator, service_session

PLACES = {"GM0150": "gm0150", "GM0197": "gm0197"}


@pytest.fixture
def crowd(own_database, tmp_path, settings):
    """Two municipalities with forty signals and six cases."""
    settings.OWNER_URL = databases.on_database(settings.OWNER_URL, own_database)
    for path in settings.REGION_FOLDER.iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    told = yaml.safe_load((tmp_path / "casework.yaml").read_text(encoding="utf-8"))
    told["demo_crowd"] |= {"signals": 40, "cases": 6, "places": list(PLACES)}
    (tmp_path / "casework.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")
    return Pack(tmp_path)


def load(crowd):
    with service_session(operator()):
        return pack_crowd.load(crowd, by=operator(), at=timezone.now())


def test_the_crowd_comes_once_and_is_of_the_municipality_that_it_is_about(crowd, own_database, anna):
    signals, cases = load(crowd)
    again = load(crowd)

    assert (cases, again) == (6, (0, 0))
    assert abs(signals - 40) <= 1
    with databases.as_owner(own_database) as owner:
        rows = owner.execute(
            "SELECT s.place, o.slug, s.status, s.route, s.received_at < now(),"
            " (SELECT count(*) FROM casework_step t WHERE t.signal_id = s.dossier_id)"
            " FROM casework_signal s JOIN identity_organisation o ON o.id = s.organisation_id"
            " WHERE s.place = ANY (%s)",
            [list(PLACES)],
        ).fetchall()
    of_crowd = [row for row in rows if row[1] in PLACES.values()]
    assert len(of_crowd) == signals
    assert all(PLACES[place] == slug for place, slug, *_ in of_crowd)
    assert all(past for *_, past, _ in of_crowd)
    statuses = Counter(row[2] for row in of_crowd)
    assert statuses["doorgezet"] > statuses["geen-vervolg"] > 0
    assert all((steps > 0) == (status != "nieuw") for _, _, status, _, _, steps in of_crowd)


def test_an_adviser_of_the_crowd_sees_its_own_signals_and_nobody_else_does(crowd, anna):
    load(crowd)
    adviser = User.objects.get(email="adviseur@gm0150.voorbeeld.invalid")
    with service_session(adviser), transaction.atomic():
        purpose = Purpose.objects.get(agreement__code="gemeente-gm0150", code="signalen")
    seen = {}
    for person in (adviser, anna):
        with at_work(person, purpose), transaction.atomic():
            seen[person] = set(Signal.objects.visible_to(person).values_list("place", flat=True))

    assert seen == {adviser: {"GM0150"}, anna: set()}


def test_the_rule_of_the_pack_is_for_thousands_over_four_years():
    told = yaml.safe_load((settings.REGION_FOLDER / "casework.yaml").read_text(encoding="utf-8"))[
        "demo_crowd"
    ]

    assert (told["signals"], told["cases"], told["days"]) == (4000, 300, 4 * 365)
    assert len(told["per_month"]) == 12
