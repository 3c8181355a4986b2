"""What was made quick gives what the plain way gives: on coded and invented plans, and on made-up strings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.quantities import grammar, read_pieces, read_quantities
from compare.readers import read_plan
from compare.structure import read_structure
from compare.structure.folding import _CLAUSE_COMMA, _PUNCTUATION, fold_widths
from compare.targets import fields, settings, signs, verbs
from compare.vocabulary.indicators import load_indicators
from compare.vocabulary.sieve import Sieve, needed_words

PROJECT = Path(__file__).resolve().parents[1]
PLANS = [*sorted((PROJECT / "data" / "raw").glob("*.txt")), *sorted((PROJECT / "tests" / "invented").rglob("*.txt"))]
LETTERS = (
    "0123456789X×*_xa.,%，超过了不低于近上高约达到至少几万亿千百十一二三两数翻番分之"
    "以上左右内余多来家个元年的第每平均增速—-至到人（次）公里吨标准煤"
)


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    return [s.plain for path in PLANS for s in read_structure(read_plan(path).text).sentences]


def whole_pattern() -> re.Pattern[str]:
    """The grammar of numbers as one pattern, with bound words, without any shortcut."""
    words = (*grammar.AT_LEAST, *grammar.AT_MOST, *grammar.ABOUT)
    plain = sorted((re.escape(w) for w in words if w not in grammar._GUARDED), key=len, reverse=True)
    before = "|".join((*plain, *grammar._GUARDED.values()))
    chinese = f"(?<![{grammar._NO_CHINESE_BEFORE}]){grammar._CHINESE}"
    after = rf"{grammar._after_digits(guarded=False)}(?P<after>{grammar._AFTER})?"
    low = f"(?P<low>{grammar._MASKED}|{grammar._ARABIC}|{chinese}){after}"
    words = grammar._words_pattern().pattern.replace("<after>", "<after_words>")
    return re.compile(rf"(?:(?P<before>{before})了?)?(?<![A-Za-z\d.])(?:{words}|{low})", re.VERBOSE)


WHOLE = whole_pattern()


def check_numbers(plain: str) -> None:
    plainly = [(m.start(), m.end(), m["before"] or "", m.group()[-1]) for m in WHOLE.finditer(plain)]
    found, place = [], 0
    for match in grammar.find_with_words(plain):
        before, start = grammar.bound_before(plain, place, match.start())
        place = match.end()
        found.append((start, place, before, match.group()[-1]))
    assert found == plainly
    if not grammar.has_number_in_words(plain):
        digits = [m.groupdict() for m in grammar.find_digits(plain)]
        named = [{k: v for k, v in m.groupdict().items() if k in grammar.DIGIT_GROUPS} for m in WHOLE.finditer(plain)]
        assert digits == named
    if grammar.BENCHMARK.search(plain):
        assert any(grammar.find_benchmark_words(plain))


def test_numbers_are_those_of_the_pattern(sentences):
    for plain in sentences:
        check_numbers(plain)


def test_numbers_of_a_plan_are_those_of_its_sentences():
    for path in PLANS:
        document = read_structure(read_plan(path).text)
        pieces = [(s.plain_start, s.plain) for s in document.sentences]
        assert list(read_pieces(document.plain.text, pieces)) == [read_quantities(plain) for _, plain in pieces]


@given(st.text(alphabet=LETTERS, max_size=24))
def test_numbers_of_made_up_strings_are_those_of_the_pattern(plain):
    check_numbers(plain)


def test_a_sieve_lets_through_every_pattern_that_matches(sentences):
    patterns = {f"sign {n}": s.pattern for n, s in vars(signs).items() if isinstance(s, signs.Sign)}
    patterns |= {f"indicator {i.id}": i.pattern.pattern for i in load_indicators().values()}
    patterns |= {f"tier {tier}": pattern.pattern for tier, pattern in fields._TIERS}
    assert all(needed_words(p) for p in patterns.values())
    sieve, compiled = Sieve(patterns), {name: re.compile(p) for name, p in patterns.items()}
    for plain in sentences:
        through = sieve.sift(plain)
        assert not [name for name, p in compiled.items() if name not in through and p.search(plain)], plain


@given(st.text(alphabet="ab年来已(？。", max_size=8))
def test_a_sieve_stops_no_match(text):
    for pattern in (
        "ab|年来",
        "(?:a|b)年?来",
        "[ab]{2}(?!已)",
        "(?<=a)b+。$",
        "已.*来|年",
        "(a|)(b|)年",
        "^[^。]{0,3}[ab来]",
    ):
        words = needed_words(pattern)
        if re.search(pattern, text):
            assert not words or any(w in text for w in words)


def test_tails_that_are_not_searched_would_not_be_found(sentences):
    tails = (
        (verbs._OF_YEAR, verbs._ENDS_OF_YEAR), (verbs._LEVEL_TAIL, verbs._ENDS_OF_LEVEL),
        (verbs._CHANGE_TAIL, verbs._ENDS_OF_CHANGE), (verbs._STAY, verbs._ENDS_OF_STAY),
        (verbs._TAIL_VERB, verbs._TAIL_VERBS), (fields._GROWTH_NOUN, fields._ENDS_OF_GROWTH),
    )  # fmt: skip
    for plain in sentences:
        for end in range(1, len(plain) + 1):
            for pattern, ends in tails:
                if not plain.endswith(ends, 0, end):
                    assert not pattern.search(plain[max(0, end - 12) : end]), (plain[:end], pattern.pattern[:40])


def test_headings_of_objectives_hold_words_that_are_looked_for_first():
    assert all("目标" in word or "总体" in word for word in needed_words(settings._OBJECTIVES.pattern))


def test_years_lie_around_the_figures_that_name_them(sentences):
    for plain in sentences:
        for match in settings._DUE.finditer(plain):
            named = settings._NAMED_YEAR.search(plain, match.start())
            assert match.start() >= named.start() - settings._BEFORE_YEAR
            assert named.end() <= match.end()


@given(st.text(max_size=120))
def test_folding_is_that_of_the_table(text):
    assert fold_widths(text) == _CLAUSE_COMMA.sub("，", text.translate(_PUNCTUATION))
