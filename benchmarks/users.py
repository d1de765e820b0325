"""Promise: 200 users at once, thinking 5 to 10 seconds, work for 3 minutes: no error, nothing lost, p95 under 800 ms.

Serves a real demonstration on loopback with two web processes. Three in ten users read lists, routes and signals of
Zutphen as its adviser, two read pictures and registers, four take in reports at the desk and one weighs: each its own
session, each form with its own token. In the end there have to be exactly as many more signals, steps and records
in the database as were confirmed on the screen. The limit of 800 ms is the peer: it is what the issue of casework asks on two cores.

    python benchmarks/users.py
    python benchmarks/users.py --users 20 --seconds 20
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

LIMIT_MS = 800.0
THINKS = (5.0, 10.0)
ADVISER, DESK = "Anna de Wit", "Petra Schouten"
READING = (
    "/",
    "/beelden/",
    "/beelden/zutphen/",
    "/registers/",
    "/registers/afpakken/",
    "/casussen/",
    "/strategie/",
)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([\w-]+)"[^>]*value="([^"]*)"')
ANY_ID = re.compile(r"[0-9a-f-]{36}")
NUMBER = re.compile(r"ontvangen onder nummer (GEMEENTE-\d{4}-\d{6})")
STEP_ANSWERS = re.compile(r'<input[^>]*type="radio"[^>]*name="answer"[^>]*value="([\w-]+)"')
REASONS = re.compile(r'<textarea[^>]*name="(reden-[\w-]+)"')
LISTED = re.compile(r'href="(/signalen/[0-9a-f-]{36}/[0-9a-f-]{36}/)(?:\?overleg=1)?"')


@dataclass
class Seen:
    """What happened during the run."""

    took: list[float] = field(default_factory=list)
    per_page: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    weighed: int = 0

    def add(self, page: str, took: float) -> None:
        self.took.append(took)
        self.per_page[page].append(took)

    def slowest(self) -> dict[str, dict[str, float]]:
        """Return the five pages that make one wait longest, with how often each was asked."""
        found = {page: sorted(took) for page, took in self.per_page.items()}
        worst = sorted(found.items(), key=lambda one: -one[1][int(len(one[1]) * 0.95)])[:5]
        return {page: {"times": len(t), "p95_ms": round(t[int(len(t) * 0.95)], 1)} for page, t in worst}


class User:
    """One person in a session of their own."""

    def __init__(self, base: str, seen: Seen, dice: random.Random) -> None:
        self.client = httpx.AsyncClient(base_url=base, follow_redirects=True, timeout=30)
        self.seen, self.dice = seen, dice

    async def sign_in(self, link: str) -> None:
        page = await self.client.get(link)
        await self.client.post(page.url, data=_hidden(page.text))

    async def get(self, address: str) -> httpx.Response:
        return await self._timed("GET", address)

    async def post(self, address: str, data: dict[str, str]) -> httpx.Response:
        return await self._timed("POST", address, data=data)

    async def _timed(self, method: str, address: str, **more: object) -> httpx.Response:
        started = time.perf_counter()
        answer = await self.client.request(
            method, address, headers={"Referer": str(self.client.base_url)}, **more
        )  # type: ignore[arg-type]
        page = f"{method} {ANY_ID.sub('…', address)}"
        self.seen.add(page, (time.perf_counter() - started) * 1000.0)
        if answer.status_code >= 400 and answer.status_code not in (409,):
            self.seen.faults.append(f"{answer.status_code} {method} {address}")
        return answer

    async def think(self) -> None:
        await asyncio.sleep(self.dice.uniform(*THINKS))


def _hidden(page: str) -> dict[str, str]:
    return dict(HIDDEN.findall(page))


async def read(user: User, until: float) -> None:
    while time.monotonic() < until:
        await user.get(user.dice.choice(READING))
        await user.think()


async def look(user: User, until: float) -> None:
    while time.monotonic() < until:
        page = await user.get("/signalen/")
        await user.think()
        if found := LISTED.findall(page.text):
            await user.get(user.dice.choice(found))
            await user.think()
        await user.get(str(page.url.path) + "routes/")
        await user.think()


async def report(user: User, until: float) -> None:
    while time.monotonic() < until:
        form = await user.get("/signalen/")
        await user.think()
        words = f"Meting. Bij pand {user.dice.randrange(900)} staan 's nachts busjes."
        given = _hidden(form.text) | {"text": words, "source": "balie", "place": "GM0301"}
        answer = await user.post(form.url.path, given)
        user.seen.confirmed += NUMBER.findall(answer.text)[:1]
        await user.think()


async def weigh(user: User, until: float) -> None:
    while time.monotonic() < until:
        page = await user.get("/signalen/")
        await user.think()
        agenda = await user.get(str(page.url.path) + "weegoverleg/")
        await user.think()
        waiting = LISTED.findall(agenda.text)
        if not waiting:
            continue
        page = await user.get(user.dice.choice(waiting))
        await user.think()
        if "Begin de weging" in page.text:
            page = await user.post(str(page.url.path) + "wegen/", _hidden(page.text) | {"begin": "1"})
        else:
            page = await user.get(str(page.url.path) + "wegen/")
        await user.think()
        while time.monotonic() < until and (choices := STEP_ANSWERS.findall(page.text)):
            # Words of one's own: the same words of the same person are one answer, however often they come.
            words = (
                f"Meting {user.dice.getrandbits(20)}: dit is waargenomen."  # too short for a citizen number
            )
            given = _hidden(page.text) | dict.fromkeys(REASONS.findall(page.text), words)
            page = await user.post(page.url.path, given | {"answer": choices[0]})
            # A colleague can be first; the page then says so with 409, and this answer was not kept.
            user.seen.weighed += page.status_code == 200
            await user.think()


COUNTS = """
SELECT (SELECT count(*) FROM casework_signal), (SELECT count(*) FROM casework_step),
       (SELECT count(*) FROM vault_record), (SELECT count(DISTINCT number) FROM vault_dossier)
