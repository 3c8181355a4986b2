"""The table of targets in a brief: those measured alike, or those of the one plan there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compare.brief.findings import (
    Cited,
    Sentence,
    first_mentions,
    list_groups,
    name_group,
    order_group,
    say_cell,
    with_numbers,
)
from compare.vocabulary.labels import label

if TYPE_CHECKING:
    import pandas as pd

    from compare.pipeline import Tables

WIDEST_MATRIX = 6
GROUPS_LISTED, PLACES_LISTED = 9, 3  # they stand on one page with their notes
TARGETS_LISTED = 24


@dataclass(frozen=True)
class TargetTable:
    """The table of targets.

    Attributes
    ----------
    title, caption, lead : str
        Of its section, of the table, and what stands above it or says why there is none.
    heads : list of str
        Empty where there is no table.
    rows : list of list of tuple
        Each cell as parts: plain strings, and `Cited` ones.
    widths : tuple of float
        Share of the width that each column has.
    """

    title: str
    caption: str
    lead: str
    heads: list[str]
    rows: list[list[Sentence]]
    widths: tuple[float, ...] = ()


def make_table(tables: Tables, names: dict[str, str], words: dict[str, str], lang: str) -> TargetTable:
    """What is compared: a row for each group with a column for each plan, or for many plans those that lead it.

    Of one plan alone, all its targets.
    """
    if len(tables.plans) == 1:
        return _list_targets(tables, words, lang)
    title, caption = words["targets"], words["targets_caption"]
    groups = list_groups(tables)
    if not groups:
        return TargetTable(title, caption, words["none_comparable"], [], [])
    plans = [p for p in tables.plans["plan_id"] if any(p in set(rows["plan_id"]) for rows in groups)]
    if len(plans) <= WIDEST_MATRIX:
        heads = [words["indicator"], *(names[p] for p in plans)]
        rows = [_fill_row(rows, plans, tables, words, lang) for rows in groups]
        first = 0.28 if len(plans) > 2 else 0.4
        widths = (first, *[(1 - first) / len(plans)] * len(plans))
        return TargetTable(title, caption, words["targets_lead"], heads, rows, widths)
    listed = groups[:GROUPS_LISTED]
    lead = words["targets_lead_many"].format(listed=len(listed), groups=len(groups), most=PLACES_LISTED)
    heads = [words["indicator"], words["stated_by"], words["largest"]]
    rows = [_sum_up(group, tables, names, words, lang) for group in listed]
    return TargetTable(title, caption, lead, heads, rows, (0.34, 0.2, 0.46))


def _fill_row(
    group: pd.DataFrame, plans: Sequence[str], tables: Tables, words: dict[str, str], lang: str
) -> list[Sentence]:
    """A row of the matrix: what each plan states of a group."""
    by_plan = {row["plan_id"]: row for row in with_numbers(group, tables.targets).to_dict("records")}
    cells: list[Sentence] = [(name_group(group.iloc[0], lang),)]
    return cells + [(_say_cited(by_plan[p], words, lang),) if p in by_plan else ("—",) for p in plans]


def _sum_up(
    group: pd.DataFrame, tables: Tables, names: dict[str, str], words: dict[str, str], lang: str
) -> list[Sentence]:
    """A row for a group of many: how many plans state it, and the largest numbers with their places."""
    rows = with_numbers(group, tables.targets)
    hidden = int(rows["masked"].fillna(False).sum())
    stated = words["stated_some_hidden" if hidden else "stated"].format(plans=len(rows), hidden=hidden)
    gap = " " if lang == "en" else ""
    parts: list[str | Cited] = []
    for at, row in enumerate(order_group(rows).head(PLACES_LISTED).to_dict("records")):
        parts += [words["joiner"]] * bool(at)
        parts.append(Cited(f"{names[row['plan_id']]}{gap}{say_cell(row, lang, words['hidden'])}", row["target_id"]))
    return [(name_group(rows.iloc[0], lang),), (stated,), tuple(parts) or ("—",)]


def _list_targets(tables: Tables, words: dict[str, str], lang: str) -> TargetTable:
    """The targets of one plan, those of its overall objectives first."""
    targets = first_mentions(tables.targets)
    if targets.empty:
        return TargetTable(words["targets_one"], words["targets_one_caption"], words["no_targets"], [], [])
    targets = targets.sort_values(["headline", "number_start"], ascending=[False, True], kind="stable")
    rows: list[list[Sentence]] = [
        [(name_group(row, lang),), (_say_cited(row, words, lang),), (label("firmness", row["firmness"], lang),)]
        for row in targets.head(TARGETS_LISTED).to_dict("records")
    ]
    if len(targets) > TARGETS_LISTED:
        more = words["more_targets"].format(count=len(targets) - TARGETS_LISTED)
        rows.append([(more,), (words["more_where"],), ("",)])
    heads = [words["indicator"], words["value"], words["firmly"]]
    lead = words["targets_lead_one"]
    return TargetTable(words["targets_one"], words["targets_one_caption"], lead, heads, rows, (0.5, 0.32, 0.18))


def _say_cited(row: Any, words: dict[str, str], lang: str) -> Cited:
    return Cited(say_cell(row, lang, words["hidden"]), row["target_id"])
