import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from vangnet.picture import store


def test_an_update_of_any_module_that_shapes_a_picture_forgets_the_kept_ones():
    """Only code that a picture is made with counts; what somebody is, is asked on every page."""
    texts = [path.read_text() for path in Path(store.__file__).parent.glob("*.py")]
    used = {name for text in texts for name in re.findall(r"^from vangnet\.(\w+)", text, re.MULTILINE)}

    assert {"figures", "places", "analysis", "ui"} <= used
    assert used - {"identity"} == {module.__name__.split(".")[-1] for module in store._SHAPING}


def test_what_many_ask_for_at_once_is_made_once():
    key = uuid4().hex
    all_ask = threading.Barrier(5)
    made = []

    def make():
        made.append(1)
        threading.Event().wait(0.1)  # long enough for all to find nothing kept
        return "beeld"

    def ask(_number):
        all_ask.wait(timeout=10)
        return store.remembered(make, key)

    with ThreadPoolExecutor(5) as people:
        assert list(people.map(ask, range(5))) == ["beeld"] * 5

    assert made == [1]


def test_one_that_fails_to_make_it_leaves_the_turn_to_the_next():
    key = uuid4().hex

    def fail():
        raise OSError("schijf vol")

    with pytest.raises(OSError, match="schijf vol"):
        store.remembered(fail, key)

    assert store.remembered(lambda: "beeld", key) == "beeld"
    assert not store._AT_WORK
