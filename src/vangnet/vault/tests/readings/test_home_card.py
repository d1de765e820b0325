"""The home page about the vault and the log: counts per purpose, alarms with how to mend them."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from vangnet.audit import checkpoints
from vangnet.audit.models import Checkpoint, Verification

pytestmark = pytest.mark.usefixtures("own_database")


def text_of(answer):
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def drawer(page, case):
    return {one.purpose: one for one in page.context["desk"].shielded.drawers}[case.purpose.pk]


def test_somebody_sees_how_many_dossiers_there_are_per_purpose(case, sign_in, esra, carla):
    page = sign_in(esra).get("/")
    assert (drawer(page, case).dossiers, drawer(page, case).expiring) == (1, 0)
    assert case.number not in text_of(page)

    assert drawer(sign_in(carla).get("/"), case).dossiers == 0


def test_what_is_deleted_within_sixty_days_is_counted(case, sign_in, esra, as_owner):
    as_owner("UPDATE vault_record SET delete_by = today() + 59 WHERE id = %s", case.records[0])
    as_owner("UPDATE vault_record SET delete_by = today() + 60 WHERE id = %s", case.records[1])

    assert drawer(sign_in(esra).get("/"), case).expiring == 1


@pytest.mark.requirement("AVG-32")
def test_without_a_second_factor_or_an_authorisation_there_is_no_card(case, client, sign_in, esra, greet):
    client.force_login(esra, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/").context["desk"].shielded is None
    assert sign_in(greet).get("/").context["desk"].shielded is None


@pytest.mark.requirement("WGS-09")
def test_a_lost_target_is_an_alarm_for_the_privacy_officer_while_opening_goes_on(
    case, sign_in, esra, nora, settings, tmp_path
):
    (tmp_path / "file").touch()
    settings.CHECKPOINT_KEY = tmp_path / "secrets" / "key.pem"
    settings.CHECKPOINT_FOLDER = tmp_path / "file" / "folder"  # under a file nothing can be written
    settings.CHECKPOINT_FOLDER_IS_OURS = True
    settings.CHECKPOINT_MAIL, settings.CHECKPOINT_HTTP = [], []
    checkpoints.take(at=timezone.now() - timedelta(hours=1))

    assert "IJkpunten komen niet aan" in text_of(sign_in(nora).get("/"))
    assert "Controleer of de bestemming bereikbaar is" in text_of(sign_in(nora).get("/"))
    assert "IJkpunten komen niet aan" not in text_of(sign_in(esra).get("/"))
    with case.session(esra):
        assert len(case.open(esra)) == 2


@pytest.mark.attack("A-16")
def test_a_fault_in_the_chain_is_an_alarm_with_what_to_do(own_database, sign_in, ineke, jan, anna):
    fault = {"kind": "edited", "number": 9, "text": "x"}
    Verification.objects.create(at=timezone.now(), rows=9, faults=[fault])

    for person in (ineke, jan):
        text = text_of(sign_in(person).get("/"))
        assert "Regel 9 is gewijzigd." in text
        assert "Bewaar de database zoals zij is" in text
    assert "Regel 9" not in text_of(sign_in(anna).get("/"))
    assert not Checkpoint.objects.exists()
