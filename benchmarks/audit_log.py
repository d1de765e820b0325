"""Promise: 1,000,000 rows of the log are checked in 20 s, and 32 writers add 500 rows a second, losing none.

Makes a durable database (fsync on) of its own in a temporary folder. First 32 threads write through the
verb, a transaction per row, as the weak role; in the same run they write the same rows by a plain INSERT
into a table without chain, which gives the price of the chain as a ratio. Then the log is filled to a
million rows in sets, and `vangnet audit verify` checks it. Its peer in the same run is the check that
other products do, an unkeyed recomputation of all hashes; ours also compares checkpoints, finds rows past the
chain and runs outside the database.

    python benchmarks/audit_log.py
    python benchmarks/audit_log.py --rows 100000 --seconds 3 --json
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LIMIT_VERIFY_S = 20.0
LIMIT_ROWS_PER_S = 500.0
WRITERS = 32
PART = 50_000
VIA_VERB = "SELECT audit_record('test.done', 'subject', NULL, now(), '{\"count\": 3}')"
PLAIN = (
    "INSERT INTO plain_event (recorded_at, verb, subject, at, details)"
    " VALUES (clock_timestamp(), 'test.done', 'subject', now(), '{\"count\": 3}')"
)
FILL = """
INSERT INTO audit_event (recorded_at, actor, organisation, verb, subject, by, at, outcome, reason,
                         trace_id, span_id, origin, details)
SELECT clock_timestamp(), gen_random_uuid(), gen_random_uuid(), 'vault.record.opened',
       gen_random_uuid()::text, gen_random_uuid(), now(), 'toegestaan', 'behandeling', md5(n::text),
       left(md5(n::text), 16), '192.0.2.1',
       jsonb_build_object('count', n, 'because', 'a reason of some length')
  FROM generate_series(1, %s) n
"""
LINK = """
DO $$
DECLARE
    event audit_event;
    number bigint;
    before bytea;
BEGIN
    SELECT l.number, l.hash INTO number, before FROM audit_link l ORDER BY l.number DESC LIMIT 1;
    FOR event IN SELECT * FROM audit_event e WHERE e.id > FROM_ID ORDER BY e.id LOOP
        number := number + 1;
        INSERT INTO audit_link (number, event_id, previous, hash)
        VALUES (number, event.id, before,
                sha256(before || convert_to(audit_line(number, event), 'UTF8')))
        RETURNING hash INTO before;
    END LOOP;
