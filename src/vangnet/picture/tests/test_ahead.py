"""What people open first after an update is drawn already."""

from uuid import uuid4

import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from vangnet.figures.models import Figure
from vangnet.picture import portrait, store, tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def _nothing_kept(monkeypatch):
    """As after an update: what is kept for others stays, and is not found."""
    code = uuid4().hex
    monkeypatch.setattr(store, "_code", lambda: code)


@pytest.mark.usefixtures("_nothing_kept")
def test_an_adviser_finds_region_and_own_municipality_drawn(sign_in, anna, monkeypatch):
    sign_in(anna).get("/")
    tasks.draw_ahead(0)

    monkeypatch.setattr(portrait, "_make", lambda *_: pytest.fail("drawn while somebody waits"))
    at_work = sign_in(anna)
    assert at_work.get("/beelden/").status_code == 200
    assert at_work.get("/beelden/GM0301/").status_code == 200


@pytest.mark.usefixtures("_nothing_kept")
def test_without_figures_there_is_nothing_to_draw(monkeypatch):
    Figure.objects.all().delete()

    monkeypatch.setattr(portrait, "_make", lambda *_: pytest.fail("drawn of nothing"))
    tasks.draw_ahead(0)


def test_it_waits_once_however_often_the_house_is_started():
    tasks.queue()
    tasks.queue()

    assert ProcrastinateJob.objects.filter(task_name="picture.ahead", status="todo").count() == 1


def test_it_is_looked_at_every_ten_minutes():
    planned = {one.task.name: one.cron for one in app.periodic_registry.periodic_tasks.values()}

    assert planned["picture.ahead"] == "*/10 * * * *"
