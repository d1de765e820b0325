"""A right that has ended is gone at once, in the session that was open."""

import pytest
from django.db import transaction
from django.utils import timezone

from vangnet.identity.rules import NotPermitted
from vangnet.vault import actions, doors
from vangnet.vault.models import Entry

pytestmark = pytest.mark.usefixtures("own_database")
UNTIL_TODAY = "daterange(current_date - 30, today())"
ENDINGS = {
    "authorisation revoked": (
        "UPDATE agreements_authorisation SET revoked_at = now(), revoked_by_id = given_by_id"
        " WHERE user_id = %(esra)s AND revoked_at IS NULL"
    ),
    "authorisation over": (
        f"UPDATE agreements_authorisation SET period = {UNTIL_TODAY} WHERE user_id = %(esra)s"
    ),
    "agreement ended": (
        "UPDATE agreements_version SET status = 'beeindigd' WHERE agreement_id = %(agreement)s"
    ),
    "partner left": (
        f"UPDATE agreements_partner SET period = {UNTIL_TODAY}, left_because = 'vertrokken'"
        " WHERE agreement_id = %(agreement)s AND organisation_id = %(riec)s"
    ),
    "account closed": "UPDATE identity_user SET is_active = false WHERE id = %(esra)s",
    "membership over": f"UPDATE identity_membership SET period = {UNTIL_TODAY} WHERE user_id = %(esra)s",
    "purpose ended": "UPDATE agreements_purpose SET ended_on = today() WHERE id = %(purpose)s",
    "session ended": "DELETE FROM identity_session WHERE user_id = %(esra)s",
    "second factor gone": "UPDATE identity_session SET strong_at = NULL WHERE user_id = %(esra)s",
}


def listed():
    with transaction.atomic():
        return Entry.objects.count()


@pytest.fixture
def end(as_owner, own_database, case, esra):
    """End something as the owner of the database, past the guards of the verbs."""
    from tests import databases

    values = {
        "esra": esra.pk,
        "agreement": case.purpose.agreement_id,
        "purpose": case.purpose.pk,
        "riec": case.organisations["riec"].pk,
    }

    def end(what):
        with databases.as_owner(own_database) as owner:
            tables = ("authorisation", "version", "partner", "purpose")
            for table in tables:
                owner.execute(f"ALTER TABLE agreements_{table} DISABLE TRIGGER USER")
            assert owner.execute(ENDINGS[what], values).rowcount > 0
            owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in tables:
                owner.execute(f"ALTER TABLE agreements_{table} ENABLE TRIGGER USER")

    return end


@pytest.mark.attack("A-09")
@pytest.mark.parametrize("what", ENDINGS)
def test_what_has_ended_opens_lists_and_writes_nothing_in_the_same_session(case, esra, end, what):
    with case.session(esra):
        assert listed() == 3
        assert len(case.open(esra)) == 2
        end(what)

        assert listed() == 0
        with pytest.raises(NotPermitted):
            case.open(esra)
        with pytest.raises(NotPermitted):
            actions.close_dossier(case.dossier, by=esra, at=timezone.now())


@pytest.mark.attack("A-09")
@pytest.mark.requirement("I5")
@pytest.mark.parametrize("what", ENDINGS)
def test_a_line_that_was_committed_before_the_end_opens_nothing_after_it(case, esra, end, what):
    with case.session(esra):
        (line,) = case.announce(case.records[0])
        end(what)
        with pytest.raises(NotPermitted), transaction.atomic(durable=True), doors.rules():
            doors.rows("vault_open", line)


@pytest.mark.attack("A-09")
@pytest.mark.parametrize("what", ["authorisation revoked", "agreement ended", "account closed"])
def test_the_home_page_of_the_same_browser_says_nothing_any_more(case, sign_in, esra, end, what):
    client = sign_in(esra)
    drawers = {d.purpose: d for d in client.get("/").context["desk"].shielded.drawers}
    assert drawers[case.purpose.pk].dossiers == 1
    end(what)

    desk = client.get("/").context.get("desk")
    left = {d.purpose: d for d in desk.shielded.drawers} if desk and desk.shielded else {}
    assert case.purpose.pk not in left or left[case.purpose.pk].dossiers == 0


@pytest.mark.attack("A-09")
def test_a_privacy_officer_no_more_reads_no_log_with_the_page_still_open(case, sign_in, nora, esra, as_owner):
    with case.session(esra):
        case.open(esra, case.records[0], reason="anders", motivation="omdat")
    ((event,),) = as_owner("SELECT id FROM audit_event WHERE motivation IS NOT NULL AND actor = %s", esra.pk)
    client = sign_in(nora)
    client.post("/inzagen/organisatie/doel/", {"doel": "interne_controle"})
    assert client.get("/inzagen/organisatie/").status_code == 200
    as_owner(f"UPDATE identity_membership SET period = {UNTIL_TODAY} WHERE user_id = %s", nora.pk)

    assert client.get("/inzagen/organisatie/").status_code == 404
    assert client.post("/inzagen/organisatie/doel/", {"doel": "interne_controle"}).status_code == 404
    assert client.post(f"/inzagen/toelichting/{event}/").status_code == 404


@pytest.mark.attack("A-10")
def test_a_token_that_expired_was_altered_or_stands_elsewhere_is_nobody_s(
    case, sign_in, client, esra, as_owner
):
    sign_in(esra)
    key = client.session.session_key
    assert client.get("/inzagen/").status_code == 200

    client.cookies["sessionid"] = key[:-1] + ("A" if key[-1] != "A" else "B")
    assert "/account/login/" in client.get("/inzagen/").url
    client.cookies.clear()
    for address in (f"/inzagen/?sessionid={key}", f"/inzagen/?token={key}"):
        assert "/account/login/" in client.get(address).url
    assert "/account/login/" in client.get("/inzagen/", headers={"authorization": f"Bearer {key}"}).url
    client.cookies["sessionid"] = key
    assert client.get("/inzagen/").status_code == 200
    as_owner("UPDATE identity_session SET expires_at = now() - interval '1 second'")
    assert "/account/login/" in client.get("/inzagen/").url