END
$$
"""
PEER = (
    "SELECT count(*) FROM audit_link l JOIN audit_event e ON e.id = l.event_id"
    " WHERE l.hash <> sha256(l.previous || convert_to(audit_line(l.number, e), 'UTF8'))"
)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows to check (default 1,000,000)")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long the writers write (default 10)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="vangnet-bench-"))
    folder.chmod(0o755)  # the database runs under an account of its own and must be able to pass
    os.environ |= {"VANGNET_MODE": "demo", "VANGNET_DATA": str(folder)}
    os.environ["DJANGO_SETTINGS_MODULE"] = "vangnet.config.settings"
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("DATABASE_OWNER_URL", None)
    try:
        report = run(options.rows, options.seconds)
    finally:
        clean_up(folder)
    print(json.dumps(report, indent=2) if options.json else shown(report))
    return 0 if report["kept"] else 1


def run(rows: int, seconds: float) -> dict[str, Any]:
    """Write, fill, check."""
    import django
    import psycopg

    django.setup()
    from django.conf import settings

    from vangnet.audit import delivery
    from vangnet.config import migration

    migration.migrate()
    with psycopg.connect(settings.OWNER_URL, autocommit=True) as owner:
        owner.execute("CREATE TABLE plain_event (LIKE audit_event INCLUDING ALL)")
        owner.execute("GRANT INSERT ON plain_event TO vangnet_app")
        fsync = owner.execute("SHOW fsync").fetchone()
        plain = written(owner, "plain_event", PLAIN, seconds)
        chained = written(owner, "audit_link", VIA_VERB, seconds)
        owner.execute("DROP TABLE plain_event")
        delivery.checkpoint_now()
        filled = timed(lambda: fill(owner, rows))
        delivery.checkpoint_now()
        peer = timed(lambda: owner.execute(PEER).fetchone())
    verify, output = verified()
    kept = verify <= LIMIT_VERIFY_S and chained["rows_per_s"] >= LIMIT_ROWS_PER_S
    return {
        "fsync": fsync and fsync[0],
        "writers": WRITERS,
        "plain": plain,
        "chained": chained,
        "chained_of_plain": round(chained["rows_per_s"] / plain["rows_per_s"], 2),
        "filled_s": round(filled, 1),
        "verify_s": round(verify, 1),
        "peer_in_database_s": round(peer, 1),
        "verify_of_peer": round(verify / peer, 2),
        "said": output,
        "kept": kept and not chained["lost"] and output.startswith("sound: "),
    }


def written(owner: Any, table: str, statement: str, seconds: float) -> dict[str, Any]:
    """Let the writers write, and count what arrived."""
    import psycopg
    from django.conf import settings

    count = f"SELECT count(*) FROM {table}"
    before = owner.execute(count).fetchone()[0]
    done = [0] * WRITERS
    address = settings.DATABASES["default"]
    url = {"dbname": address["NAME"], "user": address["USER"], "password": address["PASSWORD"]}
    url |= {"host": address["HOST"], "port": address["PORT"]}
    ready = threading.Barrier(WRITERS + 1)
    stop = threading.Event()

    def writer(number: int) -> None:
        with psycopg.connect(**url, autocommit=True) as connection:
            ready.wait()
            while not stop.is_set():
                connection.execute(statement)
                done[number] += 1

    threads = [threading.Thread(target=writer, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    ready.wait()
    started = time.perf_counter()
    time.sleep(seconds)
    stop.set()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    arrived = owner.execute(count).fetchone()[0] - before
    return {"rows": arrived, "lost": sum(done) - arrived, "rows_per_s": round(arrived / took)}


def fill(owner: Any, rows: int) -> None:
    """Bring the log to a number of rows, in sets, with the trigger of the chain off."""
    owner.execute("ALTER TABLE audit_event DISABLE TRIGGER audit_event_is_chained")
    missing = rows - owner.execute("SELECT count(*) FROM audit_event").fetchone()[0]
    while missing > 0:
        last = owner.execute("SELECT coalesce(max(id), 0) FROM audit_event").fetchone()[0]
        owner.execute(FILL, [min(PART, missing)])
        owner.execute(LINK.replace("FROM_ID", str(last)))
        missing -= PART
    owner.execute("ALTER TABLE audit_event ENABLE TRIGGER audit_event_is_chained")
    owner.execute("VACUUM ANALYZE audit_event, audit_link")


def verified() -> tuple[float, str]:
    """Run the command as an administrator types it; a start of Python and Django is part of its time."""
    command = [sys.executable, "-m", "vangnet.cli.main", "audit", "verify"]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return time.perf_counter() - started, (done.stdout + done.stderr).strip()


def timed(action: Callable[[], object]) -> float:
    """Return how many seconds something takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def shown(report: dict[str, Any]) -> str:
    """Write the report."""
    chained, plain = report["chained"], report["plain"]
    return "\n".join(
        [
            f"{report['writers']} writers, fsync {report['fsync']}",
            f"  with chain {chained['rows_per_s']} rows/s (limit {LIMIT_ROWS_PER_S:.0f}),"
            f" {chained['lost']} lost",
            f"  plain      {plain['rows_per_s']} rows/s; chain/plain {report['chained_of_plain']}",
            f"filled in {report['filled_s']} s",
            f"  verify {report['verify_s']} s (limit {LIMIT_VERIFY_S:.0f} s)",
            f"  peer   {report['peer_in_database_s']} s in the database;"
            f" ours/peer {report['verify_of_peer']}",
            report["said"],
            "kept" if report["kept"] else "BROKEN",
        ]
    )


def clean_up(folder: Path) -> None:
    """Stop the database of this run and remove its folder."""
    from vangnet.config.database import embedded_cluster

    cluster = embedded_cluster(folder, durable=True)
    if cluster.running_pid() is not None:
        cluster.stop()
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
