"""From matches of the grammar to quantities with values, unit and bound."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from compare.quantities.grammar import (
    ABOUT,
    AFTER_ABOUT,
    AFTER_AT_LEAST,
    AFTER_AT_MOST,
    AT_LEAST,
    AT_MOST,
    find_benchmarks,
    find_numbers,
)
from compare.quantities.numerals import DIGITS, parse_chinese
from compare.vocabulary.units import MAGNITUDES, Unit, load_units

_MASK = re.compile(r"[Xx×*_〇]")
_PERCENT = load_units().by_word["%"]
_APPROXIMATE = re.compile(r"[几数]")
_PAIR = re.compile(rf"([{DIGITS}])([{DIGITS}])")
_ROUND = re.compile(r"[百千万亿]+")


@dataclass(frozen=True, slots=True)
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
    found: list[Quantity] = []
    for match in find_numbers(plain):
        quantity = _interpret(match, plain)
        if quantity is not None:
            found.append(quantity)
    for match in find_benchmarks(plain):
        span = match.span()
        if not any(q.start < span[1] and span[0] < q.end and q.unit for q in found):
            words = match.group()
            found.append(
                Quantity(*span, span[0], None, None, "", "", 1.0, "benchmark", False, "benchmark", "benchmark", words)
            )
    found.sort(key=lambda q: q.start)
    return _share_units(found, plain)


def _interpret(match: re.Match[str], plain: str) -> Quantity | None:
    """A quantity from one match, or None where the characters are no number."""
    if match["fraction"]:
        return _fraction(match)
    if match["doubling"]:
        turns = parse_chinese(match["turns"])
        factor = (2**turns - 1) * 100 / turns
        return _finish(match, match.start("doubling"), turns, turns, "番", _PERCENT, factor, "doubling", False)
    low, high = match["low"], match["high"]
    masked = bool(_MASK.search(low))
    numeral = "mask" if masked else "arabic" if low[0].isdigit() else "chinese"
    units = load_units()
    word = match["unit"] or ""
    if numeral == "mask" and not word and not match["bare_magnitude"]:
        return None
    if numeral == "chinese" and not word:
        return None
    magnitude = match["magnitude"] or match["bare_magnitude"] or ""
    written = magnitude + word
    unit = units.find(word) if word else None
    factor = (unit.factor if unit else 1.0) * MAGNITUDES.get(magnitude, 1.0)
    start = match.start("low")
    if masked:
        return _finish(match, start, None, None, written, unit, factor, numeral, True)
    approximate = False
    if numeral == "chinese":
        value, shifted, approximate = _chinese_value(low, magnitude)
        if value is None:
            return None
        if shifted:
            written, factor = shifted + written, factor * MAGNITUDES[shifted]
        pair = _PAIR.fullmatch(low)
        if pair and not high:
            first, second = (parse_chinese(d) for d in pair.groups())
            if second == first + 1 or (first, second) == (3, 5):
                return _finish(match, start, first, second, written, unit, factor, numeral, False)
            return None
    else:
        value = float(low.replace(",", ""))
    top = value
    if high:
        raised = (
            float(high.replace(",", ""))
            if high[0].isdigit()
            else parse_chinese(high.replace("几", "").replace("数", "") or "一")
        )
        low_magnitude = match["low_magnitude"] or ""
        if low_magnitude and low_magnitude != magnitude:
            value *= MAGNITUDES[low_magnitude] / MAGNITUDES.get(magnitude, 1.0)
        if raised < value and not match["low_unit"]:
            value = raised
        top = raised
    if _ROUND.fullmatch(low) and not (match["more"] or match["more_after"]):
        numeral = "round"
    quantity = _finish(match, start, value, top, written, unit, factor, numeral, False)
    if approximate and quantity.bound == "exact":
        quantity = replace(quantity, bound="about")
    return quantity


def _chinese_value(numeral: str, magnitude: str) -> tuple[float | None, str, bool]:
    """Value of a Chinese numeral, the trailing 万 or 亿 that belongs to its unit, and whether it is approximate."""
    vague = bool(_APPROXIMATE.search(numeral))
    shifted = ""
    body = numeral
    for tail in ("万亿", "亿", "万"):
        if len(body) > len(tail) and body.endswith(tail) and not magnitude:
            body, shifted = body[: -len(tail)], tail
            break
    body = body.replace("几", "").replace("数", "")
    if not body:
        return None, "", True
    try:
        return parse_chinese(body), shifted, vague or bool(_ROUND.fullmatch(numeral))
    except ValueError:
        return None, "", False


def _fraction(match: re.Match[str]) -> Quantity:
    start = match.start("fraction")
    if match["hundredths"]:
        digits = match["hundredths"]
        if _MASK.search(digits):
            return _finish(match, start, None, None, "%", _PERCENT, 1.0, "fraction", True)
        value = float(digits.replace(",", "")) if digits[0].isdigit() else parse_chinese(digits.replace("几", ""))
    elif match["denominator"]:
        value = 100 * parse_chinese(match["numerator"]) / parse_chinese(match["denominator"])
    else:
        value = 50.0
    return _finish(match, start, value, value, "%", _PERCENT, 1.0, "fraction", False)


def _finish(
    match: re.Match[str], core: int, low: float | None, high: float | None, written: str, unit: Unit | None,
    factor: float, numeral: str, masked: bool,
) -> Quantity:  # fmt: skip
    """Apply the bound words around the number."""
    before, after = match["before"] or "", match["after"] or match["about_inside"] or ""
    more = match["more"] or match["more_after"]
    bound = "range" if low is not None and high is not None and low != high else "exact"
    if before in AT_LEAST or after in AFTER_AT_LEAST:
        bound = "at_least"
    elif before in AT_MOST or after in AFTER_AT_MOST:
        bound = "at_most"
    elif more and more != "来":
        bound = "at_least"
    elif before in ABOUT or after in AFTER_ABOUT or more == "来":
        bound = "about" if low == high else bound
    if low is not None and high is not None and bound == "range" and low > high:
        low, high = high, low
    start = match.start() if before else core
    end = match.end()
    if after == "内" and unit is not None and unit.kind != "date":
        end, after, bound = end - 1, "", "range" if low != high else "exact"
    value_min = None if bound == "at_most" else low
    value_max = None if bound == "at_least" else high
    return Quantity(
        start, end, core, value_min, value_max, written, unit.standard if unit else "", factor, bound, masked,
        unit.kind if unit else "", numeral, before or after,
    )  # fmt: skip


def _share_units(quantities: list[Quantity], plain: str) -> list[Quantity]:
    """Give a bare number the unit of its neighbour where only 、 or 和 stands between them (10、20、30家)."""
    shared = list(quantities)
    for index in range(len(shared) - 2, -1, -1):
        here, there = shared[index], shared[index + 1]
        bare = not here.kind and here.numeral == there.numeral == "arabic"
        counted = there.kind in ("counter", "measure", "rate")
        if bare and counted and plain[here.end : there.start] in ("、", "和", "及", "，"):
            shared[index] = replace(
                here, unit=there.unit, standard=there.standard, factor=there.factor, kind=there.kind
            )
    return shared
