"""The material of all resampling: characters by paragraph and theme, and how often each paragraph is drawn."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from compare.schema import THEMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

DRAWS = 499
SEED = 20221
LEVEL = 0.95
_MOST_BLOCKS = 400
_THEME_CODE = {theme: code for code, theme in enumerate(THEMES)}


def paragraph_chars(sentences: pd.DataFrame) -> Iterator[tuple[str, NDArray]]:
    """Characters by paragraph and theme, plan by plan in the order of plan_id: the material of all resampling.

    Parameters
    ----------
    sentences : pandas.DataFrame
        Table sentences; read are plan_id, paragraph, theme and text (start and end where text is absent).

    Yields
    ------
    tuple of str and numpy.ndarray
        plan_id; characters without blanks, shape (paragraphs with themed text, 14). Beyond 400 paragraphs neighbours
        are pooled, which keeps the cost of resampling bounded.
    """
    if not len(sentences):
        return
    plan_codes, plans = pd.factorize(sentences["plan_id"], sort=True)
    theme = theme_codes(sentences["theme"])
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


def resample_interval(blocks: NDArray) -> tuple[NDArray, NDArray]:
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


def theme_codes(themes: pd.Series) -> NDArray:
    """Position of each theme in THEMES, -1 for `none` and for nothing."""
    codes, values = pd.factorize(themes)
    lookup = np.array([_THEME_CODE.get(str(v), -1) for v in values] + [-1])
    return lookup[codes]


def _sentence_chars(sentences: pd.DataFrame) -> NDArray:
    if "text" in sentences:
        return np.array([len("".join(text.split())) for text in sentences["text"].fillna("").tolist()], dtype=float)
    return (sentences["end"] - sentences["start"]).to_numpy(dtype=float)
