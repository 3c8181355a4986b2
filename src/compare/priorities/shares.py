"""Shares of the themes in each plan, by characters with intervals, by sentences and by targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from compare.errors import CompareError
from compare.priorities.resampling import paragraph_chars, resample_interval, theme_codes
from compare.schema import PRIORITIES, THEMES, make_frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNITS = ("chars", "sentences", "targets")


def measure_priorities(sentences: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """Share of attention of each theme in each plan, with 95 % intervals.

    A sentence counts for the theme it is mainly about, with as many characters as it has without blanks; sentences of
    theme `none` (boilerplate, greetings) are left out of numerator and denominator. The interval is the percentile
    interval of a bootstrap [1]_ whose unit is the paragraph, since sentences of one paragraph share their subject:
    paragraphs with themed text are drawn with replacement, and shares are taken anew. It says how far the figure
    depends on single paragraphs, not how well the themes were read. The draws depend on nothing but the number of
    paragraphs, so a plan's row never changes when other plans come or go. A plan with one themed paragraph has no
    interval, and a theme that is not there has the interval from 0 to 0.

    `targets` counts every commitment once: repeats (`same_as`) are left out. Parts (`parent`, the 其中 of a total)
    stay in, since a plan can reach the total and miss the part.

    Parameters
    ----------
    sentences : pandas.DataFrame
        Table sentences of one or many plans; read are plan_id, file, paragraph, theme and text (start and end where
        text is absent).
    targets : pandas.DataFrame
        Table targets of the same plans; read are target_id, plan_id, theme and same_as.

    Returns
    -------
    pandas.DataFrame
        Table priorities: one row per plan and theme, shares as fractions that sum to 1 in each plan. A plan
        without themed text has missing shares.

    References
    ----------
    .. [1] Davison, A. C. and Hinkley, D. V. (1997), Bootstrap Methods and their Application, sections 3.8 and 5.3.

    Examples
    --------
    >>> sentences = pd.DataFrame({"plan_id": "a", "file": "a.txt", "paragraph": [1, 2], "theme": ["talent", "finance"],
    ...                           "text": ["引进人才。", "设立基金，发放科创贷款。"]})
    >>> targets = pd.DataFrame({"target_id": [], "plan_id": [], "theme": [], "same_as": []})
    >>> table = measure_priorities(sentences, targets)
    >>> table.loc[table["share"] > 0, ["theme", "chars", "share", "share_low", "share_high"]].round(2).values.tolist()
    [['finance', 12, 0.71, 0.0, 1.0], ['talent', 5, 0.29, 0.0, 1.0]]
    """
    if not len(sentences):
        return make_frame(PRIORITIES, [])
    files = sentences.drop_duplicates("plan_id").set_index("plan_id")["file"]
    counted = _count_sentences(sentences)
    promised = _count_targets(targets)
    plans, shares, lows, highs, chars = [], [], [], [], []
    for plan_id, blocks in paragraph_chars(sentences):
        total = blocks.sum(axis=0)
        low, high = resample_interval(blocks)
        plans.append(plan_id)
        chars.append(total)
        shares.append(total / total.sum() if total.sum() else np.full(len(THEMES), np.nan))
        lows.append(low)
        highs.append(high)
    width = len(THEMES)
    frame = pd.DataFrame(
        {
            "plan_id": pd.array(np.repeat(np.array(plans, dtype=object), width), dtype="string"),
            "file": pd.array(np.repeat([str(files[p]) for p in plans], width), dtype="string"),
            "theme": pd.array(np.tile(THEMES, len(plans)), dtype="string"),
            "sentences": pd.array(_lay_out(counted, plans), dtype="Int64"),
            "chars": pd.array(np.concatenate(chars).astype("int64"), dtype="Int64"),
            "share": _rounded(shares),
            "share_low": _rounded(lows),
            "share_high": _rounded(highs),
            "targets": pd.array(_lay_out(promised, plans), dtype="Int64"),
        }
    )
    return frame[PRIORITIES.names].sort_values(list(PRIORITIES.sort), kind="stable", ignore_index=True)


def share_by(sentences: pd.DataFrame, targets: pd.DataFrame, unit: str = "chars") -> pd.DataFrame:
    """Shares of the themes by characters, by sentences or by targets.

    Parameters
    ----------
    sentences, targets : pandas.DataFrame
        As for `measure_priorities`.
    unit : {"chars", "sentences", "targets"}
        What is counted. Targets are counted once, whether their number is given, masked or a benchmark.

    Returns
    -------
    pandas.DataFrame
        Plans in rows (index plan_id), the 14 themes in columns; each row sums to 1, or is missing where nothing counts.

    Examples
    --------
    >>> sentences = pd.DataFrame({"plan_id": "a", "file": "a.txt", "paragraph": [1, 1, 2], "text": ["引才。"] * 3,
    ...                           "theme": ["talent", "finance", "talent"]})
    >>> share_by(sentences, pd.DataFrame(), "sentences").loc["a", "talent"].round(2)
    np.float64(0.67)
    """
    if unit not in UNITS:
        raise CompareError(f"unknown unit {unit!r}.", hint=f"Take one of {', '.join(UNITS)}.")
    plans = sorted(sentences["plan_id"].unique()) if len(sentences) else []
    if unit == "chars":
        counts = {plan: blocks.sum(axis=0) for plan, blocks in paragraph_chars(sentences)}
    else:
        counts = _count_sentences(sentences) if unit == "sentences" else _count_targets(targets)
    table = np.array([counts.get(plan, np.zeros(len(THEMES))) for plan in plans], dtype=float).reshape(-1, len(THEMES))
    with np.errstate(invalid="ignore"):
        shares = table / table.sum(axis=1, keepdims=True)
    return pd.DataFrame(shares, index=pd.Index(plans, name="plan_id"), columns=pd.Index(THEMES, name="theme"))


def find_first_mentions(targets: pd.DataFrame) -> pd.Series:
    """The target each row repeats, itself where it repeats none; chains of `same_as` are followed to their end.

    Parameters
    ----------
    targets : pandas.DataFrame
        Table targets; read are target_id and same_as. A `same_as` that leads to a row not in the frame keeps
        the repeats of that row together.

    Returns
    -------
    pandas.Series
        The target_id at the end of the chain, on the frame's index.

    Examples
    --------
    >>> targets = pd.DataFrame({"target_id": ["a", "b", "c"], "same_as": ["", "a", "b"]})
    >>> find_first_mentions(targets).tolist()
    ['a', 'a', 'a']
    """
    found = targets["target_id"].astype("string")
    repeats = targets["same_as"].fillna("").ne("").to_numpy(dtype=bool)
    ids = found[repeats].tolist()
    links = dict(zip(ids, targets["same_as"][repeats].tolist(), strict=True))
    roots = []
    for target in ids:
        seen = [target]
        while (following := links.get(seen[-1])) and following not in seen:
            seen.append(following)
        roots.append(min(seen[seen.index(following) :]) if following else seen[-1])
    found[repeats] = pd.array(roots, dtype="string")
    return found.rename(None)


def _count_themes(plan_ids: pd.Series, themes: pd.Series) -> dict[str, NDArray]:
    """Rows by theme, for each plan."""
    theme = theme_codes(themes)
    plan_codes, plans = pd.factorize(plan_ids, sort=True)
    kept = theme >= 0
    width = len(THEMES)
    cells = np.bincount(plan_codes[kept] * width + theme[kept], minlength=len(plans) * width)
    return dict(zip((str(p) for p in plans), cells.reshape(len(plans), width), strict=True))


def _count_sentences(sentences: pd.DataFrame) -> dict[str, NDArray]:
    return _count_themes(sentences["plan_id"], sentences["theme"]) if len(sentences) else {}


def _count_targets(targets: pd.DataFrame) -> dict[str, NDArray]:
    """Targets by theme for each plan, every target counted at its first mention in the frame."""
    if not len(targets):
        return {}
    first = ~find_first_mentions(targets).duplicated()
    return _count_themes(targets["plan_id"][first], targets["theme"][first])


def _lay_out(counts: dict[str, NDArray], plans: list[str]) -> NDArray:
    empty = np.zeros(len(THEMES), dtype="int64")
    return np.concatenate([counts.get(plan, empty) for plan in plans]).astype("int64")


def _rounded(rows: list[NDArray]) -> pd.api.extensions.ExtensionArray:
    """Shares as nullable floats, rounded beyond what a machine's arithmetic could change."""
    return masked_floats(np.round(np.concatenate(rows), 12))


def masked_floats(values: NDArray) -> pd.api.extensions.ExtensionArray:
    """Nullable floats, missing where a value is not a number (some pandas versions keep those apart)."""
    return pd.arrays.FloatingArray(np.nan_to_num(values, nan=0.0), np.isnan(values))