"""
PARTS = ((look, ADVISER, 3), (read, ADVISER, 2), (report, DESK, 4), (weigh, ADVISER, 1))


async def run(base: str, links: dict[str, str], users: int, seconds: int, folder: str) -> dict[str, object]:
    seen, dice = Seen(), random.Random(1)
    kinds = [(does, name) for does, name, part in PARTS for _ in range(part)]
    crowd = [(User(base, seen, random.Random(n)), *kinds[n % len(kinds)]) for n in range(users)]
    for user, _, name in crowd:
        await user.sign_in(links[name])
    before, load = counted(folder), os.getloadavg()[0]
    until = time.monotonic() + seconds

    async def begin(user: User, does: object) -> None:
        await asyncio.sleep(dice.uniform(0, THINKS[1]))
        await does(user, until)  # type: ignore[operator]

    ended = await asyncio.gather(*(begin(user, does) for user, does, _ in crowd), return_exceptions=True)
    seen.faults += [repr(fault) for fault in ended if isinstance(fault, BaseException)]
    more = {name: n - before[name] for name, n in counted(folder).items()}
    took = sorted(seen.took)
    p95 = took[int(len(took) * 0.95)]
    reported, weighed = len(seen.confirmed), seen.weighed
    # A report is a signal with a number and one record; a step is a step with its reasons in a record.
    promised = {"signals": reported, "steps": weighed, "records": reported + weighed, "numbers": reported}
    return {
        "users": users,
        "requests": len(took),
        "per_second": round(len(took) / seconds, 1),
        "p50_ms": round(took[len(took) // 2], 1),
        "p95_ms": round(p95, 1),
        "of_limit": round(p95 / LIMIT_MS, 2),
        "slowest": seen.slowest(),
        "errors": seen.faults[:10],
        "confirmed_to_users": promised,
        "more_in_the_database": more,
        "load_before": load,
        "load_after": os.getloadavg()[0],
        "kept": not seen.faults and more == promised and reported > 0 and weighed > 0 and p95 <= LIMIT_MS,
    }


def counted(folder: str) -> dict[str, int]:
    """Return how much lies in the database, asked past the rules."""
    import psycopg

    from vangnet.config.database import embedded_cluster

    with psycopg.connect(embedded_cluster(Path(folder)).ensure().owner) as owner:
        row = owner.execute(COUNTS).fetchone()
    assert row is not None
    return dict(zip(("signals", "steps", "records", "numbers"), row, strict=True))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--users", type=int, default=200, help="at once (default 200)")
    parser.add_argument("--seconds", type=int, default=180, help="how long (default 180)")
    parser.add_argument("--data", type=Path, help="a folder to keep the demonstration in, for a next time")
    parser.add_argument("--small", action="store_true", help="without the thousands of invented signals")
    options = parser.parse_args()
    demo = ["demo", "--small"] if options.small else ["demo"]
    with nullcontext(options.data) if options.data else TemporaryDirectory(prefix="vangnet-users-") as folder:
        Path(folder).mkdir(exist_ok=True)
        Path(folder).chmod(0o755)
        report = served(str(folder), demo, options.users, options.seconds)
    print(json.dumps(report, indent=1, ensure_ascii=False))
    return int(not report["kept"])


def served(folder: str, demo: list[str], users: int, seconds: int) -> dict[str, object]:
    """Prepare a demonstration, serve it, and let people work in it."""
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("DATABASE_")}
    surroundings |= {"VANGNET_DATA": folder, "VANGNET_PDOK": "http://127.0.0.1:9/items"}
    surroundings["VANGNET_WEB_WORKERS"] = "2"
    vangnet = [Path(sys.executable).parent / "vangnet", *demo]
    subprocess.run([*vangnet, "--prepare"], env=surroundings, stdout=subprocess.DEVNULL, check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{probe.getsockname()[1]}"
    log = Path(folder) / "log.txt"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*vangnet, "--bind", bind], env=surroundings, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        links = wait_for_links(log, server)
        return asyncio.run(run(f"http://{bind}", links, users, seconds, folder))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)


def wait_for_links(log: Path, server: subprocess.Popen[bytes]) -> dict[str, str]:
    """Return the sign-in link of each person that the demonstration prints when it is served."""
    deadline = time.monotonic() + 600
    while server.poll() is None and time.monotonic() < deadline:
        text = log.read_text()
        found = re.findall(r"\(([^,()]+), [^()]*\)\n\s+(http\S+)", text)
        if {ADVISER, DESK} <= {name for name, _ in found}:
            return {name: link.replace("localhost", "127.0.0.1") for name, link in found}
        time.sleep(0.3)
    raise SystemExit(f"the demonstration did not start:\n{log.read_text()}")


if __name__ == "__main__":
    sys.exit(main())
