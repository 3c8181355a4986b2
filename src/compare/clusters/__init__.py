"""Which plans share an emphasis, how firm that is, and a map of all plans."""

from compare.clusters.clustering import cluster_plans, name_sample, tabulate_clusters
from compare.clusters.contrasts import contrast_clusters, label_cluster
from compare.clusters.distances import measure_distances, spread_shares
from compare.clusters.map import PlanMap, map_plans
from compare.clusters.partitions import adjusted_rand_index, silhouette_widths
from compare.clusters.result import ClusterResult, describe_clusters, label_clusters

__all__ = [
    "ClusterResult",
    "PlanMap",
    "adjusted_rand_index",
    "cluster_plans",
    "contrast_clusters",
    "describe_clusters",
    "label_cluster",
    "label_clusters",
    "map_plans",
    "measure_distances",
    "name_sample",
    "silhouette_widths",
    "spread_shares",
    "tabulate_clusters",
]
