"""From priorities to clusters: choose how many, judge whether there are any, and put the result together."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from compare.clusters.contrasts import contrast_clusters
from compare.clusters.distances import distance_matrix, hellinger_coordinates, spread_shares
from compare.clusters.grouping import BY_KMEANS, BY_TREE, Grouping
from compare.clusters.map import PlanMap, map_plans, place_draws
from compare.clusters.partitions import find_medoids, link_plans, number_clusters, order_leaves
from compare.clusters.result import UNPLACED, ClusterResult, name_clusters
from compare.clusters.stability import (
    chance_of_one_group,
    compare_methods,
    draw_shares,
    leave_one_out,
    mean_agreement,
    mean_company,
    regroup_draws,
    share_together,
)
from compare.priorities import paragraph_chars
from compare.schema import CLUSTERS, make_frame

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

MIN_PLANS = 4
MOST_PLANS = 500
MOST_CLUSTERS = 8
MIN_SILHOUETTE = 0.25
MIN_STABILITY = 0.65
MAX_CHANCE = 0.1
SAMPLE = 300
SEED = 20223
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class _Effort:
    """How many resamples, simulated corpora and plans left out a corpus of some size can afford."""

    draws: int
    simulations: int
    left_out: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    """The best grouping, clear or not, with what speaks for it."""

    labels: NDArray
    widths: NDArray
    company: NDArray
    silhouettes: pd.Series
    stability: pd.Series
    together: NDArray
    left_out: NDArray
    agreement: NDArray
    p_value: float

    @property
    def k(self) -> int:
        return int(self.labels.max(initial=0))


@dataclass(frozen=True, slots=True)
class _Grouped:
    """What table clusters rests on: profiles, the candidate, the verdict, the map and the evidence of the labels."""

    shares: pd.DataFrame
    grouping: Grouping
    sample: NDArray
    draws: NDArray
    found: _Candidate
    verdict: str
    map: PlanMap
    contrasts: pd.DataFrame

    @property
    def n_clusters(self) -> int:
        return self.found.k if self.verdict == "clear" else min(1, len(self.shares))


def cluster_plans(sentences: pd.DataFrame, priorities: pd.DataFrame) -> ClusterResult:
    """Group plans by what they stress, say how firm the groups are, and place the plans on a map.

    Up to 500 plans: average linkage on Hellinger distances. For each number of clusters from 2 to 8 the mean silhouette
    and the agreement with groupings of resampled paragraphs are taken; the number with the largest product of both
    is the candidate. It is called clear only when

    - its mean silhouette is at least 0.25 (below, Kaufman and Rousseeuw 1990 see no substantial structure),
    - its agreement under resampled paragraphs, and with single plans left out, is at least 0.65 (from there Steinley
      2004, Psychological Methods 9, speaks of moderate recovery), and
    - a single group with the same covariance looks as well parted in at most 10 % of simulations.

    Otherwise the answer is "no clear clusters" and all plans are cluster 1; the candidate and its figures stay in the
    result. Above 500 plans mini-batch k-means, randomised components and a sample of 300 plans for stability and
    leave-one-out keep the cost linear, and `method` says so. Everything is seeded.

    Parameters
    ----------
    sentences : pandas.DataFrame
        Table sentences; read are plan_id, paragraph, theme and text (or start and end).
    priorities : pandas.DataFrame
        Table priorities of the same plans.

    Returns
    -------
    ClusterResult
        With any number of plans, none included.

    Examples
    --------
    >>> from compare.priorities import measure_priorities
    >>> sentences = pd.DataFrame({"plan_id": list("ab"), "file": ["a.txt", "b.txt"], "paragraph": 1,
    ...                           "theme": ["talent", "finance"], "text": ["引进人才。", "设立基金。"]})
    >>> result = cluster_plans(sentences, measure_priorities(sentences, pd.DataFrame()))
    >>> result.verdict, result.distances.loc["a", "b"]
    ('too_few', np.float64(1.0))
    """
    grouped = _group_plans(sentences, spread_shares(priorities))
    files = _find_files(priorities)
    shares, found, sample, draws = grouped.shares, grouped.found, grouped.sample, grouped.draws
    plans, exact = shares.index, grouped.grouping is BY_TREE
    distances, linkage, order = _arrange_plans(shares, found, grouped.grouping)
    return ClusterResult(
        table=_make_table(grouped, files),
        verdict=grouped.verdict,
        method=grouped.grouping.name,
        sampled=len(sample),
        n_clusters=grouped.n_clusters,
        candidate_k=found.k if len(plans) >= MIN_PLANS else 0,
        candidate=pd.Series(found.labels, index=plans, name="cluster", dtype="int64"),
        shares=shares,
        distances=distances,
        linkage=linkage,
        order=order,
        silhouettes=found.silhouettes,
        stability=found.stability,
        together=pd.DataFrame(found.together, index=plans, columns=plans.rename("other")) if exact else pd.DataFrame(),
        leave_one_out=pd.DataFrame({"plan_id": plans[found.left_out], "adjusted_rand": found.agreement}),
        method_agreement=compare_methods(shares.to_numpy()[sample], found.labels[sample]),
        p_value=found.p_value,
        medoids=_name_medoids(shares, found.labels, grouped.grouping),
        contrasts=grouped.contrasts,
        coordinates=grouped.map.coordinates,
        loadings=grouped.map.loadings,
        clouds=place_draws(grouped.map, draws, plans[sample]),
        explained=grouped.map.explained,
        unplaced=_find_unplaced(shares, files),
    )


def tabulate_clusters(sentences: pd.DataFrame, shares: pd.DataFrame, files: Mapping[str, str]) -> pd.DataFrame:
    """Table clusters alone, without what only figures show.

    Parameters
    ----------
    sentences : pandas.DataFrame
        As for `cluster_plans`; of the plans that `name_sample` names.
    shares : pandas.DataFrame
        Plans by themes, as `spread_shares` has them.
    files : mapping of str to str
        The file of every plan, also of those without themed text.
    """
    return _make_table(_group_plans(sentences, shares), files)


def _find_files(priorities: pd.DataFrame) -> dict[str, str]:
    firsts = priorities.drop_duplicates("plan_id")
    return dict(zip(firsts["plan_id"].tolist(), firsts["file"].tolist(), strict=True))


def _group_plans(sentences: pd.DataFrame, shares: pd.DataFrame) -> _Grouped:
    """Everything that table clusters rests on."""
    grouping = BY_KMEANS if len(shares) > MOST_PLANS else BY_TREE
    effort = _choose_effort(len(shares))
    sample = _sample_plans(shares.index) if grouping is BY_KMEANS else np.arange(len(shares))
    draws = _draw_profiles(sentences, shares.iloc[sample], effort.draws)
    found = _find_candidate(shares.to_numpy(), draws, sample, grouping, effort)
    known = draws if grouping is BY_TREE else np.zeros((0, *shares.shape))
    return _Grouped(
        shares, grouping, sample, draws, found, _judge(found, len(shares)),
        map_plans(shares, randomised=grouping is BY_KMEANS, seed=SEED), contrast_clusters(shares, found.labels, known),
    )  # fmt: skip


def name_sample(shares: pd.DataFrame) -> list[str]:
    """The plans whose sentences are resampled: all up to 500, else the sample; others need not be given."""
    plans = shares.index
    return list(plans[_sample_plans(plans)] if len(plans) > MOST_PLANS else plans)


def _choose_effort(plans: int) -> _Effort:
    if plans <= 100:
        return _Effort(200, 199, plans)
    return _Effort(100, 99, plans) if plans <= MOST_PLANS else _Effort(20, 19, 20)


def _sample_plans(plans: pd.Index) -> NDArray:
    """Positions of the plans whose ids have the smallest digests: as if drawn, and nearly the same when plans come."""
    digests = [sha256(str(plan).encode()).digest() for plan in plans]
    return np.sort(sorted(range(len(plans)), key=digests.__getitem__)[:SAMPLE])


def _draw_profiles(sentences: pd.DataFrame, shares: pd.DataFrame, draws: int) -> NDArray:
    """Resampled shares of the plans; a plan whose sentences are not given stays as it is."""
    wanted = sentences[sentences["plan_id"].isin(shares.index)] if len(sentences) else sentences
    blocks = {plan: cells for plan, cells in paragraph_chars(wanted) if len(cells)}
    whole = shares.to_numpy()
    plans = [str(plan) for plan in shares.index]
    return draw_shares([blocks.get(plan, whole[i : i + 1]) for i, plan in enumerate(plans)], plans, draws, SEED)


def _find_candidate(
    shares: NDArray, draws: NDArray, sample: NDArray, grouping: Grouping, effort: _Effort
) -> _Candidate:
    """The grouping with the largest product of silhouette and stability, and everything that judges it."""
    points = hellinger_coordinates(shares)
    plans = len(shares)
    numbers = list(range(2, min(MOST_CLUSTERS, plans - 1) + 1)) if plans >= MIN_PLANS else []
    groups = dict(zip(numbers, grouping.group(points, numbers), strict=True)) if numbers else {}
    groups = {k: labels for k, labels in groups.items() if len(np.unique(labels)) == k}
    if not groups:
        return _no_candidate(plans)
    redrawn = dict(zip(groups, regroup_draws(draws, list(groups), grouping), strict=True))
    widths = {k: grouping.silhouettes(points, labels) for k, labels in groups.items()}
    silhouettes = _by_number({k: w.mean() for k, w in widths.items()}, "silhouette")
    stability = _by_number({k: mean_agreement(groups[k][sample], redrawn[k]) for k in groups}, "stability")
    best = int(silhouettes.index[int(np.argmax(silhouettes * stability.clip(lower=0)))])
    labels = number_clusters(groups[best])
    left_out = np.linspace(0, len(sample) - 1, effort.left_out).round().astype(int)
    chance = chance_of_one_group(
        points, labels, grouping, plans=len(sample), draws=effort.simulations, seed=SEED
    )
    return _Candidate(
        labels=labels,
        widths=widths[best],
        company=_spread_company(labels, sample, mean_company(labels[sample], redrawn[best])),
        silhouettes=silhouettes,
        stability=stability,
        together=share_together(redrawn[best]) if grouping is BY_TREE else np.zeros((0, 0)),
        left_out=sample[left_out],
        agreement=leave_one_out(shares[sample], labels[sample], grouping, left_out),
        p_value=chance,
    )


def _no_candidate(plans: int) -> _Candidate:
    """What is said of plans that are too few, or all the same."""
    none = _by_number({}, "silhouette")
    empty = np.full(plans, np.nan)
    return _Candidate(
        np.ones(plans, dtype="int64"), empty, empty, none, none.rename("stability"), np.ones((plans, plans)),
        np.zeros(0, dtype=int), np.zeros(0), np.nan,
    )  # fmt: skip


def _judge(found: _Candidate, plans: int) -> str:
    if plans < MIN_PLANS:
        return "too_few"
    if found.k < 2:
        return "none"
    known = found.agreement[~np.isnan(found.agreement)]
    firm = min(float(found.stability[found.k]), float(known.mean()) if len(known) else 1.0) >= MIN_STABILITY
    parted = float(found.silhouettes[found.k]) >= MIN_SILHOUETTE and found.p_value <= MAX_CHANCE
    return "clear" if firm and parted else "none"


def _arrange_plans(
    shares: pd.DataFrame, found: _Candidate, grouping: Grouping
) -> tuple[pd.DataFrame, NDArray, tuple[str, ...]]:
    """Distances, linkage and an order that puts like plans side by side."""
    plans = shares.index
    if grouping is BY_KMEANS:
        medoids = shares.loc[list(_name_medoids(shares, found.labels, grouping).values())]
        distances = pd.DataFrame(
            distance_matrix(medoids.to_numpy()), index=medoids.index, columns=medoids.index.rename("other")
        )
        order = np.lexsort((-found.widths, found.labels))
        return distances, np.zeros((0, 4)), tuple(plans[order])
    matrix = distance_matrix(shares.to_numpy())
    distances = pd.DataFrame(matrix, index=plans, columns=plans.rename("other"))
    if len(plans) < 2:
        return distances, np.zeros((0, 4)), tuple(plans)
    linkage = link_plans(matrix)
    return distances, linkage, tuple(plans[order_leaves(linkage, matrix)])


def _name_medoids(shares: pd.DataFrame, labels: NDArray, grouping: Grouping) -> dict[int, str]:
    """The plan at the middle of each cluster."""
    if grouping is BY_TREE:
        found = find_medoids(distance_matrix(shares.to_numpy()), labels)
        return {k: str(shares.index[i]) for k, i in found.items()}
    points = hellinger_coordinates(shares.to_numpy())
    medoids = {}
    for k in np.unique(labels):
        inside = np.flatnonzero(labels == k)
        gaps = ((points[inside] - points[inside].mean(axis=0)) ** 2).sum(axis=1)
        medoids[int(k)] = str(shares.index[inside[gaps.argmin()]])
    return medoids


def _spread_company(labels: NDArray, sample: NDArray, company: NDArray) -> NDArray:
    """Company of the sampled plans; with a sample, every plan has the mean of its cluster's sampled plans."""
    if len(sample) == len(labels):
        return company
    means = pd.Series(company).groupby(labels[sample]).mean()
    return pd.Series(labels).map(means).to_numpy(dtype=float)


