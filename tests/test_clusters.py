"""Clusters: each statistic against an independent source, and constructed corpora with a known answer."""

from __future__ import annotations

import doctest
import importlib
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.cluster.hierarchy import is_valid_linkage
from scipy.spatial import distance
from sklearn import cluster, covariance, decomposition, metrics

from compare import schema
from compare.clusters import (
    adjusted_rand_index,
    cluster_plans,
    contrast_clusters,
    describe_clusters,
    label_cluster,
    label_clusters,
    map_plans,
    measure_distances,
    silhouette_widths,
)
from compare.clusters.distances import centred_log_ratios, hellinger_coordinates, replace_zeros
from compare.clusters.grouping import BY_KMEANS, BY_TREE
from compare.clusters.map import place_draws
from compare.clusters.partitions import (
    company_overlap,
    cut_linkage,
    find_medoids,
    link_plans,
    number_clusters,
    order_leaves,
)
from compare.clusters.stability import (
    draw_shares,
    leave_one_out,
    mean_agreement,
    share_between,
    share_together,
    shrink_covariance,
)
from compare.errors import CompareError
from compare.priorities import measure_priorities

NO_TARGETS = pd.DataFrame(columns=["target_id", "plan_id", "theme", "same_as"], dtype="string")
SCIENCE = {"talent": 0.35, "platforms": 0.30}
COUNTRY = {"agriculture": 0.35, "party_building": 0.30}
EVEN: dict[str, float] = {}


