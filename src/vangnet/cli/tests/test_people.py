"""Accounts from the command line: the first administrator of a new installation, and everybody after."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.logbook import Event

from vangnet.cli.main import main
from vangnet.identity.models import Membership, User

pytestmark = pytest.mark.django_db
EMAIL = "a.nieuw@voorbeeld.invalid"
GOOD = "een lange zin als wachtwoord"


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """The real way of hashing takes half a second on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def run(capsys, monkeypatch):
    """Run a command with one line on standard input; give back exit code, output and error."""

    def run(*words, types=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{types}\n"))
        code = main(["people", *words])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def added(run):
    words = (
        "add",
        EMAIL,
        "--name",
        "A. Nieuw",
        "--organisation",
        "veiligheidsnetwerk",
        "--role",
        "beheerder",
    )
    return run(*words, types=GOOD)


def test_a_new_administrator_can_sign_in_from_today(added, client):
    code, out, _ = added
    user = User.objects.get(email=EMAIL)

    assert (code, out.split()[0]) == (0, EMAIL)
    assert user.check_password(GOOD)
    assert [m.role for m in user.memberships_on(timezone.localdate())] == ["beheerder"]
    assert client.post("/account/login/", {"login": EMAIL, "password": GOOD}).status_code == 302
    assert set(Event.objects.about(user.pk).values_list("verb", flat=True)) >= {
        "identity.user.registered",
        "identity.membership.given",
    }


def test_an_existing_account_gets_a_second_role_without_a_password(added, run):
    code, _, _ = run("add", EMAIL.upper(), "--organisation", "gm0301", "--role", "adviseur", types="")

    assert code == 0
    assert User.objects.filter(email__iexact=EMAIL).count() == 1
    assert Membership.objects.filter(user__email=EMAIL).count() == 2


def test_the_same_role_twice_is_refused_in_one_line(added, run):
    code, _, err = run("add", EMAIL, "--organisation", "veiligheidsnetwerk", "--role", "beheerder")

    assert code == 1
    assert err == "vangnet: A. Nieuw heeft deze rol al in een deel van die periode\n"


@pytest.mark.parametrize(
    ("words", "types", "says"),
    [
        (("add", "geen-adres", "--name", "X", "--organisation", "om", "--role", "om"), GOOD, "not an e-mail"),
        (("add", EMAIL, "--organisation", "om", "--role", "om"), GOOD, "give --name"),
        (
            ("add", EMAIL, "--name", "X", "--organisation", "niets", "--role", "om"),
            GOOD,
            "unknown organisation",
        ),
        (
            ("add", EMAIL, "--name", "X", "--organisation", "om", "--role", "baas"),
            GOOD,
            "choose one of adviseur",
        ),
        (("add", EMAIL, "--name", "X", "--organisation", "om", "--role", "om"), "kort", " 12 "),
        (("password", EMAIL), GOOD, "nobody here signs in as"),
        (("end", "fg@voorbeeld.invalid", "--role", "beheerder"), "", "is not beheerder"),
    ],
)
def test_a_mistake_is_one_line_and_changes_nothing(run, words, types, says):
    before = (User.objects.count(), Membership.objects.count())
    code, out, err = run(*words, types=types)

    assert (code, out) == (1, "")
    assert says in err
    assert err.count("\n") == 1
    assert (User.objects.count(), Membership.objects.count()) == before


@pytest.mark.attack("A-09")
def test_a_new_password_ends_every_session(added, client, run, sessions_of):
    client.post("/account/login/", {"login": EMAIL, "password": GOOD})
    assert len(sessions_of(User.objects.get(email=EMAIL))) == 1
    code, _, _ = run("password", EMAIL, types="een andere lange zin daarna")

    assert code == 0
    assert sessions_of(User.objects.get(email=EMAIL)) == []
    assert not User.objects.get(email=EMAIL).check_password(GOOD)


def test_a_role_ends_on_the_day_that_is_given(added, run):
    tomorrow = timezone.localdate() + timedelta(days=1)
    code, _, _ = run("end", EMAIL, "--role", "beheerder", "--on", tomorrow.isoformat())
    user = User.objects.get(email=EMAIL)

    assert code == 0
    assert user.memberships_on(timezone.localdate()).exists()
    assert not user.memberships_on(tomorrow).exists()


def test_the_lists_show_who_and_where(added, run):
    assert f"{EMAIL}\tA. Nieuw\tbeheerder\tveiligheidsnetwerk" in run("list")[1]
    organisations = run("organisations")[1]
    assert "gm0301\tGemeente Zutphen" in organisations
    assert "Rijnwaarden" not in organisations


def test_closing_an_account_signs_it_out_everywhere(added, client, run, sessions_of):
    client.post("/account/login/", {"login": EMAIL, "password": GOOD})
    code, out, _ = run("close", EMAIL)

    assert code == 0
    assert "is closed" in out
    assert client.get("/strategie/").status_code == 302
    assert not User.objects.get(email=EMAIL).is_active


def test_an_account_of_several_people_is_refused_in_one_line(run):
    words = ("add", "info@gemeente.test", "--name", "Balie", "--organisation", "om", "--role", "om")
    code, _, err = run(*words, types=GOOD)

    assert code == 1
    assert "een account is van één persoon" in err
    assert err.count("\n") == 1
