"""The strategy beside the police's multi-year plan: who keeps passages, what is linked, and the gaps."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from openpyxl import load_workbook

from vangnet.identity.models import Organisation, User
from vangnet.identity.operator import service_session
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.rules import NotPermitted
from vangnet.strategy import passage_actions, passage_reading
from vangnet.strategy.models import Passage
from vangnet.strategy.refusals import rules
from vangnet.strategy.tests.round import Desk

pytestmark = pytest.mark.django_db
PLAN = "meerjarenplan/"
WORDS = "Wijkagenten kennen elke ondernemer."
HEADINGS = "Doel;Verband;Plan;Wat er staat;Bladzijde;Van;Tot en met\n"


def told(**more: object) -> dict[str, object]:
    police = str(Organisation.objects.get(slug="politie").pk)
    base = {"organisation": police, "plan": "Meerjarenplan", "words": WORDS, "page": "blz. 4"}
    return base | {"first_year": 2019, "last_year": 2022, "goal": "OND-07", "way": "volgt-uit", **more}


def passage(slug: str = "politie", **more: object) -> Passage:
    owner = Organisation.objects.get(slug=slug)
    return Passage(**{**told(), **{"organisation": owner, "goal": "", "way": ""}, **more})


def kept(person: User, **wanted: object) -> list[Passage]:
    """Return what is kept, as somebody of the network reads it."""
    with service_session(person), transaction.atomic():
        return list(Passage.objects.filter(**wanted).select_related("ended_by"))


def row_of(page: str, code: str) -> str:
    return next(row for row in re.findall(r"<tr>.*?</tr>", page) if f"{code}," in row)


def upload(desk: Desk, lines: str) -> object:
    file = SimpleUploadedFile("passages.csv", (HEADINGS + lines).encode())
    police = str(Organisation.objects.get(slug="politie").pk)
    return desk.post(f"{PLAN}inlezen/", organisation=police, file=file)


def test_the_police_record_a_passage_that_stands_at_its_goal_until_it_is_taken_out(carla, anna):
    desk, reader = Desk(carla), Desk(anna)
    assert "geen passage" in row_of(reader.get(PLAN), "OND-07")
    assert desk.post(f"{PLAN}nieuw/", **told()).status_code == 302
    again = desk.post(f"{PLAN}nieuw/", **told())
    [made] = kept(carla, words=WORDS)

    assert again.status_code == 422
    assert "staat al bij dit doel" in again.content.decode()
    assert WORDS in row_of(reader.get(PLAN), "OND-07")
    assert WORDS in reader.get("doelen/OND-07/")
    assert "Haal eruit" not in reader.get(PLAN)
    assert desk.post(f"{PLAN}{made.pk}/einde/", why="Staat in een ander plan.").status_code == 302
    assert "geen passage" in row_of(reader.get(PLAN), "OND-07")
    [made] = kept(carla, words=WORDS)
    assert (made.ended_why, made.ended_by) == ("Staat in een ander plan.", carla)


def test_gaps_show_on_both_sides_and_terms_that_differ(carla, anna):
    Desk(carla).post(f"{PLAN}nieuw/", **told(first_year=2018, last_year=2021))
    Desk(carla).post(f"{PLAN}nieuw/", **told(words="Los.", goal="", way=""))
    desk = Desk(anna)

    assert "de strategie loopt 2019-2022, de passage 2018-2021" in desk.get(PLAN, toon="termijn").lower()
    assert "Los." in desk.get(PLAN, toon="zonder-doel")
    assert "Los." not in desk.get(PLAN, toon="zonder-passage")
    assert WORDS not in desk.get(PLAN, toon="zonder-passage")
    assert "OND-08," in desk.get(PLAN, toon="zonder-passage")
    assert "KWP-10," not in desk.get(PLAN, thema="ondermijning")
    assert desk.client.get(f"/strategie/{PLAN}", {"toon": "niets"}).status_code == 404


def test_a_goal_with_a_date_asks_only_that_its_year_lies_in_the_passage(carla):
    desk = Desk(carla)
    desk.post(f"{PLAN}nieuw/", **told(goal="OND-20", last_year=2020))  # the agreement of 2019
    desk.post(f"{PLAN}nieuw/", **told(goal="CYB-08", first_year=2021))  # of 2020 at the latest
    with service_session(carla), transaction.atomic():
        sides = {row.code: row.sides for row in passage_reading.rows(carla)}

    assert sides["OND-20"][0].differs == ""
    assert "uiterlijk 2020" in sides["CYB-08"][0].differs


def test_what_is_invented_is_marked_as_such(anna):
    assert "verzonnen</span>" in row_of(Desk(anna).get(PLAN), "OND-22")


def test_a_passage_of_a_goal_that_ended_is_a_gap(carla, anna, greet):
    Desk(carla).post(f"{PLAN}nieuw/", **told())
    version = Desk(anna).propose("doel/OND-07/vervallen/", reason="Anderen doen dit.")
    assert WORDS not in Desk(anna).get(PLAN, toon="zonder-doel")
    assert Desk(greet).judge(version, "bbg", "bbg").status_code == 302
    page = Desk(anna).get(PLAN, toon="zonder-doel")

    assert WORDS in page
    assert "doel vervallen</span> OND-07" in page


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"last_year": 2018}, "Kies een later jaar"),
        ({"way": ""}, "Kies een doel met het verband"),
        ({"goal": "ZZZ-1"}, "ZZZ-1"),
        ({"page": ""}, "verplicht"),
        ({"words": "Bel 123456782"}, "burgerservicenummer"),
    ],
)
def test_a_passage_that_cannot_be_is_refused_with_how_to_mend_it(carla, more, says):
    answer = Desk(carla).post(f"{PLAN}nieuw/", **told(**more))

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert kept(carla, plan="Meerjarenplan") == []


def test_only_the_police_and_the_driving_team_keep_passages(outsider, anna, esra, karel, hugo):
    assert outsider.get(f"/strategie/{PLAN}")["location"].startswith("/account/login/")
    for person in (anna, esra, karel):  # karel is of the police, in another role
        assert Desk(person).post(f"{PLAN}nieuw/", **told()).status_code == 404
        assert Desk(person).client.get(f"/strategie/{PLAN}inlezen/").status_code == 404
        with service_session(person), transaction.atomic(), pytest.raises(NotPermitted):
            passage_actions.record_passages([passage()], by=person, at=timezone.now())
    assert Desk(hugo).post(f"{PLAN}nieuw/", **told()).status_code == 302


def test_the_database_keeps_words_and_whose_plan_it_is(carla, hugo):
    made, now = passage(), timezone.now()
    with service_session(hugo), transaction.atomic(), pytest.raises(DoesNotHold, match="van de politie"):
        passage_actions.record_passages([passage("gm0301")], by=hugo, at=now)
    with service_session(carla), transaction.atomic(), pytest.raises(NotPermitted):
        passage_actions.record_passages([passage(is_invented=True)], by=carla, at=now)
    with service_session(carla):
        passage_actions.record_passages([made], by=carla, at=now)
        with transaction.atomic(), pytest.raises(DoesNotHold, match="er intussen uit"), rules():
            Passage.objects.filter(pk=made.pk).update(words="Anders.")
        passage_actions.take_out(made, why="Dubbel.", by=carla, at=now)
        with transaction.atomic(), pytest.raises(DoesNotHold, match="intussen uit"):
            passage_actions.take_out(made, why="Nog eens.", by=carla, at=now)


def test_a_file_is_read_after_a_look_and_says_which_cells_are_wrong(carla, anna):
    desk = Desk(carla)
    wrong = upload(desk, "ZZZ-9;volgt uit;Plan;Een.;blz. 1;2019;2022\nOND-07;;Plan;Twee.;blz. 2;later;2022\n")
    looked = upload(desk, f"OND-07;volgt uit;Plan;{WORDS};blz. 1;2019;2022\n;;Plan;Los.;blz. 2;2019;2022\n")
    rows = looked.context["rows"]

    assert wrong.status_code == 422
    for says in ("‘ZZZ-9’ is geen doel", "Zeg bij een doel", "‘later’ is geen jaar"):
        assert says in wrong.content.decode()
    assert kept(carla, plan="Plan") == []
    assert desk.post(f"{PLAN}inlezen/", rijen=rows[:-2] + "xx").status_code == 302
    assert kept(carla, plan="Plan") == []
    assert desk.post(f"{PLAN}inlezen/", rijen=rows).status_code == 302
    assert WORDS in Desk(anna).get("doelen/OND-07/")
    assert desk.client.post(f"/strategie/{PLAN}inlezen/", {"rijen": rows}, follow=True).status_code == 200
    assert len(kept(carla, plan="Plan")) == 2


def test_both_sides_are_there_as_a_workbook_that_can_be_read_back(carla):
    desk = Desk(carla)
    body = desk.client.get("/strategie/meerjarenplan.xlsx").content
    blank = load_workbook(BytesIO(desk.client.get("/strategie/meerjarenplan.xlsx?leeg=ja").content))
    rows = list(load_workbook(BytesIO(body)).active.iter_rows(values_only=True))

    assert rows[0][:7] == ("Doel", "Verband", "Plan", "Wat er staat", "Bladzijde", "Van", "Tot en met")
    assert list(blank.active.iter_rows(values_only=True)) == [rows[0][:7]]
    assert any(row[0] == "OND-22" and row[1] == "Volgt uit het doel" and row[5] == 2019 for row in rows)
    assert any(row[0] == "OND-07" and row[3] is None for row in rows)  # a goal without a passage
