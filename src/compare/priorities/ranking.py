"""How priorities hold: by what is counted, and against the plan's own numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from compare.priorities.resampling import LEVEL
from compare.priorities.shares import UNITS, masked_floats, share_by

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FEWEST_TARGETS = 3


def rank_sensitivity(sentences: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """How the ranking of the themes in a plan changes with what is counted.

    Parameters
    ----------
    sentences, targets : pandas.DataFrame
        As for `measure_priorities`.

    Returns
    -------
    pandas.DataFrame
        One row per plan and theme, in the order of the rank by characters: plan_id, theme; share_chars,
        share_sentences, share_targets (fractions); rank_chars, rank_sentences, rank_targets (1 is the largest, ties
        share the better rank; missing where the share is); rank_shift (largest less smallest rank).

    Examples
    --------
    >>> sentences = pd.DataFrame({"plan_id": "p", "paragraph": [1, 2, 3], "theme": ["talent", "talent", "finance"],
    ...                           "text": ["引才。", "育才。", "设立产业引导基金。"]})
    >>> targets = pd.DataFrame({"target_id": ["t"], "plan_id": "p", "theme": "finance", "same_as": ""})
    >>> found = rank_sensitivity(sentences, targets).head(2)
    >>> found[["theme", "rank_chars", "rank_sentences", "rank_targets", "rank_shift"]].values.tolist()
    [['finance', 1, 2, 1, 1], ['talent', 2, 1, 2, 1]]
    """
    frames = []
    for unit in UNITS:
        wide = share_by(sentences, targets, unit)
        ranks = wide.rank(axis=1, ascending=False, method="min").astype("Int64")
        frames += [_stack(wide, f"share_{unit}"), _stack(ranks, f"rank_{unit}")]
    table = pd.concat(frames, axis=1).reset_index()
    ranks = table[[f"rank_{unit}" for unit in UNITS]]
    table["rank_shift"] = (ranks.max(axis=1) - ranks.min(axis=1)).astype("Int64")
    names = ["plan_id", "theme", *(f"share_{u}" for u in UNITS), *(f"rank_{u}" for u in UNITS), "rank_shift"]
    return table[names].sort_values(["plan_id", "rank_chars", "theme"], kind="stable", ignore_index=True)


def rank_agreement(sentences: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """Kendall's tau-b [1]_ between the rankings of the themes by characters, sentences and targets, plan by plan.

    Parameters
    ----------
    sentences, targets : pandas.DataFrame
        As for `measure_priorities`.

    Returns
    -------
    pandas.DataFrame
        One row per plan and pair of units: plan_id, unit, other, tau (-1 to 1, missing where a ranking does not exist).

    References
    ----------
    .. [1] Kendall, M. G. (1945), The treatment of ties in ranking problems, Biometrika 33.

    Examples
    --------
    >>> sentences = pd.DataFrame({"plan_id": "p", "paragraph": [1, 2, 3], "theme": ["talent", "talent", "finance"],
    ...                           "text": ["引才。", "育才。", "设立产业引导基金。"]})
    >>> targets = pd.DataFrame({"target_id": ["t"], "plan_id": "p", "theme": "finance", "same_as": ""})
    >>> rank_agreement(sentences, targets)["tau"].round(2).tolist()
    [0.92, 0.72, 0.61]
    """
    from scipy.stats import kendalltau

    wide = {unit: share_by(sentences, targets, unit) for unit in UNITS}
    rows = [
        {"plan_id": plan, "unit": a, "other": b, "tau": kendalltau(wide[a].loc[plan], wide[b].loc[plan]).statistic}
        for plan in wide["chars"].index
        for a, b in (("chars", "sentences"), ("chars", "targets"), ("sentences", "targets"))
    ]
    return pd.DataFrame(rows, columns=["plan_id", "unit", "other", "tau"])


def words_against_numbers(priorities: pd.DataFrame) -> pd.DataFrame:
    """Share of the text against share of the commitments, by plan and theme.

    A theme with much text and few numbers is talked about; one with little text and many numbers is committed to.
    The two shares are told apart only where their intervals do not touch: the paragraph interval of
    `measure_priorities` for the text, the Wilson score interval [1]_ for the targets. One or two targets never make
    a theme one of numbers.

    Parameters
    ----------
    priorities : pandas.DataFrame
        Table priorities.

    Returns
    -------
    pandas.DataFrame
        One row per plan and theme: plan_id, file, theme; share, share_low, share_high (of the text); targets (count),
        target_share, target_low, target_high; difference (share less target_share); reading: `words` (more text than
        numbers), `numbers` (the reverse), `even` (not told apart), or missing where a plan has no targets or no
        themed text.

    References
    ----------
    .. [1] Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference, JASA 22.

    Examples
    --------
    >>> priorities = pd.DataFrame({"plan_id": "a", "file": "a.txt", "theme": ["talent", "finance"], "share": [0.9, 0.1],
    ...     "share_low": [0.8, 0.05], "share_high": [0.95, 0.2], "targets": [1, 19]})
    >>> words_against_numbers(priorities)["reading"].tolist()
    ['words', 'numbers']
    """
    keep = ["plan_id", "file", "theme", "share", "share_low", "share_high", "targets"]
    table = priorities[keep].copy()
    for name in ("share", "share_low", "share_high"):
        table[name] = table[name].astype("Float64")
    count = table["targets"].fillna(0).to_numpy(dtype=float)
    total = table.groupby("plan_id")["targets"].transform("sum").fillna(0).to_numpy(dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = count / total
        low, high = wilson_interval(count, total)
    table["target_share"], table["target_low"], table["target_high"] = (
        masked_floats(values) for values in (share, low, high)
    )
    table["difference"] = table["share"] - table["target_share"]
    known = table[["share_low", "target_share"]].notna().all(axis=1)
    enough = count >= _FEWEST_TARGETS
    worded = (table["share_low"] > table["target_high"]).fillna(False).to_numpy(dtype=bool)
    numbered = (table["share_high"] < table["target_low"]).fillna(False).to_numpy(dtype=bool) & enough
    reading = np.select([worded, numbered], ["words", "numbers"], "even")
    table["reading"] = pd.array(reading, dtype="string")
    table.loc[~known, "reading"] = pd.NA
    return table


def wilson_interval(count: NDArray, total: NDArray, level: float = LEVEL) -> tuple[NDArray, NDArray]:
    """Wilson score interval of a share, as arrays of lower and upper ends; missing where `total` is 0."""
    from scipy.special import ndtri

    z = float(ndtri(0.5 + level / 2))
    share = count / total
    centre = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * np.sqrt(share * (1 - share) / total + z * z / (4 * total**2)) / (1 + z * z / total)
    return np.where(count == 0, 0.0, centre - half), np.where(count == total, 1.0, centre + half)


def _stack(wide: pd.DataFrame, name: str) -> pd.Series:
    """A plans-by-themes frame as a series over plan_id and theme, missing values kept."""
    index = pd.MultiIndex.from_product([wide.index, wide.columns], names=["plan_id", "theme"])
    return pd.Series(pd.concat([row for _, row in wide.iterrows()]).array if len(wide) else [], index=index, name=name)
