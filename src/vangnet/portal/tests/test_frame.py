"""The frame around every page."""

import pytest
from django.template.response import TemplateResponse
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone

from vangnet.identity.actions import give_role
from vangnet.identity.models import Organisation, Role
from vangnet.identity.operator import operator
from vangnet.portal import navigation

pytestmark = pytest.mark.django_db


def _current(answer):
    return [item["label"] for item in answer.context["navigation"] if item["current"]]


@pytest.mark.parametrize(
    ("address", "label"),
    [("/", "Start"), ("/strategie/doelen/", "Strategie"), ("/gebieden/GM0301/", "Gebieden"),
     ("/handleiding/strategie/", "Handleiding")],
)  # fmt: skip
def test_the_menu_marks_where_one_is(sign_in, anna, address, label):
    assert _current(sign_in(anna).get(address)) == [label]


def test_every_address_of_the_frame_leads_somewhere():
    for _, address in navigation.MENU:
        assert resolve(address)
    for address in navigation.FLOW_URLS.values():
        assert resolve(address)


def test_a_page_that_is_not_there_keeps_the_frame(sign_in, anna):
    page = sign_in(anna).get("/bestaat-niet/")

    assert page.status_code == 404
    assert "Anna de Wit" in page.content.decode()


def test_the_account_names_every_organisation_once(sign_in, anna):
    riec = Organisation.objects.get(slug="riec")
    for role in (Role.ANALYST, Role.RIEC_MANAGER):
        give_role(
            anna, organisation=riec, role=role, since=timezone.localdate(), by=operator(), at=timezone.now()
        )

    account = sign_in(anna).get("/privacy/").context["account"]

    assert account["organisation"] == "Gemeente Zutphen, RIEC Oost-Nederland"


def test_the_frame_asks_one_query_when_signed_in_and_none_otherwise(
    anna, outsider, django_assert_num_queries
):
    with django_assert_num_queries(2):  # only begin and end of the transaction
        outsider.get("/privacy/")
    request = RequestFactory().get("/privacy/")
    request.user = anna
    with django_assert_num_queries(1):
        navigation.page_frame(request)
        navigation.page_frame(request)


def test_a_page_without_a_user_has_a_frame_too(rf):
    """An error page may be written before anybody knows who asks."""
    assert navigation.page_frame(rf.get("/"))["account"] is None
    assert TemplateResponse(rf.get("/"), "404.html").render().status_code == 200
