"""Wording: distinctive terms against published figures, slogans, and copied passages."""

from __future__ import annotations

import doctest
import importlib
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from scipy.stats import contingency

from compare.errors import CompareError
from compare.wording import common_words, distinctive_terms, shared_passages, shared_slogans, weigh_log_odds


def make_sentences(texts: dict[str, list[str]], theme: str = "platforms") -> pd.DataFrame:
    """Sentences of plans, each plan's text being its sentences joined by line breaks."""
    rows = []
    for plan_id, sentences in texts.items():
        start = 0
        for n, text in enumerate(sentences, 1):
            rows.append((plan_id, n, theme, start, start + len(text), text))
            start += len(text) + 1
    return pd.DataFrame(rows, columns=["plan_id", "n", "theme", "start", "end", "text"])


def test_log_odds_agree_with_the_figures_of_another_implementation():
    """The uninformed example in the README of fightin_words (github.com/Wigder/fightin_words): 0.05 for each word."""
    one = ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "pig"]
    two = ["the", "lazy", "purple", "pig", "jumps", "over", "the", "lazier", "donkey"]
    words = sorted({*one, *two})
    counts, others = (np.array([text.count(word) for word in words], dtype=float) for text in (one, two))
    _, z = weigh_log_odds(counts, others, np.full(len(words), 0.05))
    found = dict(zip(words, z, strict=True))
    assert found["donkey"] == pytest.approx(-0.6894227886807968, abs=1e-12)
    assert found["quick"] == pytest.approx(0.6894227886807968, abs=1e-12)
    assert found["the"] == found["lazy"] == 0


def test_log_odds_with_a_prior_of_its_own_for_each_word_agree_with_another_implementation():
    """The informed example in the README of fightin_words: prior 1/1000 for "very", 0.05 for every other word."""
    one = "the quick brown fox jumps over the lazy pig".split()
    two = f"the lazy purple pig jumps over the {1000 * 'very '}sleepy donkey".split()
    words = sorted({*one, *two})
    counts, others = (np.array([text.count(word) for word in words], dtype=float) for text in (one, two))
    published = {
        "very": -0.4368846171934332, "purple": 0.3539801999989518, "sleepy": 0.3539801999989518,
        "donkey": 0.3539801999989518, "quick": 1.7087406001344665, "brown": 1.7087406001344665,
        "fox": 1.7087406001344665, "jumps": 3.4605672465974453, "over": 3.4605672465974453,
        "lazy": 3.4605672465974453, "pig": 3.4605672465974453, "the": 4.961066225017743,
    }  # fmt: skip
    _, z = weigh_log_odds(counts, others, np.array([0.001 if word == "very" else 0.05 for word in words]))
    assert dict(zip(words, z, strict=True)) == pytest.approx(published, abs=1e-12)


def exact_log_odds(count: int, all_count: int, other: int, all_other: int, prior: Fraction, all_prior: Fraction):
    """One word at a time to fifty digits, as Monroe, Colaresi and Quinn (2008) define log-odds ratio and z-score."""
    with localcontext() as context:
        context.prec = 50
        odds = [(y + prior) / (n + all_prior - y - prior) for y, n in ((count, all_count), (other, all_other))]
        variance = 1 / (count + prior) + 1 / (other + prior)
        ratio, spread = (Decimal(x.numerator) / Decimal(x.denominator) for x in (odds[0] / odds[1], variance))
        return float(ratio.ln()), float(ratio.ln() / spread.sqrt())


def test_figures_of_distinctive_terms_are_those_of_the_papers_definitions():
    stresses = {"a": ("稀土", 7, "数据", 2), "b": ("稀土", 1, "数据", 9), "c": ("文化", 4, "数据", 3)}
    texts = {
        plan: [f"{first}，" * n + f"{second}，" * m + "实验室。"] for plan, (first, n, second, m) in stresses.items()
    }
    table = distinctive_terms(make_sentences(texts), top=0, min_count=1, prior_size=50)
    assert set(table["plan_id"]) == {"a", "b", "c"}
    for _, own in table.groupby("plan_id"):
        counts, others = own["count"].astype(int).tolist(), own["count_others"].astype(int).tolist()
        assert sum(counts) + sum(others) == 7 + 2 + 1 + 9 + 4 + 3 + 3
        for count, other, log_odds, z in zip(counts, others, own["log_odds"], own["z"], strict=True):
            prior = Fraction(50 * (count + other), sum(counts) + sum(others))
            expected = exact_log_odds(count, sum(counts), other, sum(others), prior, Fraction(50))
            assert (log_odds, z) == pytest.approx(expected, abs=1e-9)


def test_log_odds_and_their_standard_error_are_those_of_draws_from_the_posterior():
    counts, others = np.array([300.0, 150.0, 4550.0]), np.array([400.0, 90.0, 9510.0])
    prior = (counts + others) / (counts + others).sum() * 500
    log_odds, z = weigh_log_odds(counts, others, prior)
    rng = np.random.default_rng(7)
    one, two = (rng.dirichlet(y + prior, 40_000)[:, :2] for y in (counts, others))
    drawn = np.log(one / (1 - one)) - np.log(two / (1 - two))
    assert log_odds[:2] == pytest.approx(drawn.mean(axis=0), abs=0.005)
    assert log_odds[:2] / z[:2] == pytest.approx(drawn.std(axis=0), rel=0.07)


def test_without_a_prior_log_odds_are_scipys_sample_odds_ratio():
    counts, others = np.array([40.0, 960.0]), np.array([20.0, 980.0])
    log_odds, _ = weigh_log_odds(counts, others, np.full(2, 1e-9))
    expected = contingency.odds_ratio([[40, 960], [20, 980]], kind="sample").statistic
    assert log_odds[0] == pytest.approx(np.log(expected))


