"""What the database itself holds of the vault, whatever the application does: the invariants and the law."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from psycopg.errors import CheckViolation, ForeignKeyViolation, InsufficientPrivilege, NotNullViolation
from tests import databases
from tests.attacks.case import Case, now


@pytest.fixture(scope="module")
def place(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), databases.clone("walls") as name, databases.as_owner(name) as owner:
        yield name, owner


@pytest.fixture
def case(place):
    return Case(*place)


@pytest.mark.attack("A-06")
@pytest.mark.requirement("I2")
def test_a_category_that_the_purpose_does_not_have_is_refused(case):
    with pytest.raises(InsufficientPrivilege):
        case.session("anna").add(case.dossier, "fiscaal")
    record = case.session("anna").add(case.dossier)
    with pytest.raises((CheckViolation, ForeignKeyViolation)):
        case.owner.execute("UPDATE vault_record SET category_id = 'fiscaal' WHERE id = %s", [record])


@pytest.mark.requirement("I3", "WGS-24")
@pytest.mark.attack("A-06")
def test_a_tier_above_that_of_the_dossier_or_the_person_is_refused(case):
    anna = case.session("anna")
    low = anna.open_dossier(tier=1)

    with pytest.raises(InsufficientPrivilege):
        anna.add(low, "adres")
    case.owner.execute(
        "UPDATE agreements_authorisation SET revoked_at = now() WHERE user_id = %s", [case.people["bram"]]
    )
    case.authorise("bram", case.purpose, tier=1)
    with pytest.raises(InsufficientPrivilege):
        case.session("bram").add(case.dossier, "justitieel")
    record = anna.add(case.dossier, "adres")
    assert not case.session("bram").may(record)
    assert record not in case.session("bram").listed()


@pytest.mark.attack("A-06")
@pytest.mark.parametrize("tier", [0, 4, -1, None])
def test_a06_a_dossier_has_a_tier_of_the_law(case, tier):
    with pytest.raises((CheckViolation, InsufficientPrivilege, NotNullViolation)):
        case.session("anna").open_dossier(tier=tier)
    with pytest.raises((CheckViolation, InsufficientPrivilege, NotNullViolation)):
        case.session("anna").rows("SELECT vault_raise_tier(%s, %s)", case.dossier, tier)


@pytest.mark.attack("A-06")
def test_a06_health_data_and_tier_3_of_a_scan_do_not_exist_in_a_riec(case):
    told = {"purpose_id": case.purpose, "version_id": case.version, "regime": "riec", "activity": "b"}
    told |= {"tier": 1, "retention": 12, "exception": "x"}
    case.owner.execute("ALTER TABLE agreements_purposecategory DISABLE TRIGGER USER")
    try:
        with pytest.raises(CheckViolation):
            case.insert(
                "agreements_purposecategory",
                category_id="gezondheid",
                kind="bijzonder",
                is_health=True,
                **told,
            )
        with pytest.raises(CheckViolation):
            case.insert(
                "agreements_purposecategory", category_id="bsn", kind="nationaal_id", is_health=False,
                **(told | {"activity": "c", "tier": 3}),
            )  # fmt: skip
    finally:
        case.owner.execute("ALTER TABLE agreements_purposecategory ENABLE TRIGGER USER")


@pytest.mark.attack("A-26")
@pytest.mark.requirement("I4", "WGS-12")
def test_a_term_is_clamped_and_only_shrinks(case):
    far = case.today + timedelta(days=9999)
    record = case.session("anna").add(case.dossier, ends=far)

    before = case.one("SELECT delete_by FROM vault_record WHERE id = %s", record)
    assert before < case.today + timedelta(days=36 * 31)
    case.owner.execute("UPDATE vault_record SET delete_by = %s WHERE id = %s", [far, record])
    assert case.one("SELECT delete_by FROM vault_record WHERE id = %s", record) == before
    case.owner.execute("UPDATE vault_record SET delete_by = NULL WHERE id = %s", [record])
    assert case.one("SELECT delete_by FROM vault_record WHERE id = %s", record) == before


@pytest.mark.attack("A-26")
@pytest.mark.requirement("WGS-12")
def test_the_first_processing_is_never_moved_nor_in_the_future(case):
    record = case.session("anna").add(case.dossier, began=case.today + timedelta(days=400))

    assert case.one("SELECT first_processed FROM vault_record WHERE id = %s", record) == case.today
    with pytest.raises(CheckViolation):
        case.owner.execute(
            "UPDATE vault_record SET first_processed = first_processed - 1 WHERE id = %s", [record]
        )


@pytest.mark.requirement("WGS-12", "I8")
def test_the_day_the_term_passes_a_record_is_gone_without_any_purge(case):
    anna = case.session("anna")
    tomorrow = anna.add(case.dossier, ends=case.today + timedelta(days=1))
    today = anna.add(case.dossier, ends=case.today)

    assert anna.may(tomorrow)
    assert not anna.may(today)
    assert today not in anna.listed()
    assert case.one("SELECT count(*) FROM vault_record WHERE id = %s", today) == 1


@pytest.mark.requirement("I6")
def test_who_writes_is_the_source(case):
    record = case.session("bram").add(case.dossier)

    assert case.one("SELECT source_id FROM vault_record WHERE id = %s", record) == case.orgs["B"]
    with pytest.raises(CheckViolation):
        case.owner.execute("UPDATE vault_record SET source_id = %s WHERE id = %s", [case.orgs["A"], record])


@pytest.mark.requirement("I7")
@pytest.mark.attack("A-21")
def test_a21_what_is_derived_inherits_the_strictest_marking_and_the_shortest_term(case):
    anna, bram = case.session("anna"), case.session("bram")
    soon = case.today + timedelta(days=9)
    strict = anna.add(case.dossier, marking="amber+strict", organisations=[case.orgs["B"]])
    brief = anna.add(case.dossier, marking="green", ends=soon)

    with pytest.raises(CheckViolation):
        bram.add(case.dossier, marking="amber", origins=[brief, strict])
    made = bram.add(case.dossier, marking="amber+strict", origins=[brief, strict])
    assert case.one("SELECT delete_by FROM vault_record WHERE id = %s", made) == soon
    with pytest.raises(CheckViolation):
        bram.rows("SELECT vault_change_marking(%s, 'clear', '{}', '{}')", made)


@pytest.mark.attack("A-21")
def test_a21_a_recipient_does_not_loosen_a_marking(case):
    record = case.session("anna").add(case.dossier, marking="amber+strict", organisations=[case.orgs["B"]])

    with pytest.raises(InsufficientPrivilege):
        case.session("bram").rows("SELECT vault_change_marking(%s, 'clear', '{}', '{}')", record)


@pytest.mark.attack("A-21")
@pytest.mark.parametrize("marking", ["amber+strict", "red"])
def test_a21_deriving_does_not_add_recipients_that_the_source_did_not_name(case, marking):
    case.participate(case.dossier, "C")
    bram = case.session("bram")
    origin = case.session("anna").add(
        case.dossier, marking=marking, organisations=[case.orgs["B"]], people=[case.people["bram"]]
    )

    with pytest.raises(CheckViolation):
        bram.add(case.dossier, marking=marking, organisations=[case.orgs["C"]], origins=[origin])
    with pytest.raises(CheckViolation):
        bram.add(case.dossier, marking="red", people=[case.people["carla"]], origins=[origin])
    made = bram.add(case.dossier, marking=marking, people=[case.people["bram"]], origins=[origin])
    assert bram.may(made)
    with pytest.raises(CheckViolation):
        bram.rows("SELECT vault_change_marking(%s, %s, %s, '{}')", made, marking, [case.orgs["C"]])


@pytest.mark.requirement("I10")
@pytest.mark.attack("A-05")
def test_a05_nothing_lies_in_or_moves_to_another_zone(case):
    record = case.session("anna").add(case.dossier)

    for table, key in (("vault_record", record), ("vault_dossier", case.dossier)):
        with pytest.raises((CheckViolation, ForeignKeyViolation)):
            case.owner.execute(f"UPDATE {table} SET zone = 'zvh' WHERE id = %s", [key])


@pytest.mark.requirement("I10")
@pytest.mark.attack("A-05")
def test_a05_an_identifier_of_another_zone_is_nothing_here(case):
    _, _, (care,), _ = case.agree("zvh", aims=1)
    case.authorise("anna", care)
    record = case.session("anna").add(case.dossier)
    there = case.session("anna", care)

    assert not there.may(record)
    assert there.announce(record)[1] is False
    assert there.listed() == set()
    elsewhere = there.open_dossier()
    with pytest.raises(InsufficientPrivilege):
        there.add(case.dossier)
    with pytest.raises(InsufficientPrivilege):
        there.add(elsewhere, origins=[record])


@pytest.mark.requirement("WGS-03")
def test_maintenance_opens_and_lists_nothing(case):
    record = case.session("anna").add(case.dossier)
    case.work["tess"], case.people["tess"] = "A", case.person("tess")
    case.role(case.people["tess"], case.orgs["A"], "beheerder")
    case.authorise("tess", case.purpose, task="beheer")
    tess = case.session("tess")

    assert not tess.may(record)
    assert tess.listed() == set()
    with pytest.raises(InsufficientPrivilege):
        tess.open(record)
    with pytest.raises(InsufficientPrivilege):
        tess.add(case.dossier)


@pytest.mark.requirement("WGS-26")
def test_a_closed_care_dossier_is_shielded_from_all_but_legality_review(place):
    case = Case(*place, zone="zvh")
    record = case.session("anna").add(case.dossier)
    assert case.session("anna").call("vault_close_dossier", case.dossier) == "afgeschermd"

    for who in ("anna", "otto", "bram", "bea", "carla", "guard"):
        assert not case.session(who).may(record)
        assert case.session(who).listed() == set()
        assert case.session(who).rows("SELECT * FROM vault_parties(%s)", case.dossier) == []
    case.authorise("otto", case.purpose, task="rechtmatigheid")
    assert case.session("otto").may(record)
    assert record in case.session("otto").listed()


@pytest.mark.requirement("WPG-01")
@pytest.mark.parametrize("part", ["nature", "provenance", "reliability"])
@pytest.mark.parametrize("value", [None, ""])
def test_nature_provenance_and_reliability_are_always_stated(case, part, value):
    with pytest.raises((NotNullViolation, CheckViolation)):
        case.session("anna").add(case.dossier, **{part: value})


@pytest.mark.requirement("AVG-25")
def test_what_is_strict_is_its_own_organisations_alone(case):
    from vangnet.vault.models import Record

    record = case.session("anna").add(case.dossier, marking=Record._meta.get_field("marking").get_default())

    assert case.session("otto").may(record)
    assert not case.session("bram").may(record)
    assert record not in case.session("bram").listed()


@pytest.mark.requirement("I8")
@pytest.mark.attack("A-09")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE agreements_authorisation SET revoked_at = now() WHERE user_id = %(bram)s",
        "UPDATE agreements_partner SET period = daterange(lower(period), today()) WHERE "
        "organisation_id = %(b)s",
        "UPDATE agreements_version SET status = 'beeindigd' WHERE id = %(version)s",
        "UPDATE agreements_version SET ended_on = today() WHERE id = %(version)s",
        "UPDATE agreements_purpose SET ended_on = today() WHERE id = %(purpose)s",
        "UPDATE identity_user SET is_active = false WHERE id = %(bram)s",
        "UPDATE identity_membership SET period = daterange(lower(period), today()) WHERE user_id = %(bram)s",
        "UPDATE vault_participation SET until = today() WHERE organisation_id = %(b)s",
        "UPDATE identity_session SET expires_at = now() - interval '1 day' WHERE user_id = %(bram)s",
        "UPDATE identity_session SET strong_at = NULL, proven_at = NULL WHERE user_id = %(bram)s",
    ],
)
def test_a09_the_very_next_statement_gives_nothing(case, change):
    record = case.session("anna").add(case.dossier)
    bram = case.session("bram")
    with bram.transaction() as running:
        line = bram.announce(record)[0]
        assert running.execute("SELECT vault_may(%s)", [record]).fetchone() == (True,)
        case.owner.execute(
            change,
            {
                "bram": case.people["bram"],
                "b": case.orgs["B"],
                "version": case.version,
                "purpose": case.purpose,
            },
        )
        assert running.execute("SELECT coalesce(vault_may(%s), false)", [record]).fetchone() == (False,)
        assert running.execute("SELECT count(*) FROM vault_entry").fetchone() == (0,)
        with pytest.raises(InsufficientPrivilege):
            running.execute("SELECT * FROM vault_open(%s)", [line])


@pytest.mark.attack("A-09")
def test_a09_a_weighing_is_not_read_after_the_right_to_it_ended(case):
    weighing = case.weigh("anna", case.dossier, "deelname", "C")
    otto = case.session("otto")
    line = otto.call("vault_announce_text", weighing, "weging", now())
    assert line is not None
    case.owner.execute(
        "UPDATE agreements_authorisation SET revoked_at = now() WHERE user_id = %s", [case.people["otto"]]
    )

    with pytest.raises(InsufficientPrivilege):
        otto.rows("SELECT * FROM vault_open_text(%s)", line)


@pytest.mark.requirement("WGS-10")
@pytest.mark.attack("A-03")
@pytest.mark.parametrize("purpose", ["other", "none", "nonsense", "random"])
def test_a03_another_purpose_than_that_of_the_dossier_gives_nothing(case, purpose):
    record = case.session("anna").add(case.dossier)
    swapped = {"other": case.other, "none": "", "nonsense": "' OR true --", "random": uuid4()}[purpose]
    anna = case.session("anna", swapped)

    assert not anna.may(record)
    assert anna.listed() == set()
    with pytest.raises(InsufficientPrivilege):
        anna.open(record)


@pytest.mark.attack("A-04")
def test_a04_a_partner_that_does_not_take_part_sees_nothing(case):
    record = case.session("anna").add(case.dossier, marking="clear")
    carla = case.session("carla")

    assert not carla.may(record)
    assert carla.listed() == set()
    assert carla.rows("SELECT * FROM vault_parties(%s)", case.dossier) == []
    assert carla.rows("SELECT * FROM vault_why(%s)", record) == carla.rows(
        "SELECT * FROM vault_why(%s)", uuid4()
    )
    with pytest.raises(InsufficientPrivilege):
        carla.add(case.dossier)


@pytest.mark.attack("A-12")
def test_a12_a_service_account_opens_nothing_whatever_it_was_given(case):
    record = case.session("anna").add(case.dossier, marking="clear")
    case.work["robot"], case.people["robot"] = "A", case.person("robot", kind="dienst")
    case.role(case.people["robot"], case.orgs["A"], "adviseur")
    case.authorise("robot", case.purpose)
    robot = case.session("robot")

    assert not robot.may(record)
    assert robot.listed() == set()
    with pytest.raises(InsufficientPrivilege):
        robot.open(record)
    with pytest.raises(InsufficientPrivilege):
        robot.open_dossier()
