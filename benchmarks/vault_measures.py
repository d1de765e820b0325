"""What `vault.py` measures: the same read with the rules and without them, in turn, over the same connections.

Both sides go through the same Django backend, with the same statements around the read. With rules is the
runtime role under a session with a second factor; without is the role that owns the tables, which no policy
holds back, with the scope as a constant and nothing in the log.

Each measurement is done in short rounds, in which both sides take turns. Of both sides the round that counts
is the one in which its median was lowest: a neighbour on the machine slows a round down, and nothing makes it
faster than it is. The median difference over all the rounds is reported too, with the load of the machine.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any
from uuid import UUID

from vault_load import PURPOSE, ZONE

ROUNDS = 40  # short ones: the shorter, the more likely that one of them is quiet
WARM_UP = 8  # a plan is kept from the sixth time on
Action = Callable[[], object]
STUBS = "SELECT {} FROM vault_entry WHERE record IS NULL{} ORDER BY opened_on DESC, number DESC LIMIT 50"
# What vault_open() returns, without asking anything.
PLAIN_READ = """
SELECT r.id AS record, r.dossier_id AS dossier, r.category_id AS category, r.source_id AS source, r.marking,
       r.nature, r.reliability, r.provenance, r.entered_at, r.first_processed, r.delete_by, r.sealed, r.zone,
       d.key_id, d.wrapped_key,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'capacity', s.capacity,
                   'is_minor', s.is_minor, 'sealed', encode(s.sealed, 'base64')) ORDER BY s.id), '[]')
          FROM vault_recordsubject rs JOIN vault_subject s ON s.id = rs.subject_id
         WHERE rs.record_id = r.id) AS subjects,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'stored_as', f.stored_as,
                   'sealed_name', encode(f.sealed_name, 'base64'), 'media_type', f.media_type,
                   'size', f.size) ORDER BY f.id), '[]')
          FROM vault_sealedfile f WHERE f.record_id = r.id) AS files
  FROM vault_record r JOIN vault_dossier d ON d.id = r.dossier_id
 WHERE r.id = %s