def test_prior_draws_rare_words_towards_all_plans():
    counts, others = np.array([2.0, 40.0, 958.0]), np.array([0.0, 20.0, 980.0])
    weak, _ = weigh_log_odds(counts, others, (counts + others) / 2000 * 10)
    strong, _ = weigh_log_odds(counts, others, (counts + others) / 2000 * 5000)
    raw = np.log((40 / 960) / (20 / 980))
    assert abs(strong[0]) < abs(weak[0])
    assert weak[1] == pytest.approx(raw, abs=0.02)


def test_distinctive_terms_find_what_only_one_plan_stresses():
    shared = ["加强科技创新工作，服务企业发展。"] * 20
    sentences = make_sentences(
        {"a": shared + ["发展稀土材料，稀土稀土。"] * 5, "b": shared + ["发展大数据，数据中心。"] * 5, "c": shared}
    )
    table = distinctive_terms(sentences, top=3)
    best = table.groupby("plan_id").first()
    assert best.loc["a", "term"] == "稀土"
    assert best.loc["a", ["count", "count_others", "n"]].tolist() == [15, 0, 21]
    assert best.loc["a", "z"] > 1.96
    assert table["z"].is_monotonic_decreasing or table.groupby("plan_id")["z"].is_monotonic_decreasing.all()
    pair = distinctive_terms(sentences, against="a", top=3)
    assert set(pair["plan_id"]) == {"b", "c"}
    with pytest.raises(CompareError, match="no plan 'x'"):
        distinctive_terms(sentences, against="x")


def test_names_of_places_common_words_and_boilerplate_are_no_terms():
    sentences = make_sentences({"a": ["甲城市推进稀土产业。"] * 5, "b": ["乙城市推进数字产业。"] * 5})
    boilerplate = make_sentences({"a": ["浏览次数浏览次数。"] * 9}, theme="none")
    plans = pd.DataFrame({"city": ["稀土市", "数字市"], "province": ["甲省", ""]})
    terms = set(distinctive_terms(pd.concat([sentences, boilerplate]), plans)["term"])
    assert not terms & {"稀土", "数字", "浏览", "次数", "推进"}
    assert {"推进", "进一步"} <= common_words()


def test_one_plan_alone_has_nothing_to_differ_from():
    sentences = make_sentences({"a": ["建设实验室。"] * 5})
    assert distinctive_terms(sentences).empty
    assert shared_slogans(sentences).empty
    assert shared_passages(sentences).empty
    assert shared_passages(sentences.iloc[:0]).empty


def test_slogans_are_counted_across_line_breaks_and_quotes():
    sentences = make_sentences(
        {
            "a": ["落实“揭榜\n挂帅”和“放管服”。", "“揭榜挂帅”。"],
            "b": ["推行\"揭榜挂帅\"。"],
            "c": ["做到「放管服」，“2022”。"],
        }
    )
    table = shared_slogans(sentences)
    assert table.values.tolist() == [["揭榜挂帅", 2, 3, "a;b"], ["放管服", 2, 2, "a;c"]]


def test_copied_passages_are_found_with_their_places():
    copied = "建立以企业为主体的技术创新体系"
    texts = {
        "a": ["第一段没有什么可抄的内容。", f"今年，{copied}，成效明显。"],
        "b": [f"{copied}。", "另外一件毫不相干的事情要办。"],
        "c": ["建立以企业为主体的现代技术创新体系。"],
    }
    sentences = make_sentences(texts)
    table = shared_passages(sentences)
    assert table[["plan_id", "other_plan_id"]].values.tolist() == [["a", "b"], ["a", "c"], ["b", "c"]]
    first = table.iloc[0]
    assert first["similarity"] == 1
    whole = {plan: "\n".join(lines) for plan, lines in texts.items()}
    assert whole["a"][first["start"] : first["end"]] == first["text"] == copied
    assert whole["b"][first["other_start"] : first["other_end"]] == copied
    assert first["n"] == 2


def test_similarity_is_the_jaccard_index_of_shingles():
    one, two = "建立以企业为主体的技术创新体系", "建立以企业为主体的现代技术创新体系"
    sets = [{text[i : i + 4] for i in range(len(text) - 3)} for text in (one, two)]
    expected = len(sets[0] & sets[1]) / len(sets[0] | sets[1])
    table = shared_passages(make_sentences({"a": [one], "b": [two]}))
    assert table["similarity"].item() == pytest.approx(expected)
    assert table["shared"].item() == pytest.approx(len(sets[0] & sets[1]) / len(sets[0]))


def test_passages_repeated_in_many_plans_are_all_paired():
    line = "坚持创新在现代化建设全局中的核心地位"
    table = shared_passages(make_sentences({plan: [line + "。"] for plan in "abcde"}))
    assert len(table) == 10
    assert (table["similarity"] == 1).all()
    assert (table["plan_id"] < table["other_plan_id"]).all()


def test_short_and_unlike_passages_are_left_out():
    sentences = make_sentences(
        {
            "a": ["总体要求。", "建设国家重点实验室和工程中心若干。"],
            "b": ["总体要求。", "引进高层次人才并保障其子女入学。"],
        }
    )
    assert shared_passages(sentences).empty
    with pytest.raises(CompareError, match="unknown unit 'word'"):
        shared_passages(sentences, unit="word")


@pytest.mark.parametrize("module", ["compare.wording.terms", "compare.wording.passages"])
def test_examples_in_docstrings_run(module):
    flags = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    result = doctest.testmod(importlib.import_module(module), optionflags=flags)
    assert result.attempted
    assert not result.failed
