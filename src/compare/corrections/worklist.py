"""What deserves a person's eye first, each with its sentence and a correction line ready to be copied."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from compare.comparison import compare_years, find_contradictions
from compare.corrections.ledger import TARGET_COLUMNS
from compare.vocabulary.indicators import load_indicators

DOUBTS = ("contradiction", "implausible", "year_jump", "unknown_unit", "low_confidence")
COLUMNS = (
    "doubt",
    "plan_id",
    "file",
    "target_id",
    "number",
    "why",
    "quote",
    "start",
    "end",
    "number_start",
    "number_end",
    "sentence",
    "sentence_start",
    "correction",
)
_WHY = {
    "contradiction": ("总体目标与正文不一致：{other}", "headline and body disagree: {other}"),
    "implausible": (
        "超出该指标的常见范围（{low:g}至{high:g}）",
        "outside the indicator's usual range ({low:g} to {high:g})",
    ),
    "year_jump": ("与{year}年的{number}相差十倍以上", "ten times or a tenth of the {number} of {year}"),
    "unknown_unit": ("单位不明，未作为目标", "unit unknown, not taken as a target"),
    "low_confidence": ("置信度{confidence:.2f}", "confidence {confidence:.2f}"),
}
_TITLES = {
    "contradiction": ("总体目标与正文不一致", "Headline against body"),
    "implausible": ("数值可疑", "Implausible values"),
    "year_jump": ("与上年相差一个数量级", "An order apart from the year before"),
    "unknown_unit": ("单位不明的数字", "Numbers of unknown unit"),
    "low_confidence": ("置信度低的目标", "Targets of low confidence"),
}


def list_doubts(
    targets: pd.DataFrame,
    unclaimed: pd.DataFrame,
    sentences: pd.DataFrame,
    plans: pd.DataFrame | None = None,
    *,
    confidence: float = 0.9,
    lang: str = "zh",
) -> pd.DataFrame:
    """Rows that a person should look at, the most urgent kind first.

    Parameters
    ----------
    targets, unclaimed, sentences : pandas.DataFrame
        The tables of these names.
    plans : pandas.DataFrame, optional
        Table plans; with it, numbers an order apart from those of the same city a year before are listed.
    confidence : float
        Targets below it are listed.
    lang : {"zh", "en"}
        Language of column why.

    Returns
    -------
    pandas.DataFrame
        doubt (contradiction: headline and body state different numbers; implausible: outside the range that
        `indicators.yml` gives; year_jump: ten times or a tenth of what the city promised before; unknown_unit: a
        number no rule claimed; low_confidence), where it stands, why, the
        sentence around it, and correction: a line for `data/corrections/targets.csv` to be completed.

    Examples
    --------
    >>> import compare
    >>> tables = compare.load_tables()
    >>> doubts = list_doubts(tables.targets, tables.unclaimed, tables.sentences, tables.plans)
    >>> set(doubts["doubt"]) <= set(DOUBTS)
    True
    """
    rows = _contradictions(targets, lang) + _implausible(targets, lang)
    if plans is not None:
        rows += _year_jumps(targets, plans, lang)
    strange = unclaimed[unclaimed["reason"] == "unknown_unit"]
    rows += [_doubt("unknown_unit", row, lang, "add", "other") for row in strange.to_dict("records")]
    unsure = targets[(targets["confidence"] < confidence) & ~targets["corrected"].fillna(False).astype(bool)]
    unsure = unsure.sort_values("confidence", kind="stable")
    rows += [
        _doubt("low_confidence", row, lang, "", "", confidence=row["confidence"]) for row in unsure.to_dict("records")
    ]
    places = dict(list(sentences.groupby("plan_id")))
    for row in rows:
        row["sentence"], row["sentence_start"] = _find_sentence(row, places.get(row["plan_id"]))
    return pd.DataFrame(rows, columns=list(COLUMNS))


@dataclass(frozen=True)
class Worklist:
    """A list of doubts as a page: each sentence with its number marked, and its correction line below."""

    doubts: pd.DataFrame
    lang: str = "zh"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        english = self.lang == "en"
        if self.doubts.empty:
            return f"<p>{'Nothing to look at.' if english else '没有需要查看的内容。'}</p>"
        parts = []
        for doubt in DOUBTS:
            rows = self.doubts[self.doubts["doubt"] == doubt].to_dict("records")
            if rows:
                items = "".join(f"<li style='margin:0 0 1em'>{_render(row)}</li>" for row in rows)
                parts.append(f"<h2>{_TITLES[doubt][english]} ({len(rows)})</h2><ol>{items}</ol>")
        return "".join(parts)


def _render(row: dict[Any, Any]) -> str:
    """One doubt: file and reason, the sentence with its number marked, the line to copy."""
    text, at = row["sentence"], row["sentence_start"]
    start, end = row["number_start"] - at, row["number_end"] - at
    marked = f"{escape(text[:start])}<mark>{escape(text[start:end])}</mark>{escape(text[end:])}"
    return f"{escape(row['file'])} · {escape(row['why'])}<br>{marked}<pre>{escape(row['correction'])}</pre>"


def _contradictions(targets: pd.DataFrame, lang: str) -> list[dict[str, Any]]:
    """Body numbers that disagree with the headline."""
    by_id = {row["target_id"]: row for row in targets.to_dict("records")}
    found = find_contradictions(targets).to_dict("records")
    return [
        _doubt("contradiction", by_id[pair["body_id"]], lang, "same_as", "", other=pair["headline_number"])
        for pair in found
    ]


def _implausible(targets: pd.DataFrame, lang: str) -> list[dict[str, Any]]:
    """Targets whose value lies outside the range of their indicator."""
    indicators = load_indicators()
    rows = []
    for row in targets.to_dict("records"):
        known = indicators.get(row["indicator"])
        limits = known.plausible.get(row["unit_std"]) if known else None
        values = [float(row[c]) for c in ("value_min_std", "value_max_std") if not pd.isna(row[c])]
        if limits and any(not limits[0] <= value <= limits[1] for value in values):
            rows.append(_doubt("implausible", row, lang, "unit", row["unit"], low=limits[0], high=limits[1]))
    return rows


def _year_jumps(targets: pd.DataFrame, plans: pd.DataFrame, lang: str) -> list[dict[str, Any]]:
    """Targets ten times or a tenth of what the same city promised in the plan before."""
    by_id = {row["target_id"]: row for row in targets.to_dict("records")}
    rows = []
    for pair in compare_years(targets, plans).to_dict("records"):
        old, new = (_size(pair, side) for side in ("from", "to"))
        if old and new and not 0.1 < new / old < 10:
            facts = {"year": pair["year_from"], "number": pair["number_from"]}
            rows.append(_doubt("year_jump", by_id[pair["target_to"]], lang, "unit", "", **facts))
    return rows


def _size(pair: dict[Any, Any], side: str) -> float:
    """The size of one side of a pair of years, whichever end it has; 0 where it has none."""
    ends = (pair[f"value_min_{side}"], pair[f"value_max_{side}"])
    return next((abs(float(value)) for value in ends if not pd.isna(value)), 0.0)


def _doubt(kind: str, row: dict[Any, Any], lang: str, field: str, value: str, **facts: Any) -> dict[str, Any]:
    """A row of the worklist with its correction line."""
    line = {
        "plan_id": row["plan_id"],
        "target_id": row.get("target_id", ""),
        "number": row["number"],
        "quote": row["quote"],
        "field": field,
        "value": value,
    }
    cells = io.StringIO()
    csv.DictWriter(cells, TARGET_COLUMNS, lineterminator="").writerow(line)
    keep = {c: row[c] for c in ("plan_id", "file", "number", "quote", "start", "end", "number_start", "number_end")}
    why = _WHY[kind][lang == "en"].format(**facts)
    return keep | {"doubt": kind, "target_id": row.get("target_id", ""), "why": why, "correction": cells.getvalue()}


def _find_sentence(row: dict[str, Any], sentences: pd.DataFrame | None) -> tuple[str, int]:
    """The sentence that holds the number, or the quote where none does."""
    if sentences is not None:
        own = sentences[(sentences["start"] <= row["number_start"]) & (sentences["end"] >= row["number_end"])]
        if len(own):
            return str(own["text"].iloc[0]), int(own["start"].iloc[0])
    return str(row["quote"]), int(row["start"])
