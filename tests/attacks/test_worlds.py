"""Two thousand random worlds: the database opens and lists exactly what the oracle says, and nothing else.

The two thousand are the same every time, so that a broken rule is noticed every time. Hypothesis draws more,
new ones in each run, and shrinks what differs to one world. It draws seeds and not the worlds themselves:
drawn choice by choice half of the worlds were the same, and hardly a door was open.

Then the rules of the database are broken one by one, and the same worlds have to notice each of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.conf import settings as django_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import databases
from tests.attacks import oracle, worlds

WORLDS, BATCH = 2000, 100
SEEDS = st.lists(st.integers(WORLDS, 2**40), min_size=1, max_size=40, unique=True)
GUARDED = [
    "agreements_version",
    "agreements_purpose",
    "agreements_purposecategory",
    "agreements_partner",
    "agreements_authorisation",
    "agreements_circle",
    "agreements_circlemember",
    "vault_dossier",
    "vault_participation",
    "vault_dossiercircle",
    "vault_record",
    "vault_recipient",
]
ASK = """
    SELECT (SELECT coalesce(array_agg(r.id), '{}') FROM unnest(%s::uuid[]) r (id) WHERE vault_may(r.id)),
           (SELECT coalesce(array_agg(e.record), '{}') FROM vault_entry e WHERE e.record IS NOT NULL),
           (SELECT coalesce(array_agg(e.dossier), '{}') FROM vault_entry e WHERE e.record IS NULL)
