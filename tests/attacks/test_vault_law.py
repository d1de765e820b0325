"""What the law asks of supplying, telling apart and putting on record, through the pages of the vault."""

from __future__ import annotations

from uuid import uuid4

import pytest
from psycopg.errors import CheckViolation, InsufficientPrivilege

from tests import databases
from tests.attacks.case import Case, supply
from tests.attacks.site import text_of
from tests.attacks.test_vault_ends import LINK, work
from tests.attacks.vault import another_purpose
from vangnet.vault.tests.offices import RECORD, WEIGHED, WORDS

ACTS = (
    "subject.added",
    "record.added",
    "record.opened",
    "record.marked",
    "weighing.asked",
    "weighing.decided",
)
ACTS += ("supply.made", "supply.recalled", "export.asked", "dossier.closed")


@pytest.fixture(scope="module")
def place(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), databases.clone("law") as name, databases.as_owner(name) as owner:
        yield name, owner


@pytest.fixture
def case(place):
    return Case(*place)


@pytest.fixture(scope="module")
def local(office):
    return another_purpose(office, "law-lokaal")


def asked(office, local, **changed):
    told = {"kind": "verstrekking", "recipient": office.organisation("politie"), "target": str(local.pk)}
    return {**told, "article": "Wpg art. 20", "categories": ["personalia"], **WEIGHED} | changed


@pytest.mark.requirement("WPG-04", "WPG-09", "WPG-10", "WGS-04")
@pytest.mark.parametrize("part", ["kind", "recipient", "target", "article", "categories", *WEIGHED])
def test_a_supply_is_asked_with_purpose_ground_data_interest_and_conditions(office, dossier, local, part):
    without = {name: value for name, value in asked(office, local).items() if name != part}

    assert office.post("esra", "weigh", dossier, **without).status_code == 422
    assert office.post("esra", "weigh", dossier, **without | {part: ""}).status_code == 422


@pytest.mark.requirement("WGS-04")
def test_a_refusal_is_a_decision_with_its_ground_on_record_and_nothing_is_supplied(
    office, owner, dossier, local
):
    record = office.a_record(dossier)
    weighing = office.a_weighing(dossier, **asked(office, local))
    address = ("lotte", "weighing", dossier, weighing)

    assert office.post(*address, decision="afwijzen").status_code == 422
    assert office.post(*address, decision="afwijzen", motivation=WORDS).status_code == 302
    line = owner.execute(
        "SELECT details->>'granted' FROM audit_event WHERE verb = 'vault.weighing.decided' AND subject = %s",
        [weighing],
    ).fetchall()
    assert line == [("false",)]
    assert WORDS in text_of(office.post("esra", "weighing", dossier, weighing))
    assert office.post("esra", "supply", dossier, weighing, record).status_code == 409


@pytest.mark.requirement("WGS-05")
def test_a_supply_goes_to_a_partner_of_the_other_purpose_for_categories_that_it_has(case):
    _, _, (care,), _ = case.agree("zvh", aims=1)
    case.owner.execute(
        "UPDATE agreements_partner SET period = daterange(lower(period), today()), left_because = 'x'"
        " WHERE organisation_id = %s AND agreement_id ="
        " (SELECT agreement_id FROM agreements_purpose WHERE id = %s)",
        [case.orgs["C"], care],
    )
    with pytest.raises(CheckViolation):
        case.weigh("anna", case.dossier, "verstrekking", "C", care, by="")
    with pytest.raises(CheckViolation):
        case.weigh("anna", case.dossier, "verstrekking", "B", care, by="", categories=["fiscaal"])
    assert case.weigh("anna", case.dossier, "verstrekking", "B", care, by="")


@pytest.mark.requirement("I4", "WPG-06")
@pytest.mark.attack("A-26")
def test_a26_a_copy_does_not_outlive_its_source_nor_is_processed_later(case):
    _, _, (care,), _ = case.agree("zvh", aims=1)
    soon = case.one("SELECT today() + 40")
    record = case.session("anna").add(case.dossier, ends=soon, began=case.one("SELECT today() - 20"))
    _, copy, _ = supply(
        case.session("anna"), case.weigh("anna", case.dossier, "verstrekking", "B", care), record
    )
    told = "SELECT delete_by, first_processed FROM vault_record WHERE id = %s"

    assert case.owner.execute(told, [copy]).fetchone() == case.owner.execute(told, [record]).fetchone()
    case.owner.execute("UPDATE vault_record SET delete_by = today() + 900 WHERE id = %s", [copy])
    assert case.one("SELECT delete_by FROM vault_record WHERE id = %s", copy) == soon


