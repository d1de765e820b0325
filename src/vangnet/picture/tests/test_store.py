import re
from pathlib import Path

from vangnet.picture import store


def test_an_update_of_any_module_that_shapes_a_picture_forgets_the_kept_ones():
    """Only code that a picture is made with counts; what somebody is, is asked on every page."""
    texts = [path.read_text() for path in Path(store.__file__).parent.glob("*.py")]
    used = {name for text in texts for name in re.findall(r"^from vangnet\.(\w+)", text, re.MULTILINE)}

    assert {"figures", "places", "analysis", "ui"} <= used
    assert used - {"identity"} == {folder.name for folder in store._SHAPING}
