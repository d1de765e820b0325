"""Any date of a random history reads back exactly as it was then."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vangnet.strategy import actions, versions
from vangnet.strategy.comparing import Comparison
from vangnet.strategy.models import Definition, Goal, Strategy, Theme, Version
from vangnet.strategy.tests import plainly
from vangnet.strategy.versions import snapshot

pytestmark = pytest.mark.django_db
BEGIN = date(2019, 1, 1)
EDITS = st.lists(
    st.tuples(
        st.integers(0, 400),  # day after the beginning
        st.sampled_from(["een", "twee", "drie", "vier"]),
        st.one_of(
            st.none(),
            st.text(
                st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=40
            ),
        ),
    ),
    max_size=12,
)


def meaning_on(day: date) -> dict[str, str]:
    """Return the definitions of a day, as the table of versions tells."""
    found = snapshot(Version.objects.as_of(day), day)
    return {
        word.slug: word.meaning for word in found.definitions if word.slug in {"een", "twee", "drie", "vier"}
    }


@given(EDITS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_date_of_a_random_history_is_reproduced(as_administrator, edits):
    from django.db import transaction

    told: dict[str, str | None] = {}
    on: dict[date, dict[str, str]] = {}
    with transaction.atomic():
        last: dict[str, Version] = {}
        for day, slug, text in sorted(edits, key=lambda edit: edit[0]):
            content = (
                None if text is None else {"name": slug, "meaning": text, "indicators": [], "origin": ""}
            )
            last[slug] = Version.objects.create(
                kind="begrip", item=slug, content=content, reason="Besluit.", replaces=last.get(slug),
                state="van-kracht", in_force_from=BEGIN + timedelta(days=day), author=as_administrator,
                written_at=timezone.now(),
            )  # fmt: skip
            told[slug] = text
            on[BEGIN + timedelta(days=day)] = {key: value for key, value in told.items() if value is not None}

        for day, expected in on.items():
            assert meaning_on(day) == expected
        assert meaning_on(BEGIN - timedelta(days=1)) == {}
        now = {word.slug: word.meaning for word in Definition.objects.filter(slug__in=told)}
        assert now == {key: value for key, value in told.items() if value is not None}
        transaction.set_rollback(True)


CODES = ("OND-22", "OND-25", "CYB-09", "XYZ-01", "XYZ-02")  # leaves of the tree, and goals that are new
GOALS = st.lists(
    st.tuples(
        st.integers(0, 2500),
        st.sampled_from(CODES),
        st.one_of(
            st.none(),  # it ends
            st.fixed_dictionaries(
                {
                    "title": st.text(
                        st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=40
                    ),
                    "theme": st.sampled_from(["ondermijning", "cybercrime"]),
                    "level": st.just("tactisch"),
                    "parent": st.sampled_from([None, "OND-13", "CYB-01"]),
                    "due_on": st.one_of(st.none(), st.dates(BEGIN, date(2026, 1, 1)).map(date.isoformat)),
                    "partners": st.lists(
                        st.sampled_from(["A: gemeenten", "R: politie"]), max_size=2, unique=True
                    ),
                }
            ),
        ),
    ),
    max_size=10,
)


@given(GOALS, st.lists(st.integers(-30, 2600), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_goals_of_a_random_history_read_and_compare_exactly_on_any_date(as_administrator, edits, days):
    from django.db import transaction

    with transaction.atomic():
        last = {v.item: v for v in Version.objects.as_of(date.max).filter(kind="doel", item__in=CODES)}
        blank = last["OND-22"].content
        told = [(BEGIN, code, version.content) for code, version in last.items()]
        for day, code, change in sorted(edits, key=lambda edit: edit[0]):
            former = last.get(code)
            content = None if change is None else {**((former and former.content) or blank), **change}
            last[code] = Version.objects.create(
                kind="doel", item=code, content=content, reason="Besluit.", replaces=former,
                state="van-kracht", in_force_from=BEGIN + timedelta(days=day), author=as_administrator,
                written_at=timezone.now(),
            )  # fmt: skip
            told.append((BEGIN + timedelta(days=day), code, content))

        def expected(day):
            held = {code: content for on, code, content in told if on <= day}
            return {code: content for code, content in held.items() if content is not None}

        read = {}
        for offset in days:
            day = BEGIN + timedelta(days=offset)
            read[day] = snapshot(Version.objects.as_of(day), day)
            assert {g.code: versions.content(g) for g in read[day].goals if g.code in CODES} == expected(day)
        first, second = min(read), max(read)
        found = plainly.between(read[first], read[second])
        changed = {one.item for one in found} & set(CODES)
        quick = Comparison(first, second, as_administrator)
        assert [(o.kind, o.item, o.what, o.fields) for o in quick] == [
            (o.kind, o.item, o.what, o.fields) for o in found
        ]
        assert {c for c in CODES if expected(first).get(c) != expected(second).get(c)} == changed
        transaction.set_rollback(True)


def test_the_demonstration_has_ten_changes_that_read_back_on_every_day_between_them(anna):
    decided = Version.objects.exclude(organisation=None).exclude(in_force_from=None).order_by("in_force_from")
    days = [version.in_force_from for version in decided]

    assert len(decided) == 10
    assert (days[0].year, days[-1].year) == (2019, 2026)
    assert all("Demonstratie" in version.reason for version in decided)
    for version in decided:
        was, now = (
            {(v.kind, v.item): v.content for v in Version.objects.as_of(day)}
            for day in (version.in_force_from - timedelta(days=1), version.in_force_from)
        )
        before = version.replaces.content if version.replaces else None
        assert was.get((version.kind, version.item)) == before
        assert now[version.kind, version.item] == version.content
    theme = decided.get(kind="thema")
    assert theme.verdicts.filter(decider="dvo").count() == 5
    underway = Version.objects.get(state="ingediend")
    assert underway.verdicts.count() == 2


def test_the_pack_reads_back_on_its_first_day_as_it_is_today(db):
    then = snapshot(Version.objects.as_of(BEGIN), BEGIN)
    changed = set(Version.objects.exclude(organisation=None).values_list("item", flat=True))

    assert [versions.content(goal) for goal in then.goals if goal.code not in changed] == [
        versions.content(goal)
        for goal in Goal.objects.order_by("theme__position", "position")
        if goal.code not in changed
    ]
    assert [theme.slug for theme in then.themes] == list(
        Theme.objects.order_by("position").values_list("slug", flat=True)
    )


def load(as_administrator, **changes):
    """Load the strategy again, with other goals."""
    goals = list(Goal.objects.order_by("position"))
    for goal in goals:
        for name, value in changes.get(goal.code, {}).items():
            setattr(goal, name, value)
    return actions.record(
        Strategy.objects.get(),
        themes=list(Theme.objects.order_by("position")),
        goals=[goal for goal in goals if changes.get(goal.code, {}) is not None],
        claims=[],
        definitions=list(Definition.objects.all()),
        by=as_administrator,
        at=timezone.now(),
    )


def test_loading_the_same_pack_again_adds_nothing(as_administrator):
    before = Version.objects.count()
    load(as_administrator)

    assert Version.objects.count() == before


def test_a_changed_pack_adds_a_version_of_what_changed(as_administrator):
    before = Version.objects.count()
    load(as_administrator, **{"OND-08": {"title": "Anders"}})

    assert Version.objects.count() == before + 1
    assert Goal.objects.get(code="OND-08").title == "Anders"


def test_what_the_network_decided_stays_when_the_pack_is_loaded_again(as_administrator, anna):
    former = Version.objects.as_of(date.max).get(kind="doel", item="OND-08")
    Version.objects.create(
        kind="doel", item="OND-08", content={**former.content, "title": "Besloten"}, reason="Besluit.",
        replaces=former, state="van-kracht", in_force_from=timezone.localdate(), author=anna,
        organisation=anna.memberships.first().organisation, written_at=timezone.now(),
    )  # fmt: skip
    before = set(Version.objects.exclude(organisation=None).values_list("item", flat=True)) - {"OND-08"}
    kept = load(as_administrator, **{"OND-08": {"title": "Van het pakket"}})

    assert Goal.objects.get(code="OND-08").title == "Besloten"
    assert {version.item for version in kept} - before == {"OND-08"}


def test_a_field_that_came_later_and_says_nothing_makes_no_other_version(as_administrator):
    former = Version.objects.as_of(date.max).get(kind="doel", item="OND-08")
    content = {name: value for name, value in former.content.items() if name != "restriction"}
    Version.objects.create(
        kind="doel", item="OND-08", content=content, reason=actions.FROM_PACK, replaces=former,
        state="van-kracht", in_force_from=former.in_force_from, author=as_administrator,
        written_at=timezone.now(),
    )  # fmt: skip
    before = Version.objects.count()
    load(as_administrator)

    assert Version.objects.count() == before
