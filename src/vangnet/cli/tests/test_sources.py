"""A figure names the table that it came from, not the one that its subject usually comes from."""

import json

import pytest

from vangnet.cli.main import main

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("words", "table"),
    [
        (("change", "woninginbraak", "2015", "2018", "--area", "GM0301"), "47018NED"),
        (("change", "woninginbraak", "2015", "2018", "--area", "ON"), "47018NED"),
        (("change", "woninginbraak", "2015", "2018", "--area", "NL"), "47022NED"),
        (("estimate", "woninginbraak", "--year", "2018", "--months", "8"), "47022NED"),
    ],
)
def test_the_source_is_the_table_of_these_figures(capsys, words, table):
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["source"].endswith(table)
