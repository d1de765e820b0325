"""Themes are chosen by criteria that nobody can change once a score is there."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from vangnet.figures.export import to_xlsx
from vangnet.identity.models import Organisation
from vangnet.identity.operator import service_session
from vangnet.identity.refusals import DoesNotHold
from vangnet.identity.rules import NotPermitted
from vangnet.portal import score_file
from vangnet.strategy import choosing_actions, choosing_reading
from vangnet.strategy.choosing import Candidate, ChoosingRound, Criterion, Score
from vangnet.strategy.tests.round import Desk

pytestmark = pytest.mark.django_db
CRITERION = {"about": "Als het vooraan staat.", "papers": "gemeente"}


class ChoosingDesk(Desk):
    """The pages of choosing."""

    def begin(self, **told: Any) -> str:
        answer = self.post("keuzes/nieuw/", **{"name": "Proefronde", "count": 1, **told})
        assert answer.status_code == 302, answer.context["form"].errors
        return f"keuzes/{answer['location'].split('/')[3]}/"

    def fill(self, path: str) -> None:
        for name, weight in (("Urgentie", 60), ("Over grenzen", 40)):
            told = {**CRITERION, "name": name, "weight": weight}
            assert self.post(f"{path}criterium/nieuw/", **told).status_code == 302
        for name in ("Water", "Vuur"):
            assert self.post(f"{path}onderwerp/nieuw/", name=name, terms=f"{name}\n").status_code == 302

    def names(self, path: str, organisation: str = "gm0301") -> list[str]:
        page = self.client.get(f"/strategie/{path}scores/", {"organisatie": organisation})
        assert page.status_code == 200
        return list(page.context["form"].pairs)

    def score(self, path: str, values: list[Any], organisation: str = "gm0301") -> Any:
        told = dict(zip(self.names(path, organisation), values, strict=True))
        return self.post(f"{path}scores/?organisatie={organisation}", **told)


@pytest.fixture
def locked(hugo) -> str:
    """A round in which scoring has begun: urgency 60 and borders 40, of water and fire."""
    desk = ChoosingDesk(hugo)
    path = desk.begin()
    desk.fill(path)
    assert desk.post(f"{path}vastzetten/").status_code == 302
    return path


def test_a_round_goes_from_criteria_to_a_choice_and_a_proposal(hugo, anna, bram, locked):
    lead, adviser = ChoosingDesk(hugo), ChoosingDesk(anna)
    assert adviser.score(locked, [4, 1, 1, 3]).status_code == 302  # urgency of both, borders of both
    assert ChoosingDesk(bram).score(locked, [3, 2, 0, 2], "gm0200").status_code == 302
    page = adviser.get(locked)

    assert page.index("Water") < page.index("Vuur")
    assert "Uit de stukken van 2 organisaties" in page
    # 0.6 x 3.5 + 0.4 x 0.5 = 2.30 against 0.6 x 1.5 + 0.4 x 2.5 = 1.90; equal where the first weighs a half.
    assert "2,30" in page
    assert "1,90" in page
    assert "50,0" in page
    assert "Vuur komt in plaats van Water" in page
    assert lead.post(f"{locked}sluiten/", why="De rest volgt in de evaluatie.").status_code == 302
    assert "naam=Water" in adviser.get(locked)
    form = adviser.client.get("/strategie/wijzigingen/nieuw/thema/?naam=Water&ronde=Proefronde").context[
        "form"
    ]
    assert (form["name"].value(), "Proefronde" in form["reason"].value()) == ("Water", True)


@pytest.mark.attack("A-07")
def test_a07_no_weight_changes_after_the_lock(hugo, locked):
    desk = ChoosingDesk(hugo)
    refused = desk.post(f"{locked}criterium/nieuw/", **CRITERION, name="Toch nog", weight=100)
    assert refused.status_code == 422
    assert "staan vast" in refused.content.decode()
    with service_session(hugo):
        found = ChoosingRound.objects.get(name="Proefronde")
        criterion = found.criteria.first()
        with pytest.raises(DoesNotHold, match="staan vast"):
            choosing_actions.drop(criterion, by=hugo, at=timezone.now())
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE strategy_criterion SET weight = 1 WHERE id = %s", [criterion.pk])
            assert cursor.rowcount == 0  # no policy lets anybody
        with pytest.raises(DoesNotHold, match="al vast"):
            choosing_actions.lock(found, by=hugo, at=timezone.now())
    with (
        service_session(hugo),
        pytest.raises(Exception, match="goes forward only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE strategy_choosinground SET locked_at = NULL WHERE id = %s", [found.pk])


def test_nobody_scores_before_the_lock_or_after_the_close(hugo, anna):
    lead, adviser = ChoosingDesk(hugo), ChoosingDesk(anna)
    path = lead.begin()
    lead.post(f"{path}vastzetten/")
    assert "Noem eerst minstens één criterium" in lead.get(path)
    lead.fill(path)
    with service_session(anna):
        found = ChoosingRound.objects.get(name="Proefronde")
        score = Score(
            candidate=found.candidates.first(), criterion=found.criteria.first(), value=4,
            organisation=Organisation.objects.get(slug="gm0301"),
        )  # fmt: skip
        with pytest.raises(DoesNotHold, match="Scoren kan pas"):
            choosing_actions.score([score], by=anna, at=timezone.now())
    assert "Scoren kan nog niet" in adviser.get(f"{path}scores/")
    lead.post(f"{path}vastzetten/")
    lead.post(f"{path}sluiten/", why="Niemand leverde op tijd.")
    assert "Deze ronde is gesloten" in adviser.get(f"{path}scores/")
    with service_session(anna), pytest.raises(DoesNotHold, match="geen scores meer"):
        choosing_actions.score([score], by=anna, at=timezone.now())


@pytest.mark.attack("A-07")
def test_a07_one_scores_ones_own_paper_and_only_the_driving_team_leads(anna, bram, carla, jan, hugo, locked):
    assert ChoosingDesk(anna).client.get(f"/strategie/{locked}scores/?organisatie=gm0200").status_code == 422
    assert "gaan niet over stukken van uw organisatie" in ChoosingDesk(carla).get(f"{locked}scores/")
    assert ChoosingDesk(hugo).score(locked, [1, 1, 1, 1], "gm0200").status_code == 302
    with service_session(anna):
        score = Score(
            candidate=Candidate.objects.get(name="Water"), criterion=Criterion.objects.get(name="Urgentie"),
            organisation=Organisation.objects.get(slug="gm0200"), value=4,
        )  # fmt: skip
        with pytest.raises(NotPermitted):
            choosing_actions.score([score], by=anna, at=timezone.now())
    for person in (anna, bram, jan):
        desk = ChoosingDesk(person)
        assert desk.post("keuzes/nieuw/", name="Van mij", count=1).status_code == 404
        assert desk.post(f"{locked}sluiten/").status_code == 404
    assert ChoosingDesk(jan).client.get(f"/strategie/{locked}scores/").status_code == 404


def test_a_later_score_counts_and_the_earlier_one_stays(anna, locked):
    desk = ChoosingDesk(anna)
    desk.score(locked, [4, 1, 1, 3])
    desk.score(locked, [2, 1, 1, 3])

    assert desk.get(locked).count("2,0") >= 1
    with service_session(anna):
        assert Score.objects.filter(candidate__name="Water", criterion__name="Urgentie").count() == 2


def sent(desk: ChoosingDesk, path: str) -> dict[str, Any]:
    """Return what the form of scores would send as it is shown."""
    form = desk.client.get(f"/strategie/{path}scores/", {"organisatie": "gm0301"}).context["form"]
    return {name: form[name].value() for name in form.fields}


def test_a_score_that_a_colleague_gave_meanwhile_is_not_put_back(anna, hugo, locked):
    desk = ChoosingDesk(anna)
    desk.score(locked, [1, 1, 1, 1])
    told = sent(desk, locked)
    first, second, *_ = desk.names(locked)
    ChoosingDesk(hugo).score(locked, [4, 1, 1, 1])
    assert desk.post(f"{locked}scores/?organisatie=gm0301", **{**told, second: 2}).status_code == 302

    now = sent(desk, locked)
    assert (now[first], now[second]) == (4, 2)


def test_a_place_that_was_added_is_kept_though_no_score_changed(anna, locked):
    desk = ChoosingDesk(anna)
    desk.score(locked, [1, 2, 3, 4])
    told = sent(desk, locked)
    desk.post(f"{locked}scores/?organisatie=gm0301", **{**told, "found_at": "IVP 2023, blz. 12"})

    assert sent(desk, locked)["found_at"] == "IVP 2023, blz. 12"
    with service_session(anna):
        assert Score.objects.filter(candidate__round__name="Proefronde").count() == 8
    desk.post(f"{locked}scores/?organisatie=gm0301", **sent(desk, locked))
    with service_session(anna):
        assert Score.objects.filter(candidate__round__name="Proefronde").count() == 8  # nothing was changed


def test_who_scores_while_a_round_closes_is_told(hugo, locked, monkeypatch):
    desk = ChoosingDesk(hugo)
    names = desk.names(locked)
    known = choosing_reading.scored

    def closing(found: ChoosingRound, *args: Any) -> Any:
        choosing_actions.close(found, by=hugo, at=timezone.now(), why="Niemand leverde.")
        return known(found, *args)

    monkeypatch.setattr(choosing_reading, "scored", closing)
    answer = desk.post(f"{locked}scores/?organisatie=gm0301", **{names[0]: 3})

    assert answer.status_code == 422
    assert "geen scores meer" in answer.content.decode()


def test_many_scores_ask_as_few_questions_as_one(hugo, locked):
    with service_session(hugo):
        found = ChoosingRound.objects.get(name="Proefronde")
        pairs = [(one.pk, c.pk) for one in found.candidates.all() for c in found.criteria.all()]
        paper = Organisation.objects.get(slug="gm0301")
        counts = []
        for some in (pairs[:1], pairs):
            told = [
                Score(candidate_id=one, criterion_id=c, organisation=paper, value=1, found_at="blz. 1")
                for one, c in some
            ]
            with CaptureQueriesContext(connection) as asked:
                choosing_actions.score(told, by=hugo, at=timezone.now())
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_criterion_that_is_not_scored_for_all_does_not_count_and_is_named(anna, locked):
    desk = ChoosingDesk(anna)
    desk.score(locked, [4, 1, "", 3])

    assert "tellen nog niet mee" in desk.get(locked)
    assert "Over grenzen" in desk.get(locked)


@pytest.mark.parametrize(
    ("path", "told", "said"),
    [
        ("criterium/nieuw/", {**CRITERION, "name": "Nieuw", "weight": 0}, "minstens 1 is"),
        ("criterium/nieuw/", {**CRITERION, "name": "Urgentie", "weight": 5}, "staat er al"),
        ("onderwerp/nieuw/", {"name": "BSN 123456782"}, "burgerservicenummer"),
    ],
)
def test_bad_input_is_named(hugo, path, told, said):
    desk = ChoosingDesk(hugo)
    at = desk.begin()
    desk.fill(at)
    answer = desk.post(f"{at}{path}", **told)

    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_the_demonstration_has_a_round_with_a_firm_and_a_weak_side(anna, django_assert_max_num_queries):
    desk = ChoosingDesk(anna)
    with service_session(anna):
        shown = ChoosingRound.objects.get(name__contains="demonstratie")
    for path in ("keuzes/", f"keuzes/{shown.pk}/", f"keuzes/{shown.pk}/scores/"):
        with django_assert_max_num_queries(16):
            desk.get(path)
    page = desk.get(f"keuzes/{shown.pk}/")
    assert page.count("gekozen") >= 3
    assert "Hoe vast staat deze keuze?" in page
    assert "Verkeersveiligheid komt in plaats van" in page


@pytest.mark.parametrize("path", ["keuzes/", "keuzes/nieuw/"])
def test_an_outsider_is_asked_to_sign_in(outsider, path):
    assert outsider.get(f"/strategie/{path}")["location"].startswith("/account/login/")


def workbook(*rows: tuple[Any, ...], heading: tuple[str, ...] = score_file.COLUMNS) -> SimpleUploadedFile:
    return SimpleUploadedFile("scores.xlsx", to_xlsx(heading, rows))


def test_scores_come_in_from_a_workbook_after_a_look(hugo, locked):
    desk = ChoosingDesk(hugo)
    rows = [("Zutphen", "Water", "Urgentie", 4, "IVP blz. 3"), ("gm0301", "Vuur", "Urgentie", 1, None)]
    page = desk.post(f"{locked}inlezen/", file=workbook(*rows))
    assert page.status_code == 200
    assert "2 scores uit 1 stuk" in page.content.decode()
    assert "Er zijn nog geen scores" in desk.get(locked)
    assert desk.post(f"{locked}inlezen/", rijen=page.context["rows"]).status_code == 302

    assert "4,0" in desk.get(locked)
    assert desk.post(f"{locked}inlezen/", rijen=f"{page.context['rows']}x")["location"].endswith("/inlezen/")


def test_wrong_cells_of_a_workbook_are_named_by_row_and_column_and_nothing_comes_in(hugo, anna, locked):
    desk = ChoosingDesk(hugo)
    rows = [
        ("Zutphen", "Water", "Urgentie", 5, None),
        ("Zutphen", "Lucht", "Urgentie", 1, None),
        ("Nergens", "Water", "Onbekend", "veel", "BSN 123456782"),
        ("Zutphen", "Vuur", "Urgentie", 1, None),
        ("Gemeente Zutphen", "Vuur", "Urgentie", 2, None),
    ]
    answer = desk.post(f"{locked}inlezen/", file=workbook(*rows))
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "7 cellen kloppen niet" in page
    for said in ("‘5’ is geen score", "‘Lucht’ is in deze ronde niet bekend", "burgerservicenummer",
                 "‘veel’ is geen score", "staat al in een eerdere rij"):  # fmt: skip
        assert said in page
    assert not answer.context["rows"]
    mine = ChoosingDesk(anna).post(
        f"{locked}inlezen/", file=workbook(("Apeldoorn", "Water", "Urgentie", 4, None))
    )
    assert "‘Apeldoorn’ is in deze ronde niet bekend" in mine.content.decode()


def test_a_file_that_is_no_table_is_refused_and_a_blank_one_is_given(anna, locked):
    desk = ChoosingDesk(anna)
    for file in (SimpleUploadedFile("a.xlsx", b"x"), workbook((1,), heading=("Iets",)), workbook()):
        assert desk.post(f"{locked}inlezen/", file=file).status_code == 422
    answer = desk.client.get(f"/strategie/{locked}scores.xlsx")

    assert answer.status_code == 200
    filled = SimpleUploadedFile("scores.xlsx", answer.content)
    page = desk.post(f"{locked}inlezen/", file=filled).content.decode()
    assert "4 cellen kloppen niet" in page  # two subjects on two criteria, not filled in yet


def test_a_text_proposes_scores_with_its_sentences_and_a_person_confirms(anna, carla, locked):
    desk = ChoosingDesk(anna)
    text = "Water\nWij letten op water. Vuur is hier geen prioriteit. <script>alert(1)</script> water."
    with service_session(anna):
        criterion = Criterion.objects.get(name="Urgentie").pk
    told = {"organisatie": "gm0301", "criterion": criterion, "text": text}
    assert "Plak de tekst hier" in desk.get(f"{locked}tekst/", organisatie="gm0301")
    page = desk.post(f"{locked}tekst/", **told)
    shown = page.content.decode()

    assert "Voorstel: 3" in shown  # named in a heading
    assert "telt niet mee: ontkenning" in shown
    assert "<script>alert(1)" not in shown
    assert "Er zijn nog geen scores" in desk.get(locked)
    proposed = {name: value for name, value in page.context["form"].initial.items() if name != "shown"} | {
        "shown": page.context["form"]["shown"].value()
    }
    assert desk.post(f"{locked}scores/?organisatie=gm0301", **proposed).status_code == 302
    assert "3,0" in desk.get(locked)
    for other, organisation in ((anna, "gm0200"), (carla, "politie")):
        path = f"/strategie/{locked}tekst/?organisatie={organisation}"
        assert ChoosingDesk(other).client.get(path).status_code == 404
