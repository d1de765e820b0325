"""Promise: the rules cost at most 3 ms per opened record, 0.5 ms per list query and 1.2 x per page.

Makes a database of its own on two servers (our embedded one, and PostgreSQL 15 of Debian when that is there
and we are root; both with fsync on) and fills it in sets with a million records of 200 organisations. Then
it asks the same thing with the rules and without them, in turn, in the same run. Without rules is the role
that owns the tables, with a filter on a constant and no log. A bare commit is measured beside it, because
the disk decides what a line in the log costs. Deciding, refreshing a dossier and a policy that calls a
function per row are timed for the record.

    python benchmarks/vault.py
    python benchmarks/vault.py --records 100000 --times 100 --json
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from vault_load import PURPOSE, ZONE, filled

HERE = Path(__file__).parent
LIMIT_OPEN_MS = 3.0
LIMIT_LIST_MS = 0.5
LIMIT_PAGE = 1.2
STUBS = "SELECT {} FROM vault_entry WHERE record IS NULL{} ORDER BY opened_on DESC, number DESC LIMIT 50"
PLAIN_READ = (
    "SELECT r.*, d.wrapped_key FROM vault_record r JOIN vault_dossier d ON d.id = r.dossier_id"
    " WHERE r.id = %s"
)
PER_ROW = """
CREATE FUNCTION bench_sees(of_dossier uuid, of_record uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_strong()
       AND (of_record IS NULL OR public.vault_may(of_record))
       AND public.vault_takes_part(of_dossier, public.session_organisation());
END
$$;
CREATE POLICY bench_per_row ON vault_entry AS RESTRICTIVE FOR SELECT TO vangnet_app
    USING (bench_sees(dossier, record));
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--records", type=int, default=1_000_000, help="records (default 1,000,000)")
    parser.add_argument("--times", type=int, default=300, help="repetitions (default 300)")
    parser.add_argument("--json", action="store_true", help="print one JSON document per server")
    parser.add_argument("--server", choices=["embedded", "external"], help="only this server")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        print(json.dumps(run(options.records, options.times)))
        return 0
    kept = True
    for server in [options.server] if options.server else ["embedded", "external"]:
        report = on_server(server, options.records, options.times)
        if report is None:
            print(f"{server}: skipped, it takes root and pg_createcluster 15", flush=True)
            continue
        print(json.dumps(report, indent=2) if options.json else shown(server, report), flush=True)
        kept = kept and report["kept"]
    return 0 if kept else 1


def on_server(server: str, records: int, times: int) -> dict[str, Any] | None:
    """Run in a process of its own, because settings name one database."""
    folder = Path(tempfile.mkdtemp(prefix="vangnet-bench-"))
    folder.chmod(0o755)  # the database runs under an account of its own and must be able to pass
    surroundings = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    surroundings |= {"VANGNET_MODE": "demo", "VANGNET_DATA": str(folder)}
    surroundings["DJANGO_SETTINGS_MODULE"] = "vangnet.config.settings"
    cluster = f"vangnet-bench-{os.getpid()}"
    try:
        if server == "external":
            if os.getuid() or shutil.which("pg_createcluster") is None:
                return None
            surroundings |= external(cluster)
        command = [sys.executable, __file__, "--inside", "--records", str(records), "--times", str(times)]
        done = subprocess.run(command, env=surroundings, stdout=subprocess.PIPE, text=True, check=True)
        report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return report
    finally:
        clean_up(folder, cluster if server == "external" else None)


def external(cluster: str) -> dict[str, str]:
    """Make a throw-away PostgreSQL 15 and return how it is reached."""
    from vangnet.config.embedded import prepare_sql

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    secret = secrets.token_urlsafe(24)
    make = ["pg_createcluster", "15", cluster, "--port", str(port), "--start"]
    make += ["--", "--auth-local=trust", "--auth-host=scram-sha-256"]
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(
        [HERE.parent / ".ci" / "prepare-external", str(port)],
        input=prepare_sql(),
        env=os.environ | {"VANGNET_CI_SECRET": secret},
        text=True,
        check=True,
    )
    address = f"{secret}@127.0.0.1:{port}/vangnet"
    return {
        "DATABASE_URL": f"postgresql://vangnet_app:{address}",
        "DATABASE_OWNER_URL": f"postgresql://vangnet_owner:{address}",
    }


def run(records: int, times: int) -> dict[str, Any]:
    """Fill, then measure everything in pairs."""
    import django

    django.setup()
    import psycopg
    from django.conf import settings

    started = time.perf_counter()
    world = filled(records, opened=min(times, 100))
    report: dict[str, Any] = {"filled_s": round(time.perf_counter() - started, 1), "records": records}
    with psycopg.connect(settings.OWNER_URL, autocommit=True) as owner:
        fsync = owner.execute("SHOW fsync").fetchone()
        report["fsync"] = fsync and fsync[0]
        report["entries"] = owner.execute("SELECT count(*) FROM vault_entry").fetchone()[0]  # type: ignore[index]
        report["commit"] = bare_commit(owner, times)
        report |= {"open": opening(owner, world, times)}
        report |= {"list": listing(owner, world, times)}
        report |= {"page": pages(owner, world, times)}
        report |= for_the_record(owner, world, times)
    report["kept"] = (
        report["open"]["more_ms"] <= LIMIT_OPEN_MS
        and report["list"]["more_ms"] <= LIMIT_LIST_MS
        and report["list"]["index_scan"]
        and report["page"]["ratio"] <= LIMIT_PAGE
    )
    return report


def bare_commit(owner: Any, times: int) -> dict[str, float]:
    """Say what a commit of one row costs here."""
    owner.execute("CREATE TABLE bench_commit (n int)")
    took = [timed(lambda: owner.execute("INSERT INTO bench_commit VALUES (1)")) for _ in range(times)]
    owner.execute("DROP TABLE bench_commit")
    return summary(took)


def opening(owner: Any, world: Any, times: int) -> dict[str, Any]:
    """Open really sealed records with log and rules, and read the same ones without."""
    from django.utils import timezone

    from vangnet.identity import token
    from vangnet.identity.operator import service_session
    from vangnet.vault import envelope, opening, sealing

    def ruled(record: UUID, dossier: UUID) -> None:
        (got,) = opening.open_records(
            [record], dossier=dossier, zone=ZONE, reason="behandeling", by=world.user, at=timezone.now()
        )
        assert got.text, record

    def plain(record: UUID, dossier: UUID) -> None:
        with owner.transaction():
            cursor = owner.execute(PLAIN_READ, [record])
            row = dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))
        key = sealing.unwrap(row["zone"], row["wrapped_key"], dossier)
        envelope.unseal_text(key, bytes(row["sealed"]), context=sealing.bound_to("record", record))

    with service_session(world.user, organisation=world.organisation, strong=True):
        with token.for_purpose(UUID(PURPOSE)):
            pairs = [world.sealed[n % len(world.sealed)] for n in range(times + 5)]
            return paired([(lambda p=p: ruled(*p), lambda p=p: plain(*p)) for p in pairs])  # type: ignore[misc]


