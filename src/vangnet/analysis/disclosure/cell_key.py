"""Rounding by the people in a cell: the same people always give the same rounded figure."""

from __future__ import annotations

import hashlib
import hmac

import numpy as np
from numpy.typing import ArrayLike, NDArray


def record_key(identity: bytes, secret: bytes) -> int:
    """Return the key of one record.

    Parameters
    ----------
    identity : bytes
        What makes the record the same one in every table, such as a pseudonym.
    secret : bytes
        At least 16 bytes that only the maker of the tables has.

    Returns
    -------
    int
        0 to 2**64 - 1.

    Raises
    ------
    ValueError
        If the secret is shorter than 16 bytes.
    """
    if len(secret) < 16:
        raise ValueError("the secret must have at least 16 bytes")
    return int.from_bytes(hmac.new(secret, identity, hashlib.sha256).digest()[:8], "big")


def round_by_key(count: ArrayLike, key: ArrayLike, *, base: int = 5) -> NDArray[np.int64]:
    """Round counts up or down by the sum of the keys of the records in them.

    Parameters
    ----------
    count : array_like of int, shape (n,)
        Records per cell, >= 0.
    key : array_like of int, shape (n,)
        Sum of their keys modulo 2**64, see `record_key`.
    base : int, default 5
        What counts become multiples of.

    Returns
    -------
    ndarray of int, shape (n,)
        A count n goes up with chance (n mod base) / base, over all secrets, so the mean
        error is 0. The same records give the same result in every table and release,
        whatever else stands there; 0 and multiples of the base stay.

    Raises
    ------
    ValueError
        If shapes differ, a count is negative or base is not > 1.

    Notes
    -----
    Sums do not hold afterwards; `round_additive` is for tables that must add up. One record
    more or less may change the figure shown, but such a change proves nothing.

    References
    ----------
    B. Fraser and J. Wooton (2005), "A proposed method for confidentialising tabular output
    to protect against differencing", UNECE work session on statistical confidentiality.

    Examples
    --------
    >>> keys = [record_key(name.encode(), b"sixteen bytes or more") for name in ("a", "b", "c")]
    >>> int(round_by_key([3], [sum(keys) % 2**64])[0]) in (0, 5)
    True
    """
    counts, keys = np.asarray(count, dtype=np.int64), np.asarray(key, dtype=np.uint64)
    if counts.shape != keys.shape or counts.ndim != 1:
        raise ValueError(f"count and key must share one shape (n,): {counts.shape}, {keys.shape}")
    if (counts < 0).any() or base < 2:
        raise ValueError("counts must be >= 0 and base > 1")
    chance = keys.astype(np.float64) / 2.0**64
    up = chance < (counts % base) / base
    result: NDArray[np.int64] = (counts // base + up) * base
    return result
