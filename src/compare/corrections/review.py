"""Which themes a person should look at: where lexicon and vote differ, and where the lexicon is unsure."""

from __future__ import annotations

import csv
import io
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from compare.corrections.ledger import THEME_COLUMNS
from compare.corrections.sentences import BY_HAND
from compare.themes import Vote, load_vote

if TYPE_CHECKING:
    import pandas as pd

SURE = 0.75
COLUMNS = (
    "plan_id", "n", "section", "text", "theme", "confidence", "terms", "vote", "vote_confidence", "differs", "unsure",
    "coded", "correction",
)  # fmt: skip


def review_themes(sentences: pd.DataFrame, *, sure: float = SURE, vote: Vote | None = None) -> pd.DataFrame:
    """The sentences whose theme is worth a look, the most doubtful first.

    The vote is a linear classifier trained from coded sentences (see `docs/themes.md`); it changes no theme. Sentences
    that a person corrected are left out.

    Parameters
    ----------
    sentences : pandas.DataFrame
        Table sentences, of one or many plans, each whole: what stands under one heading is read together.
    sure : float
        A theme with less confidence is unsure.
    vote : Vote, optional
        Default is the one that ships with the package.

    Returns
    -------
    pandas.DataFrame
        One row per sentence that `differs` (the vote names another theme) or is `unsure`: those that are both come
        first, then those that differ, then the unsure ones, each by rising confidence. `vote` and `vote_confidence` say
        what the vote is for, and how much; `coded` marks sentences that the vote was trained on, where it repeats a
        person's coding and is no second opinion. `correction` is a line for data/corrections/themes.csv, with the theme
        of the vote where that differs, else without one.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"plan_id": "a", "n": 1, "section": "", "text": "引进高层次人才10名。", "theme": "finance",
    ...        "confidence": 0.6, "terms": ""}
    >>> review_themes(pd.DataFrame([row]))[["theme", "vote", "differs", "unsure"]].to_dict("records")
    [{'theme': 'finance', 'vote': 'talent', 'differs': True, 'unsure': True}]
    """
    import pandas as pd

    vote = vote or load_vote()
    cast = vote.cast(*(sentences[column].tolist() for column in ("text", "section", "plan_id")))
    frame = sentences.assign(
        vote=pd.array([theme for theme, _ in cast], dtype="string"),
        vote_confidence=pd.array([round(chance, 3) for _, chance in cast], dtype="Float64"),
        unsure=sentences["confidence"] < sure,
        coded=pd.array([vote.has_seen(text) for text in sentences["text"]], dtype="boolean"),
    )
    frame = frame[frame["terms"] != BY_HAND]
    frame["differs"] = (frame["vote"] != frame["theme"]).astype("boolean")
    frame = frame[frame["differs"] | frame["unsure"]]
    lines = [_correction_line(row) for row in frame[["plan_id", "text", "vote", "differs"]].to_dict("records")]
    frame = frame.assign(correction=pd.array(lines, dtype="string"))
    order = ["differs", "unsure", "confidence", "plan_id", "n"]
    rank = frame.assign(differs=~frame["differs"], unsure=~frame["unsure"]).sort_values(order, kind="stable").index
    return frame.loc[rank, list(COLUMNS)].reset_index(drop=True)


def _correction_line(row: Mapping[Hashable, Any]) -> str:
    cells = io.StringIO()
    theme = row["vote"] if row["differs"] else ""
    line = {"plan_id": row["plan_id"], "quote": " ".join(row["text"].split()), "theme": theme}
    csv.DictWriter(cells, THEME_COLUMNS, lineterminator="").writerow(line)
    return cells.getvalue()
