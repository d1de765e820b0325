"""casework.yaml of a region pack: left out, broken, incomplete, or loaded twice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.utils import timezone

from vangnet.casework.models import Branch, MeasureKind, Protocol
from vangnet.casework.protocol import BadProtocol
from vangnet.config import pack_casework

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Pack:
    folder: Path


@pytest.fixture
def content():
    return yaml.safe_load((settings.REGION_FOLDER / "casework.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def load(tmp_path, as_administrator):
    def load(text: str | None):
        if text is not None:
            (tmp_path / "casework.yaml").write_text(text, encoding="utf-8")
        pack_casework.load(Pack(tmp_path), by=as_administrator, at=timezone.now())

    return load


def test_a_pack_without_it_changes_nothing(load):
    before = (Branch.objects.count(), Protocol.objects.count())
    load(None)

    assert (Branch.objects.count(), Protocol.objects.count()) == before


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("steps: {a: b?, c", r"casework\.yaml: while parsing"),
        ("phenomena: {}", r"casework\.yaml lacks 'branches'"),
    ],
)
def test_a_broken_file_is_named_in_one_message(load, text, complaint):
    with pytest.raises(BadProtocol, match=complaint):
        load(text)


def test_a_version_that_is_known_is_never_changed_and_a_new_one_stands_beside_it(load, content):
    content["protocol"]["steps"]["gebied"]["label"] = "Iets anders"
    with pytest.raises(BadProtocol, match="give the change a new version"):
        load(yaml.safe_dump(content, sort_keys=False))
    content["protocol"]["version"] += 1
    load(yaml.safe_dump(content, sort_keys=False))
    load(yaml.safe_dump(content, sort_keys=False))

    assert sorted(Protocol.objects.values_list("version", flat=True)) == [2, 3]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda cases: cases["lists"].pop("taak"), "cases: the lists are"),
        (lambda cases: cases["lists"].update(extra={"a": "A"}), "cases: the lists are"),
        (
            lambda cases: cases["measures"]["bibob"].update(family="anders"),
            "measure 'bibob' has an unknown family",
        ),
        (lambda cases: cases["measures"]["bibob"].pop("competent"), "measure 'bibob' has other parts"),
        (
            lambda cases: cases["competent"].update(burgemeester=["niemand"]),
            "competent 'burgemeester' is nobody",
        ),
        (lambda cases: cases["competent"].update(koning=["gemeente"]), "competent 'koning' is nobody"),
        (lambda cases: cases["lists"]["afloop"]["legaal"].update(use="ooit"), "afloop/legaal has a name"),
        (lambda cases: cases["lists"]["taak"].update(a={"name": "A", "use": "vooraf"}), "taak/a has a name"),
        (lambda cases: cases["measures"]["bibob"].update(artikel="x"), "measure 'bibob' has other parts"),
    ],
)
def test_a_fault_in_the_choices_of_cases_is_named(load, content, change, complaint):
    change(content["cases"])

    with pytest.raises(BadProtocol, match=complaint):
        load(yaml.safe_dump(content, sort_keys=False))


def test_the_choices_of_cases_can_be_loaded_again_and_a_name_changed(load, content):
    content["cases"]["measures"]["bibob"]["name"] = "Vergunning toch weigeren"
    load(yaml.safe_dump(content, sort_keys=False))

    assert MeasureKind.objects.get(pk="bibob").name == "Vergunning toch weigeren"
