"""What the database itself refuses, whoever asks and in whatever way."""

import uuid

import pytest
from django.db import DatabaseError, ProgrammingError, transaction

from vangnet.identity.models import Membership, Organisation
from vangnet.identity.operator import operator, service_session
from vangnet.vault.tests.offices import browser

TABLES = ("gain", "gainagreement", "find", "adoption", "youthgroup", "groupstep", "groupreview", "resilience")
TABLES += ("intimidation",)
GAIN = (
    "INSERT INTO registers_gain (id, organisation_id, place, source, entered_by_id, entered_at, happened_on,"
    " status, reason, is_void, kind, stage, amount, replaces_id) VALUES (%s, %s, %s, 'eigen', %s, now(),"
    " '2026-03-02', 'definitief', %s, false, 'fiscaal', 'geind', 5, %s)"
)
FIND = (
    "INSERT INTO registers_find (id, organisation_id, place, source, entered_by_id, entered_at, happened_on,"
    " status, reason, is_void, kind, size, fire_hazard, illegal_power, facilitators)"
    " VALUES (%s, %s, 'GM0301', 'eigen', %s, now(), '2026-03-02', 'definitief', '', false,"
    " 'hennep', 'klein', 'nee', 'nee', %s)"
)


def gain(cursor, *, by, at, place="GM0301", reason="", replaces=None) -> uuid.UUID:
    key = uuid.uuid4()
    with transaction.atomic():
        cursor.execute(GAIN, [key, at, place, by.pk, reason, replaces])
    return key


@pytest.fixture
def zutphen(db):
    return Organisation.objects.get(slug="gm0301").pk


@pytest.fixture
def police(db):
    return Organisation.objects.get(slug="politie").pk


@pytest.mark.parametrize("table", TABLES)
def test_no_line_is_changed_or_removed(working_as, anna, table):
    for statement in (f"UPDATE registers_{table} SET id = id", f"DELETE FROM registers_{table}"):
        with working_as(anna) as cursor, pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute(statement)


@pytest.mark.attack("A-07")
def test_a07_a_line_is_added_for_ones_own_organisation_and_place_and_by_oneself(
    working_as, anna, bram, greet, carla, zutphen, police
):
    with working_as(anna) as cursor:
        gain(cursor, by=anna, at=zutphen)
        for wrong in ({"at": police}, {"at": zutphen, "place": "GM0200"}):
            with pytest.raises(ProgrammingError):
                gain(cursor, by=anna, **wrong)
        with pytest.raises(ProgrammingError):
            gain(cursor, by=bram, at=zutphen)
    with working_as(greet) as cursor, pytest.raises(ProgrammingError):
        gain(cursor, by=greet, at=zutphen)
    with working_as(anna, strong=False) as cursor, pytest.raises(ProgrammingError):
        gain(cursor, by=anna, at=zutphen)
    with working_as(carla) as cursor:
        gain(cursor, by=carla, at=police, place="GM0200")
        with pytest.raises(ProgrammingError):
            gain(cursor, by=carla, at=police, place="ON")


def test_a_correction_is_of_the_same_organisation_and_municipality(working_as, anna, carla, zutphen, police):
    with working_as(anna) as cursor:
        former = gain(cursor, by=anna, at=zutphen)
    with working_as(carla) as cursor, pytest.raises(DatabaseError):
        gain(cursor, by=carla, at=police, reason="dubbel", replaces=former)
    with working_as(anna) as cursor, pytest.raises(DatabaseError):
        gain(cursor, by=anna, at=zutphen, replaces=former)  # without a reason


def test_without_a_role_nothing_is_seen_and_nothing_summed(working_as, anna):
    with working_as(anna) as cursor:
        cursor.execute("SELECT count(*) FROM registers_gain_totals()")
        assert cursor.fetchone()[0] > 0
        cursor.execute("SELECT set_config('vangnet.token', '', true)")
        for source in ("gain_totals()", "find_counts()", "facilitator_counts()", "youth_counts()", *TABLES):
            cursor.execute(f"SELECT count(*) FROM registers_{source}")
            assert cursor.fetchone()[0] == 0, source


def test_no_column_of_a_register_is_meant_for_words(working_as, anna):
    with working_as(anna) as cursor:
        cursor.execute(
            "SELECT table_name, column_name, character_maximum_length FROM information_schema.columns"
            " WHERE table_name LIKE 'registers_%%' AND table_name <> 'registers_choice'"
            " AND data_type IN ('character varying', 'text', 'json', 'jsonb')"
            " AND coalesce(character_maximum_length, 9999) > 20"
        )
        lists = {("registers_adoption", "instrument_id"), ("registers_find", "building_id")}
        lists |= {("registers_groupreview", "approach_id"), ("registers_groupreview", "effect_id")}
        lists |= {("registers_intimidation", "kind_id"), ("registers_intimidation", "target_id")}
        lists |= {("registers_resilience", "contact_id")}
        # A reference to a rule, in the form that a constraint holds.
        rule = {("registers_adoption", "rule")}
        assert {(table, column) for table, column, _ in cursor.fetchall()} == lists | rule


@pytest.mark.parametrize("wrong", ["jan-jansen", "woning"])
def test_a_facilitator_is_a_kind_of_the_list(working_as, carla, police, wrong):
    with working_as(carla) as cursor:
        for named, is_listed in (("verhuurder", True), (wrong, False)):
            told = [uuid.uuid4(), police, carla.pk, [named]]
            if is_listed:
                cursor.execute(FIND, told)
            else:
                with pytest.raises(DatabaseError), transaction.atomic():
                    cursor.execute(FIND, told)


def test_who_has_no_role_any_more_is_told_so_and_sees_no_sum(db, anna):
    with service_session(operator()), transaction.atomic():
        Membership.objects.filter(user=anna).delete()
    page = browser(anna).get("/registers/afpakken/").content.decode()

    assert "U hebt op dit moment geen rol" in page
    assert "Per gebied" not in page
    assert browser(anna).get("/registers/afpakken/regels/nieuw/").status_code == 404
