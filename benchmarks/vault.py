"""Promise: the rules cost at most 3 ms per opened record, 0.5 ms per list query and 1.2 x per page.

Makes a database of its own on two servers (our embedded one, and PostgreSQL 15 of Debian when that is there
and we are root; both with fsync on) and fills it in sets with a million records of 200 organisations. Then
it asks the same thing with the rules and without them, in turn, in the same run; `vault_measures.py` says how.
Opening includes the commit of the line in the log, so the price of a bare commit on this disk is printed
beside it. Deciding, refreshing a dossier and a policy that calls a function per row are timed for the record.

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
from pathlib import Path
from typing import Any

import vault_measures as measures
from vault_load import ORGANISATIONS, filled

HERE = Path(__file__).parent
LIMIT_OPEN_MS = 3.0
LIMIT_LIST_MS = 0.5
LIMIT_PAGE = 1.2


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--records", type=int, default=1_000_000, help="records, 100,000 at least (default 1,000,000)"
    )
    parser.add_argument("--times", type=int, default=400, help="repetitions (default 400)")
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
    measures.name_the_owner()
    with psycopg.connect(settings.OWNER_URL, autocommit=True) as owner:
        for name in ("fsync", "server_version"):
            report[name] = owner.execute(f"SHOW {name}").fetchone()[0]  # type: ignore[index]
        report["organisations"] = ORGANISATIONS
        report["entries"] = owner.execute("SELECT count(*) FROM vault_entry").fetchone()[0]  # type: ignore[index]
        report["load_before"] = os.getloadavg()
        report["open"] = measures.opening(owner, world, times)
        report["list"] = measures.listing(owner, world, times)
        report["page"] = measures.pages(owner, world, max(times // 3, 50))
        report["load_after"] = os.getloadavg()
        report |= measures.for_the_record(owner, world, times)
    report["kept"] = (
        report["open"]["more_ms"] <= LIMIT_OPEN_MS
        and report["list"]["more_ms"] <= LIMIT_LIST_MS
        and report["list"]["index_scan"]
        and report["page"]["ratio"] <= LIMIT_PAGE
    )
    return report


def shown(server: str, report: dict[str, Any]) -> str:
    """Write the report of one server."""
    before, after = report["load_before"][0], report["load_after"][0]
    lines = [
        f"{server}: PostgreSQL {report['server_version']}, fsync {report['fsync']}, {report['records']} records,"
        f" {report['organisations']} organisations, {report['entries']} entries, filled in {report['filled_s']} s;"
        f" load of the machine {before:.1f} to {after:.1f}"
    ]
    limits = {"open": f"+{LIMIT_OPEN_MS} ms", "list": f"+{LIMIT_LIST_MS} ms", "page": f"{LIMIT_PAGE} x"}
    for name, limit in limits.items():
        one = report[name]
        lines.append(
            f"  {name:<8} with {one['with']} without {one['without']}: +{one['more_ms']} ms, {one['ratio']} x;"
            f" limit {limit}; in the middle round +{one['more_in_the_middle_round_ms']} ms"
        )
    lines.append(f"  a bare commit, in turn with opening: {report['open']['commit']}")
    lines += [f"  {name:<8} {report[name]}" for name in ("may", "refresh")]
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