@pytest.mark.requirement("WPG-03")
@pytest.mark.parametrize("capacity", ["", "dader", None])
def test_a_data_subject_is_told_apart_by_a_capacity_of_the_list(office, owner, dossier, capacity):
    told = {"name": "Iemand", "born": ""} | ({} if capacity is None else {"capacity": capacity})

    assert office.post("esra", "add_subject", dossier, **told).status_code == 422
    kept = owner.execute("SELECT count(*) FROM vault_subject WHERE dossier_id = %s", [dossier])
    assert kept.fetchone() == (0,)


@pytest.mark.requirement("WPG-01")
def test_an_export_says_of_each_record_where_it_comes_from_fact_or_opinion_and_how_reliable(office, dossier):
    record = office.a_record(dossier, nature="oordeel", reliability="twijfelachtig", provenance="melding")
    office.post("esra", "export", dossier, records=[record], reason="overleg")
    work()
    (link,) = LINK.findall(text_of(office.get("esra", "export", dossier)))
    text = text_of(office.of("esra").get(link))

    for word in ("oordeel", "twijfelachtig", "melding", "TLP:AMBER"):
        assert word in text


@pytest.mark.requirement("WPG-12", "AVG-05d")
def test_each_act_on_data_leaves_a_line_with_who_what_and_for_which_purpose(office, owner, dossier, local):
    subject = office.post("esra", "add_subject", dossier, name="Iemand", born="", capacity="derde")
    about = subject["Location"].partition("betrokkene=")[2]
    record = office.a_record(dossier, about="bestaand", subjects=[about])
    people = [str(office.cast["esra"].pk)]
    office.open("esra", dossier, record)
    weighing = office.a_weighing(dossier, **asked(office, local))
    office.decided(dossier, weighing)
    office.post("esra", "supply", dossier, weighing, record)
    page = text_of(office.get("esra", "dossier", dossier))
    office.post("esra", "recall", dossier, page.partition("/verstrekking/")[2][:36])
    office.post("esra", "marking", dossier, record, marking="red", people=people)
    office.post("esra", "export", dossier, records=[record], reason="overleg")
    office.post("esra", "close", dossier)
    rows = owner.execute(
        "SELECT verb, actor, organisation::text, purpose FROM audit_event WHERE id > ("
        "SELECT max(id) FROM audit_event WHERE verb = 'vault.dossier.created' AND subject = %s) ORDER BY id",
        [dossier],
    ).fetchall()

    assert {f"vault.{act}" for act in ACTS} <= {verb for verb, *_ in rows}
    riec = office.organisation("riec")
    for verb, actor, organisation, purpose in rows:
        assert actor in {office.cast["esra"].pk, office.cast["lotte"].pk}, verb
        assert organisation == riec, verb
        assert verb != "vault.record.opened" or purpose == office.purpose.pk


@pytest.mark.attack("A-07")
def test_a07_a_coordinating_privacy_officer_is_not_both_who_asks_and_who_approves(case):
    """Guard coordinates the agreement and may approve what others ask; not what she asks herself."""
    case.authorise("guard", case.purpose)
    key = uuid4()
    guard = case.session("guard")
    guard.rows("SELECT vault_ask_emergency(%s, %s, 'why', now())", key, case.number(case.dossier))

    with pytest.raises((InsufficientPrivilege, CheckViolation)):
        guard.rows("SELECT vault_approve_emergency(%s, 1, now())", key)
    with pytest.raises(CheckViolation):
        case.owner.execute(
            "UPDATE vault_emergency SET approved_by_id = person_id, approved_at = now(),"
            " until = now() + interval '1 hour' WHERE id = %s",
            [key],
        )


@pytest.mark.requirement("AVG-25")
def test_a_form_for_a_new_record_begins_with_ones_own_organisation_only(office, dossier):
    page = text_of(office.get("esra", "add_record", dossier))
    checked = [part for part in page.split("<input") if 'name="marking"' in part and " checked" in part]

    assert len(checked) == 1
    assert 'value="amber+strict"' in checked[0]
    assert RECORD["marking"] != "amber+strict"
