"""Table comparisons: every target once, ranked among those it may be compared with, and relative to people and GDP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from compare.comparison.comparability import NUMBER, collapse_repeats, name_groups
from compare.comparison.ranks import bound_values, rank_bounds
from compare.schema import COMPARISONS, make_frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

AMOUNTS = ("level", "flow")
COUNTED = ("thing", "person", "person_time", "event", "item", "CNY")
PEOPLE = 100_000
_LAST_YEAR = 9999
_DIGITS = 9


def compare_targets(targets: pd.DataFrame, plans: pd.DataFrame, context: pd.DataFrame | None = None) -> pd.DataFrame:
    """Rank targets among those they may be compared with, and relate them to population and GDP.

    Repeats are one target. Targets are ranked within their group (same indicator, measure, period, tier and unit; see
    `name_groups`) among the plans of the same year, one for each plan: the headline if there is one, else one that is
    no part of another, else the one in the fewest words. Others of the same plan and group keep their row without
    a rank, so that nothing is lost and no plan is ranked twice. Masked and benchmark targets are never ranked.

    Ranks are those the bounds allow: rank_low is the best, rank_high the worst; where they differ, the order is
    undecided. Rank 1 is the largest number, also where less is better.

    Parameters
    ----------
    targets : pandas.DataFrame
        Table targets.
    plans : pandas.DataFrame
        Table plans; read are plan_id, city and plan_year.
    context : pandas.DataFrame, optional
        One row per city and year: city, year, population (people), gdp_cny (CNY). The latest year not after the plan's
        is taken, and the latest of all where the plan's year is unknown.

    Returns
    -------
    pandas.DataFrame
        Table comparisons. per_100k_people is given for counts and amounts of money (measures level and flow), per_gdp
        for amounts of money; both from the lower end of the target, or the upper where there is no lower.

    Examples
    --------
    >>> same = {"file": "", "indicator": "labs", "indicator_zh": "重点实验室", "measure": "flow", "period": "plan_year",
    ...     "tier": "", "unit_std": "thing", "due_year": None, "same_as": "", "parent": "", "masked": False,
    ...     "headline": False, "number_start": 0}
    >>> targets = pd.DataFrame([
    ...     {"target_id": "s", "plan_id": "p", "bound": "at_least", "value_min_std": 20.0, "value_max_std": None},
    ...     {"target_id": "t", "plan_id": "q", "bound": "exact", "value_min_std": 25.0, "value_max_std": 25.0}])
    >>> plans = pd.DataFrame({"plan_id": ["p", "q"], "city": ["甲市", "乙市"], "plan_year": 2022})
    >>> context = pd.DataFrame({"city": ["甲市"], "year": 2021, "population": 2_000_000, "gdp_cny": None})
    >>> found = compare_targets(targets.assign(**same), plans, context)
    >>> found[["plan_id", "rank_low", "rank_high"]].values.tolist(), float(found["per_100k_people"].iloc[0])
    ([['p', 1, 2], ['q', 1, 2]], 1.0)
    """
    table = _collapse(targets, plans)
    (standing,) = _rank([_weigh(table)])
    return _tabulate(table, standing, plans, context)


def compare_in_pieces(
    read: Callable[[int], pd.DataFrame], pieces: int, plans: pd.DataFrame, context: pd.DataFrame | None = None
) -> Iterator[pd.DataFrame]:
    """As `compare_targets`, piece by piece, so that not all targets need be in memory at once.

    Parameters
    ----------
    read : callable
        From the number of a piece to its targets, called twice for each of several. A plan's targets are in one piece.
    pieces : int
    plans, context : pandas.DataFrame
        As for `compare_targets`.

    Yields
    ------
    pandas.DataFrame
        The rows of each piece, ranked among those of all pieces.
    """
    if pieces == 1:
        yield compare_targets(read(0), plans, context)
        return
    for number, standing in enumerate(_rank([_weigh(_collapse(read(n), plans)) for n in range(pieces)])):
        yield _tabulate(_collapse(read(number), plans), standing, plans, context)


@dataclass(frozen=True, slots=True)
class _Weights:
    """What ranks depend on: the group and year of each target as one number, which targets stand for their plan, with
    the ends of what they allow, and how many plans there are in each group and year."""

    keys: NDArray
    stands: NDArray
    low: NDArray
    high: NDArray
    plans: pd.Series


def _collapse(targets: pd.DataFrame, plans: pd.DataFrame) -> pd.DataFrame:
    """Each target once, with its group and its plan's year."""
    table = collapse_repeats(targets)
    year = plans.set_index("plan_id")["plan_year"].astype("Int64")
    table["group"] = name_groups(table)
    table["plan_year"] = table["plan_id"].map(year).astype("Int64")
    return table


def _weigh(table: pd.DataFrame) -> _Weights:
    named = table["group"] + "\n" + table["plan_year"].astype("string").fillna("")
    keys = pd.util.hash_pandas_object(named, index=False).to_numpy()
    stands = find_standing(table).to_numpy(dtype=bool) if len(table) else np.zeros(0, dtype=bool)
    low, high = bound_values(table[stands])
    pairs = pd.DataFrame({"key": keys, "plan": pd.factorize(table["plan_id"])[0]}).drop_duplicates()
    return _Weights(keys, stands, low, high, pairs["key"].value_counts(sort=False))


