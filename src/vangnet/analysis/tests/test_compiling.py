from __future__ import annotations

from vangnet.analysis import compiling


def test_where_no_compiled_code_can_be_kept_it_is_made_at_each_start(monkeypatch):
    def refuses(*_args, cache=False, **_options):
        if cache:
            raise RuntimeError("no locator available")
        return lambda function: function

    monkeypatch.setattr(compiling.numba, "njit", refuses)

    assert compiling.compiled(abs)(-1) == 1
