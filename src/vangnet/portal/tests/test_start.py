"""A demonstration is never served as if it were real, nor the other way round."""

import pytest

from vangnet.portal.models import Installation
from vangnet.portal.start import WrongMode, refuse_wrong_mode

pytestmark = pytest.mark.django_db


def _mode(settings, mode, *, demo):
    settings.MODE, settings.DEMO = mode, demo


def _database(*, is_demo):
    Installation.objects.update(is_demo=is_demo)


def test_production_refuses_a_demo_database(settings):
    _database(is_demo=True)
    _mode(settings, "production", demo=False)

    with pytest.raises(WrongMode, match="holds a demonstration"):
        refuse_wrong_mode()


def test_production_refuses_demo_sign_in(settings):
    _database(is_demo=False)
    _mode(settings, "production", demo=True)

    with pytest.raises(WrongMode, match="demo sign-in"):
        refuse_wrong_mode()


def test_a_demonstration_does_not_open_a_real_database(settings):
    _database(is_demo=False)
    _mode(settings, "demo", demo=True)

    with pytest.raises(WrongMode, match="in real use"):
        refuse_wrong_mode()


@pytest.mark.parametrize(("mode", "is_demo"), [("production", False), ("demo", True)])
def test_what_belongs_together_starts(settings, mode, is_demo):
    _database(is_demo=is_demo)
    _mode(settings, mode, demo=mode == "demo")

    refuse_wrong_mode()


@pytest.mark.parametrize("mode", ["production", "demo"])
def test_an_empty_database_starts(settings, mode):
    Installation.objects.all().delete()
    _mode(settings, mode, demo=mode == "demo")

    refuse_wrong_mode()


def test_the_refusal_stops_the_program_with_one_line(settings):
    _database(is_demo=True)
    _mode(settings, "production", demo=False)

    with pytest.raises(SystemExit) as stopped:
        refuse_wrong_mode()

    assert "\n" not in str(stopped.value)
