"""Asks the addresses that goals refer to whether they still answer; only on hosts of the settings.

An address is text that somebody wrote, so it decides nothing: its host has to be on the list, its name has to
lead to public machines only, the line goes to the very machine that was looked at, and no answer sends it on.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import httpx
from django.db import transaction

from vangnet.audit import log
from vangnet.identity.models import User
from vangnet.strategy import lines
from vangnet.strategy.link_checks import LinkCheck
from vangnet.strategy.models import Goal

Outcome = LinkCheck.Outcome
PATIENCE: Final = 8.0
MOST: Final = 300  # addresses in one round
LONGEST: Final = 15 * 60.0  # seconds of one round; who was not asked then is asked the next time
LONGEST_ADDRESS: Final = 500
FRESH: Final = timedelta(days=6)
GONE: Final = {404, 410}
NO_HEAD: Final = {405, 501}


def wanted(hosts: Collection[str], *, by: User) -> tuple[list[str], list[str]]:
    """Return the addresses of goals that may be asked, and those that lead nowhere (1 query)."""
    found: dict[str, None] = {}
    wrong: dict[str, None] = {}
    for documents in Goal.objects.visible_to(by).values_list("documents", flat=True):
        for document in lines.documents(documents):
            url = document.url
            if not url.startswith("https://") or len(url) > LONGEST_ADDRESS:
                continue
            if not lines.leads_somewhere(url):
                wrong[url] = None
                continue
            parts = urlsplit(url)
            if parts.port in (None, 443) and not parts.username and parts.hostname in hosts:
                found[url] = None
    return list(found), list(wrong)


def check_round(hosts: Collection[str], *, by: User, at: datetime) -> int:
    """Ask what was not asked lately, and forget what no goal refers to; return how many were asked."""
    if not hosts:
        return 0
    urls, wrong = wanted(hosts, by=by)
    fresh = LinkCheck.objects.visible_to(by).filter(checked_at__gt=at - FRESH)
    known = set(fresh.values_list("url", flat=True))
    asked = [url for url in urls if url not in known][:MOST]
    answers = ask(asked)  # no transaction is open while others take their time
    _keep(answers | dict.fromkeys(wrong, Outcome.WRONG), [*urls, *wrong], by=by, at=at)
    return len(answers)


@transaction.atomic
def _keep(answers: dict[str, Outcome], urls: Collection[str], *, by: User, at: datetime) -> None:
    for url, outcome in answers.items():
        told = {"outcome": outcome, "checked_at": at}
        LinkCheck.objects.update_or_create(url=url, defaults=told)
    LinkCheck.objects.exclude(url__in=urls).delete()
    dead = sum(outcome in (Outcome.GONE, Outcome.SILENT, Outcome.WRONG) for outcome in answers.values())
    log.record("strategy.links.checked", "", by=by, at=at, asked=len(answers), dead=dead)


def ask(urls: Iterable[str]) -> dict[str, Outcome]:
    """Ask each address once, until the time of a round is over."""
    answers: dict[str, Outcome] = {}
    end = time.monotonic() + LONGEST
    with httpx.Client(timeout=PATIENCE, follow_redirects=False, trust_env=False) as client:
        for url in urls:
            if time.monotonic() > end:
                break
            answers[url] = _outcome(client, url)
    return answers


def _outcome(client: httpx.Client, url: str) -> Outcome:
    try:
        machine = _machine(urlsplit(url).hostname or "")
        status = _status(client, "HEAD", url, machine)
        if status in NO_HEAD:
            status = _status(client, "GET", url, machine)
    except (OSError, ValueError, httpx.HTTPError, httpx.InvalidURL):
        return Outcome.SILENT
    if status in GONE:
        return Outcome.GONE
    if 300 <= status < 400:
        return Outcome.MOVED
    # Who asks for a name or a pause is there.
    return Outcome.WORKS if status < 300 or status in (401, 403, 429) else Outcome.SILENT


def _machine(host: str) -> str:
    """Return the number of the machine to ask.

    Raises
    ------
    ValueError
        The name leads to a machine of our own, or to one that is not on the internet.
    """
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)]
    if not found or not all(ip_address(one.partition("%")[0]).is_global for one in found):
        raise ValueError("no public machine")
    return found[0]


def _status(client: httpx.Client, method: str, url: str, machine: str) -> int:
    """Return what the machine answers; the name is only in the certificate and the question."""
    place = httpx.URL(url)
    told = {"Host": place.host, "User-Agent": "Vangnet"}
    request = client.build_request(
        method, place.copy_with(host=machine), headers=told, extensions={"sni_hostname": place.host}
    )
    answer = client.send(request, stream=True)  # of the body nothing is read
    try:
        return answer.status_code
    finally:
        answer.close()
