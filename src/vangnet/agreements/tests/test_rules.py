"""What may not be agreed: each arrow and constraint of the chain, through the verbs, said in words."""

from __future__ import annotations

import pytest

from vangnet.agreements import actions, rules
from vangnet.agreements.models import Agreement, Authorisation, PurposeCategory, Version
from vangnet.agreements.tests.drafting import (
    NOW,
    TODAY,
    allow,
    complete,
    days,
    draft,
    organisation,
    partner,
    purpose,
    review,
)
from vangnet.identity import actions as identity
from vangnet.identity.models import User
from vangnet.identity.rules import NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(as_administrator):
    return as_administrator


def running(by, nora, **fields):
    return actions.activate(complete(by, nora, **fields), by=by, at=NOW)


def authorise(user, version, by, slug="politie", **fields):
    told = {"max_tier": 1, "since": TODAY, "until": days(30), "document": "besluit"} | fields
    return actions.authorise(
        user,
        purpose=version.agreement.purposes.get(),
        partner=version.agreement.partners.get(organisation__slug=slug),
        by=by,
        at=NOW,
        **told,
    )


# --- an agreement becomes active ---


@pytest.mark.requirement("I1", "AVG-35")
def test_i1_a_complete_agreement_becomes_active(by, nora):
    version = running(by, nora)

    assert version.status == "actief"
    assert actions.lacks(version) == []


@pytest.mark.requirement("I1", "AVG-35", "WGS-02", "WGS-11")
@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"dpia_adopted_on": None}, "dpia"),
        ({"dpia_adopted_on": days(1)}, "dpia"),
        ({"coordinator": None}, "coordinator"),
        ({"contact_point": ""}, "contactpunt"),
        ({"residual_risk_is_high": True}, "raadpleging"),
        ({"period": (days(-20), TODAY)}, "geldigheid"),
    ],
)
def test_i1_an_agreement_that_lacks_something_does_not_become_active(by, nora, facts, code):
    version = complete(by, nora)
    actions.edit_version(version, by=by, at=NOW, **facts)
    review(version, by)

    with pytest.raises(rules.Incomplete) as refusal:
        actions.activate(version, by=by, at=NOW)

    assert refusal.value.codes == [code]
    assert Version.objects.get(pk=version.pk).status == "concept"


@pytest.mark.requirement("WGS-02")
def test_wgs02_the_coordinator_is_a_privacy_officer_of_a_public_partner(by, nora, anna):
    version = complete(by, anna)

    assert actions.lacks(version) == ["coordinator"]


@pytest.mark.requirement("WGS-11")
def test_wgs11_a_negative_advice_stops_an_agreement(by, nora):
    version = complete(by, nora)
    actions.advise(version, advice="negatief", advised_on=TODAY, reference="advies", by=by, at=NOW)

    with pytest.raises(rules.Incomplete, match="advies"):
        actions.activate(version, by=by, at=NOW)


@pytest.mark.requirement("WGS-11")
@pytest.mark.parametrize(
    "change",
    [
        lambda version, by: actions.edit_version(version, contact_point="Ander loket", by=by, at=NOW),
        lambda version, by: partner(version, "om", by),
        lambda version, by: allow(version.agreement.purposes.get(), version, by, "onderneming"),
        lambda version, by: purpose(version, by, code="tweede"),
    ],
)
def test_wgs11_a_changed_draft_is_reviewed_and_signed_again(by, nora, change):
    version = complete(by, nora)

    change(version, by)

    assert {"advies", "handtekening"} <= set(actions.lacks(version))


@pytest.mark.requirement("I1")
def test_i1_one_partner_alone_and_no_purpose_are_no_agreement(by):
    version = draft(by)

    assert {"partners", "verantwoordelijke", "doel"} <= set(actions.lacks(version))


# --- versions follow each other ---


@pytest.mark.requirement("WGS-11")
def test_wgs11_a_later_version_takes_over_on_its_first_day(by, nora):
    first = running(by, nora)
    later = actions.draft_version(
        first.agreement, period=(days(20), days(500)), change="langer", by=by, at=NOW
    )
    review(later, by)
    actions.activate(later, by=by, at=NOW)

    first.refresh_from_db()
    assert (first.status, first.period.upper) == ("actief", days(20))
    assert Version.objects.get(pk=later.pk).status == "actief"


def test_a_later_version_that_starts_today_ends_the_former(by, nora):
    first = running(by, nora)
    later = actions.draft_version(first.agreement, period=(TODAY, days(500)), change="nu", by=by, at=NOW)
    review(later, by)
    actions.activate(later, by=by, at=NOW)

    first.refresh_from_db()
    assert (first.status, first.ended_on) == ("beeindigd", TODAY)