def listing(owner: Any, world: Any, times: int) -> dict[str, Any]:
    """Ask for a page of stubs as the weak role and as the owner; look at the plan first."""
    from django.db import connection, transaction

    from vangnet.identity import token
    from vangnet.identity.operator import service_session
    from vangnet.vault.models import Entry

    columns = ", ".join(f.column for f in Entry._meta.concrete_fields if f.name != "until")
    columns += ", until::text"  # a day without end is no date of Python
    ours = STUBS.format(columns, "")
    filtered = STUBS.format(columns, f" AND scope_id = {world.scope}")
    with service_session(world.user, organisation=world.organisation, strong=True):
        with token.for_purpose(UUID(PURPOSE)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, COSTS OFF) " + ours)
            plan = [line for (line,) in cursor.fetchall()]

            def ruled() -> None:
                assert len(cursor.execute(ours).fetchall()) == 50

            def plain() -> None:
                assert len(owner.execute(filtered, prepare=False).fetchall()) == 50

            report = paired([(ruled, plain)] * (times + 5))
    initial = [line for line in plan if "InitPlan" in line]
    scanned = any("Index Scan" in line and "vault_entry_list" in line for line in plan)
    once = all(
        "loops=1" in plan[plan.index(line) + 1] or "never" in plan[plan.index(line) + 1] for line in initial
    )
    return report | {"index_scan": scanned and once, "init_plans": len(initial), "plan": plan}


