"""Links of goals are asked whether they still work, on hosts of the settings and on public machines only."""

from __future__ import annotations

import socket
from datetime import date, timedelta

import httpx
import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from vangnet.config import environment
from vangnet.config.environment import WrongSetting
from vangnet.identity.operator import operator, service_session
from vangnet.strategy import lines, links, tasks
from vangnet.strategy.link_checks import LinkCheck
from vangnet.strategy.models import Version

pytestmark = pytest.mark.django_db
HOSTS = ("www.voorbeeld.example", "binnen.voorbeeld.example")
PUBLIC, PRIVATE = "93.184.215.14", "10.0.0.5"
SITE = "https://www.voorbeeld.example"


def documents(*urls: str) -> None:
    """Let a goal refer to these addresses, as a region pack does."""
    by = operator()
    with service_session(by), transaction.atomic():
        former = Version.objects.as_of(date.max).get(kind="doel", item="KWP-10")
        told = [f"Stuk {number}; blz. 1; {url}" for number, url in enumerate(urls)]
        Version.objects.create(
            kind="doel", item="KWP-10", content={**former.content, "documents": told}, reason="Pakket.",
            replaces=former, state="van-kracht", in_force_from=timezone.localdate(), author=by,
            written_at=timezone.now(),
        )  # fmt: skip


@pytest.fixture
def asked(monkeypatch):
    """Answer for the internet, and note which machine was asked for what."""
    seen: list[tuple[str, str, str]] = []
    answers = {"/weg": 404, "/elders": 302, "/naam": 401, "/stuk": 500, "/geen-head": 405}

    def lookup(host: str, *_: object, **__: object) -> list[object]:
        numbers = [PUBLIC, PRIVATE] if host.startswith("binnen") else [PUBLIC]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in numbers]

    def answer(self: object, request: httpx.Request) -> httpx.Response:
        seen.append((request.method, request.url.host, request.url.path))
        assert request.headers["Host"] == request.extensions["sni_hostname"]
        if request.url.path == "/stil":
            raise httpx.ConnectTimeout("niets")
        status = 200 if request.method == "GET" else answers.get(request.url.path, 200)
        return httpx.Response(status, headers={"Location": "http://169.254.169.254/"}, request=request)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", answer)
    return seen


def check(*, at=None) -> int:
    by = operator()
    with service_session(by):
        return links.check_round(HOSTS, by=by, at=at or timezone.now())


@pytest.mark.attack("A-28")
def test_a28_only_public_machines_of_listed_hosts_are_asked_and_no_answer_sends_on(asked):
    documents(
        f"{SITE}/goed", f"{SITE}/weg", f"{SITE}/elders", f"{SITE}/naam", f"{SITE}/stuk", f"{SITE}/stil",
        f"{SITE}/geen-head", "https://binnen.voorbeeld.example/", "https://elders.example/",
        "https://169.254.169.254/latest/", f"{SITE}:8443/poort", "https://jan@www.voorbeeld.example/",
    )  # fmt: skip
    assert check() == 8
    assert {host for _, host, _ in asked} == {PUBLIC}
    assert ("GET", PUBLIC, "/geen-head") in asked
    assert not [path for _, _, path in asked if path.startswith("/latest")]
    told = {one.url.removeprefix(SITE): one.outcome for one in LinkCheck.objects.all()}
    assert told == {
        **{"/goed": "werkt", "/weg": "weg", "/elders": "verhuisd", "/naam": "werkt", "/geen-head": "werkt"},
        **dict.fromkeys(("/stuk", "/stil", "https://binnen.voorbeeld.example/"), "geen-antwoord"),
    }


def test_the_answer_stands_with_the_link_and_its_day_and_is_asked_again_after_a_week(asked, anna):
    documents(f"{SITE}/weg", f"{SITE}/goed")
    now = timezone.now()
    assert (check(at=now), check(at=now + timedelta(days=1)), check(at=now + timedelta(days=7))) == (2, 0, 2)
    client = Client()
    client.force_login(anna, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/strategie/doelen/KWP-10/").content.decode()

    assert page.count("gecontroleerd op") == 2
    assert page.count("werkt niet") == 1
    assert "bestaat niet meer, gecontroleerd op" in page
    documents(f"{SITE}/goed")
    check(at=now + timedelta(days=14))
    assert list(LinkCheck.objects.values_list("url", flat=True)) == [f"{SITE}/goed"]


@pytest.mark.attack("A-28")
def test_a28_nothing_is_asked_unless_the_administrator_names_hosts(asked, settings, monkeypatch):
    documents(f"{SITE}/goed")
    settings.LINK_HOSTS = ()
    tasks.check_links(0)
    assert asked == []
    settings.LINK_HOSTS = HOSTS
    tasks.check_links(0)
    assert len(asked) == 1
    for wrong in ("169.254.169.254", "localhost", "www.x.example:22", "www.x.example/pad", "*.example"):
        monkeypatch.setenv("VANGNET_LINK_HOSTS", wrong)
        with pytest.raises(WrongSetting):
            environment.link_hosts("VANGNET_LINK_HOSTS")
    monkeypatch.setenv("VANGNET_LINK_HOSTS", "WWW.Gemeente.example, politie.example")
    assert environment.link_hosts("VANGNET_LINK_HOSTS") == ("www.gemeente.example", "politie.example")


def test_an_address_with_a_typo_is_said_to_be_wrong_and_stops_nothing(asked, anna, monkeypatch):
    wrong = ("https://www.voorbeeld.example:poort/x", "https://www.voorbeeld.example:99999/", "https://[x/y")
    documents(f"{SITE}/goed", *wrong)
    assert check() == 1
    assert {one.url for one in LinkCheck.objects.filter(outcome="onjuist")} == set(wrong)
    client = Client()
    client.force_login(anna, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/strategie/doelen/KWP-10/").content.decode().count("adres klopt niet") == 3
    for url in wrong:
        with pytest.raises(lines.WrongAddress):
            lines.new_document(f"Stuk; blz. 1; {url}")
    monkeypatch.setattr(links, "LONGEST", -1.0)
    assert check(at=timezone.now() + timedelta(days=8)) == 0


@pytest.mark.attack("A-07")
def test_a07_no_page_writes_what_a_link_gave(hugo):
    with service_session(hugo), pytest.raises(DatabaseError), transaction.atomic():
        LinkCheck.objects.create(url=f"{SITE}/", outcome="werkt", checked_at=timezone.now())
