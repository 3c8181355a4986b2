"""What was made quick gives what the plain way gives: on coded and invented plans, and on made-up strings."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.quantities.grammar import BENCHMARK, find_benchmarks, find_numbers, quantity_pattern
from compare.readers import read_plan
from compare.structure import read_structure
from compare.structure.folding import _CLAUSE_COMMA, _PUNCTUATION, fold_widths
from compare.targets import clauses

PROJECT = Path(__file__).resolve().parents[1]
PLANS = [*sorted((PROJECT / "data" / "raw").glob("*.txt")), *sorted((PROJECT / "tests" / "invented").rglob("*.txt"))]
LETTERS = (
    "0123456789X×*_xa.,%，超过了不低于近上高约达到至少几万亿千百十一二三两数翻番分之"
    "以上左右内余多来家个元年的第每平均增速"
)


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    return [s.plain for path in PLANS for s in read_structure(read_plan(path).text).sentences]


def check_numbers(plain: str) -> None:
    plainly = [(m.span(), m.groupdict()) for m in quantity_pattern().finditer(plain)]
    assert [(m.span(), m.groupdict()) for m in find_numbers(plain)] == plainly
    assert [m.span() for m in find_benchmarks(plain)] == [m.span() for m in BENCHMARK.finditer(plain)]


def test_numbers_are_those_of_the_pattern(sentences):
    for plain in sentences:
        check_numbers(plain)


@given(st.text(alphabet=LETTERS, max_size=24))
def test_numbers_of_made_up_strings_are_those_of_the_pattern(plain):
    check_numbers(plain)


def test_tails_that_are_not_searched_would_not_be_found(sentences):
    tails = (
        (clauses._OF_YEAR, clauses._ENDS_OF_YEAR), (clauses._LEVEL_TAIL, clauses._ENDS_OF_LEVEL),
        (clauses._CHANGE_TAIL, clauses._ENDS_OF_CHANGE), (clauses._STAY, clauses._ENDS_OF_STAY),
    )  # fmt: skip
    for plain in sentences:
        for end in range(1, len(plain) + 1):
            for pattern, ends in tails:
                if not plain.endswith(ends, 0, end):
                    assert not pattern.search(plain[max(0, end - 12) : end]), (plain[:end], pattern.pattern[:40])


@given(st.text(max_size=120))
def test_folding_is_that_of_the_table(text):
    assert fold_widths(text) == _CLAUSE_COMMA.sub("，", text.translate(_PUNCTUATION))