"""


class Universe:
    """A database full of worlds, with a connection as owner and one as the role of the application."""

    def __init__(self, owner: psycopg.Connection[Any], weak: psycopg.Connection[Any]) -> None:
        self.owner, self.weak = owner, weak
        self.worlds = {seed: worlds.make(seed) for seed in range(WORLDS)}
        for table in GUARDED:
            self.owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for batch in self.batches():
            with self.owner.transaction():
                worlds.insert(self.owner, {seed: self.worlds[seed] for seed in batch})
            if batch.start in {0, 500}:
                self.owner.execute("ANALYZE")  # so that the plans are those of a database with content

    def add(self, seeds: Iterable[int]) -> None:
        """Put worlds beside those that are there already."""
        new = {seed: worlds.make(seed) for seed in seeds if seed not in self.worlds}
        if new:
            with self.owner.transaction():
                worlds.insert(self.owner, new)
            self.worlds |= new

    def batches(self) -> Iterator[range]:
        return (range(first, min(first + BATCH, WORLDS)) for first in range(0, WORLDS, BATCH))

    def notices(self) -> bool:
        """Whether there is any difference at all; looked for in a few worlds at a time."""
        return any(True for n in range(0, WORLDS, 20) for _ in self.differences(range(n, n + 20)))

    def differences(self, seeds: Iterable[int]) -> Iterator[str]:
        """Yield where the database and the oracle do not say the same."""
        asked = [(seed, n) for seed in seeds for n in range(len(self.worlds[seed].sessions))]
        answers = []
        with self.weak.pipeline():
            for seed, number in asked:
                world = self.worlds[seed]
                purpose = worlds.key(seed, "p", world.sessions[number].purpose)
                self.weak.execute(
                    "SELECT set_config('vangnet.token', %s, false), set_config('vangnet.purpose', %s, false)",
                    [worlds.token(seed, number), str(purpose)],
                )
                records = [worlds.key(seed, "r", n) for n in range(len(world.records))]
                answers.append(self.weak.execute(ASK, [records]))
        for (seed, number), answer in zip(asked, answers, strict=True):
            told = [sorted(row) for row in answer.fetchone() or ()]
            expected = expectation(seed, self.worlds[seed], number)
            if told != expected:
                yield explanation(seed, self.worlds[seed], number, told, expected)


def expectation(seed: int, world: oracle.World, number: int) -> list[list[Any]]:
    """What the oracle says: what may be opened, which records are listed, which dossiers are listed."""
    session = world.sessions[number]
    may = [n for n, r in enumerate(world.records) if oracle.may(world, session, r)]
    listed = [n for n, r in enumerate(world.records) if oracle.may(world, session, r, emergencies=False)]
    dossiers = [n for n in range(len(world.dossiers)) if oracle.lists(world, session, n)]
    return [
        sorted(worlds.key(seed, kind, n) for n in found)
        for kind, found in (("r", may), ("r", listed), ("d", dossiers))
    ]


def explanation(seed: int, world: oracle.World, number: int, told: list[Any], expected: list[Any]) -> str:
    names = {worlds.key(seed, kind, n): f"{kind}{n}" for kind in "rd" for n in range(20)}
    said = [[names.get(key, str(key)) for key in part] for part in told]
    meant = [[names.get(key, str(key)) for key in part] for part in expected]
    return (
        f"world {seed}, {world.sessions[number]}: may, listed records, listed dossiers\n"
        f"  database {said}\n  oracle   {meant}\n  {world!r}"
    )


@pytest.fixture(scope="module")
def universe(django_db_setup, django_db_blocker):
    with (
        django_db_blocker.unblock(),
        databases.clone("worlds") as name,
        databases.as_owner(name) as owner,
        psycopg.connect(databases.on_database(django_settings.URLS.app, name), autocommit=True) as weak,
    ):
        yield Universe(owner, weak)


@pytest.mark.requirement("I3", "I8", "WGS-10")
@pytest.mark.attack("A-03", "A-04")
def test_two_thousand_worlds_open_and_list_exactly_what_the_oracle_says(universe):
    found = [line for batch in universe.batches() for line in universe.differences(batch)]

    assert not found, f"{len(found)} differences; the first:\n{found[0]}"


@pytest.mark.requirement("I3", "I8")
@pytest.mark.attack("A-03", "A-04")
@settings(max_examples=25, deadline=None, print_blob=True)
@given(seeds=SEEDS)
def test_worlds_that_nobody_saw_before_open_and_list_what_the_oracle_says(universe, seeds):
    universe.add(seeds)

    assert not next(universe.differences(seeds), "")


def test_a_rule_that_is_gone_is_shown_in_one_world_with_all_that_is_in_it(universe):
    @settings(max_examples=200, deadline=None, database=None, derandomize=True, print_blob=False)
    @given(seeds=SEEDS)
    def compare(seeds):
        universe.add(seeds)
        found = list(universe.differences(seeds))
        assert not found, f"{len({line.split(',')[0] for line in found})} world: {found[0]}"

    with broken(universe.owner, BROKEN["authorisation"]), pytest.raises(AssertionError) as shown:
        compare()

    assert re.search(r"^1 world: world \d+, Session\(", str(shown.value))
    assert "World(active=[" in str(shown.value)


def test_the_worlds_are_not_all_closed_doors(universe):
    opened = refused = 0
    for seed, world in universe.worlds.items():
        for number in range(len(world.sessions)):
            may = expectation(seed, world, number)[0]
            opened += len(may)
            refused += len(world.records) - len(may)

    assert opened > WORLDS // 3
    assert refused > WORLDS // 3


# --- broken rules are noticed ----------------------------------------------------------------------------


def without(rule: str) -> tuple[str, str, str]:
    asked = "(wanted, account, member, public.session_purpose())"
    holds = f"SELECT array_agg(d.holds OR d.rule = '{rule}') FROM public.vault_decision{asked} d"
    return ("vault_holds", f"public.vault_rules{asked}", f"({holds})::boolean[]")


TIER = "agreements_tier"
BROKEN: dict[str, list[tuple[str, str, str]]] = {
    "purpose": [without("verwerkingsdoel")],
    "purpose has ended": [
        ("agreements_live_purpose", "((d.ended_on IS NULL) OR (d.ended_on > today()))", "true"),
    ],
    "purpose is a draft": [("agreements_live_purpose", "(v.activated_at IS NOT NULL)", "true")],
    "agreement has ended": [
        ("agreements_live", "((ended_on IS NULL) OR (ended_on > today()))", "true"),
    ],
    "agreement is out of its period": [("agreements_live", "(period @> today())", "true")],
    "agreement is active": [("agreements_live", "((status)::text = 'actief'::text)", "true")],
    "partner": [without("partner"), (TIER, "p.period @> public.today()", "true")],
    "partner is a draft": [without("partner"), (TIER, "i.activated_at IS NOT NULL", "true")],
    "membership": [
        without("lidmaatschap"),
        (TIER, "AND m.organisation_id = member AND m.period @> public.today()", ""),
        ("session_standing", "AND m.period @> public.today()", ""),
    ],
    "authorisation": [without("autorisatie")],
    "authorisation was revoked": [(TIER, "a.revoked_at IS NULL", "true")],
    "authorisation is out of its period": [(TIER, "a.period @> public.today()", "true")],
    "maintenance": [(TIER, "a.task = ANY (tasks)", "true")],
    "service account": [(TIER, "u.kind = 'persoon' AND", "")],
    "participation": [without("deelname")],
    "category": [without("categorie")],
    "tier": [without("trede")],
    "tier of the dossier": [("vault_rules", "r.tier <= r.dossier_tier", "true")],
    "marking": [without("vertrouwelijkheid")],
    "red is for one person": [("vault_rules", "AND t.person_id = account", "")],
    "status": [without("status")],
    "restriction": [without("beperking")],
    "term": [without("bewaartermijn")],
    "second factor": [("vault_may", "s.is_strong", "true")],
    "session has expired": [("session_standing", "AND s.expires_at > now()", "")],
    "account is closed": [
        ("session_standing", "AND u.is_active", ""),
        ("vault_rules", "AND u.is_active", ""),
        (TIER, "AND u.is_active", ""),
    ],
    "emergency is approved": [("vault_emergency_holds", "e.approved_at IS NOT NULL", "true"),
        ("vault_emergency_holds", "e.until > now()", "coalesce(e.until > now(), true)")],
    "emergency is over": [("vault_emergency_holds", "e.until > now()", "true")],
    "emergency was ended": [("vault_emergency_holds", "e.ended_at IS NULL", "true")],
    "emergency is one person's": [("vault_emergency_holds", "e.person_id = account", "true")],
}  # fmt: skip
POLICY = {
    "tier": "((tier = 1) OR (tier <= ( SELECT scope_tier() AS scope_tier)))",
    "days": "(until > ( SELECT today() AS today))",
    "beginning": "(since <= ( SELECT today() AS today))",
    "reader": "((reader IS NULL) OR (reader = ( SELECT session_account() AS session_account)))",
    "shielded": "((NOT shielded) OR ( SELECT scope_reviews() AS scope_reviews))",
}


@contextmanager
def broken(owner: psycopg.Connection[Any], edits: list[tuple[str, str, str]]) -> Iterator[None]:
    """Let the database do without a part of its rules for the length of the block."""
    before: dict[str, str] = {}
    try:
        for name, old, new in edits:
            text = _definition(owner, name)
            before.setdefault(name, text)
            assert old in text, f"{name} does not say {old!r} any more"
            owner.execute(text.replace(old, new))
        yield
    finally:
        for text in before.values():
            owner.execute(text)


def _definition(owner: psycopg.Connection[Any], name: str) -> str:
    row = owner.execute(
        "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = %(name)s UNION ALL "
        "SELECT format('CREATE OR REPLACE VIEW %%I WITH (security_invoker = true) AS %%s', relname, "
        "pg_get_viewdef(oid)) FROM pg_class WHERE relkind = 'v' AND relname = %(name)s",
        {"name": name},
    ).fetchone()
    assert row is not None, name
    # PostgreSQL 15 names the one table of a view before each of its columns, later ones do not.
    return re.sub(r"(?<=[ (])v\.(?=\w)", "", row[0]) if name == "agreements_live" else str(row[0])


@pytest.mark.parametrize("rule", BROKEN)
def test_worlds_notice_a_database_without_the_rule(universe, rule):
    with broken(universe.owner, BROKEN[rule]):
        assert universe.notices()


@pytest.mark.parametrize("part", POLICY)
def test_worlds_notice_a_list_without_the_condition(universe, part):
    row = universe.owner.execute(
        "SELECT qual FROM pg_policies WHERE policyname = 'vault_entry_scope'"
    ).fetchone()
    assert row is not None
    rule = re.sub(r"\s+", " ", row[0])
    assert POLICY[part] in rule
    universe.owner.execute(
        f"ALTER POLICY vault_entry_scope ON vault_entry USING ({rule.replace(POLICY[part], 'true')})"
    )
    try:
        assert universe.notices()
    finally:
        universe.owner.execute(f"ALTER POLICY vault_entry_scope ON vault_entry USING ({rule})")
