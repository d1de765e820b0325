import pytest
from django.utils import timezone

PASSWORD = "paarse fiets onder de brug"


@pytest.fixture
def wim(db):
    """Somebody with a password, and no role yet."""
    from vangnet.identity.actions import register_user
    from vangnet.identity.operator import operator

    return register_user(
        email="wim@gemeente.test", name="Wim Klaver", password=PASSWORD, by=operator(), at=timezone.now()
    )


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """The real way of hashing takes half a second on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def try_to_sign_in(client):
    """Send the sign-in form."""

    def send(email="wim@gemeente.test", password=PASSWORD, **more):
        return client.post("/account/login/", {"login": email, "password": password, **more})

    return send
