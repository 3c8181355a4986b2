"""Distances between profiles of shares. A profile is a composition, so raw Euclid is none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from compare.errors import CompareError
from compare.schema import THEMES

if TYPE_CHECKING:
    from numpy.typing import NDArray

METRICS = ("hellinger", "jensen_shannon", "aitchison")
ZERO_SHARE = 0.005


def measure_distances(shares: pd.DataFrame, metric: str = "hellinger") -> pd.DataFrame:
    """Distances between the priority profiles of plans.

    Parameters
    ----------
    shares : pandas.DataFrame
        Table priorities, or plans in rows (index plan_id) and themes in columns, each row summing to 1. Plans without
        shares are left out.
    metric : {"hellinger", "jensen_shannon", "aitchison"}
        `hellinger`: Euclid between square roots of shares over the square root of 2, from 0 (same shares) to 1 (no
        theme in common). `jensen_shannon`: square root of the Jensen-Shannon divergence to base 2 [1]_, also 0 to 1.
        `aitchison`: Euclid between centred log-ratios [2]_, shares below 0.005 replaced by it multiplicatively [3]_;
        from 0 without limit, and so sensitive to small shares that it serves as a check only.

    Returns
    -------
    pandas.DataFrame
        Symmetric, plan_id in rows and columns, no unit.

    References
    ----------
    .. [1] Endres, D. M. and Schindelin, J. E. (2003), A new metric for probability distributions, IEEE Trans. Inf.
       Theory 49(7).
    .. [2] Aitchison, J. (1986), The Statistical Analysis of Compositional Data.
    .. [3] Martín-Fernández, J. A., Barceló-Vidal, C. and Pawlowsky-Glahn, V. (2003), Dealing with zeros and missing
       values in compositional data sets using nonparametric imputation, Mathematical Geology 35(3).

    Examples
    --------
    >>> shares = pd.DataFrame([[0.5, 0.5], [0.5, 0.5], [1.0, 0.0]], index=["a", "b", "c"])
    >>> measure_distances(shares).loc["a"].round(3).tolist()
    [0.0, 0.0, 0.541]
    """
    wide = spread_shares(shares)
    distances = distance_matrix(wide.to_numpy(dtype=float), metric)
    return pd.DataFrame(distances, index=wide.index, columns=wide.index.rename("other"))


def spread_shares(priorities: pd.DataFrame) -> pd.DataFrame:
    """Table priorities as plans by themes, plans in the order of plan_id; plans without shares left out."""
    if "theme" not in priorities.columns:
        return priorities.dropna()
    wide = priorities.pivot(index="plan_id", columns="theme", values="share").reindex(columns=pd.Index(THEMES))
    present = wide.notna().any(axis=1)
    return wide[present].fillna(0.0).astype(float).sort_index().rename_axis(index="plan_id", columns="theme")


def distance_matrix(shares: NDArray, metric: str = "hellinger") -> NDArray:
    """Square matrix of distances between rows of shares."""
    from scipy.spatial.distance import pdist, squareform

    if metric not in METRICS:
        raise CompareError(f"unknown distance {metric!r}.", hint=f"Take one of {', '.join(METRICS)}.")
    if len(shares) < 2:
        return np.zeros((len(shares), len(shares)))
    if metric == "jensen_shannon":
        condensed = np.nan_to_num(pdist(shares, "jensenshannon")) / np.sqrt(np.log(2))
    elif metric == "aitchison":
        condensed = pdist(centred_log_ratios(replace_zeros(shares)))
    else:
        condensed = pdist(hellinger_coordinates(shares))
    return squareform(condensed)


def hellinger_coordinates(shares: NDArray) -> NDArray:
    """Coordinates in which the Euclidean distance is the Hellinger distance."""
    return np.sqrt(shares / 2)


def centred_log_ratios(shares: NDArray) -> NDArray:
    """Logarithms of shares less their mean in each row; shares must be above zero."""
    logs = np.log(shares)
    return logs - logs.mean(axis=-1, keepdims=True)


def replace_zeros(shares: NDArray, zero: float = ZERO_SHARE) -> NDArray:
    """Shares with `zero` in place of all below it; the others keep their ratios, and rows still sum to 1."""
    small = shares < zero
    rest = np.where(small, 0.0, shares)
    left = 1 - zero * small.sum(axis=-1, keepdims=True)
    return np.where(small, zero, rest * left / rest.sum(axis=-1, keepdims=True))
