"""Groups of plans as arrays of labels: making them, and saying how good they are and how well two of them agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def link_plans(distances: NDArray, method: str = "average") -> NDArray:
    """Hierarchical clustering of a square matrix of distances, as SciPy's linkage of shape (plans - 1, 4)."""
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    return linkage(squareform(distances, checks=False), method)


def cut_linkage(linkage: NDArray, groups: int) -> NDArray:
    """Labels of the plans when the tree is cut into at most `groups`; plans at distance 0 are never parted."""
    from scipy.cluster.hierarchy import fcluster

    return fcluster(linkage, groups, criterion="maxclust").astype("int64")


def order_leaves(linkage: NDArray, distances: NDArray) -> NDArray:
    """Order of the leaves that puts like plans side by side (Bar-Joseph, Gifford and Jaakkola 2001)."""
    from scipy.cluster.hierarchy import leaves_list, optimal_leaf_ordering
    from scipy.spatial.distance import squareform

    return leaves_list(optimal_leaf_ordering(linkage, squareform(distances, checks=False)))


def number_clusters(labels: NDArray) -> NDArray:
    """Labels renumbered from 1 by size, the largest first; ties by the first plan."""
    values, first, codes, counts = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(values), dtype="int64")
    rank[np.lexsort((first, -counts))] = np.arange(1, len(values) + 1)
    return rank[codes]


def silhouette_widths(distances: NDArray, labels: NDArray) -> NDArray:
    """Silhouette of each plan, -1 to 1 (Rousseeuw 1987); 0 for a plan alone in its cluster or where all are one."""
    _, codes = np.unique(labels, return_inverse=True)
    member = codes[:, None] == np.arange(codes.max() + 1)
    sizes = member.sum(axis=0)
    if len(sizes) < 2:
        return np.zeros(len(labels))
    sums = distances @ member
    rows = np.arange(len(labels))
    own_size = sizes[codes]
    inside = sums[rows, codes] / np.maximum(own_size - 1, 1)
    means = sums / sizes
    means[rows, codes] = np.inf
    outside = means.min(axis=1)
    widest = np.maximum(inside, outside)
    widths = np.divide(outside - inside, widest, out=np.zeros(len(labels)), where=widest > 0)
    return np.where(own_size > 1, widths, 0.0)


def adjusted_rand_index(labels: NDArray, others: NDArray) -> float:
    """Agreement of two groupings beyond chance: 1 the same, 0 as by chance (Hubert and Arabie 1985)."""
    _, a = np.unique(labels, return_inverse=True)
    _, b = np.unique(others, return_inverse=True)
    cells = np.bincount(a * (b.max() + 1) + b).astype(float)
    together, in_a, in_b = (
        float((counts * (counts - 1)).sum()) / 2 for counts in (cells, np.bincount(a), np.bincount(b))
    )
    expected = in_a * in_b / (len(a) * (len(a) - 1) / 2)
    most = (in_a + in_b) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)


def company_overlap(labels: NDArray, others: NDArray) -> NDArray:
    """For each plan, the Jaccard overlap of its cluster in one grouping with its cluster in the other, 0 to 1."""
    _, a = np.unique(labels, return_inverse=True)
    _, b = np.unique(others, return_inverse=True)
    cells = np.bincount(a * (b.max() + 1) + b, minlength=(a.max() + 1) * (b.max() + 1)).reshape(a.max() + 1, -1)
    shared = cells[a, b]
    return shared / (cells.sum(axis=1)[a] + cells.sum(axis=0)[b] - shared)


def find_medoids(distances: NDArray, labels: NDArray) -> dict[int, int]:
    """For each label, the position of the plan nearest to all others of its cluster; ties go to the first."""
    medoids = {}
    for value in np.unique(labels):
        inside = np.flatnonzero(labels == value)
        medoids[int(value)] = int(inside[distances[np.ix_(inside, inside)].sum(axis=1).round(12).argmin()])
    return medoids
