"""What `import compare` offers: tidy frames in one call each, documented, with examples that run."""

from __future__ import annotations

import doctest
import inspect
import re
from pathlib import Path

import pandas as pd
import pytest

import compare

PROJECT = Path(__file__).resolve().parents[1]
FRAMES = (
    "collapse_repeats", "compare_targets", "compare_years", "distinctive_terms", "find_contradictions", "list_doubts",
    "measure_coverage", "measure_distances", "measure_priorities", "rank_agreement", "rank_sensitivity",
    "review_themes", "select_comparable", "share_by", "shared_passages", "shared_slogans", "words_against_numbers",
)  # fmt: skip
NUMBERS_FROM_PAPERS = (
    "distinctive_terms", "measure_distances", "measure_priorities", "rank_agreement", "words_against_numbers",
)  # fmt: skip
MAY_BE_EMPTY = ("compare_years", "find_contradictions")  # one plan for each city, and none contradicts itself
RESULTS = (*FRAMES, "cluster_plans", "describe_clusters", "load_tables")


@pytest.fixture
def in_the_project(monkeypatch):
    monkeypatch.chdir(PROJECT)
    monkeypatch.delenv("PLANCOMPARE_TABLES", raising=False)


@pytest.mark.parametrize("name", RESULTS)
def test_examples_run(name, in_the_project):
    function = getattr(compare, name)
    flags = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    runner = doctest.DocTestRunner(optionflags=flags)
    module = inspect.getmodule(function)
    (example,) = doctest.DocTestFinder(recurse=False).find(function, name, module=module)
    assert example.examples, f"{name} has no example"
    assert runner.run(example).failed == 0


@pytest.mark.parametrize("name", RESULTS)
def test_docstrings_say_what_goes_in_and_what_comes_out(name):
    function = getattr(compare, name)
    text = inspect.getdoc(function) or ""
    given, _, returned = text.partition("\nReturns\n")
    assert returned, f"{name} does not say what it returns"
    for parameter in inspect.signature(function).parameters:
        assert re.search(rf"^(?:\w+, )*{parameter}(?:, \w+)* : ", given, re.M), f"{name} does not explain {parameter}"
    if name in NUMBERS_FROM_PAPERS:
        assert "\nReferences\n" in text, f"{name} names no source"


def test_one_call_gives_a_tidy_frame_of_the_shipped_plans(in_the_project):
    tables = compare.load_tables()
    sentences, targets, plans = tables.sentences, tables.targets, tables.plans
    found = {
        "collapse_repeats": compare.collapse_repeats(targets),
        "compare_targets": compare.compare_targets(targets, plans),
        "compare_years": compare.compare_years(targets, plans),
        "distinctive_terms": compare.distinctive_terms(sentences, plans),
        "find_contradictions": compare.find_contradictions(targets),
        "list_doubts": compare.list_doubts(targets, tables.unclaimed, sentences, plans),
        "measure_coverage": compare.measure_coverage(targets, plans),
        "measure_distances": compare.measure_distances(tables.priorities),
        "measure_priorities": compare.measure_priorities(sentences, targets),
        "rank_agreement": compare.rank_agreement(sentences, targets),
        "rank_sensitivity": compare.rank_sensitivity(sentences, targets),
        "review_themes": compare.review_themes(sentences),
        "select_comparable": compare.select_comparable(targets, "hightech_firms", tier=""),
        "share_by": compare.share_by(sentences, targets, "sentences"),
        "shared_passages": compare.shared_passages(sentences),
        "shared_slogans": compare.shared_slogans(sentences),
        "words_against_numbers": compare.words_against_numbers(tables.priorities),
    }
    assert set(found) == set(FRAMES)
    for name, frame in found.items():
        assert isinstance(frame, pd.DataFrame), name
        assert frame.index.nlevels == frame.columns.nlevels == 1, name
        assert frame.columns.is_unique, name
        if name not in MAY_BE_EMPTY:
            assert len(frame), name
