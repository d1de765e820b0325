"""Functions that numba compiles when they are first called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function when it is first called, and keep that for the next start.

    Where neither the folder of the source nor the cache of the user can be written, it is
    compiled at each start. Threads run it side by side.
    """
    kept: Any
    try:
        kept = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:
        kept = numba.njit(nogil=True)(function)
    return cast("Function", kept)