def test_there_is_one_draft_at_a_time(by, nora):
    first = running(by, nora)
    actions.draft_version(first.agreement, period=(TODAY, days(500)), change="nu", by=by, at=NOW)

    with pytest.raises(rules.Refused, match="al een concept"):
        actions.draft_version(first.agreement, period=(TODAY, days(500)), change="nu", by=by, at=NOW)


def test_an_active_version_does_not_change(by, nora):
    version = running(by, nora)

    with pytest.raises(rules.NotADraft):
        actions.edit_version(version, contact_point="Ander", by=by, at=NOW)
    with pytest.raises(rules.NotADraft):
        partner(version, "om", by)
    with pytest.raises(rules.NotADraft):
        actions.remove_category(PurposeCategory.objects.get(purpose__code="proef"), by=by, at=NOW)


def test_an_ended_version_does_not_change_any_more(by, nora):
    version = actions.end_version(running(by, nora), on=TODAY, reason="klaar", by=by, at=NOW)

    assert version.status == "beeindigd"
    with pytest.raises(rules.NotADraft):
        actions.end_version(version, on=TODAY, reason="nog eens", by=by, at=NOW)


def test_a_version_does_not_end_outside_its_period(by, nora):
    with pytest.raises(rules.WrongDates, match="buiten de geldigheid"):
        actions.end_version(running(by, nora), on=days(900), reason="laat", by=by, at=NOW)


# --- bad input; nothing is half saved ---


@pytest.mark.parametrize("last", [-10, -20])
def test_reversed_dates_are_refused(by, last):
    with pytest.raises(rules.WrongDates, match="Verwissel"):
        draft(by, last=last)

    assert not Agreement.objects.filter(code="proef").exists()


def test_overlapping_dates_of_a_partner_are_refused(by):
    version = draft(by)
    partner(version, "politie", by)

    with pytest.raises(rules.WrongDates, match="deel van deze periode"):
        partner(version, "politie", by, period=(days(5), None))
    assert version.agreement.partners.count() == 1


@pytest.mark.requirement("AVG-06")
@pytest.mark.parametrize(
    "fields", [{"ground": "f"}, {"law": ""}, {"law": "WGS"}, {"article": ""}, {"activity_uri": ""}]
)
def test_avg06_a_purpose_without_a_basis_in_law_is_refused(by, fields):
    version = draft(by)

    with pytest.raises(rules.NoBasis):
        purpose(version, by, **fields)
    assert not version.agreement.purposes.exists()


@pytest.mark.requirement("WGS-22")
@pytest.mark.parametrize(
    ("zone", "lead", "activity"),
    [
        ("riec", "riec", "eigen"),
        ("riec", "riec", "casusoverleg"),
        ("gemeente", "gm0301", "b"),
        ("zvh", "veiligheidshuis", "c"),
    ],
)
def test_wgs22_an_activity_that_the_law_does_not_know_there_is_refused(by, zone, lead, activity):
    version = draft(by, zone=zone, lead=lead)

    with pytest.raises(rules.NoBasis, match="past niet"):
        purpose(version, by, activity=activity)


@pytest.mark.requirement("I2", "AVG-09")
@pytest.mark.parametrize("code", ["gezondheid", "medisch"])
def test_i2_health_data_outside_a_care_and_safety_house_are_refused(by, code):
    version = draft(by)
    found = purpose(version, by)

    with pytest.raises(rules.ForbiddenCategory):
        allow(found, version, by, code, exception="AVG 9 lid 2 onder g")
    assert not found.categories.exists()


@pytest.mark.requirement("I2", "WGS-22")
def test_i2_the_third_tier_in_a_scan_is_refused(by):
    version = draft(by)
    found = purpose(version, by, activity="c")

    with pytest.raises(rules.ForbiddenCategory, match="trede 3"):
        allow(found, version, by, tier=3)


@pytest.mark.requirement("AVG-09", "AVG-10")
@pytest.mark.parametrize("code", ["politie8", "justitieel", "seksueel", "bsn"])
def test_avg10_special_and_criminal_data_without_an_exception_are_refused(by, code):
    version = draft(by)
    found = purpose(version, by)

    with pytest.raises(rules.ForbiddenCategory, match="Uitzonderingsgrond"):
        allow(found, version, by, code)
    assert allow(found, version, by, code, exception="UAVG 33").tier == 1


