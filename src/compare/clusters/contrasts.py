"""What sets a cluster apart: the themes its plans stress more or less than the others, and a label made from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from compare.schema import THEMES

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLUMNS = ("cluster", "theme", "share", "share_others", "difference", "low", "high", "above", "distinct")
MIN_DIFFERENCE = 0.03
MIN_ABOVE = 0.8
_MOST_THEMES = 3


def contrast_clusters(shares: pd.DataFrame, labels: NDArray, draws: NDArray) -> pd.DataFrame:
    """Mean shares of each cluster against those of all other plans.

    Parameters
    ----------
    shares : pandas.DataFrame
        Plans by themes.
    labels : numpy.ndarray
        Cluster of each plan.
    draws : numpy.ndarray
        Resampled shares, shape (draws, plans, themes); may have no draws.

    Returns
    -------
    pandas.DataFrame
        One row per cluster and theme, largest difference first: cluster; theme; share and share_others (means of the
        plans inside and outside, fractions); difference, with low and high (95 % of the resampled ones); above (how
        often a plan inside has a larger share than one outside, ties half); distinct (the difference is at least
        3 percentage points, its interval leaves out 0, and `above` is at least 0.8 or at most 0.2).
    """
    values = shares.to_numpy(dtype=float)
    rows = []
    for cluster in np.unique(labels) if len(labels) else ():
        inside = labels == cluster
        if inside.all():
            continue
        mean, others = values[inside].mean(axis=0), values[~inside].mean(axis=0)
        redrawn = draws[:, inside].mean(axis=1) - draws[:, ~inside].mean(axis=1)
        low, high = np.quantile(redrawn, (0.025, 0.975), axis=0) if len(draws) else np.full((2, len(THEMES)), np.nan)
        above = _share_above(values[inside], values[~inside])
        for t, theme in enumerate(shares.columns):
            gap = mean[t] - others[t]
            firm = not len(draws) or low[t] > 0 or high[t] < 0
            distinct = abs(gap) >= MIN_DIFFERENCE and firm and (above[t] >= MIN_ABOVE or above[t] <= 1 - MIN_ABOVE)
            rows.append((int(cluster), theme, mean[t], others[t], gap, low[t], high[t], above[t], bool(distinct)))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values(["cluster", "difference"], ascending=[True, False], kind="stable", ignore_index=True)


def label_cluster(contrasts: pd.DataFrame, cluster: int, lang: str = "zh") -> str:
    """What a cluster stresses, in up to three themes; what it leaves aside where it stresses none.

    Parameters
    ----------
    contrasts : pandas.DataFrame
        Result of `contrast_clusters`.
    cluster : int
    lang : {"zh", "en"}
    """
    own = contrasts[(contrasts["cluster"] == cluster) & contrasts["distinct"].astype(bool)]
    more = own.loc[own["difference"] > 0, "theme"].tolist()[:_MOST_THEMES]
    less = own.loc[own["difference"] < 0, "theme"].tolist()[::-1][:_MOST_THEMES]
    names = [name_theme(theme, lang) for theme in more or less]
    if lang == "en":
        return f"{'more' if more else 'less'} on {', '.join(names)}" if names else "close to the average"
    return f"{'突出' if more else '少谈'}{'、'.join(names)}" if names else "接近平均"


def name_theme(theme: str, lang: str = "zh") -> str:
    """What a theme is called in front of people."""
    if lang == "en":
        return theme.replace("_", " ")
    from compare.vocabulary.themes import load_themes

    return next((entry.zh for entry in load_themes().themes if entry.id == theme), theme)


def _share_above(inside: NDArray, outside: NDArray) -> NDArray:
    """For each theme, how often a value inside exceeds one outside, ties counting half."""
    ordered = np.sort(outside, axis=0)
    result = np.zeros(inside.shape[1])
    for t in range(inside.shape[1]):
        below = np.searchsorted(ordered[:, t], inside[:, t], side="left")
        upto = np.searchsorted(ordered[:, t], inside[:, t], side="right")
        result[t] = (below + upto).mean() / 2 / len(outside)
    return result
