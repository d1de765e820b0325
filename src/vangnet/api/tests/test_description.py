"""The description says what the routes do: compared with them, their checks and their answers."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from vangnet.api import deliveries, description
from vangnet.api.tests.conftest import SEEN
from vangnet.api.urls import urlpatterns

pytestmark = pytest.mark.django_db
PATH = re.compile(r"^(/([a-z0-9-]+|\{[a-zA-Z]+\})(\.json)?)+$")
KEY = re.compile(r"^[a-z][a-z\d]*([A-Z][a-z\d]*)*$")


@pytest.fixture
def document(db):
    return Client().get("/api/v1/openapi.json").json()


def test_anybody_may_read_it_from_any_site(db):
    answer = Client().get("/api/v1/openapi.json")

    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["API-Version"] == answer.json()["info"]["version"] == "1.0.0"


def test_it_has_every_route_and_no_other(document):
    assert get_resolver()
    routes = {"/" + str(one.pattern).replace("<uuid:signal>", "{id}") for one in urlpatterns}

    assert set(document["paths"]) == routes - {"/<path:path>"}


def test_every_method_that_it_names_is_answered_and_every_other_refused(document, system):
    for path, methods in document["paths"].items():
        address = "/api/v1" + path.replace("{id}", str(uuid4()))
        for method in ("get", "post", "put", "patch", "delete"):
            answer = getattr(system.client, method)(address, headers=system.headers)
            assert (answer.status_code != 405) == (method in methods), (method, path)


def test_every_answer_that_was_got_is_named_and_has_the_fields_that_are_promised(document, system):
    told = system.send({"omschrijving": SEEN, "branche": "autobranche"}).json()
    answers = {
        ("/signalen", "post"): system.send(),
        ("/signalen", "get"): system.get("/signalen"),
        ("/signalen/{id}", "get"): system.get(f"/signalen/{told['id']}"),
        ("/routes", "get"): system.get("/routes"),
        ("/gemeenten", "get"): system.get("/gemeenten"),
    }
    for (path, method), answer in answers.items():
        promised = document["paths"][path][method]["responses"][str(answer.status_code)]
        fits(answer.json(), promised["content"]["application/json"]["schema"], document)
    for path, method, answer in [
        ("/signalen", "get", system.get("/signalen", status="x")),
        ("/signalen", "post", system.send({"x": 1})),
        ("/signalen/{id}", "get", system.get(f"/signalen/{uuid4()}")),
        ("/routes", "get", Client().get("/api/v1/routes")),
    ]:
        promised = document["paths"][path][method]["responses"][str(answer.status_code)]
        fits(answer.json(), promised["content"]["application/problem+json"]["schema"], document)


def fits(value, schema, document):
    """Fail when a value has something that its schema does not promise, or lacks what it does."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if value is None:
        assert schema.get("nullable"), schema
        return
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float)}
    assert isinstance(value, kinds[schema["type"]]), (value, schema)
    if schema["type"] == "object":
        assert set(schema.get("required", [])) <= set(value)
        assert set(value) <= set(schema["properties"])
        for name, one in value.items():
            fits(one, schema["properties"][name], document)
    elif schema["type"] == "array":
        for one in value:
            fits(one, schema["items"], document)


def test_the_body_of_a_report_is_described_by_the_form_that_checks_it(document):
    schema = document["paths"]["/signalen"]["post"]["requestBody"]["content"]["application/json"]["schema"]

    assert schema == deliveries.schema()
    assert schema["required"] == ["omschrijving"]
    assert schema["properties"]["omschrijving"]["maxLength"] == 10_000
    assert "autobranche" in schema["properties"]["branche"]["enum"]
    assert schema["properties"]["gezienOp"]["format"] == "date"


def test_the_parameters_are_those_that_are_read(document):
    for one in description.OPERATIONS:
        told = document["paths"][one.path][one.method]["parameters"]
        assert {each["name"] for each in told if each["in"] == "query"} == {each.name for each in one.query}


def test_it_keeps_the_rules_of_the_dutch_api_design_rules(document):
    assert re.fullmatch(r"3\.0\.\d", document["openapi"])
    assert document["servers"][0]["url"].endswith("/api/v1")
    assert all(document["info"]["contact"][name] for name in ("name", "url", "email"))
    names = []
    for path, methods in document["paths"].items():
        assert PATH.fullmatch(path), path
        for method, one in methods.items():
            names.append(one["operationId"])
            for status, answer in one["responses"].items():
                assert "API-Version" in answer["headers"], (path, status)
                kind = "application/json" if status < "4" else "application/problem+json"
                assert list(answer["content"]) == [kind]
            if one.get("parameters") or method != "get":
                assert "400" in one["responses"]
            for each in one.get("parameters", []):
                assert each["in"] == "header" or KEY.fullmatch(each["name"])
    assert len(names) == len(set(names))
    problem = document["components"]["schemas"]["Probleem"]
    assert problem["required"] == ["status", "title", "detail"]


def test_the_counts_of_the_description_are_the_addresses_of_the_site():
    assert reverse("api:openapi") == "/api/v1/openapi.json"
    assert reverse("api:signals") == "/api/v1/signalen"
