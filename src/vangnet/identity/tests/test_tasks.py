from procrastinate.contrib.django import app
from tests import databases

from vangnet.identity.session import SessionStore
from vangnet.identity.tasks import forget_sessions


def session(*, seconds):
    store = SessionStore()
    store.set_expiry(seconds)
    store.create()
    return store.session_key


def test_sessions_that_expired_are_removed_and_others_stay(own_database):
    session(seconds=-3600)
    kept = session(seconds=3600)

    forget_sessions(0)

    with databases.as_owner(own_database) as owner:
        assert owner.execute("SELECT count(*) FROM identity_session").fetchone() == (1,)
    assert SessionStore().exists(kept)


def test_that_happens_every_night():
    planned = app.periodic_registry.periodic_tasks.values()

    assert "23 3 * * *" in [one.cron for one in planned if one.task.name == "identity.forget_sessions"]
