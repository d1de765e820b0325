"""The cast, and databases in which tests are the weak role. Everything real: PostgreSQL, sessions, rights."""

from __future__ import annotations

import itertools
import os
import subprocess
from pathlib import Path

import pytest
from _pytest.doctest import DoctestModule
from django.conf import settings
from django.db import transaction
from tests import databases, order, requirements

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_numbers = itertools.count()


@pytest.fixture(scope="session", autouse=True)
def _static_files_looked_up_once():
    """Every test client makes the middleware anew, which looks through each folder for static files."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    found = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def once(self):
        if not found:
            others, self.files = self.files, {}
            look(self)
            found.update(self.files)
            self.files = others
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", once)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker, worker_id="main"):
    """Give this test process a database of its own, cloned from the filled template."""
    with django_db_blocker.unblock(), databases.clone("main") as name, databases.pointing_at(name):
        yield


@pytest.fixture
def own_database(django_db_setup, django_db_blocker):
    """A database for one test that commits: threads, crashes, two people at once."""
    with (
        django_db_blocker.unblock(),
        databases.clone(f"own{next(_numbers)}") as name,
        databases.pointing_at(name),
    ):
        yield name


@pytest.fixture(scope="session")
def demonstration():
    """A data folder with a prepared demonstration, stopped: made once, to be copied with `cp -a`."""
    from tests.test_house import vangnet

    folder = Path("/tmp") / f"vangnet-prepared-{os.getpid()}"
    try:
        made = vangnet(folder, "demo", "--prepare", "--small")
        assert made.returncode == 0, made.stderr
        yield folder
    finally:
        vangnet(folder, "database", "stop")
        subprocess.run(["rm", "-rf", str(folder)], check=True)


def pytest_collection_modifyitems(items):
    """Refuse a mark with a code that the list of requirements does not have; put long tests first."""
    requirements.refuse_unknown(items)
    order.arrange(items)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path):
    """Import no module to look for examples in its docstrings when its text holds none."""
    found = yield
    return [one for one in found if not isinstance(one, DoctestModule) or b">>>" in file_path.read_bytes()]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Hand out tests in portions that are mostly a file."""
    return order.scheduler(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_sessionfinish(session):
    """Stop the embedded test server when this run is the last that uses it."""
    from vangnet.config.pytest_plugin import server_use

    if server_use is None or os.environ.get("DATABASE_URL") or not settings.configured:
        return
    if server_use.is_last():
        from vangnet.config.database import embedded_cluster

        embedded_cluster(settings.DATA, durable=False).stop()


def _person(key: str):
    @pytest.fixture
    def person(request):
        if "own_database" not in request.fixturenames:
            request.getfixturevalue("db")
        from vangnet.config.pack import cast_email
        from vangnet.identity.models import User

        return User.objects.get(email=cast_email(key))

    return person


anna = _person("adviseur-zutphen")
bram = _person("adviseur-apeldoorn")
carla = _person("analist-politie")
daan = _person("om")
esra = _person("riec")
frank = _person("dvo-twente")
greet = _person("burgemeester")
hugo = _person("aanjaagteam")
ineke = _person("fg")
jan = _person("beheerder")
karel = _person("fg-politie")
lotte = _person("riec-collega")
mo = _person("procesregisseur")
nora = _person("fg-riec")
otto = _person("adviseur-zutphen-collega")
petra = _person("medewerker-zutphen")
# Secretaries of the other districts: frank is of Twente.
willem = _person("dvo-ijsselland")
xandra = _person("dvo-noord-en-oost-gelderland")
yusuf = _person("dvo-gelderland-midden")
zoe = _person("dvo-gelderland-zuid")

CAST = ("anna", "bram", "carla", "daan", "esra", "frank", "greet", "hugo", "ineke", "jan")
CAST += ("karel", "lotte", "mo", "nora", "otto")


@pytest.fixture
def sign_in(client):
    """Sign a person in on the test client, with a second factor, and return the client.

    `client.force_login` alone gives a session without a second factor.
    """
    from vangnet.identity import session

    def sign_in(user):
        client.force_login(user, backend=BACKEND)
        session.prove(client.session.session_key)
        return client

    return sign_in


@pytest.fixture
def sessions_of():
    """The sessions that somebody has; nobody but the database can read the table."""
    from vangnet.identity import session
    from vangnet.identity.operator import service_session

    def sessions_of(user):
        with service_session(user), transaction.atomic():
            return [one for one in session.own() if not one.current]

    return sessions_of


@pytest.fixture
def as_administrator(db):
    """Whatever the test does is done in a session of the command line."""
    from vangnet.identity.operator import operator, service_session

    with service_session(operator()):
        yield operator()


@pytest.fixture
def outsider(client, db):
    """A client of nobody: not signed in."""
    return client


@pytest.fixture(params=CAST)
def everybody(request):
    """Each member of the cast in turn."""
    return request.getfixturevalue(request.param)
