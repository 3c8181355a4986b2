"""Ranks that bounds allow: a target of 20 or more and one of exactly 25 cannot be put in order, and are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

ABOUT = 0.1


def bound_values(targets: pd.DataFrame) -> tuple[NDArray, NDArray]:
    """Lower and upper end of what each target allows, in unit_std.

    `at_least` has no upper end (infinity), `at_most` no lower; `about` (左右) is a band of 10 % to either side.

    Parameters
    ----------
    targets : pandas.DataFrame
        With value_min_std, value_max_std and bound; every row has a number.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper ends.
    """
    low = targets["value_min_std"].astype("Float64").to_numpy(dtype=float, na_value=-np.inf)
    high = targets["value_max_std"].astype("Float64").to_numpy(dtype=float, na_value=np.inf)
    band = targets["bound"].eq("about").fillna(False).to_numpy(dtype=bool) & np.isfinite(low) & np.isfinite(high)
    slack = np.where(band, ABOUT, 0.0)
    with np.errstate(invalid="ignore"):
        return np.where(band, low - slack * np.abs(low), low), np.where(band, high + slack * np.abs(high), high)


def rank_bounds(low: NDArray, high: NDArray) -> tuple[NDArray, NDArray]:
    """Best and worst rank of each interval among all, 1 the largest.

    One interval ranks above another for certain only where it lies wholly above it. Equal points share their rank.

    Parameters
    ----------
    low, high : numpy.ndarray
        Ends of the intervals; infinite where there is none.

    Returns
    -------
    tuple of numpy.ndarray
        Best and worst rank, integers from 1.

    Examples
    --------
    >>> low, high = np.array([20, 25, 10]), np.array([np.inf, 25, 15])
    >>> [rank.tolist() for rank in rank_bounds(low, high)]
    [[1, 1, 3], [2, 2, 3]]
    """
    wholly_above = len(low) - np.searchsorted(np.sort(low), high, side="right")
    perhaps_above = len(high) - np.searchsorted(np.sort(high), low, side="right") - (high > low)
    return 1 + wholly_above, 1 + perhaps_above


def order_promises(low: float, high: float, other_low: float, other_high: float) -> str:
    """How one promise stands to another: `higher`, `lower`, `same`, or `undecided`.

    A promise is higher when neither end is lower and one is higher: 25 or more is higher than 20 or more, while 20 or
    more against exactly 25 stays undecided.

    Examples
    --------
    >>> order_promises(25, np.inf, 20, np.inf), order_promises(20, np.inf, 25, 25)
    ('higher', 'undecided')
    """
    if (low, high) == (other_low, other_high):
        return "same"
    if low >= other_low and high >= other_high:
        return "higher"
    return "lower" if low <= other_low and high <= other_high else "undecided"


def describe_rank(rank_low: int | None, rank_high: int | None, lang: str = "zh") -> str:
    """A rank in words; one that the bounds leave open says so.

    Examples
    --------
    >>> describe_rank(1, 1), describe_rank(1, 2), describe_rank(1, 2, lang="en")
    ('第1位', '第1至2位（未定）', 'rank 1 to 2 (undecided)')
    """
    if rank_low is None or rank_high is None or pd.isna(rank_low) or pd.isna(rank_high):
        return "not ranked" if lang == "en" else "不排序"
    if rank_low == rank_high:
        return f"rank {rank_low}" if lang == "en" else f"第{rank_low}位"
    span = (rank_low, rank_high)
    return "rank {} to {} (undecided)".format(*span) if lang == "en" else "第{}至{}位（未定）".format(*span)
