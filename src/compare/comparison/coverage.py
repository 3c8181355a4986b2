"""Who reports what, and where a plan contradicts itself."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pandas as pd

from compare.comparison.comparability import BENCHMARK, MASKED, NUMBER, find_kinds, name_groups
from compare.comparison.ranks import bound_values
from compare.priorities import find_first_mentions

STATES = ("reported", "benchmark", "masked", "absent")
CONTRADICTIONS = (
    "plan_id", "file", "indicator", "indicator_zh", "headline_id", "headline_number", "headline_quote",
    "body_id", "body_number", "body_quote", "linked", "kind",
)  # fmt: skip


def measure_coverage(targets: pd.DataFrame, plans: pd.DataFrame, *, include_other: bool = False) -> pd.DataFrame:
    """Which plan reports which indicator, and how.

    Parameters
    ----------
    targets : pandas.DataFrame
        Table targets.
    plans : pandas.DataFrame
        Table plans: a plan without any target is absent throughout, not missing.
    include_other : bool
        Also list what has no canonical indicator, as `other`.

    Returns
    -------
    pandas.DataFrame
        One row per indicator and plan, indicators that most plans report first: indicator, plan_id, state (`reported`:
        with a number; `benchmark`: by a named level only; `masked`: the source hides every number; `absent`), targets
        (repeats left out).

    Examples
    --------
    >>> targets = pd.DataFrame({"target_id": ["t"], "plan_id": ["p"], "indicator": ["hightech_firms"], "same_as": [""],
    ...     "masked": [True], "bound": ["at_least"], "value_min_std": [None], "value_max_std": [None]})
    >>> measure_coverage(targets, pd.DataFrame({"plan_id": ["p", "q"]}))["state"].tolist()
    ['masked', 'absent']
    """
    kept = targets if include_other else targets[targets["indicator"] != "other"]
    state = find_kinds(kept).map({NUMBER: 0, BENCHMARK: 1, MASKED: 2})
    table = pd.DataFrame(
        {"indicator": kept["indicator"], "plan_id": kept["plan_id"], "state": state, "root": find_first_mentions(kept)}
    )
    cells = table.groupby(["indicator", "plan_id"]).agg(state=("state", "min"), targets=("root", "nunique"))
    every = pd.MultiIndex.from_product([sorted(kept["indicator"].unique()), sorted(plans["plan_id"])])
    full = cells.reindex(every.set_names(["indicator", "plan_id"])).reset_index()
    full["reporting"] = full["state"].eq(0).groupby(full["indicator"]).transform("sum")
    full["naming"] = full["state"].notna().groupby(full["indicator"]).transform("sum")
    full["state"] = full["state"].fillna(3).astype(int).map(dict(enumerate(STATES))).astype("string")
    full["targets"] = full["targets"].fillna(0).astype("Int64")
    full = full.sort_values(
        ["reporting", "naming", "indicator", "plan_id"], ascending=[False, False, True, True], kind="stable"
    )
    return full[["indicator", "plan_id", "state", "targets"]].reset_index(drop=True)


def find_contradictions(targets: pd.DataFrame) -> pd.DataFrame:
    """Mentions of the same target in one plan whose numbers disagree; shown, not resolved.

    Compared are mentions linked by `same_as`, and unlinked pairs of a headline and a body target of one comparability
    group whose indicator is written in the same words and which are not due in different years.

    Parameters
    ----------
    targets : pandas.DataFrame
        Table targets.

    Returns
    -------
    pandas.DataFrame
        One row per pair, the headline (or first mention) first: plan_id, file, indicator, indicator_zh; headline_id,
        headline_number, headline_quote; body_id, body_number, body_quote; linked (by `same_as`); kind: `disjoint` (both
        cannot hold) or `differs` (they can, such as 20 or more and exactly 25).

    Examples
    --------
    >>> same = {"plan_id": "p", "file": "p.txt", "indicator": "labs", "indicator_zh": "重点实验室", "measure": "flow",
    ...     "period": "plan_year", "tier": "", "unit_std": "thing", "due_year": None, "masked": False, "bound": "exact"}
    >>> targets = pd.DataFrame([
    ...     {"target_id": "s", "same_as": "", "headline": True, "number": "5家", "number_start": 9, "value_min_std": 5},
    ...     {"target_id": "t", "same_as": "s", "headline": False, "number": "4家", "number_start": 99,
    ...      "value_min_std": 4}]).assign(**same, quote=lambda t: "建成" + t["number"])
    >>> targets["value_max_std"] = targets["value_min_std"]
    >>> find_contradictions(targets)[["headline_number", "body_number", "kind"]].values.tolist()
    [['5家', '4家', 'disjoint']]
    """
    numbered = targets[find_kinds(targets).eq(NUMBER)].sort_values(["plan_id", "number_start"], kind="stable")
    rows: list[dict[str, Any]] = []
    if len(numbered):
        low, high = bound_values(numbered)
        numbered = numbered.assign(
            low=low, high=high, root=find_first_mentions(targets).reindex(numbered.index), group=name_groups(numbered)
        )
        restated = ["plan_id", "group", "indicator_zh"]
        twice = numbered.duplicated(["plan_id", "root"], keep=False) | numbered.duplicated(restated, keep=False)
        for _, own in numbered[twice].groupby("plan_id", sort=True):
            records: list[dict[str, Any]] = own.to_dict("records")  # type: ignore[assignment]
            rows += [row for a, b in combinations(records, 2) if (row := _contrast(a, b))]
    return pd.DataFrame(rows, columns=list(CONTRADICTIONS))


def _contrast(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any] | None:
    """The row for a pair of mentions that disagree, if they speak of the same target."""
    linked = first["root"] == second["root"]
    restated = (
        first["group"] == second["group"]
        and first["indicator_zh"] == second["indicator_zh"]
        and bool(first["headline"]) != bool(second["headline"])
        and len({year for year in (first["due_year"], second["due_year"]) if not pd.isna(year)}) < 2
    )
    comparable = first["measure"] == second["measure"] and first["unit_std"] == second["unit_std"]
    same = (first["low"], first["high"]) == (second["low"], second["high"])
    if same or not comparable or not (linked or restated):
        return None
    a, b = (second, first) if second["headline"] and not first["headline"] else (first, second)
    apart = a["low"] > b["high"] or b["low"] > a["high"]
    return {
        "plan_id": a["plan_id"], "file": a["file"], "indicator": a["indicator"], "indicator_zh": a["indicator_zh"],
        "headline_id": a["target_id"], "headline_number": a["number"], "headline_quote": a["quote"],
        "body_id": b["target_id"], "body_number": b["number"], "body_quote": b["quote"],
        "linked": linked, "kind": "disjoint" if apart else "differs",
    }  # fmt: skip
