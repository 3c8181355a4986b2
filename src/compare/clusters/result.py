"""What clustering found, as one object that figures and notebooks read, and what it means in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compare.clusters.contrasts import label_cluster

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

FEW_PLANS = 10
_NO_CLUSTERS = {
    "none": {"zh": "无明显聚类", "en": "no clear clusters"},
    "too_few": {"zh": "计划太少，不作聚类", "en": "too few plans to cluster"},
}
UNPLACED = {"zh": "无主题文本", "en": "no themed text"}


@dataclass(frozen=True, slots=True, eq=False)
class ClusterResult:
    """Clusters of plans by emphasis, how firm they are, and the plan map.

    Attributes
    ----------
    table : pandas.DataFrame
        Table clusters. Unless `verdict` is `clear`, all plans are in cluster 1, without silhouette and stability.
    verdict : str
        `clear`: the plans fall into clusters; `none`: no clear clusters; `too_few`: under 4 plans with themed text.
    method : str
        `tree`: average linkage on all Hellinger distances; `kmeans`: mini-batch k-means, randomised components and
        a sample of plans (grouped by Lloyd's k-means) for stability and leave-one-out, used above 500 plans.
    sampled : int
        Plans on which stability rests; the number of plans with `tree`.
    n_clusters : int
        Clusters in `table` (1 unless the verdict is `clear`; 0 without plans).
    candidate_k : int
        Number of clusters with the best silhouette times stability, whether clear or not; 0 with fewer than 4 plans.
    candidate : pandas.Series
        Labels from 1 for `candidate_k` clusters, index plan_id.
    shares : pandas.DataFrame
        Profiles that were clustered: plan_id in rows, 14 themes in columns.
    distances : pandas.DataFrame
        Hellinger distances, plan_id by plan_id; with `kmeans` between the medoids only.
    linkage : numpy.ndarray
        SciPy linkage, shape (plans - 1, 4), leaves in the order of `distances`; empty with `kmeans`.
    order : tuple of str
        Plans in optimal leaf order; with `kmeans` by cluster and then silhouette.
    silhouettes : pandas.Series
        Mean silhouette by number of clusters (index k).
    stability : pandas.Series
        Mean adjusted Rand index between the clusters and those of resampled paragraphs, by number of clusters.
    together : pandas.DataFrame
        Share of resamples in which two plans fall together at `candidate_k`; empty with `kmeans`.
    leave_one_out : pandas.DataFrame
        plan_id left out (every plan up to 100, above that 100 or fewer of them), adjusted_rand of the other plans'
        clusters with before (missing where they are all one).
    method_agreement : pandas.DataFrame
        distance, linkage, adjusted_rand of other methods with the candidate; with `kmeans` on the sample.
    p_value : float
        How often a single group looks as well parted; missing with fewer than 4 plans.
    medoids : dict of int to str
        For each cluster of the candidate the plan nearest to all others in it.
    contrasts : pandas.DataFrame
        Evidence for the labels, see `contrast_clusters`.
    coordinates, loadings : pandas.DataFrame
        The plan map, see `PlanMap`.
    clouds : pandas.DataFrame
        plan_id, draw, x, y of resampled plans on the map; with `kmeans` of the sampled plans.
    explained : tuple of float
        Share of variance on the two axes of the map.
    unplaced : tuple of str
        Plans without themed text, which have no place.
    """

    table: pd.DataFrame
    verdict: str
    method: str
    sampled: int
    n_clusters: int
    candidate_k: int
    candidate: pd.Series
    shares: pd.DataFrame
    distances: pd.DataFrame
    linkage: NDArray
    order: tuple[str, ...]
    silhouettes: pd.Series
    stability: pd.Series
    together: pd.DataFrame
    leave_one_out: pd.DataFrame
    method_agreement: pd.DataFrame
    p_value: float
    medoids: dict[int, str]
    contrasts: pd.DataFrame
    coordinates: pd.DataFrame
    loadings: pd.DataFrame
    clouds: pd.DataFrame
    explained: tuple[float, float]
    unplaced: tuple[str, ...]


def label_clusters(result: ClusterResult, lang: str = "zh") -> dict[int, str]:
    """Labels of the clusters in `result.table`: what each stresses, or why there are none.

    Parameters
    ----------
    result : ClusterResult
    lang : {"zh", "en"}
    """
    return name_clusters(result.verdict, result.n_clusters, result.contrasts, lang)


def name_clusters(verdict: str, n_clusters: int, contrasts: pd.DataFrame, lang: str = "zh") -> dict[int, str]:
    """As `label_clusters`, from the parts of a result."""
    if verdict == "clear":
        return {k: label_cluster(contrasts, k, lang) for k in range(1, n_clusters + 1)}
    return {1: _NO_CLUSTERS[verdict][lang]}


def describe_clusters(result: ClusterResult, lang: str = "zh", names: Mapping[str, str] | None = None) -> str:
    """What the clusters show and how far to trust it, in a few sentences.

    Parameters
    ----------
    result : ClusterResult
    lang : {"zh", "en"}
    names : mapping of str to str, optional
        What plans are called, by plan_id, such as their cities.

    Returns
    -------
    str
        One paragraph.

    Examples
    --------
    >>> import pandas as pd
    >>> from compare import cluster_plans, measure_priorities
    >>> sentences = pd.DataFrame({"plan_id": list("ab"), "file": ["a.txt", "b.txt"], "paragraph": 1,
    ...                           "theme": ["talent", "finance"], "text": ["引进人才。", "设立基金。"]})
    >>> describe_clusters(cluster_plans(sentences, measure_priorities(sentences, pd.DataFrame())), "en")
    '2 plans with themed text are too few to cluster; at least 4 are needed.'
    """
    plans = len(result.shares)
    if result.verdict == "none" and result.candidate_k < 2:
        return f"All {plans} plans have the same profile." if lang == "en" else f"{plans}份计划的侧重完全相同。"
    if result.verdict == "too_few":
        if lang == "en":
            many = "1 plan with themed text is" if plans == 1 else f"{plans} plans with themed text are"
            return f"{many} too few to cluster; at least 4 are needed."
        return f"有主题文本的计划只有{plans}份，少于4份，不作聚类。"
    parts = [_say_figures(result, lang)]
    if result.verdict == "clear":
        labels = label_clusters(result, lang)
        shown = names or {}
        for k, text in labels.items():
            members = [shown.get(p, p) for p in result.candidate.index[result.candidate == k]]
            parts.append(_say_cluster(k, text, members, lang))
    if plans < FEW_PLANS:
        parts.append(
            f"With only {plans} plans any grouping is fragile: read it as a description of these plans, not as types."
            if lang == "en"
            else f"仅有{plans}份计划，任何分组都不稳固，只能描述这些计划本身，不能当作类型。"
        )
    if result.method == "kmeans":
        parts.append(
            f"Above 500 plans, mini-batch k-means is used; stability rests on a sample of {result.sampled} plans, "
            f"grouped by full k-means, of which {len(result.leave_one_out)} are left out one at a time."
            if lang == "en"
            else f"计划超过500份，改用小批量k均值，稳定性由{result.sampled}份样本估计（样本用完整k均值分组），"
            f"其中{len(result.leave_one_out)}份逐一留出。"
        )
    return (" " if lang == "en" else "").join(parts)


def _say_figures(result: ClusterResult, lang: str) -> str:
    """The finding with the figures that it rests on."""
    k, plans = result.candidate_k, len(result.shares)
    silhouette, stability = float(result.silhouettes[k]), float(result.stability[k])
    if lang == "en":
        head = f"The {plans} plans fall into {k} clusters by emphasis" if result.verdict == "clear" else (
            f"The {plans} plans show no clear clusters; the best grouping has {k}")  # fmt: skip
        return (
            f"{head} (mean silhouette {silhouette:.2f}; agreement under resampled paragraphs {stability:.2f}; a single "
            f"group looks as well parted in {result.p_value:.0%} of simulations)."
        )
    head = f"{plans}份计划按侧重分为{k}类" if result.verdict == "clear" else (
        f"{plans}份计划没有明显的聚类，最好的分法是{k}类")  # fmt: skip
    return (
        f"{head}（平均轮廓系数{silhouette:.2f}；段落重抽样下的一致性{stability:.2f}；"
        f"单一群体的模拟中有{result.p_value:.0%}达到同样的分离程度）。"
    )


def _say_cluster(number: int, label: str, members: list[str], lang: str) -> str:
    shown = members[:8]
    if lang == "en":
        rest = f" and {len(members) - 8} more" if len(members) > 8 else ""
        return f"Cluster {number} ({', '.join(shown)}{rest}): {label}."
    rest = f"等{len(members)}份" if len(members) > 8 else ""
    return f"第{number}类（{'、'.join(shown)}{rest}）：{label}。"