def _find_unplaced(shares: pd.DataFrame, files: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(files.keys() - set(shares.index)))


def _make_table(grouped: _Grouped, files: Mapping[str, str]) -> pd.DataFrame:
    """Table clusters, with the unplaced plans in it."""
    found, clear = grouped.found, grouped.verdict == "clear"
    names = name_clusters(grouped.verdict, grouped.n_clusters, grouped.contrasts)
    rows = []
    places = grouped.map.coordinates.to_numpy()
    for i, plan in enumerate(grouped.shares.index):
        cluster = int(found.labels[i]) if clear else 1
        row = {"plan_id": plan, "file": files[plan], "cluster": cluster, "label": names[cluster]}
        row |= {"x": places[i, 0], "y": places[i, 1]}
        if clear:
            row |= {"silhouette": round(found.widths[i], _DIGITS), "stability": _known(found.company[i])}
        rows.append(row)
    unplaced = _find_unplaced(grouped.shares, files)
    rows += [{"plan_id": plan, "file": files[plan], "label": UNPLACED["zh"]} for plan in unplaced]
    return make_frame(CLUSTERS, rows)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), _DIGITS)


def _by_number(values: dict[int, float], name: str) -> pd.Series:
    index = pd.Index(list(values), name="k", dtype="int64")
    return pd.Series(np.round(list(values.values()), _DIGITS), index=index, name=name, dtype=float)
