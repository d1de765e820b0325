"""registers.yaml of a region pack: left out, broken, loaded twice; and the invented lines it asks for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from vangnet.config import pack_registers
from vangnet.config.pack_registers_demo import invented
from vangnet.registers.models import REFERENCE, Choice

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Pack:
    folder: Path


@pytest.fixture
def load(tmp_path, as_administrator):
    def load(text: str | None):
        if text is not None:
            (tmp_path / "registers.yaml").write_text(text, encoding="utf-8")
        pack_registers.load(Pack(tmp_path), by=as_administrator, at=timezone.now())

    return load


def test_a_pack_without_it_changes_nothing(load):
    before = Choice.objects.count()
    load(None)

    assert Choice.objects.count() == before > 40


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("lists: {a: b?, c", r"registers\.yaml: while parsing"),
        ("demo: {seed: 1}", r"registers\.yaml lacks 'lists'"),
        ("lists: {wapens: []}", r"registers\.yaml: .*unknown lists: wapens"),
        ("lists: {pand: [{code: x}]}", r"registers\.yaml lacks 'name'"),
    ],
)
def test_a_broken_file_is_named_in_one_message(load, text, complaint):
    with pytest.raises(pack_registers.BadLists, match=complaint):
        load(text)


def test_a_name_may_change_and_a_code_stays(load):
    before = Choice.objects.count()
    load("lists: {pand: [{code: woning, name: Woonhuis}]}")

    assert Choice.objects.get(pk="woning").name == "Woonhuis"
    assert Choice.objects.count() == before


def test_both_packs_have_seven_steps():
    import yaml

    for pack in settings.REGION_FOLDER.parent.glob("*/registers.yaml"):
        assert len(yaml.safe_load(pack.read_text())["lists"]["jeugdstap"]) == 7, pack


def test_the_demonstration_is_the_same_for_the_same_seed_covers_the_region_and_says_it_is_invented(
    as_administrator,
):
    at = timezone.now()
    lines, again = (invented(74, 4, by=as_administrator, at=at) for _ in range(2))
    kinds = Counter(type(line).__name__ for line in lines)
    placed = [line for line in lines if hasattr(line, "place")]

    assert [line.pk for line in lines] == [line.pk for line in again]
    assert {line.source for line in placed} == {"synthetisch"}
    assert len({line.place for line in placed if line.place.startswith("GM")}) > 70
    assert min(kinds[name] for name in ("Gain", "Find", "Adoption", "YouthGroup", "Resilience")) > 50
    assert 2_000 < len(lines) < 12_000


def test_the_demonstration_is_loaded_once(as_administrator):
    pack = Pack(settings.REGION_FOLDER)

    assert pack_registers.load_demo(pack, by=as_administrator, at=timezone.now()) == 0
    assert REFERENCE.startswith("^")
