"""Where the attention of a plan goes: shares of themes with intervals, and how they hold against the plan's own numbers."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from compare.errors import CompareError
from compare.schema import PRIORITIES, THEMES, make_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

UNITS = ("chars", "sentences", "targets")
DRAWS = 499
SEED = 20221
LEVEL = 0.95
_MOST_BLOCKS = 400
_THEME_CODE = {theme: code for code, theme in enumerate(THEMES)}


def measure_priorities(sentences: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """Share of attention of each theme in each plan, with 95 % intervals.

    A sentence counts for the theme it is mainly about, with as many characters as it has without blanks; sentences of theme
    `none` (boilerplate, greetings) are left out of numerator and denominator. The interval is the percentile interval
    of a bootstrap [1]_ whose unit is the paragraph, since sentences of one paragraph share their subject: paragraphs with
    themed text are drawn with replacement, and shares are taken anew. It says how far the figure depends on single
    paragraphs, not how well the themes were read. The draws depend on nothing but the number of paragraphs, so
    a plan's row never changes when other plans come or go. A plan with one themed paragraph has no interval, and
    a theme that is not there has the interval from 0 to 0.

    `targets` counts every commitment once: repeats (`same_as`) are left out. Parts (`parent`, the 其中 of a total) stay in,
    since a plan can reach the total and miss the part.

    Parameters
    ----------
    sentences : pandas.DataFrame
        Table sentences of one or many plans; read are plan_id, file, paragraph, theme and text (start and end where text
        is absent).
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
        low, high = _resample_interval(blocks)
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


def rank_sensitivity(sentences: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """How the ranking of the themes in a plan changes with what is counted.

    Parameters
    ----------
    sentences, targets : pandas.DataFrame
        As for `measure_priorities`.

    Returns
    -------
    pandas.DataFrame
        One row per plan and theme, in the order of the rank by characters: plan_id, theme; share_chars, share_sentences,
        share_targets (fractions); rank_chars, rank_sentences, rank_targets (1 is the largest, ties share the
        better rank; missing where the share is); rank_shift (largest less smallest rank).
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
    """Kendall's tau-b between the rankings of the themes by characters, sentences and targets, plan by plan.

    Parameters
    ----------
    sentences, targets : pandas.DataFrame
        As for `measure_priorities`.

    Returns
    -------
    pandas.DataFrame
        One row per plan and pair of units: plan_id, unit, other, tau (-1 to 1, missing where a ranking does not exist).
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

    A theme with much text and few numbers is talked about; one with little text and many numbers is committed to. The two
    shares are told apart only where their intervals do not touch: the paragraph interval of `measure_priorities` for
    the text, the Wilson score interval [1]_ for the targets.

    Parameters
    ----------
    priorities : pandas.DataFrame
        Table priorities.

    Returns
    -------
    pandas.DataFrame
        One row per plan and theme: plan_id, file, theme; share, share_low, share_high (of the text); targets (count),
        target_share, target_low, target_high; difference (share less target_share); reading: `words` (more text than
        numbers), `numbers` (the reverse), `even` (not told apart), or missing where a plan has no targets or no themed text.

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
        _masked_floats(values) for values in (share, low, high)
    )
    table["difference"] = table["share"] - table["target_share"]
    known = table[["share_low", "target_share"]].notna().all(axis=1)
    reading = np.where(table["share_low"].fillna(0) > table["target_high"].fillna(0), "words",
              np.where(table["share_high"].fillna(0) < table["target_low"].fillna(0), "numbers", "even"))  # fmt: skip
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
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


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
    if not len(targets):
        return pd.Series([], index=targets.index, dtype="string")
    links = {t: s for t, s in zip(targets["target_id"], targets["same_as"].fillna(""), strict=True) if s}
    roots = []
    for target in targets["target_id"]:
        seen = [target]
        while (following := links.get(seen[-1])) and following not in seen:
            seen.append(following)
        roots.append(min(seen[seen.index(following) :]) if following else seen[-1])
    return pd.Series(roots, index=targets.index, dtype="string")


