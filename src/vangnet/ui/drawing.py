"""Altair, loaded at the first drawing instead of at every start: it takes longer than the rest of a page.

Most pages show pictures from the cache and draw nothing. Import it as `from vangnet.ui.drawing import alt`.
"""

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt
else:

    @cache
    def _altair() -> Any:
        module = import_module("altair")
        # Every definition we build is checked against the schema in the tests; checking it again for
        # each picture costs more than drawing it.
        import_module("altair.utils.schemapi").disable_debug_mode()
        return module

    class _Later:
        """Stands for the module until the first use of one of its names."""

        def __getattr__(self, name: str) -> Any:
            return getattr(_altair(), name)

    alt = _Later()

__all__ = ["alt"]