def make_corpus(
    groups: list[dict[str, float]], plans: int, *, paragraphs: int = 40, spread: float = 300, seed: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sentences and priorities of groups of plans drawn around given profiles."""
    rng = np.random.default_rng(seed)
    rows = []
    for g, given in enumerate(groups):
        rest = (1 - sum(given.values())) / (len(schema.THEMES) - len(given))
        centre = np.array([given.get(theme, rest) for theme in schema.THEMES])
        for i in range(plans):
            profile = rng.dirichlet(centre * spread)
            themes = rng.choice(schema.THEMES, paragraphs, p=profile)
            lengths = rng.integers(40, 80, paragraphs)
            rows += [
                (f"g{g}-{i:04d}", p, theme, 0, int(end))
                for p, (theme, end) in enumerate(zip(themes, lengths, strict=True), 1)
            ]
    sentences = pd.DataFrame(rows, columns=["plan_id", "paragraph", "theme", "start", "end"])
    sentences["file"] = sentences["plan_id"] + ".txt"
    return sentences, measure_priorities(sentences, NO_TARGETS)


def make_shares(rows: int = 12, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    index = pd.Index([f"p{i}" for i in range(rows)], name="plan_id")
    return pd.DataFrame(rng.dirichlet(np.ones(14), rows), index=index, columns=list(schema.THEMES))


@pytest.fixture(scope="module")
def two_groups():
    return cluster_plans(*make_corpus([SCIENCE, COUNTRY], 4))


# Distances


def test_hellinger_is_what_the_bhattacharyya_coefficient_says():
    shares = make_shares()
    found = measure_distances(shares).to_numpy()
    overlap = np.sqrt(shares.to_numpy()) @ np.sqrt(shares.to_numpy()).T
    assert found == pytest.approx(np.sqrt(np.maximum(1 - overlap, 0)), abs=1e-7)


def test_jensen_shannon_is_scipys_to_base_2():
    shares = make_shares()
    found = measure_distances(shares, "jensen_shannon")
    for a, b in [("p0", "p1"), ("p3", "p9")]:
        assert found.loc[a, b] == pytest.approx(distance.jensenshannon(shares.loc[a], shares.loc[b], base=2))


def test_aitchison_and_zero_replacement_give_the_figures_of_scikit_bio():
    """The examples in scikit-bio's reference for clr and multi_replace."""
    logs = centred_log_ratios(np.array([0.1, 0.3, 0.4, 0.2]))
    assert logs == pytest.approx([-0.79451346, 0.30409883, 0.5917809, -0.10136628], abs=1e-8)
    replaced = replace_zeros(np.array([[0.2, 0.4, 0.4, 0], [0, 0.5, 0.5, 0]]), 1 / 16)
    assert replaced.tolist() == [[0.1875, 0.375, 0.375, 0.0625], [0.0625, 0.4375, 0.4375, 0.0625]]


def test_inner_product_of_log_ratios_is_that_of_scikit_bio():
    """The example in scikit-bio's reference for inner, the Aitchison inner product."""
    x, y = centred_log_ratios(np.array([[0.1, 0.3, 0.4, 0.2], [0.2, 0.4, 0.2, 0.2]]))
    assert x @ y == pytest.approx(0.2107852473, abs=1e-10)


def test_aitchison_distance_is_that_of_all_pairwise_log_ratios():
    """Aitchison (1986) defines it on the ratios of each two parts, without centring."""
    shares = pd.DataFrame(np.random.default_rng(4).dirichlet(np.full(14, 30), 3))
    found = measure_distances(shares, "aitchison")
    ratios = [np.log(np.divide.outer(row, row)) for row in shares.to_numpy()]
    for a, b in [(0, 1), (0, 2), (1, 2)]:
        expected = np.sqrt(((ratios[a] - ratios[b]) ** 2).sum() / (2 * shares.shape[1]))
        assert found.iloc[a, b] == pytest.approx(expected)


def test_zero_replacement_keeps_the_ratios_of_what_was_not_replaced():
    """What Martín-Fernández, Barceló-Vidal and Pawlowsky-Glahn (2003) ask of it, and that rows still sum to 1."""
    before = np.array([0.6, 0.3, 0.0, 0.001, 0.099])
    after = replace_zeros(before, 0.005)
    assert after[[2, 3]].tolist() == [0.005, 0.005]
    assert after.sum() == pytest.approx(1)
    assert after[[0, 1, 4]] / after[0] == pytest.approx(before[[0, 1, 4]] / before[0])


def test_aitchison_distance_does_not_change_when_all_plans_are_perturbed_alike():
    shares = pd.DataFrame(np.random.default_rng(2).dirichlet(np.full(14, 30), 5))
    perturbed = shares * np.linspace(1, 2, 14)
    perturbed = perturbed.div(perturbed.sum(axis=1), axis=0)
    before, after = (measure_distances(s, "aitchison").to_numpy() for s in (shares, perturbed))
    assert after == pytest.approx(before)


def test_identical_plans_have_distance_zero_and_disjoint_ones_distance_one():
    shares = pd.DataFrame(np.eye(14)[[0, 0, 5]], index=["a", "b", "c"], columns=list(schema.THEMES))
    for metric in ("hellinger", "jensen_shannon"):
        found = measure_distances(shares, metric)
        assert found.loc["a", "b"] == 0
        assert found.loc["a", "c"] == pytest.approx(1)
    assert measure_distances(shares, "aitchison").loc["a", "b"] == 0
    with pytest.raises(CompareError, match="unknown distance 'euclid'"):
        measure_distances(shares, "euclid")


# Groupings


def test_silhouettes_and_adjusted_rand_are_scikit_learns():
    rng = np.random.default_rng(0)
    shares = make_shares(30)
    distances = measure_distances(shares).to_numpy()
    for groups in (2, 3, 7):
        labels, others = rng.integers(0, groups, 30), rng.integers(0, groups, 30)
        expected = metrics.silhouette_samples(distances, labels, metric="precomputed")
        assert silhouette_widths(distances, labels) == pytest.approx(expected)
        assert adjusted_rand_index(labels, others) == pytest.approx(metrics.adjusted_rand_score(labels, others))
    assert adjusted_rand_index(np.ones(5), np.ones(5)) == 1
    assert adjusted_rand_index(np.array([1, 1, 2, 2]), np.array([7, 7, 3, 3])) == 1


def test_the_tree_is_cut_as_scikit_learn_does():
    shares = make_shares(30)
    distances = measure_distances(shares).to_numpy()
    for linkage in ("average", "complete"):
        ours = cut_linkage(link_plans(distances, linkage), 4)
        theirs = cluster.AgglomerativeClustering(4, metric="precomputed", linkage=linkage).fit_predict(distances)
        assert metrics.adjusted_rand_score(ours, theirs) == 1


def test_order_of_the_leaves_is_the_best_of_all_that_the_tree_allows():
    distances = measure_distances(make_shares(7)).to_numpy()
    linkage = link_plans(distances)

    def orders(node: int) -> list[list[int]]:
        if node < 7:
            return [[node]]
        left, right = (orders(int(child)) for child in linkage[node - 7, :2])
        return [a + b for x in left for y in right for a, b in ((x, y), (y, x))]

    def length(order: list[int]) -> float:
        return sum(distances[a, b] for a, b in pairwise(order))

    allowed = orders(2 * 7 - 2)
    assert len(allowed) == 2**6
    found = order_leaves(linkage, distances).tolist()
    assert found in allowed
    assert length(found) == pytest.approx(min(map(length, allowed)))
    assert length(found) < max(map(length, allowed))


def test_share_between_clusters_is_what_calinski_and_harabasz_use():
    points = hellinger_coordinates(make_shares(30).to_numpy())
    labels = np.arange(30) % 3
    between = share_between(points, labels)
    expected = metrics.calinski_harabasz_score(points, labels)
    assert between / (1 - between) * (30 - 3) / (3 - 1) == pytest.approx(expected)


def test_shrunk_covariance_is_scikit_learns_ledoit_wolf():
    points = hellinger_coordinates(make_shares(8).to_numpy())
    assert shrink_covariance(points) == pytest.approx(covariance.ledoit_wolf(points)[0])


def test_spread_of_resampled_shares_is_that_of_scipys_bootstrap():
    rng = np.random.default_rng(8)
    cells = np.zeros((40, len(schema.THEMES)))
    cells[np.arange(40), rng.integers(0, 3, 40)] = rng.integers(20, 90, 40)
    drawn = draw_shares([cells], ["a"], 4000, 1)[:, 0]
    assert drawn.sum(axis=1) == pytest.approx(1)
    for theme in range(3):
        sides = (cells[:, theme], cells.sum(axis=1))
        expected = stats.bootstrap(
            sides, lambda own, all_, axis=-1: own.sum(axis=axis) / all_.sum(axis=axis), paired=True, n_resamples=4000,
            method="percentile", rng=2,
        )  # fmt: skip
        assert drawn[:, theme].std() == pytest.approx(expected.standard_error, rel=0.06)


def test_stability_is_the_mean_of_scikit_learns_index_and_leaving_out_is_clustering_anew():
    shares = make_shares(20).to_numpy()
    labels = BY_TREE.group(hellinger_coordinates(shares), [3])[0]
    redrawn = np.random.default_rng(5).integers(0, 3, (6, 20))
    expected = np.mean([metrics.adjusted_rand_score(labels, others) for others in redrawn])
    assert mean_agreement(labels, redrawn) == pytest.approx(expected)
    together = share_together(redrawn)
    assert together[2, 9] == np.mean([others[2] == others[9] for others in redrawn])
    found = leave_one_out(shares, labels, BY_TREE, np.arange(20))
    for i in range(20):
        rest = np.delete(np.arange(20), i)
        distances = distance.squareform(distance.pdist(np.sqrt(shares[rest])))
        maker = cluster.AgglomerativeClustering(len(set(labels[rest])), metric="precomputed", linkage="average")
        assert found[i] == pytest.approx(metrics.adjusted_rand_score(labels[rest], maker.fit_predict(distances)))


def test_company_overlap_medoids_and_numbers():
    labels, others = np.array([1, 1, 1, 2, 2]), np.array([5, 5, 6, 6, 6])
    companies = [[set(np.flatnonzero(x == x[i])) for i in range(5)] for x in (labels, others)]
    expected = [len(a & b) / len(a | b) for a, b in zip(*companies, strict=True)]
    assert company_overlap(labels, others) == pytest.approx(expected)
    assert number_clusters(np.array([9, 4, 4, 7, 7, 4])).tolist() == [3, 1, 1, 2, 2, 1]
    line = np.abs(np.subtract.outer([0, 1, 5, 20, 21], [0, 1, 5, 20, 21]))
    assert find_medoids(line, np.array([1, 1, 1, 2, 2])) == {1: 1, 2: 3}


def test_simplified_silhouettes_agree_with_full_ones_where_clusters_are_tight():
    points = np.vstack([np.random.default_rng(1).normal(c, 0.02, (50, 3)) for c in (0, 1)])
    labels = np.repeat([1, 2], 50)
    full = metrics.silhouette_score(points, labels)
    assert BY_KMEANS.silhouettes(points, labels).mean() == pytest.approx(full, abs=0.02)


# The map


def test_map_is_scikit_learns_pca_up_to_sign():
    shares = make_shares(20)
    found = map_plans(shares)
    pca = decomposition.PCA(2).fit(hellinger_coordinates(shares.to_numpy()))
    assert np.abs(found.loadings.to_numpy().T) == pytest.approx(np.abs(pca.components_), abs=1e-8)
    assert found.explained == pytest.approx(pca.explained_variance_ratio_, abs=1e-8)
    largest = found.loadings.abs().idxmax()
    assert all(found.loadings.loc[largest[axis], axis] > 0 for axis in ("x", "y"))


def test_clouds_lie_where_scikit_learns_pca_puts_the_draws():
    shares = make_shares(20)
    found = map_plans(shares)
    draws = np.random.default_rng(6).dirichlet(np.ones(14), (5, 20))
    clouds = place_draws(found, draws, shares.index)
    pca = decomposition.PCA(2).fit(hellinger_coordinates(shares.to_numpy()))
    for b in range(5):
        own = clouds[clouds["draw"].eq(b + 1)][["x", "y"]].to_numpy()
        assert np.abs(own) == pytest.approx(np.abs(pca.transform(hellinger_coordinates(draws[b]))), abs=1e-8)


def test_randomised_map_agrees_with_the_exact_one():
    _, priorities = make_corpus([SCIENCE, COUNTRY], 60)
    shares = priorities.pivot(index="plan_id", columns="theme", values="share").astype(float)
    exact, randomised = map_plans(shares), map_plans(shares, randomised=True)
    assert randomised.coordinates["x"].to_numpy() == pytest.approx(exact.coordinates["x"].to_numpy(), abs=1e-3)


def test_two_plans_lie_at_their_hellinger_distance():
    shares = make_shares(2)
    places = map_plans(shares).coordinates
    assert abs(places["x"].diff().iloc[1]) == pytest.approx(measure_distances(shares).iloc[0, 1])
    assert (places["y"] == 0).all()


# Constructed corpora


def test_two_planted_groups_are_found(two_groups):
    result = two_groups
    schema.validate(schema.CLUSTERS, result.table)
    assert result.verdict == "clear"
    planted = result.table["plan_id"].str[:2]
    assert result.table.groupby(planted)["cluster"].nunique().eq(1).all()
    assert result.table["cluster"].nunique() == result.n_clusters == 2
    assert (result.table["silhouette"] > 0.25).all()
    assert (result.table["stability"] > 0.9).all()
    assert result.p_value <= 0.1
    assert (result.method_agreement["adjusted_rand"] == 1).all()
    assert (result.leave_one_out["adjusted_rand"] == 1).all()
    for k, plan in result.medoids.items():
        assert result.candidate[plan] == k
    named = " ".join(label_clusters(result, "en").values())
    assert all(theme in named for theme in ("talent", "platforms", "agriculture", "party building"))
    assert "分为2类" in describe_clusters(result)
    assert "fall into 2 clusters" in describe_clusters(result, "en", {"g0-0000": "Somewhere"})
    assert "Somewhere" in describe_clusters(result, "en", {"g0-0000": "Somewhere"})


def test_three_planted_groups_are_found():
    result = cluster_plans(*make_corpus([SCIENCE, COUNTRY, {"finance": 0.5, "reform": 0.2}], 6, spread=600))
    assert (result.verdict, result.n_clusters) == ("clear", 3)
    planted = result.table["plan_id"].str[:2].astype("category").cat.codes
    assert adjusted_rand_index(planted.to_numpy(), result.table["cluster"].to_numpy(dtype=int)) == 1


@pytest.mark.parametrize("plans", [4, 5, 8, 20])
@pytest.mark.parametrize("profile", [EVEN, SCIENCE], ids=["even", "science"])
def test_one_group_yields_no_clear_clusters(plans, profile):
    result = cluster_plans(*make_corpus([profile], plans, spread=60))
    schema.validate(schema.CLUSTERS, result.table)
    assert result.verdict == "none"
    assert result.n_clusters == 1
    assert (result.table["cluster"] == 1).all()
    assert (result.table["label"] == "无明显聚类").all()
    assert result.table[["silhouette", "stability"]].isna().all(axis=None)
    assert "没有明显的聚类" in describe_clusters(result)
    assert "no clear clusters" in describe_clusters(result, "en")
    assert result.candidate.nunique() == result.candidate_k > 1


def test_one_group_is_seldom_called_clear():
    verdicts = [cluster_plans(*make_corpus([EVEN], 6, spread=100, seed=s)).verdict for s in range(8)]
    assert verdicts.count("clear") <= 1


def test_identical_plans_form_no_clusters_and_lie_on_one_spot():
    sentences, _ = make_corpus([SCIENCE], 1)
    copies = pd.concat([sentences.assign(plan_id=f"p{i}", file=f"p{i}.txt") for i in range(5)])
    result = cluster_plans(copies, measure_priorities(copies, NO_TARGETS))
    assert (result.distances.to_numpy() == 0).all()
    assert result.verdict == "none"
    assert (result.coordinates.to_numpy() == 0).all()
    assert describe_clusters(result) == "5份计划的侧重完全相同。"


@pytest.mark.parametrize("plans", [0, 1, 2, 3])
def test_few_plans_are_placed_but_not_clustered(plans):
    sentences, priorities = make_corpus([EVEN], max(plans, 1))
    if not plans:
        sentences, priorities = sentences.iloc[:0], priorities.iloc[:0]
    result = cluster_plans(sentences, priorities)
    schema.validate(schema.CLUSTERS, result.table)
    assert result.verdict == "too_few"
    assert len(result.table) == len(result.order) == len(result.coordinates) == plans
    assert result.linkage.shape == (max(plans - 1, 0), 4)
    assert str(plans) in describe_clusters(result, "en")


def test_a_plan_without_themed_text_is_listed_without_a_place():
    sentences, priorities = make_corpus([SCIENCE, COUNTRY], 3)
    silent = priorities.iloc[:14].assign(plan_id="zz", file="zz.txt", share=None, chars=0)
    silent["share"] = silent["share"].astype("Float64")
    result = cluster_plans(sentences, pd.concat([priorities, silent], ignore_index=True))
    schema.validate(schema.CLUSTERS, result.table)
    last = result.table.iloc[-1]
    assert result.unplaced == ("zz",)
    assert (last["plan_id"], last["label"]) == ("zz", "无主题文本")
    assert pd.isna(last["cluster"])
    assert pd.isna(last["x"])


def test_the_result_does_not_depend_on_the_order_of_rows_and_repeats_itself(two_groups):
    sentences, priorities = make_corpus([SCIENCE, COUNTRY], 4)
    shuffled = cluster_plans(sentences.sample(frac=1, random_state=2), priorities.sample(frac=1, random_state=3))
    assert schema.to_csv(shuffled.table) == schema.to_csv(two_groups.table)
    pd.testing.assert_frame_equal(shuffled.clouds, two_groups.clouds)
    assert shuffled.order == two_groups.order


def test_what_figures_need_fits_together(two_groups):
    result = two_groups
    plans = set(result.shares.index)
    assert is_valid_linkage(result.linkage)
    assert set(result.order) == set(result.distances.index) == set(result.coordinates.index) == plans
    assert list(result.silhouettes.index) == list(result.stability.index)
    assert result.silhouettes.between(-1, 1).all()
    assert (np.diag(result.together) == 1).all()
    assert set(result.clouds["plan_id"]) == plans
    middle = result.clouds.groupby("plan_id")[["x", "y"]].mean()
    assert np.abs(middle - result.coordinates).max(axis=None) < 0.08
    assert 0 < sum(result.explained) <= 1
    side = result.order.index("g0-0000") < len(plans) / 2
    assert all((result.order.index(plan) < len(plans) / 2) == side for plan in plans if plan.startswith("g0"))


def test_contrasts_carry_the_evidence_of_the_labels():
    shares = pd.DataFrame(0.0, index=list("abcd"), columns=list(schema.THEMES))
    shares.loc[["a", "b"], "talent"], shares.loc[["c", "d"], "talent"] = [0.6, 0.5], [0.1, 0.2]
    shares["reform"] = 1 - shares["talent"]
    draws = np.repeat(shares.to_numpy()[None], 20, axis=0)
    table = contrast_clusters(shares, np.array([1, 1, 2, 2]), draws)
    first = table.iloc[0]
    assert (first["cluster"], first["theme"], first["above"]) == (1, "talent", 1)
    assert first["difference"] == pytest.approx(0.4)
    assert label_cluster(table, 1, "en") == "more on talent"
    assert label_cluster(table, 2, "en") == "more on reform"
    fallen = table[table["difference"] < 0]
    assert label_cluster(fallen, 1) == "少谈改革与管理"
    assert label_cluster(table.iloc[:0], 1) == "接近平均"


def test_up_to_500_plans_every_plan_is_left_out_once():
    result = cluster_plans(*make_corpus([SCIENCE, COUNTRY], 55, paragraphs=15))
    assert result.method == "tree"
    assert sorted(result.leave_one_out["plan_id"]) == sorted(result.shares.index)


def test_above_500_plans_the_cost_is_linear_and_the_result_says_so():
    result = cluster_plans(*make_corpus([SCIENCE, COUNTRY], 255, paragraphs=15))
    schema.validate(schema.CLUSTERS, result.table)
    assert (result.method, result.verdict, result.n_clusters) == ("kmeans", "clear", 2)
    planted = result.table["plan_id"].str[:2].astype("category").cat.codes
    assert adjusted_rand_index(planted.to_numpy(), result.table["cluster"].to_numpy(dtype=int)) > 0.95
    assert result.sampled < 510
    assert len(result.leave_one_out) < 100
    assert len(result.distances) == result.n_clusters
    assert "小批量k均值，稳定性由300份样本估计（样本用完整k均值分组），其中20份逐一留出" in describe_clusters(result)
    assert "mini-batch k-means" in describe_clusters(result, "en")
    assert "20 are left out one at a time" in describe_clusters(result, "en")


@pytest.mark.parametrize("module", ["compare.clusters.clustering", "compare.clusters.distances"])
def test_examples_in_docstrings_run(module):
    flags = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    result = doctest.testmod(importlib.import_module(module), optionflags=flags)
    assert result.attempted
    assert not result.failed