def pages(owner: Any, world: Any, times: int) -> dict[str, Any]:
    """Render the list through all of Django, with the rules and on the connection of the owner."""
    from django.conf import settings
    from django.db import connections
    from django.test import Client
    from django.urls import clear_url_caches, path

    from vangnet.config import urls

    address = connections.databases["default"]
    role = settings.OWNER_URL.partition("://")[2].partition("@")[0].partition(":")
    connections.databases["plain"] = address | {"USER": role[0], "PASSWORD": role[2]}
    urls.urlpatterns.append(path("bench/<uuid:purpose>/<slug:alias>/", page_of(world.scope)))
    clear_url_caches()
    client = Client(HTTP_HOST="localhost")
    client.force_login(world.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    owner.execute(
        "UPDATE identity_session SET strong_at = now(), organisation_id = %s WHERE user_id = %s",
        [world.organisation.pk, world.user.pk],
    )

    def asked(alias: str) -> None:
        answer = client.get(f"/bench/{PURPOSE}/{alias}/")
        assert answer.status_code == 200, answer.status_code
        assert answer.content.count(b"<tr>") == 50

    return paired([(lambda: asked("default"), lambda: asked("plain"))] * (times + 5))


def page_of(scope: int) -> Callable[..., Any]:
    """Return a view of fifty stubs in the frame of every page."""
    from django.http import HttpRequest, HttpResponse
    from django.template import engines

    from vangnet.vault.models import Entry

    template = engines["django"].from_string(
        "{% extends 'base.html' %}{% block content %}<table>{% for e in entries %}<tr>"
        "<td>{{ e.number }}</td><td>{{ e.place }}</td><td>{{ e.get_status_display }}</td>"
        "<td>{{ e.opened_on }}</td><td>{{ e.tier }}</td></tr>{% endfor %}</table>{% endblock %}"
    )

    def view(request: HttpRequest, purpose: UUID, alias: str) -> HttpResponse:
        entries = Entry.objects.using(alias).dossiers().defer("until")
        if alias != "default":
            entries = entries.filter(scope=scope)
        return HttpResponse(template.render({"entries": list(entries[:50])}, request))

    return view


def for_the_record(owner: Any, world: Any, times: int) -> dict[str, Any]:
    """Time what carries no promise: one decision, one refresh, and a function per row as the policy."""
    from django.db import connection, transaction

    from vangnet.identity import token
    from vangnet.identity.operator import service_session

    record, dossier = world.sealed[0]
    refreshed = [
        timed(lambda: owner.execute("SELECT vault_refresh(%s)", [dossier])) for _ in range(times // 5)
    ]
    owner.execute("GRANT EXECUTE ON FUNCTION vault_may(uuid) TO vangnet_app")
    with service_session(world.user, organisation=world.organisation, strong=True):
        with token.for_purpose(UUID(PURPOSE)):
            with transaction.atomic(), connection.cursor() as cursor:
                decided = [
                    timed(lambda: cursor.execute("SELECT vault_may(%s)", [record])) for _ in range(times)
                ]
                count = "SELECT count(*) FROM vault_entry"
                ours = min(timed(lambda: cursor.execute(count)) for _ in range(3))
            owner.execute(PER_ROW)
            owner.execute("GRANT EXECUTE ON FUNCTION bench_sees(uuid, uuid) TO vangnet_app")
            with transaction.atomic(), connection.cursor() as cursor:
                per_row = timed(lambda: cursor.execute(count))
    owner.execute("DROP POLICY bench_per_row ON vault_entry; DROP FUNCTION bench_sees(uuid, uuid)")
    return {
        "may": summary(decided),
        "refresh": summary(refreshed),
        "count_ms": round(ours, 1),
        "count_per_row_ms": round(per_row, 1),
        "per_row_of_ours": round(per_row / ours, 1),
    }


def paired(pairs: list[tuple[Callable[[], object], Callable[[], object]]]) -> dict[str, Any]:
    """Do both of each pair, in turn first; the first five only warm up."""
    ruled, plain = [], []
    for number, (one, other) in enumerate(pairs):
        if number % 2:
            second = timed(other)
            first = timed(one)
        else:
            first = timed(one)
            second = timed(other)
        ruled.append(first)
        plain.append(second)
    with_rules, without = summary(ruled[5:]), summary(plain[5:])
    return {
        "with": with_rules,
        "without": without,
        "more_ms": round(with_rules["p50_ms"] - without["p50_ms"], 2),
        "more_p95_ms": round(with_rules["p95_ms"] - without["p95_ms"], 2),
        "ratio": round(with_rules["p50_ms"] / without["p50_ms"], 2),
    }


def timed(action: Callable[[], object]) -> float:
    """Return how many milliseconds something takes."""
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000.0


def summary(took: list[float]) -> dict[str, float]:
    """Return median and 95th percentile."""
    took = sorted(took)
    return {"p50_ms": round(took[len(took) // 2], 2), "p95_ms": round(took[int(len(took) * 0.95)], 2)}


def shown(server: str, report: dict[str, Any]) -> str:
    """Write the report of one server."""
    lines = [
        f"{server}: fsync {report['fsync']}, {report['records']} records, {report['entries']} entries,"
        f" filled in {report['filled_s']} s"
    ]
    limits = {"open": f"+{LIMIT_OPEN_MS} ms", "list": f"+{LIMIT_LIST_MS} ms", "page": f"{LIMIT_PAGE} x"}
    for name, limit in limits.items():
        one = report[name]
        lines.append(
            f"  {name:<8} with {one['with']} without {one['without']}: +{one['more_ms']} ms"
            f" (p95 +{one['more_p95_ms']}), {one['ratio']} x; limit {limit}"
        )
    lines += [f"  {name:<8} {report[name]}" for name in ("commit", "may", "refresh")]
    lines.append(f"  a function per row takes {report['per_row_of_ours']} x as long")
    lines += ["  " + line for line in report["list"]["plan"]]
    return "\n".join([*lines, "kept" if report["kept"] else "BROKEN"])


def clean_up(folder: Path, cluster: str | None) -> None:
    """Stop the database of this run and remove it."""
    from vangnet.config.database import embedded_cluster

    if cluster is not None:
        subprocess.run(["pg_dropcluster", "--stop", "15", cluster], check=False, stderr=subprocess.DEVNULL)
    else:
        embedded = embedded_cluster(folder, durable=True)
        if embedded.running_pid() is not None:
            embedded.stop()
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
