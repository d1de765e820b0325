"""How long the pages of a strategy with 4 themes, 60 goals and 300 commitments take, and a comparison of two days.

Every goal has three decided versions. The budget: a page within 100 ms (p95) and at most 12 queries; a comparison
of two days within 200 ms. Beside each page stand its share of that limit and how many times the bare question takes
that lies below it: all goals that hold, or all versions of a day, asked by the owner without a page around them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import signals

LIMIT_MS = 100.0
LIMIT_COMPARE_MS = 200.0
LIMIT_QUERIES = 12
THEMES, GOALS, COMMITMENTS, CHANGES = 4, 60, 300, 2
BARE = {
    "goals": "SELECT * FROM strategy_goal g JOIN strategy_theme t ON t.slug = g.theme_id ORDER BY t.position, g.position",
    "versions": "SELECT DISTINCT ON (kind, item) * FROM strategy_version WHERE in_force_from <= '2021-01-01' "
    "ORDER BY kind, item, in_force_from DESC, number DESC",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--requests", type=int, default=240, help="per page (default 240)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="vangnet-bench-"))
    folder.chmod(0o755)  # the database runs under an account of its own and must be able to pass
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        os.environ.pop(name, None)
    os.environ |= {"VANGNET_MODE": "demo", "VANGNET_DATA": str(folder)}
    os.environ["DJANGO_SETTINGS_MODULE"] = "vangnet.config.settings"
    try:
        report = run(options.requests)
    finally:
        signals.clean_up(folder)
    print(json.dumps(report, indent=2) if options.json else shown(report))
    return 0 if all(page["kept"] for page in report["pages"].values()) else 1


def run(requests: int) -> dict[str, Any]:
    """Fill, then measure."""
    import django

    django.setup()
    signals.LIMIT_QUERIES = LIMIT_QUERIES
    client, theme, goal = filled()
    report: dict[str, Any] = {"load_before": os.getloadavg()}
    report["bare_ms"] = {name: bare(query, requests) for name, query in BARE.items()}
    asked = {
        "/strategie/": (LIMIT_MS, "goals"),
        "/strategie/doelen/": (LIMIT_MS, "goals"),
        f"/strategie/{theme}/": (LIMIT_MS, "goals"),
        f"/strategie/doelen/{goal}/": (LIMIT_MS, "goals"),
        "/strategie/termijnen/": (LIMIT_MS, "goals"),
        "/strategie/wijzigingen/?lijst=vastgesteld": (LIMIT_MS, "versions"),
        "/strategie/vergelijken/?van=2019-06-01&tot=2022-06-01": (LIMIT_COMPARE_MS, "versions"),
    }
    report["pages"] = {
        address: signals.timed(client, address, requests, limit) for address, (limit, _) in asked.items()
    }
    for address, page in report["pages"].items():
        page["of_bare"] = round(page["p50_ms"] / report["bare_ms"][asked[address][1]], 1)
    report["load_after"] = os.getloadavg()
    return report


def filled() -> tuple[Any, str, str]:
    """Migrate, load the pack, put the strategy of this benchmark in its place, and return a client."""
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from vangnet.config import migration, pack
    from vangnet.config.pack import cast_email
    from vangnet.identity import session
    from vangnet.identity.models import User
    from vangnet.identity.operator import operator, service_session
    from vangnet.vault import start

    migration.migrate()
    start.keep_keys()
    by = operator()
    with service_session(by):
        pack.load(settings.REGION_FOLDER, by=by, at=timezone.now(), demo=True)
    _forget(settings.OWNER_URL)
    with service_session(by):
        theme, goal = _strategy(by)
    reader = User.objects.get(email=cast_email("adviseur-zutphen"))
    client = Client(HTTP_HOST="localhost")
    client.force_login(reader, backend=settings.AUTHENTICATION_BACKENDS[0])
    session.prove(client.session.session_key)
    return client, theme, goal


def _forget(url: str) -> None:
    """Take the strategy of the pack away, so that what is measured is of the size that is asked."""
    import psycopg

    with psycopg.connect(url) as owner:
        # With what meetings of the demonstration say of it.
        owner.execute("TRUNCATE strategy_verdict, strategy_progress, strategy_version CASCADE")
        owner.execute("TRUNCATE strategy_definition CASCADE")
        owner.execute("DELETE FROM strategy_goal")
        owner.execute("DELETE FROM strategy_theme")


def _strategy(by: Any) -> tuple[str, str]:
    """Record the goals, and what was decided about each since; return a theme and a goal to ask for."""
    from datetime import UTC, date, datetime

    from django.db import transaction
    from django.utils import timezone

    from vangnet.strategy import actions
    from vangnet.strategy.models import Goal, Strategy, Theme, Version

    at = timezone.now()
    strategy = Strategy.objects.get()
    themes = [
        Theme(slug=f"thema-{n}", strategy=strategy, name=f"Thema {n}", kind="inhoudelijk",
              summary="Waar dit thema over gaat, in een zin of twee.", position=n)
        for n in range(THEMES)
    ]  # fmt: skip
    goals = [_goal(Goal, n, None) for n in range(GOALS)]
    goals += [_goal(Goal, GOALS + n, goals[n % GOALS].code) for n in range(COMMITMENTS)]
    with transaction.atomic():
        actions.record(strategy, themes=themes, goals=goals, claims=[], by=by, at=at)
        for round_ in range(CHANGES):
            day = date(2020 + round_, 3, 1)
            for former in Version.objects.as_of(date.max).filter(kind="doel"):
                title = f"{former.content['title'].partition(' (')[0]} (anders sinds {day.year})"
                moment = datetime(day.year, 3, 1, 12, tzinfo=UTC)
                Version.objects.create(
                    kind="doel", item=former.item, content={**former.content, "title": title},
                    reason="Een besluit van de meting.", replaces=former, state="van-kracht", author=by,
                    in_force_from=day, written_at=moment, settled_at=moment,
                )  # fmt: skip
    return themes[0].slug, goals[0].code


def _goal(model: Any, n: int, parent: str | None) -> Any:
    from datetime import date, timedelta

    theme = (n if parent is None else int(parent.removeprefix("D-"))) % THEMES
    figure = {"indicator": "woninginbraak", "area": "ON", "base_year": 2018} if n < THEMES else {}
    return model(
        code=f"D-{n:03d}", theme_id=f"thema-{theme}", parent_id=parent, is_listed=n % 2 == 0,
        kind="toezegging" if parent else "doel", level="operationeel" if parent else "strategisch",
        title=f"Wat er met onderwerp {n} bereikt moet zijn, zo dat iemand het kan nagaan",
        term="2019-2022", due_on=date(2019, 6, 1) + timedelta(days=4 * n) if parent else None,
        date_basis="genoemd" if parent else "looptijd", condition="mits er geld voor is" if n % 9 == 0 else "",
        actors=["gemeenten", "politie"], network_role="trekt", pages="9-10", first_page=9, section="Doelen",
        measures=["aantal gemeenten dat het doet"], partners=["A: gemeenten", "R: politie"], position=n, **figure,
    )  # fmt: skip


def bare(query: str, times: int) -> float:
    """Return how long the owner waits for the rows below a page, in milliseconds (median)."""
    import psycopg
    from django.conf import settings

    took = []
    with psycopg.connect(settings.OWNER_URL, autocommit=True) as owner:
        for _ in range(times):
            start = time.perf_counter()
            owner.execute(query).fetchall()
            took.append((time.perf_counter() - start) * 1000.0)
    return round(sorted(took)[len(took) // 2], 2)


def shown(report: dict[str, Any]) -> str:
    """Write the report as a table."""
    before, after = report["load_before"][0], report["load_after"][0]
    told = ", ".join(f"{name} {took} ms" for name, took in report["bare_ms"].items())
    lines = [f"load {before:.1f} to {after:.1f}; without a page: {told}"]
    for address, page in report["pages"].items():
        lines.append(
            f"{address:<55} p50 {page['p50_ms']:>6} p95 {page['p95_ms']:>6} ms, {page['of_limit']} of the limit,"
            f" {page['of_bare']} x bare, {page['queries']} queries  {'kept' if page['kept'] else 'BROKEN'}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
