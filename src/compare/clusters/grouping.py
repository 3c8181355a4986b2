"""The two ways to group plans: a tree of all distances, and k-means, whose cost grows with the number of plans only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from compare.clusters.partitions import cut_linkage, link_plans, silhouette_widths

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

KMEANS_SEED = 20222
_BATCH = 1024
_STARTS = 3
_MOST_STEPS = 40
_STILL = 1e-3


@dataclass(frozen=True, slots=True)
class Grouping:
    """A way to group points in Hellinger coordinates.

    Attributes
    ----------
    name : str
        `tree` or `kmeans`.
    group : callable
        From points of shape (plans, themes) and numbers of clusters to labels, one array for each number.
    silhouettes : callable
        From points and labels to silhouette widths of the plans.
    """

    name: str
    group: Callable[[NDArray, Sequence[int]], list[NDArray]]
    silhouettes: Callable[[NDArray, NDArray], NDArray]


def _group_by_tree(points: NDArray, numbers: Sequence[int]) -> list[NDArray]:
    """Average linkage on Hellinger distances, cut at each number of clusters."""
    linkage = link_plans(euclidean_distances(points))
    return [cut_linkage(linkage, number) for number in numbers]


def _tree_silhouettes(points: NDArray, labels: NDArray) -> NDArray:
    return silhouette_widths(euclidean_distances(points), labels)


def _group_by_kmeans(points: NDArray, numbers: Sequence[int]) -> list[NDArray]:
    """Mini-batch k-means (Sculley 2010) for each number of clusters, the best of a few starts."""
    return [_nearest(points, _learn_centres(points, number)[None])[0] for number in numbers]


def _learn_centres(points: NDArray, number: int) -> NDArray:
    """Centres of clusters from small random batches; where all points fit into one batch, plain k-means.

    scikit-learn's MiniBatchKMeans does the same, but its import and its checks of each call take longer than all the
    clustering of a build.
    """
    rng = np.random.default_rng([KMEANS_SEED, number])
    whole = len(points) <= _BATCH
    some = points if whole else points[rng.choice(len(points), _BATCH, replace=False)]
    centres = np.array([_seed_centres(some, number, rng) for _ in range(_STARTS)])  # all starts at once, it is quicker
    weights = np.zeros((_STARTS, number))
    for _ in range(_MOST_STEPS):
        batch = points if whole else points[rng.integers(len(points), size=_BATCH)]
        member = (_nearest(batch, centres)[:, :, None] == np.arange(number)).astype(float)
        counts = member.sum(axis=1)
        weights = counts if whole else weights + counts
        pull = member.transpose(0, 2, 1) @ batch - counts[:, :, None] * centres
        step = np.divide(pull, weights[:, :, None], out=np.zeros_like(centres), where=weights[:, :, None] > 0)
        centres = centres + step
        if np.abs(step).max() < _STILL:
            break
    return centres[int(np.argmin(_spread_around(some, centres)))]


def _seed_centres(points: NDArray, number: int, rng: np.random.Generator) -> NDArray:
    """First centres: points drawn one by one, the likelier the farther they lie from those before (k-means++)."""
    centres = [points[rng.integers(len(points))]]
    gaps = ((points - centres[0]) ** 2).sum(axis=1)
    while len(centres) < number:
        total = gaps.sum()
        drawn = rng.choice(len(points), p=gaps / total) if total > 0 else rng.integers(len(points))
        centres.append(points[drawn])
        gaps = np.minimum(gaps, ((points - centres[-1]) ** 2).sum(axis=1))
    return np.array(centres)


def _nearest(points: NDArray, centres: NDArray) -> NDArray:
    """The nearest centre of each point, for each of several sets of centres, shape (sets, points)."""
    return ((centres**2).sum(axis=-1)[:, None] - 2 * points @ centres.transpose(0, 2, 1)).argmin(axis=-1)


def _spread_around(points: NDArray, centres: NDArray) -> NDArray:
    """Sum of squared distances from each point to its nearest centre, for each set of centres."""
    gaps = (centres**2).sum(axis=-1)[:, None] - 2 * points @ centres.transpose(0, 2, 1)
    return gaps.min(axis=-1).sum(axis=-1)


def _centre_silhouettes(points: NDArray, labels: NDArray) -> NDArray:
    """Simplified silhouette widths: distances to the centres of clusters instead of to all plans (Hruschka 2004)."""
    _, codes = np.unique(labels, return_inverse=True)
    groups = codes.max() + 1
    if groups < 2:
        return np.zeros(len(points))
    sums = np.stack([np.bincount(codes, weights=column, minlength=groups) for column in points.T], axis=1)
    centres = sums / np.bincount(codes)[:, None]
    squares = (points**2).sum(axis=1)[:, None] - 2 * points @ centres.T + (centres**2).sum(axis=1)
    distances = np.sqrt(np.maximum(squares, 0))
    rows = np.arange(len(points))
    own = distances[rows, codes]
    distances[rows, codes] = np.inf
    nearest = distances.min(axis=1)
    widest = np.maximum(own, nearest)
    return np.divide(nearest - own, widest, out=np.zeros(len(points)), where=widest > 0)


def euclidean_distances(points: NDArray) -> NDArray:
    """Square matrix of distances between points."""
    from scipy.spatial.distance import pdist, squareform

    return squareform(pdist(points))


BY_TREE = Grouping("tree", _group_by_tree, _tree_silhouettes)
BY_KMEANS = Grouping("kmeans", _group_by_kmeans, _centre_silhouettes)
