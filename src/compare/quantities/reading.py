"""From matches of the grammar to quantities with values, unit and bound."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

from compare.quantities.grammar import (
    ABOUT,
    AFTER_ABOUT,
    AFTER_AT_LEAST,
    AFTER_AT_MOST,
    AT_LEAST,
    AT_MOST,
    BENCHMARK,
    DIGIT_GROUPS,
    MARGIN,
    bound_before,
    find_benchmark_words,
    find_digits,
    find_with_words,
    has_number_in_words,
)
from compare.quantities.numerals import DIGITS, parse_chinese
from compare.vocabulary.units import MAGNITUDES, Unit, load_units

_VAGUE = re.compile("[几数]")
_MASKED_NAMES = frozenset(("县", "镇"))
_MASK = re.compile(r"[Xx×*_〇]")
_PERCENT = load_units().by_word["%"]
_PAIR = re.compile(rf"([{DIGITS}])([{DIGITS}])")
_ROUND = re.compile(r"[百千万亿]+")
_BOUND_BEFORE = dict.fromkeys(ABOUT, "about") | dict.fromkeys(AT_MOST, "at_most") | dict.fromkeys(AT_LEAST, "at_least")
_BOUND_AFTER = (
    dict.fromkeys(AFTER_ABOUT, "about")
    | dict.fromkeys(AFTER_AT_MOST, "at_most")
    | dict.fromkeys(AFTER_AT_LEAST, "at_least")
)
_KNOWN_NUMERALS = 1 << 12
_UNIT, _BARE_MAGNITUDE = DIGIT_GROUPS.index("unit"), DIGIT_GROUPS.index("bare_magnitude")
_START = attrgetter("start")
_UNITS, _find_unit = load_units().by_word, load_units().find


@dataclass(slots=True)
class Quantity:
    """A number in its plain text.

    `start` and `end` span the number with its bound words and unit, `core` is where its first digit stands.
    `value_min` and `value_max` are in the unit as written; `factor` turns them into `standard`. `kind` is the unit's
    kind, or empty without a unit. `numeral` is arabic, chinese, round (百亿, 千家: a bare power of ten), mask,
    fraction, doubling or benchmark.
    """

    start: int
    end: int
    core: int
    value_min: float | None
    value_max: float | None
    unit: str
    standard: str
    factor: float
    bound: str
    masked: bool
    kind: str
    numeral: str
    bound_word: str = ""

    @property
    def is_percent(self) -> bool:
        """Whether the unit is per cent or one of its kin."""
        return self.kind == "rate"


def read_quantities(plain: str) -> list[Quantity]:
    """All numbers of a plain text, in order; bare numbers and dates too.

    Parameters
    ----------
    plain : str
        Text in plain form (see `compare.structure.fold_text`), usually a sentence.

    Returns
    -------
    list of Quantity
        Not overlapping, by place.
    """
    return next(read_pieces(plain, ((0, plain),)))


def read_pieces(text: str, pieces: Iterable[tuple[int, str]]) -> Iterator[list[Quantity]]:
    """What `read_quantities` gives for each of many pieces of one text, by one pass over it.

    Parameters
    ----------
    text : str
        Text in plain form.
    pieces : iterable of (int, str)
        Where each piece begins, in order, and the piece; its first and last character part it from what lies around.
    """
    in_words = has_number_in_words(text)
    beyond = len(text) + 1
    numbers = find_digits(text)
    number = next(numbers, None)
    at = number.start() if number else beyond
    benchmark_words = [*find_benchmark_words(text), beyond]
    word = 0
    for begin, plain in pieces:
        end = begin + len(plain)
        if at >= end and benchmark_words[word] >= end and not in_words:
            yield []
            continue
        while benchmark_words[word] < begin:
            word += 1
        while at < begin:
            number = next(numbers, None)
            at = number.start() if number else beyond
        found: list[Quantity] = []
        if in_words and has_number_in_words(plain):
            found = _read_with_words(plain)
        else:
            place = begin
            while at < end:
                assert number is not None
                stop, groups = number.end(), number.groups()
                # A Chinese numeral without unit is no number; most are parts of words (一是, 十四五).
                if groups[_UNIT] or groups[0][0].isdigit() or groups[_BARE_MAGNITUDE]:
                    before, start = bound_before(text, place, at)
                    quantity = _read_digits(before, start - begin, at - begin, stop - begin, groups)
                    if quantity is not None:
                        found.append(quantity)
                place = stop
                number = next(numbers, None)
                at = number.start() if number else beyond
        if benchmark_words[word] < end:
            _add_benchmarks(found, plain)
        if len(found) > 1:
            _share_units(found, plain)
        yield found


def _read_with_words(plain: str) -> list[Quantity]:
    """The numbers of a piece that may hold fractions and multiples in words."""
    found = []
    place = 0
    for match in find_with_words(plain):
        at, end = match.span()
        before, start = bound_before(plain, place, at)
        groups = match.groups()
        in_digits = len(groups) == len(DIGIT_GROUPS)
        quantity = _read_digits(before, start, at, end, groups) if in_digits else _read_words(match, before, start)
        if quantity is not None:
            found.append(quantity)
        place = end
    return found


def _add_benchmarks(found: list[Quantity], plain: str) -> None:
    """Add the comparators that stand in place of a number: 高于全省平均水平."""
    for match in BENCHMARK.finditer(plain):
        start, end = match.span()
        if not any(q.start < end and start < q.end and q.unit for q in found):
            margin = MARGIN.match(plain, end)
            if margin:
                end = margin.end()
                found[:] = [q for q in found if q.end <= start or end <= q.start]
            words = plain[start:end]
            found.append(
                Quantity(
                    start, end, start, None, None, "", "", 1.0, "benchmark", False, "benchmark", "benchmark", words
                )
            )
    found.sort(key=_START)


def _read_words(match: re.Match[str], before: str, start: int) -> Quantity | None:
    """A quantity from a fraction or multiple in words."""
    written, factor, masked = "%", 1.0, False
    value: float | None = 50.0
    if match["doubling"]:
        value = parse_chinese(match["turns"])
        written, factor = "番", (2**value - 1) * 100 / value
    elif match["hundredths"]:
        digits = match["hundredths"]
        masked = bool(_MASK.search(digits))
        if masked:
            value = None
        else:
            digits = _VAGUE.sub("", digits)
            if not digits:  # 百分之几 names no number
                return None
            value = float(digits.replace(",", "")) if digits[0].isdigit() else parse_chinese(digits)
    elif match["denominator"]:
        value = 100 * parse_chinese(match["numerator"]) / parse_chinese(match["denominator"])
    numeral = "doubling" if match["doubling"] else "fraction"
    return _finish(
        start, match.end(), match.start(), value, value, written, _PERCENT, factor, masked, numeral, before, "",
        match["after"] or "",
    )  # fmt: skip


def _read_digits(before: str, start: int, core: int, end: int, groups: tuple[str | None, ...]) -> Quantity | None:
    """A quantity from the groups of a number in digits, or None where the characters are no number."""
    low, low_unit, low_magnitude, _, high, more, magnitude, more_after, about_inside, word, bare_magnitude, after = (
        groups
    )
    assert low is not None
    if end - start == len(low) and low.isdecimal():  # nothing around it says more
        bare = float(low)
        return Quantity(start, end, core, bare, bare, "", "", 1.0, "exact", False, "", "arabic")
    magnitude = magnitude or bare_magnitude or ""
    written = magnitude + word if word else magnitude
    unit = _UNITS.get(word) or _find_unit(word) if word else None
    factor = unit.factor if unit else 1.0
    if magnitude:
        factor *= MAGNITUDES[magnitude]
    more = more or more_after or ""
    after = after or about_inside or ""
    value: float | None
    numeral, approximate = "arabic", False
    if low.isdecimal():
        value = top = float(low)
    elif _MASK.search(low):
        if not written or word in _MASKED_NAMES:
            return None
        numeral, value, top = "mask", None, None
    elif low[0].isdigit():
        value = top = float(low.replace(",", ""))
    else:
        read = _read_chinese(low, bool(magnitude)) if word else None
        if read is None:
            return None
        value, shifted, approximate = read
        top = value
        if shifted:
            written, factor = shifted + written, factor * MAGNITUDES[shifted]
        pair = _PAIR.fullmatch(low) if len(low) == 2 and not high else None
        if pair:
            value, top = (parse_chinese(d) for d in pair.groups())
            if top != value + 1 and (value, top) != (3, 5):
                return None
        numeral = "round" if not more and _ROUND.fullmatch(low) else "chinese"
    if high and value is not None:
        top = float(high.replace(",", "")) if high[0].isdigit() else parse_chinese(_VAGUE.sub("", high) or "一")
        if low_magnitude and low_magnitude != magnitude:
            value *= MAGNITUDES[low_magnitude] / MAGNITUDES.get(magnitude, 1.0)
        if top < value and not low_unit:
            value = top
    quantity = _finish(
        start, end, core, value, top, written, unit, factor, numeral == "mask", numeral, before, more, after
    )
    if approximate and quantity.bound == "exact":
        quantity.bound = "about"
    return quantity


@lru_cache(maxsize=_KNOWN_NUMERALS)
def _read_chinese(numeral: str, magnified: bool) -> tuple[float, str, bool] | None:
    """Value of a Chinese numeral, the trailing 万 or 亿 that belongs to its unit, and whether it is approximate."""
    vague = "几" in numeral or "数" in numeral
    shifted = ""
    body = numeral
    for tail in ("万亿", "亿", "万"):
        if len(body) > len(tail) and body.endswith(tail) and not magnified:
            body, shifted = body[: -len(tail)], tail
            break
    body = body.replace("几", "").replace("数", "")
    try:
        return (parse_chinese(body), shifted, vague or bool(_ROUND.fullmatch(numeral))) if body else None
    except ValueError:
        return None


def _finish(
    start: int, end: int, core: int, low: float | None, high: float | None, written: str, unit: Unit | None,
    factor: float, masked: bool, numeral: str, before: str, more: str, after: str,
) -> Quantity:  # fmt: skip
    """Apply the bound words around the number."""
    bound = "exact" if low == high else "range"
    if before or more or after:
        worded = _bound_of_words(before, more, after)
        bound = worded if worded != "about" or bound == "exact" else bound
    if bound == "range" and low > high:  # type: ignore[operator]
        low, high = high, low
    if after == "内" and unit is not None and unit.kind != "date":
        end, after, bound = end - 1, "", "exact" if low == high else "range"
    if unit is None:
        standard = kind = ""
    else:
        standard, kind = unit.standard if before != "前" else "rank", unit.kind
    return Quantity(
        start, end, core, None if bound == "at_most" else low, None if bound == "at_least" else high, written, standard,
        factor, bound, masked, kind, numeral, before or after,
    )  # fmt: skip


def _bound_of_words(before: str, more: str, after: str) -> str:
    """The bound that words before, inside and after a number state together."""
    stated = (_BOUND_BEFORE.get(before), _BOUND_AFTER.get(after))
    if "at_least" in stated:
        return "at_least"
    if "at_most" in stated:
        return "at_most"
    return "at_least" if more and more != "来" else "about"


def _share_units(found: list[Quantity], plain: str) -> None:
    """Give a bare number the unit of its neighbour where only 、 or 和 stands between them (10、20、30家)."""
    for index in range(len(found) - 2, -1, -1):
        here = found[index]
        if here.kind or here.numeral != "arabic":
            continue
        there = found[index + 1]
        counted = there.numeral == "arabic" and there.kind in ("counter", "measure", "rate")
        if counted and plain[here.end : there.start] in ("、", "和", "及", "，"):
            here.unit, here.standard, here.factor, here.kind = there.unit, there.standard, there.factor, there.kind
