"""How firm a grouping is: paragraphs resampled, plans left out, methods changed, and against a single group."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import pandas as pd

from compare.clusters.distances import distance_matrix, hellinger_coordinates
from compare.clusters.partitions import adjusted_rand_index, company_overlap, cut_linkage, link_plans
from compare.schema import THEMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from compare.clusters.grouping import Grouping

METHODS = (
    ("hellinger", "ward"),
    ("hellinger", "complete"),
    ("jensen_shannon", "average"),
    ("aitchison", "average"),
)


def draw_shares(blocks: Sequence[NDArray], plan_ids: Sequence[str], draws: int, seed: int) -> NDArray:
    """Shares of plans whose paragraphs are drawn with replacement.

    Parameters
    ----------
    blocks : sequence of numpy.ndarray
        Characters by paragraph and theme of each plan, as `compare.priorities.paragraph_chars` yields them.
    plan_ids : sequence of str
        Plans in the same order; a plan's draws depend on its id, not on the other plans.
    draws, seed : int

    Returns
    -------
    numpy.ndarray
        Shape (draws, plans, themes).
    """
    shares = np.zeros((draws, len(blocks), len(THEMES)))
    for i, (cells, plan_id) in enumerate(zip(blocks, plan_ids, strict=True)):
        rng = np.random.default_rng([seed, crc32(plan_id.encode())])
        drawn = rng.multinomial(len(cells), np.full(len(cells), 1 / len(cells)), size=draws) @ cells
        shares[:, i] = drawn / drawn.sum(axis=1, keepdims=True)
    return shares


def regroup_draws(draws: NDArray, numbers: Sequence[int], grouping: Grouping) -> NDArray:
    """Labels of every draw for every number of clusters, shape (numbers, draws, plans)."""
    labels = np.zeros((len(numbers), *draws.shape[:2]), dtype="int64")
    for b, shares in enumerate(draws):
        labels[:, b] = grouping.group(hellinger_coordinates(shares), numbers)
    return labels


def mean_agreement(labels: NDArray, redrawn: NDArray) -> float:
    """Mean adjusted Rand index between a grouping and those of the draws (shape (draws, plans))."""
    return float(np.mean([adjusted_rand_index(labels, others) for others in redrawn])) if len(redrawn) else np.nan


def mean_company(labels: NDArray, redrawn: NDArray) -> NDArray:
    """For each plan, the mean Jaccard overlap of its cluster with its clusters in the draws (after Hennig 2007)."""
    return np.mean([company_overlap(labels, others) for others in redrawn], axis=0)


def share_together(redrawn: NDArray) -> NDArray:
    """Share of the draws in which two plans fall into one cluster, shape (plans, plans)."""
    return np.mean([others[:, None] == others for others in redrawn], axis=0)


def leave_one_out(shares: NDArray, labels: NDArray, grouping: Grouping, left_out: NDArray) -> NDArray:
    """Agreement of a grouping with what the other plans form when one is missing.

    Parameters
    ----------
    shares : numpy.ndarray
        Shape (plans, themes).
    labels : numpy.ndarray
        The grouping of all plans.
    grouping : Grouping
    left_out : numpy.ndarray
        Positions of the plans to leave out, one at a time.

    Returns
    -------
    numpy.ndarray
        Adjusted Rand index for each plan of `left_out`; missing where the other plans are all of one cluster.
    """
    points = hellinger_coordinates(shares)
    agreement = np.full(len(left_out), np.nan)
    for row, i in enumerate(left_out):
        rest = np.arange(len(points)) != i
        groups = len(np.unique(labels[rest]))
        if groups > 1:
            agreement[row] = adjusted_rand_index(labels[rest], grouping.group(points[rest], [groups])[0])
    return agreement


def compare_methods(shares: NDArray, labels: NDArray) -> pd.DataFrame:
    """Agreement of a grouping with what other distances and linkages give for the same number of clusters.

    Returns
    -------
    pandas.DataFrame
        One row per method: distance, linkage, adjusted_rand (1 the same, 0 as by chance).
    """
    groups = len(np.unique(labels))
    rows = []
    for metric, linkage in METHODS if groups > 1 else ():
        others = cut_linkage(link_plans(distance_matrix(shares, metric), linkage), groups)
        rows.append({"distance": metric, "linkage": linkage, "adjusted_rand": adjusted_rand_index(labels, others)})
    return pd.DataFrame(rows, columns=["distance", "linkage", "adjusted_rand"])


def chance_of_one_group(
    points: NDArray, labels: NDArray, grouping: Grouping, *, plans: int, draws: int, seed: int
) -> float:
    """How often a single group looks as well parted as these plans do.

    The reference is one normal distribution with the plans' covariance, as in SigClust [1]_, shrunk as few plans demand
    [2]_; each simulated corpus is grouped in the same way into as many clusters. The statistic is the share of
    the variance between clusters.

    Parameters
    ----------
    points : numpy.ndarray
        Plans in Hellinger coordinates, shape (plans, themes).
    labels : numpy.ndarray
        The grouping to be judged.
    grouping : Grouping
        How it was made.
    plans : int
        Plans in each simulated corpus.
    draws, seed : int

    Returns
    -------
    float
        Share of simulated corpora at least as well parted, the observed one counted in.

    References
    ----------
    .. [1] Liu, Y., Hayes, D. N., Nobel, A. and Marron, J. S. (2008), Statistical significance of clustering for
       high-dimension, low-sample size data, JASA 103.
    .. [2] Ledoit, O. and Wolf, M. (2004), A well-conditioned estimator for large-dimensional covariance matrices,
       Journal of Multivariate Analysis 88.
    """
    varying = points[:, np.ptp(points, axis=0) > 0]
    sizes, axes = np.linalg.eigh(shrink_covariance(varying))
    spread = (axes * np.sqrt(np.maximum(sizes, 0))).T
    observed = share_between(points, labels)
    groups = len(np.unique(labels))
    rng = np.random.default_rng([seed, plans])
    reached = 1
    for _ in range(draws):
        simulated = rng.standard_normal((plans, len(sizes))) @ spread
        reached += bool(share_between(simulated, grouping.group(simulated, [groups])[0]) >= observed)
    return reached / (draws + 1)


def share_between(points: NDArray, labels: NDArray) -> float:
    """Share of the variance of the points that lies between the centres of their clusters, 0 to 1."""
    centred = points - points.mean(axis=0)
    _, codes, counts = np.unique(labels, return_inverse=True, return_counts=True)
    sums = np.stack([np.bincount(codes, weights=column) for column in centred.T], axis=1)
    return float((sums**2 / counts[:, None]).sum() / (centred**2).sum())


def shrink_covariance(points: NDArray) -> NDArray:
    """Covariance drawn towards equal variances, the more the fewer the points (Ledoit and Wolf 2004)."""
    centred = points - points.mean(axis=0)
    count, width = centred.shape
    covariance = centred.T @ centred / count
    mean = np.trace(covariance) / width
    distance = ((covariance - mean * np.eye(width)) ** 2).sum()
    noise = (((centred**2).sum(axis=1) ** 2).sum() / count - (covariance**2).sum()) / count
    weight = min(noise, distance) / distance if distance > 0 else 0.0
    return (1 - weight) * covariance + weight * mean * np.eye(width)
