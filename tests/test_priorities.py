"""Shares of attention: what counts, how firm it is, and that no plan's row depends on the others."""

from __future__ import annotations

import doctest
import importlib

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from compare import schema
from compare.errors import CompareError
from compare.priorities import (
    find_first_mentions,
    measure_priorities,
    rank_agreement,
    rank_sensitivity,
    share_by,
    wilson_interval,
    words_against_numbers,
)

NO_TARGETS = pd.DataFrame(columns=["target_id", "plan_id", "theme", "same_as"], dtype="string")


def make_sentences(plan_id: str, rows: list[tuple[int, str, str]]) -> pd.DataFrame:
    """Sentences of one plan from (paragraph, theme, text)."""
    frame = pd.DataFrame(rows, columns=["paragraph", "theme", "text"])
    return frame.assign(plan_id=plan_id, file=f"{plan_id}.txt", n=range(1, len(rows) + 1))


def make_targets(rows: list[tuple[str, str, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["target_id", "plan_id", "theme", "same_as"], dtype="string")


def get(table: pd.DataFrame, theme: str, column: str, plan_id: str = "a"):
    return table.loc[table["plan_id"].eq(plan_id) & table["theme"].eq(theme), column].item()


PLAN = make_sentences(
    "a",
    [
        (1, "none", "关于印发工作要点的通知。"),
        (2, "talent", "引进人才十人。"),
        (2, "talent", "留住人才。"),
        (3, "platforms", "建设平台，建设实验室，再建设平台。"),
        (4, "finance", "设立基\n 金。"),
    ],
)


def test_shares_are_of_themed_characters_without_blanks():
    table = measure_priorities(PLAN, NO_TARGETS)
    schema.validate(schema.PRIORITIES, table)
    assert len(table) == len(schema.THEMES)
    assert get(table, "talent", "chars") == 7 + 5
    assert get(table, "finance", "chars") == 5
    assert get(table, "talent", "sentences") == 2
    assert get(table, "talent", "share") == pytest.approx(12 / 34)
    assert table["share"].sum() == pytest.approx(1)
    assert get(table, "agriculture", "share") == get(table, "agriculture", "share_high") == 0


def test_line_breaks_of_a_pdf_do_not_change_shares():
    wrapped = PLAN.assign(text=[text[:3] + "\n  " + text[3:] for text in PLAN["text"]])
    pd.testing.assert_frame_equal(measure_priorities(wrapped, NO_TARGETS), measure_priorities(PLAN, NO_TARGETS))


def test_a_plan_does_not_depend_on_the_others_or_on_the_order_of_rows():
    other = make_sentences("b", [(i, schema.THEMES[i % 14], "科技工作" * (1 + i % 5)) for i in range(30)])
    alone = measure_priorities(PLAN, NO_TARGETS)
    together = measure_priorities(pd.concat([other, PLAN]).sample(frac=1, random_state=1), NO_TARGETS)
    own = together[together["plan_id"].eq("a")].reset_index(drop=True)
    pd.testing.assert_frame_equal(own, alone)


def test_interval_is_the_percentile_bootstrap_of_paragraphs():
    rng = np.random.default_rng(5)
    rows = [(p, str(rng.choice(["talent", "platforms"])), "字" * int(rng.integers(5, 60))) for p in range(1, 41)]
    table = measure_priorities(make_sentences("a", rows), NO_TARGETS)
    own = np.array([[len(text) * (theme == "talent"), len(text)] for _, theme, text in rows], dtype=float)

    def share(talent: np.ndarray, whole: np.ndarray, axis: int = -1) -> np.ndarray:
        return talent.sum(axis=axis) / whole.sum(axis=axis)

    expected = stats.bootstrap(
        (own[:, 0], own[:, 1]), share, paired=True, method="percentile", n_resamples=9999, rng=1
    ).confidence_interval
    assert get(table, "talent", "share_low") == pytest.approx(expected.low, abs=0.03)
    assert get(table, "talent", "share_high") == pytest.approx(expected.high, abs=0.03)


def test_sentences_of_one_paragraph_are_no_independent_evidence():
    rows = [(p, "talent" if p % 2 else "finance", "引进人才设立基金。") for p in range(1, 9) for _ in range(5)]
    grouped = measure_priorities(make_sentences("a", rows), NO_TARGETS)
    apart = measure_priorities(
        make_sentences("a", [(i, theme, text) for i, (_, theme, text) in enumerate(rows)]), NO_TARGETS
    )
    width = [get(t, "talent", "share_high") - get(t, "talent", "share_low") for t in (grouped, apart)]
    assert width[0] > 1.5 * width[1]


def test_one_paragraph_has_no_interval_and_no_themed_text_no_share():
    single = measure_priorities(make_sentences("a", [(1, "talent", "引进人才。")]), NO_TARGETS)
    assert get(single, "talent", "share") == 1
    assert pd.isna(get(single, "talent", "share_low"))
    empty = measure_priorities(make_sentences("a", [(1, "none", "浏览次数。")]), NO_TARGETS)
    schema.validate(schema.PRIORITIES, empty)
    assert empty["share"].isna().all()
    assert (empty["chars"] == 0).all()


def test_no_plans_give_an_empty_table():
    table = measure_priorities(PLAN.iloc[:0], NO_TARGETS)
    schema.validate(schema.PRIORITIES, table)
    assert table.empty


def test_a_huge_plan_is_measured_at_bounded_cost():
    rows = [(i, schema.THEMES[i % 3], "科技") for i in range(5000)]
    table = measure_priorities(make_sentences("a", rows), NO_TARGETS)
    assert get(table, "talent", "share") == pytest.approx(1 / 3, abs=1e-3)
    assert get(table, "talent", "share_low") < 1 / 3 < get(table, "talent", "share_high")


def test_targets_are_counted_once_and_parts_stay_in():
    targets = make_targets(
        [
            ("t1", "a", "talent", ""),
            ("t2", "a", "talent", "t1"),
            ("t3", "a", "finance", "t2"),
            ("t4", "a", "platforms", ""),
            ("t5", "b", "platforms", ""),
        ]
    )
    table = measure_priorities(PLAN, targets)
    assert [get(table, t, "targets") for t in ("talent", "platforms", "finance")] == [1, 1, 0]


@pytest.mark.parametrize(
    ("same_as", "roots"),
    [
        (["", "a", "b"], ["a", "a", "a"]),
        (["", "gone", "gone"], ["a", "gone", "gone"]),
        (["b", "a", ""], ["a", "a", "c"]),
        (["a", "", ""], ["a", "b", "c"]),
    ],
    ids=["chain", "first mention deleted", "circle", "itself"],
)
def test_first_mentions_survive_odd_links(same_as, roots):
    targets = pd.DataFrame({"target_id": ["a", "b", "c"], "same_as": same_as})
    assert find_first_mentions(targets).tolist() == roots


def test_shares_by_unit_and_ranks():
    targets = make_targets([("t1", "a", "finance", ""), ("t2", "a", "finance", ""), ("t3", "a", "talent", "")])
    assert share_by(PLAN, targets, "sentences").loc["a", "talent"] == pytest.approx(2 / 4)
    assert share_by(PLAN, targets, "targets").loc["a", "finance"] == pytest.approx(2 / 3)
    assert share_by(PLAN, NO_TARGETS, "targets").loc["a"].isna().all()
    with pytest.raises(CompareError, match="unknown unit 'words'"):
        share_by(PLAN, targets, "words")
    ranks = rank_sensitivity(PLAN, targets).set_index("theme")
    assert ranks.loc["platforms", ["rank_chars", "rank_sentences", "rank_targets"]].tolist() == [1, 2, 3]
    assert ranks.loc["platforms", "rank_shift"] == 2
    assert ranks.index[0] == "platforms"


def test_rank_agreement_is_kendalls_tau():
    targets = make_targets([("t1", "a", "finance", ""), ("t2", "a", "finance", ""), ("t3", "a", "talent", "")])
    table = rank_agreement(PLAN, targets).set_index(["unit", "other"])["tau"]
    chars, promised = (share_by(PLAN, targets, unit).loc["a"].to_numpy() for unit in ("chars", "targets"))
    signs = [
        np.sign(chars[i] - chars[j]) * np.sign(promised[i] - promised[j]) for i in range(14) for j in range(i)
    ]
    untied = [sum(x[i] != x[j] for i in range(14) for j in range(i)) for x in (chars, promised)]
    assert table["chars", "targets"] == pytest.approx(sum(signs) / np.sqrt(untied[0] * untied[1]))


def test_wilson_interval_is_scipys():
    count, total = np.array([0, 1, 7, 20, 20]), np.array([5, 20, 20, 20, 21])
    low, high = wilson_interval(count, total)
    for i in range(len(count)):
        expected = stats.binomtest(int(count[i]), int(total[i])).proportion_ci(method="wilson")
        assert (low[i], high[i]) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_words_against_numbers_tells_talk_from_commitments():
    sentences = make_sentences(
        "a",
        [(p, "party_building", "加强党的建设，全面从严治党。") for p in range(1, 31)]
        + [(p, "enterprises", "培育企业。") for p in range(31, 36)],
    )
    targets = make_targets([(f"t{i}", "a", "enterprises", "") for i in range(12)])
    table = words_against_numbers(measure_priorities(sentences, targets))
    assert get(table, "party_building", "reading") == "words"
    assert get(table, "enterprises", "reading") == "numbers"
    assert get(table, "finance", "reading") == "even"
    assert table["target_share"].sum() == pytest.approx(1)
    single = make_targets([("t0", "a", "finance", "")])
    assert get(words_against_numbers(measure_priorities(sentences, single)), "finance", "reading") == "even"
    silent = words_against_numbers(measure_priorities(sentences, NO_TARGETS))
    assert silent["reading"].isna().all()
    assert silent["target_share"].isna().all()


@pytest.mark.parametrize("module", ["compare.priorities.shares", "compare.priorities.ranking"])
def test_examples_in_docstrings_run(module):
    flags = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    result = doctest.testmod(importlib.import_module(module), optionflags=flags)
    assert result.attempted
    assert not result.failed