def paragraph_chars(sentences: pd.DataFrame) -> Iterator[tuple[str, NDArray]]:
    """Characters by paragraph and theme, plan by plan in the order of plan_id: the material of all resampling.

    Parameters
    ----------
    sentences : pandas.DataFrame
        Table sentences; read are plan_id, paragraph, theme and text (start and end where text is absent).

    Yields
    ------
    tuple of str and numpy.ndarray
        plan_id; characters without blanks, shape (paragraphs with themed text, 14). Beyond 400 paragraphs neighbours are
        pooled, which keeps the cost of resampling bounded.
    """
    if not len(sentences):
        return
    plan_codes, plans = pd.factorize(sentences["plan_id"], sort=True)
    theme = _theme_codes(sentences["theme"])
    themed = theme >= 0
    plan_codes, theme = plan_codes[themed], theme[themed]
    paragraph = sentences["paragraph"].to_numpy(dtype="int64")[themed]
    chars = _sentence_chars(sentences)[themed]
    order = np.lexsort((paragraph, plan_codes))
    plan_codes, theme, paragraph, chars = plan_codes[order], theme[order], paragraph[order], chars[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (np.diff(plan_codes) != 0) | (np.diff(paragraph) != 0)
    block = np.cumsum(fresh) - 1
    starts = np.searchsorted(plan_codes, np.arange(len(plans) + 1))
    for code, plan_id in enumerate(plans):
        span = slice(starts[code], starts[code + 1])
        rows = block[span] - (block[starts[code]] if starts[code] < starts[code + 1] else 0)
        count = int(rows[-1]) + 1 if len(rows) else 0
        if count > _MOST_BLOCKS:
            rows, count = rows * _MOST_BLOCKS // count, _MOST_BLOCKS
        cells = np.bincount(rows * len(THEMES) + theme[span], weights=chars[span], minlength=count * len(THEMES))
        yield str(plan_id), cells.reshape(count, len(THEMES))


def _resample_interval(blocks: NDArray) -> tuple[NDArray, NDArray]:
    """Percentile interval of the shares when paragraphs are drawn with replacement."""
    width = blocks.shape[1]
    if len(blocks) < 2:
        return np.full(width, np.nan), np.full(width, np.nan)
    totals = blocks.sum(axis=0)
    present = np.flatnonzero(totals)
    drawn = _paragraph_draws(len(blocks)) @ blocks[:, present]
    drawn /= drawn.sum(axis=1, keepdims=True)
    tail = round((1 - LEVEL) / 2 * (DRAWS + 1)) - 1
    drawn.partition((tail, DRAWS - 1 - tail), axis=0)
    share = totals[present] / totals.sum()
    low, high = np.zeros(width), np.zeros(width)
    low[present] = np.minimum(drawn[tail], share)
    high[present] = np.maximum(drawn[DRAWS - 1 - tail], share)
    return low, high


@lru_cache(maxsize=512)
def _paragraph_draws(count: int) -> NDArray:
    """How often each of `count` paragraphs is drawn, shape (DRAWS, count)."""
    rng = np.random.default_rng([SEED, count])
    return rng.multinomial(count, np.full(count, 1 / count), size=DRAWS).astype(float)


def _sentence_chars(sentences: pd.DataFrame) -> NDArray:
    if "text" in sentences:
        return np.array([len("".join(text.split())) for text in sentences["text"].fillna("")], dtype=float)
    return (sentences["end"] - sentences["start"]).to_numpy(dtype=float)


def _theme_codes(themes: pd.Series) -> NDArray:
    """Position of each theme in THEMES, -1 for `none` and for nothing."""
    codes, values = pd.factorize(themes)
    lookup = np.array([_THEME_CODE.get(str(v), -1) for v in values] + [-1])
    return lookup[codes]


def _count_themes(plan_ids: pd.Series, themes: pd.Series) -> dict[str, NDArray]:
    """Rows by theme, for each plan."""
    theme = _theme_codes(themes)
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
    return _masked_floats(np.round(np.concatenate(rows), 12))


def _masked_floats(values: NDArray) -> pd.api.extensions.ExtensionArray:
    """Nullable floats, missing where a value is not a number (some pandas versions keep those apart)."""
    return pd.arrays.FloatingArray(np.nan_to_num(values, nan=0.0), np.isnan(values))


def _stack(wide: pd.DataFrame, name: str) -> pd.Series:
    """A plans-by-themes frame as a series over plan_id and theme, missing values kept."""
    index = pd.MultiIndex.from_product([wide.index, wide.columns], names=["plan_id", "theme"])
    return pd.Series(pd.concat([row for _, row in wide.iterrows()]).array if len(wide) else [], index=index, name=name)