"""
PER_ROW = """
CREATE FUNCTION bench_sees(of_dossier uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
BEGIN
    RETURN public.session_is_strong() AND public.vault_takes_part(of_dossier, public.session_organisation());
END
$$;
GRANT EXECUTE ON FUNCTION bench_sees(uuid) TO vangnet_app;
CREATE POLICY bench_per_row ON vault_entry AS RESTRICTIVE FOR SELECT TO vangnet_app
    USING (bench_sees(dossier));
"""
NO_PER_ROW = "DROP POLICY bench_per_row ON vault_entry; DROP FUNCTION bench_sees(uuid)"


@contextlib.contextmanager
def without_rules() -> Iterator[None]:
    """Let everything that asks for the database have the connection of the owner until the block ends."""
    from django.db import connections

    ruled = connections["default"]
    connections["default"] = connections["plain"]
    try:
        yield
    finally:
        connections["default"] = ruled


def name_the_owner() -> None:
    """Make a second way to the same database, that of the owner, with everything else the same."""
    from django.conf import settings
    from django.db import connections

    name, _, password = settings.OWNER_URL.partition("://")[2].rpartition("@")[0].partition(":")
    plain = connections.databases["default"] | {"USER": name, "PASSWORD": password, "ATOMIC_REQUESTS": False}
    connections.databases["plain"] = plain


@contextlib.contextmanager
def at_work(world: Any) -> Iterator[None]:
    """Work as the reader of this world, for its purpose."""
    from vangnet.identity import token
    from vangnet.identity.operator import service_session

    with service_session(world.user, organisation=world.organisation, strong=True):
        with token.for_purpose(UUID(PURPOSE)):
            yield


def opening(owner: Any, world: Any, times: int) -> dict[str, Any]:
    """Open really sealed records with log and rules, and read and unseal the same ones without."""
    from django.db import connection, transaction
    from django.utils import timezone

    from vangnet.vault import envelope, opening, sealing

    ours, theirs = cycle(world.sealed), cycle(world.sealed)

    def ruled() -> None:
        record, dossier = next(ours)
        (got,) = opening.open_records(
            [record], dossier=dossier, zone=ZONE, reason="behandeling", by=world.user, at=timezone.now()
        )
        assert got.text, record

    def plain() -> None:
        record, dossier = next(theirs)
        with without_rules():
            with transaction.atomic(durable=True), connection.cursor() as cursor:
                cursor.execute(PLAIN_READ, [record])
                names = [column.name for column in cursor.description]
                row = dict(zip(names, cursor.fetchone(), strict=True))
            key = sealing.unwrap(row["zone"], row["wrapped_key"], dossier)
            envelope.unseal_text(key, bytes(row["sealed"]), context=sealing.bound_to("record", record))

    def commit() -> None:
        owner.execute("INSERT INTO bench_commit VALUES (1)")

    owner.execute("CREATE TABLE bench_commit (n int)")
    try:
        with at_work(world):
            return compared(ruled, plain, commit, times=times)
    finally:
        owner.execute("DROP TABLE bench_commit")


def listing(owner: Any, world: Any, times: int) -> dict[str, Any]:
    """Ask for a page of stubs as the weak role and as the owner; look at the plan first."""
    from django.db import connections, transaction

    from vangnet.vault.models import Entry

    columns = ", ".join(f.column for f in Entry._meta.concrete_fields if f.name != "until")
    columns += ", until::text"  # a day without end is no date of Python
    ours = STUBS.format(columns, "")
    filtered = STUBS.format(columns, f" AND scope_id = {world.scope}")
    with at_work(world), transaction.atomic(), transaction.atomic(using="plain"):
        with connections["default"].cursor() as with_rules, connections["plain"].cursor() as without:

            def fifty(cursor: Any, statement: str) -> None:
                cursor.execute(statement)
                assert len(cursor.fetchall()) == 50

            with_rules.execute("EXPLAIN (ANALYZE, COSTS OFF, SUMMARY OFF) " + ours)
            plan = [line for (line,) in with_rules.fetchall()]
            report = compared(lambda: fifty(with_rules, ours), lambda: fifty(without, filtered), times=times)
    return report | {"index_scan": goes_by_index(plan), "plan": plan}


def goes_by_index(plan: list[str]) -> bool:
    """Say whether the list is read in the order of its index and every rule is asked once at most."""
    asked = [plan[number + 1] for number, line in enumerate(plan) if line.strip().startswith("InitPlan")]
    scanned = any("Index Scan" in line and "vault_entry_list" in line for line in plan)
    sorted_ = any("Sort" in line for line in plan)
    return scanned and not sorted_ and all("loops=1" in line or "never" in line for line in asked)


def pages(owner: Any, world: Any, times: int) -> dict[str, Any]:
    """Ask for the real page through all of Django, and for one with the same template fed without rules."""
    from django.conf import settings
    from django.test import Client
    from django.urls import clear_url_caches, path

    from vangnet.config import urls

    with at_work(world):
        urls.urlpatterns.append(path("bench/<uuid:purpose>/", page_without_rules(world.scope)))
    clear_url_caches()
    client = Client(HTTP_HOST="localhost")
    client.force_login(world.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    owner.execute(
        "UPDATE identity_session SET strong_at = now(), organisation_id = %s WHERE user_id = %s",
        [world.organisation.pk, world.user.pk],
    )

    def asked(address: str) -> None:
        answer = client.get(f"/{address}/{PURPOSE}/")
        assert answer.status_code == 200, answer.status_code
        assert answer.content.count(b'<th scope="row">') == 50

    def plain() -> None:
        with without_rules():
            asked("bench")

    return compared(lambda: asked("dossiers"), plain, times=times)


def page_without_rules(scope: int) -> Callable[..., Any]:
    """Return the view of the list of dossiers without a desk to look up, its rows chosen by a constant."""
    from django.core.paginator import Paginator
    from django.db import transaction
    from django.http import HttpRequest, HttpResponse
    from django.shortcuts import render

    from vangnet.vault import desks
    from vangnet.vault import pages as of_vault
    from vangnet.vault.models import Entry

    with transaction.atomic():
        at = desks.desk(UUID(PURPOSE))

    def view(request: HttpRequest, purpose: UUID) -> HttpResponse:
        found, places = Entry.objects.filter(scope=scope).dossiers(), desks.places()
        page = Paginator(found.select_related("owner"), 50).get_page(None)
        chosen = {"plaats": "", "status": ""}
        return render(request, "vault/dossiers.html", of_vault.dossiers(at, page, chosen, places))

    return view


def for_the_record(owner: Any, world: Any, times: int) -> dict[str, Any]:
    """Time what carries no promise: a decision, a refresh, and a function per row as the policy."""
    from django.db import connection, transaction

    def took(statement: str, *values: Any) -> float:
        return timed(lambda: cursor.execute(statement, values))

    record = world.sealed[0][0]
    with owner.transaction(force_rollback=True):
        refreshed = [
            timed(lambda dossier=dossier: owner.execute("SELECT vault_refresh(%s)", [dossier]))  # type: ignore[misc]
            for _, dossier in world.sealed[:60]
        ]
    count = "SELECT count(*) FROM vault_entry WHERE record IS NULL"
    with at_work(world):
        with transaction.atomic(), connection.cursor() as cursor:
            decided = [took("SELECT vault_may(%s)", record) for _ in range(times)]
            ours = min(took(count) for _ in range(3))
        owner.execute(PER_ROW)
        with transaction.atomic(), connection.cursor() as cursor:
            per_row = min(took(count) for _ in range(3))
        owner.execute(NO_PER_ROW)
    return {
        "may": summary(decided),
        "refresh": summary(refreshed),
        "count_ms": round(ours, 1),
        "count_per_row_ms": round(per_row, 1),
        "per_row_of_ours": round(per_row / ours, 1),
    }


def compared(ruled: Action, plain: Action, commit: Action | None = None, *, times: int) -> dict[str, Any]:
    """Do all of them in turn, in rounds, and report the quietest of each; see the top of this file."""
    actions = [ruled, plain] + ([commit] if commit else [])
    for _ in range(WARM_UP):
        for action in actions:
            action()
    rounds = [one_round(actions, max(times // ROUNDS, 5)) for _ in range(ROUNDS)]
    quiet = [min((one[n] for one in rounds), key=lambda part: part["p50_ms"]) for n in range(len(actions))]
    apart = sorted(one[0]["p50_ms"] - one[1]["p50_ms"] for one in rounds)
    report = {
        "with": quiet[0],
        "without": quiet[1],
        "more_ms": round(quiet[0]["p50_ms"] - quiet[1]["p50_ms"], 2),
        "more_in_the_middle_round_ms": round(apart[len(apart) // 2], 2),
        "ratio": round(quiet[0]["p50_ms"] / quiet[1]["p50_ms"], 2),
    }
    return report | ({"commit": quiet[2]} if commit else {})


def one_round(actions: list[Action], times: int) -> list[dict[str, float]]:
    """Do every action so many times, each turn in another order, and sum each up."""
    took: list[list[float]] = [[] for _ in actions]
    for turn in range(times):
        for place in range(len(actions)):
            number = (place + turn) % len(actions)
            took[number].append(timed(actions[number]))
    return [summary(one) for one in took]


def timed(action: Action) -> float:
    """Return how many milliseconds something takes."""
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000.0


def summary(took: list[float]) -> dict[str, float]:
    """Return median and 95th percentile."""
    took = sorted(took)
    return {"p50_ms": round(took[len(took) // 2], 2), "p95_ms": round(took[int(len(took) * 0.95)], 2)}