def _rank(weights: list[_Weights]) -> list[pd.DataFrame]:
    """plans, rank_low and rank_high of the targets of each piece."""
    counted = pd.concat([w.plans for w in weights])
    counted = counted.groupby(level=0).sum()
    keys = np.concatenate([w.keys[w.stands] for w in weights])
    low, high = (np.concatenate([getattr(w, side) for w in weights]) for side in ("low", "high"))
    best, worst = np.ones(len(keys), dtype="int64"), np.ones(len(keys), dtype="int64")
    order = np.argsort(keys, kind="stable")
    for places in np.split(order, np.flatnonzero(np.diff(keys[order])) + 1):
        if len(places) > 1:  # most groups are a target alone, which ranks first
            best[places], worst[places] = rank_bounds(low[places], high[places])
    found, start = [], 0
    for w in weights:
        end = start + int(w.stands.sum())
        ranks = pd.DataFrame({"plans": counted.reindex(w.keys).to_numpy()}).astype("Int64")
        for name, values in (("rank_low", best), ("rank_high", worst)):
            ranks[name] = pd.array([pd.NA] * len(w.keys), dtype="Int64")
            ranks.loc[w.stands, name] = values[start:end]
        found.append(ranks)
        start = end
    return found


def _tabulate(
    table: pd.DataFrame, standing: pd.DataFrame, plans: pd.DataFrame, context: pd.DataFrame | None
) -> pd.DataFrame:
    """Table comparisons of these targets."""
    if not len(table):
        return make_frame(COMPARISONS, [])
    table = table.join(standing).join(_relate(table, plans, context))
    typed = {c.name: table[c.name].astype(c.dtype) for c in COMPARISONS.columns}  # type: ignore[call-overload]
    frame = pd.DataFrame(typed, columns=COMPARISONS.names)
    texts = [c.name for c in COMPARISONS.columns if c.type == "string"]
    frame[texts] = frame[texts].fillna("")
    return frame.sort_values(list(COMPARISONS.sort), kind="stable", ignore_index=True)


def find_standing(table: pd.DataFrame) -> pd.Series:
    """Which targets with a number stand for their plan in their group, as booleans on the table's index."""
    order = pd.DataFrame(
        {
            "plan_id": table["plan_id"],
            "group": table["group"],
            "numbered": ~table["kind"].eq(NUMBER),
            "headline": ~table["headline"].fillna(False).astype(bool),
            "part": table["parent"].fillna("").ne(""),
            "words": table["indicator_zh"].str.len(),
            "place": table["number_start"],
        }
    )
    first = order.sort_values(["numbered", "headline", "part", "words", "place"], kind="stable")
    stands = ~first.duplicated(["plan_id", "group"])
    return stands.reindex(table.index) & table["kind"].eq(NUMBER)


def _relate(table: pd.DataFrame, plans: pd.DataFrame, context: pd.DataFrame | None) -> pd.DataFrame:
    """per_100k_people and per_gdp of each target."""
    known = find_context(plans, context)
    value = table["value_min_std"].fillna(table["value_max_std"])
    value = value.where(table["kind"].eq(NUMBER) & table["measure"].isin(AMOUNTS) & table["unit_std"].isin(COUNTED))
    people, gdp = (table["plan_id"].map(known[name]).astype("Float64") for name in ("population", "gdp_cny"))
    money = value.where(table["unit_std"].eq("CNY"))
    return pd.DataFrame(
        {"per_100k_people": (value / people * PEOPLE).round(_DIGITS), "per_gdp": (money / gdp).round(_DIGITS + 3)},
        index=table.index,
    )


def find_context(plans: pd.DataFrame, context: pd.DataFrame | None) -> pd.DataFrame:
    """Population and GDP that apply to each plan.

    Parameters
    ----------
    plans : pandas.DataFrame
        Table plans.
    context : pandas.DataFrame or None
        city, year, population, gdp_cny.

    Returns
    -------
    pandas.DataFrame
        Index plan_id; population (people), gdp_cny (CNY), each with its year (population_year, gdp_year); missing
        where the context has none from a year not after the plan's.
    """
    asked = plans[["plan_id", "city"]].astype("string").fillna({"city": ""})
    asked["until"] = plans["plan_year"].astype("Int64").fillna(_LAST_YEAR).astype("int64")
    asked = asked.sort_values("until", kind="stable")
    result = asked[["plan_id"]]
    for name, dated in (("population", "population_year"), ("gdp_cny", "gdp_year")):
        given = pd.DataFrame(columns=["city", "year", name]) if context is None else context[["city", "year", name]]
        given = given.astype({"city": "string", "year": "Int64", name: "Float64"}).dropna()
        given = given[(given[name] > 0) & given["city"].ne("")]
        given = given.astype({"year": "int64"}).rename(columns={"year": dated})
        joined = pd.merge_asof(asked, given.sort_values(dated), left_on="until", right_on=dated, by="city")
        result = result.merge(joined[["plan_id", name, dated]], on="plan_id")
    columns = ["population", "population_year", "gdp_cny", "gdp_year"]
    return result.set_index("plan_id").reindex(plans["plan_id"])[columns].astype("Float64")
