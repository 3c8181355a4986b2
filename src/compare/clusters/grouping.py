"""The two ways to group plans: a tree of all distances, and k-means, whose cost grows with the number of plans only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from compare.clusters.partitions import cut_linkage, link_plans, silhouette_widths

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from threadpoolctl import ThreadpoolController

KMEANS_SEED = 20222
_BATCH = 1024
_FEW = 500  # as many as are grouped by their tree where they are all there is


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
    """Labels for each number of clusters, on one thread, so that results do not vary.

    Mini-batch k-means (Sculley 2010); the points of a sample are grouped by Lloyd's k-means, of which the former is an
    approximation that pays from a few batches on.
    """
    from sklearn.cluster import KMeans, MiniBatchKMeans

    makers: list[KMeans | MiniBatchKMeans]
    if len(points) <= _FEW:
        makers = [KMeans(number, random_state=KMEANS_SEED, n_init="auto", max_iter=50) for number in numbers]
    else:
        makers = [
            MiniBatchKMeans(number, random_state=KMEANS_SEED, n_init="auto", batch_size=_BATCH, max_iter=50)
            for number in numbers
        ]
    with _find_thread_pools().limit(limits=1):
        return [maker.fit_predict(points) for maker in makers]


@cache
def _find_thread_pools() -> ThreadpoolController:
    """The thread pools of the libraries loaded by now; to look for them takes longer than to group a sample."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


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