@pytest.mark.requirement("WGS-12")
@pytest.mark.parametrize("retention", [61, 0])
def test_wgs12_data_are_kept_five_years_at_most(by, retention):
    version = draft(by)
    found = purpose(version, by)

    with pytest.raises(rules.TooLong):
        allow(found, version, by, retention=retention)


def test_a_category_comes_once_per_purpose(by):
    version = draft(by)
    found = purpose(version, by)
    allow(found, version, by)

    with pytest.raises(rules.Refused, match="al"):
        allow(found, version, by)


@pytest.mark.requirement("WGS-01")
def test_a_private_partner_is_never_a_controller(by):
    version = draft(by)

    with pytest.raises(rules.WrongPartner, match="private partner"):
        partner(version, "om", by, is_public=False)
    assert partner(version, "om", by, is_public=False, position="deelnemer").position == "deelnemer"


def test_nobody_else_takes_part_in_the_zone_of_one_municipality(by):
    version = draft(by, zone="gemeente", lead="gm0301")

    with pytest.raises(rules.WrongPartner, match="één gemeente"):
        partner(version, "politie", by)


def test_what_is_in_a_draft_can_be_taken_out_again(by):
    version = draft(by)
    joined, allowed = partner(version, "om", by), allow(purpose(version, by), version, by)

    actions.remove_partner(joined, by=by, at=NOW)
    actions.remove_category(allowed, by=by, at=NOW)

    assert not version.agreement.partners.exists()


# --- people ---


@pytest.mark.requirement("WGS-03")
def test_wgs03_somebody_of_a_partner_is_authorised_on_paper_and_revoked_at_once(by, nora, carla):
    given = authorise(carla, running(by, nora), by)

    assert given.given_by == by
    assert actions.revoke(given, by=by, at=NOW).revoked_at == NOW
    with pytest.raises(rules.Refused, match="al ingetrokken"):
        actions.revoke(given, by=by, at=NOW)


@pytest.mark.requirement("WGS-03")
def test_wgs03_without_a_document_nobody_is_authorised(by, nora, carla):
    with pytest.raises(rules.Refused, match="Aanwijzingsbesluit"):
        authorise(carla, running(by, nora), by, document="")


@pytest.mark.requirement("WGS-03")
def test_wgs03_who_does_not_work_there_is_not_authorised(by, nora, bram):
    with pytest.raises(rules.NoMembership):
        authorise(bram, running(by, nora), by)


@pytest.mark.requirement("WGS-03")
def test_wgs03_whose_membership_ended_is_not_authorised(by, nora, carla):
    identity.end_role(carla.memberships.get(), on=TODAY, by=by, at=NOW)

    with pytest.raises(rules.NoMembership):
        authorise(carla, running(by, nora), by)


def test_an_authorisation_is_not_given_twice_or_with_reversed_dates(by, nora, carla):
    version = running(by, nora)
    authorise(carla, version, by)

    with pytest.raises(rules.WrongDates):
        authorise(carla, version, by)
    with pytest.raises(rules.WrongDates):
        authorise(carla, version, by, since=days(3), until=days(2))
    assert Authorisation.objects.filter(agreement=version.agreement).count() == 1


def test_a_partner_that_leaves_has_a_last_day(by, nora):
    version = running(by, nora)
    police = version.agreement.partners.get(organisation__slug="politie")

    with pytest.raises(rules.WrongDates):
        actions.partner_leaves(police, on=days(-11), reason="te vroeg", by=by, at=NOW)
    assert actions.partner_leaves(police, on=TODAY, reason="klaar", by=by, at=NOW).left_because == "klaar"


def test_only_a_partner_of_the_agreement_joins_its_circle(by, nora):
    version = running(by, nora)
    circle = actions.open_circle(
        version.agreement.purposes.get(), name="kring", period=(TODAY, None), by=by, at=NOW
    )
    other = Agreement.objects.get(code="riec").partners.get(organisation__slug="om")

    with pytest.raises(rules.WrongPartner):
        actions.add_circle_member(circle, partner=other, period=(TODAY, None), by=by, at=NOW)
    own = version.agreement.partners.get(organisation__slug="politie")
    member = actions.add_circle_member(circle, partner=own, period=(days(-3), None), by=by, at=NOW)
    assert actions.circle_member_leaves(member, on=TODAY, by=by, at=NOW)


def test_outside_a_session_nobody_changes_anything(db):
    jan = User.objects.get(name="Jan Vos")

    with pytest.raises(NotPermitted):
        actions.draft_agreement(
            code="proef",
            name="Proef",
            zone="riec",
            lead=organisation("riec"),
            period=(TODAY, days(9)),
            max_retention=12,
            by=jan,
            at=NOW,
        )
