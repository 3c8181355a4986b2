"""Numbers with bounds, ranges, masks, magnitudes and units."""

import itertools
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from compare.quantities import parse_chinese, read_quantities

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "quantities.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["text"])
def test_quantity_is_read_as_written(case):
    found = [q for q in read_quantities(case["text"]) if q.unit or q.kind == "benchmark"]
    got = [
        {
            "number": case["text"][q.start : q.end],
            "min": q.value_min,
            "max": q.value_max,
            "unit": q.unit,
            "bound": q.bound,
        }
        | ({"masked": True} if q.masked else {})
        for q in found
    ]
    wanted = [{"min": None, "max": None, "unit": ""} | w for w in case["quantities"]]
    assert got == wanted


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("第十届大会", ["ordinal"]),
        ("2022年", ["date"]),
        ("一批项目若干家", ["counter"]),
        ("5G网络", []),
        ("“1+3”产业", []),
        ("队伍建设", []),
    ],
)
def test_dates_and_ordinals_are_told_from_counts(text, kinds):
    """Other recognisers give 第十届 and 2022年 as plain numbers and 队伍 as 5."""
    assert [q.kind for q in read_quantities(text) if q.unit] == kinds


def _chinese(number: int) -> str:
    """A Chinese numeral below ten thousand, written out by place."""
    digits = "零一二三四五六七八九"
    out, zero = "", False
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            out += ("零" if zero and out else "") + digits[digit] + name
            zero = False
        else:
            zero = True
    return out


@given(st.integers(1, 9999))
def test_chinese_numerals_round_trip(number):
    assert parse_chinese(_chinese(number)) == number


@given(
    st.integers(1, 99999), st.sampled_from(["家", "个", "项", "人次", "亿元", "万元", "%", "个百分点", "万吨标准煤"]),
    st.sampled_from([("不低于", ""), ("", "以上"), ("超过", ""), ("", "左右"), ("", "以内"), ("", ""), ("≥", "")]),
)  # fmt: skip
def test_generated_quantities_round_trip(number, unit, words):
    before, after = words
    written = f"{before}{number}{unit}{after}"
    (quantity,) = read_quantities(f"力争达到{written}。")
    low, high = quantity.value_min, quantity.value_max
    bound = {
        "不低于": "at_least",
        "以上": "at_least",
        "超过": "at_least",
        "≥": "at_least",
        "左右": "about",
        "以内": "at_most",
    }
    assert quantity.bound == bound.get(before or after, "exact")
    assert {v for v in (low, high) if v is not None} == {float(number)}
    assert quantity.unit == unit
    assert f"力争达到{written}。"[quantity.start : quantity.end] == written


@given(st.integers(1, 400), st.integers(1, 400), st.sampled_from(["-", "—", "–", "~", "至", "到"]))
def test_ranges_keep_both_ends(low, width, dash):
    from compare.structure.folding import fold_widths

    (quantity,) = read_quantities(fold_widths(f"培育{low}{dash}{low + width}家"))
    assert (quantity.value_min, quantity.value_max, quantity.bound) == (low, low + width, "range")


@given(st.text(max_size=120))
def test_any_text_gives_ordered_spans_inside_it(text):
    found = read_quantities(text)
    assert all(0 <= q.start <= q.core < q.end <= len(text) for q in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
