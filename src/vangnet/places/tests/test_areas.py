"""The list of areas on a day."""

import pytest

PAGE = "/gebieden/"


def _text(answer):
    return answer.content.decode()


@pytest.mark.parametrize(
    ("day", "count"), [("2014-07-01", 81), ("2016-07-01", 79), ("2018-07-01", 78), ("2019-01-01", 76)]
)
def test_a_day_has_its_own_municipalities(sign_in, anna, day, count):
    page = sign_in(anna).get(PAGE, {"op": day})

    assert page.status_code == 200
    assert f"{count} gemeenten op" in _text(page)


def test_without_a_day_the_list_is_of_today(sign_in, anna):
    page = sign_in(anna).get(PAGE)

    assert "76 gemeenten op" in _text(page)
    assert "Rijnwaarden" not in _text(page)
    assert [(g.name, len(g.members)) for g in page.context["groups"]] == [
        ("Gelderland-Midden", 15),
        ("Gelderland-Zuid", 14),
        ("IJsselland", 11),
        ("Noord- en Oost-Gelderland", 22),
        ("Twente", 14),
    ]


def test_the_last_day_before_a_merger_still_has_the_old_municipalities(sign_in, anna):
    client = sign_in(anna)

    assert "Rijnwaarden" in _text(client.get(PAGE, {"op": "2017-12-31"}))
    assert "Rijnwaarden" not in _text(client.get(PAGE, {"op": "2018-01-01"}))


def test_a_dutch_date_is_understood(sign_in, anna):
    assert "81 gemeenten op 1 juli 2014" in _text(sign_in(anna).get(PAGE, {"op": " 1-7-2014 "}))


@pytest.mark.parametrize("wrong", ["2014-02-30", "gisteren", "2014", "1' OR '1'='1", "\x00", "9" * 10_000])
def test_a_wrong_date_is_explained_and_lists_nothing(sign_in, anna, wrong):
    page = sign_in(anna).get(PAGE, {"op": wrong})

    assert page.status_code == 200
    assert "Dit is geen datum. Schrijf jaar-maand-dag, bijvoorbeeld 2014-07-01." in _text(page)
    assert "gemeenten op" not in _text(page)


def test_an_empty_date_is_asked_for(sign_in, anna):
    assert "Vul een datum in" in _text(sign_in(anna).get(PAGE, {"op": ""}))


@pytest.mark.parametrize("early", ["2011-12-31", "1900-01-01", "0001-01-01"])
def test_a_day_before_the_figures_begin_is_refused_with_the_reason(sign_in, anna, early):
    page = sign_in(anna).get(PAGE, {"op": early})

    assert "vanaf 2012 betrouwbaar" in _text(page)
    assert "gemeenten op" not in _text(page)


def test_a_day_in_the_future_shows_what_is_known_now(sign_in, anna):
    page = sign_in(anna).get(PAGE, {"op": "9999-12-31"})

    assert "ligt in de toekomst" in _text(page)
    assert "76 gemeenten op" in _text(page)


def test_the_list_asks_few_queries(sign_in, anna, django_assert_max_num_queries):
    client = sign_in(anna)

    with django_assert_max_num_queries(8):
        client.get(PAGE, {"op": "2014-07-01"})


def test_an_outsider_is_asked_to_sign_in(outsider):
    assert outsider.get(PAGE)["location"].startswith("/account/login/")
