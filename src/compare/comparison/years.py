"""One city from one plan to the next: what it continued, raised, lowered, dropped and took up."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd

from compare.comparison.comparability import BENCHMARK, NUMBER, collapse_repeats, name_groups
from compare.comparison.ranks import bound_values, order_promises

CHANGES = ("continued", "raised", "lowered", "undecided", "dropped", "new")
COLUMNS = (
    "province", "city", "indicator", "indicator_zh", "measure", "period", "tier", "unit_std", "year_from", "year_to",
    "target_from", "target_to", "number_from", "number_to", "value_min_from", "value_max_from", "value_min_to",
    "value_max_to", "change",
)  # fmt: skip
_SAID = {"higher": "raised", "lower": "lowered", "same": "continued", "undecided": "undecided"}


def compare_years(targets: pd.DataFrame, plans: pd.DataFrame) -> pd.DataFrame:
    """Follow the targets of each city from one plan year to the next it has a plan for.

    Targets are matched within their comparability group, first by the indicator as written, then in the order in which
    the plans state them. A promise is raised when neither end of it is lower than before and one is higher (25 or more
    after 20 or more); where the bounds cross (exactly 25 after 20 or more), or a number is masked, the change is
    undecided. A cumulative target is followed only to one that runs to the same year.

    Parameters
    ----------
    targets : pandas.DataFrame
        Table targets.
    plans : pandas.DataFrame
        Table plans; plans without city, without year, or with a masked name are left out.

    Returns
    -------
    pandas.DataFrame
        One row per target followed: province, city; indicator, indicator_zh (as written in the later plan, else the
        earlier), measure, period, tier, unit_std; year_from, year_to; target_from and target_to (target_id, empty where
        there is none); number_from, number_to (as written); value_min_from … value_max_to (in unit_std); change
        (continued, raised, lowered, undecided, dropped, new). Empty with one year for each city.

    Examples
    --------
    >>> same = {"indicator": "labs", "indicator_zh": "重点实验室", "measure": "flow", "period": "plan_year", "tier": "",
    ...     "unit_std": "thing", "due_year": None, "same_as": "", "masked": False, "headline": False,
    ...     "bound": "at_least", "value_max_std": None, "number_start": 0}
    >>> targets = pd.DataFrame([
    ...     {"target_id": "s", "plan_id": "p", "number": "2家以上", "value_min_std": 2},
    ...     {"target_id": "t", "plan_id": "q", "number": "3家以上", "value_min_std": 3}]).assign(**same)
    >>> plans = pd.DataFrame({"plan_id": ["p", "q"], "city": "甲市", "province": "", "plan_year": [2021, 2022],
    ...     "name_basis": "stated"})
    >>> compare_years(targets, plans)[["number_from", "number_to", "change"]].values.tolist()
    [['2家以上', '3家以上', 'raised']]
    """
    named = plans[plans["city"].fillna("").ne("") & plans["plan_year"].notna() & plans["name_basis"].ne("masked")]
    rows: list[dict[str, Any]] = []
    table = collapse_repeats(targets[targets["plan_id"].isin(named["plan_id"])])
    if len(table):
        table["group"] = name_groups(table)
        table["low"], table["high"] = bound_values(table)
    for (province, city), own in named.groupby([named["province"].fillna(""), "city"], sort=True):
        years = sorted(own["plan_year"].unique())
        for before, after in pairwise(years):
            sides = [table[table["plan_id"].isin(own.loc[own["plan_year"] == y, "plan_id"])] for y in (before, after)]
            head = {"province": province, "city": city, "year_from": int(before), "year_to": int(after)}
            rows += [head | row for row in _follow(*map(_list_rows, sides))]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    values = [name for name in COLUMNS if name.startswith("value_")]
    return frame.astype(dict.fromkeys(values, "Float64"))


def _follow(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows for what became of the targets before, and what is new."""
    rows = []
    left = list(after)
    unmatched = []
    for old in before:
        match = next((new for new in left if _key(new) == _key(old)), None)
        if match is None:
            unmatched.append(old)
        else:
            left.remove(match)
            rows.append(_say_change(old, match))
    for old in unmatched:
        loose = None if old["indicator"] == "other" else next((n for n in left if n["group"] == old["group"]), None)
        if loose is not None:
            left.remove(loose)
        rows.append(_say_change(old, loose))
    rows += [_say_change(None, new) for new in left]
    return sorted(rows, key=lambda row: (CHANGES.index(row["change"]), row["indicator"], row["indicator_zh"]))


def _list_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(map(str, table.columns), row, strict=True)) for row in table.itertuples(index=False, name=None)]


def _key(row: dict[str, Any]) -> tuple[str, str]:
    return row["group"], row["indicator_zh"]


def _say_change(old: dict[str, Any] | None, new: dict[str, Any] | None) -> dict[str, Any]:
    known = new or old or {}
    row = {name: known[name] for name in ("indicator", "indicator_zh", "measure", "period", "tier", "unit_std")}
    for side, target in (("from", old), ("to", new)):
        row[f"target_{side}"] = target["target_id"] if target else ""
        row[f"number_{side}"] = target["number"] if target else ""
        row[f"value_min_{side}"] = target["value_min_std"] if target else None
        row[f"value_max_{side}"] = target["value_max_std"] if target else None
    return row | {"change": _judge(old, new)}


def _judge(old: dict[str, Any] | None, new: dict[str, Any] | None) -> str:
    if old is None:
        return "new"
    if new is None:
        return "dropped"
    if old["kind"] == new["kind"] == NUMBER:
        return _SAID[order_promises(new["low"], new["high"], old["low"], old["high"])]
    same = old["kind"] == new["kind"] == BENCHMARK and old["number"] == new["number"]
    return "continued" if same else "undecided"
