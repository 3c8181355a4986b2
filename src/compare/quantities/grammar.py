"""The pattern of a quantity: bound words, number or mask or range, magnitude, unit, bound words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from compare.vocabulary.units import load_units

AT_LEAST = (
    "不低于",
    "不少于",
    "不小于",
    "不得低于",
    "不得少于",
    "不得小于",
    "不下于",
    "超过",
    "超出",
    "突破",
    "超",
    "逾",
    "高于",
    "大于",
    "多于",
    "优于",
    "至少",
    "最少",
    "最低",
    "≥",
    ">=",
    "≧",
    ">",
)
AT_MOST = (
    "不超过",
    "不高于",
    "不大于",
    "不多于",
    "不得超过",
    "不得高于",
    "不突破",
    "低于",
    "少于",
    "小于",
    "最多",
    "至多",
    "最高",
    "前",
    "≤",
    "<=",
    "<",
)
ABOUT = ("约为", "大约", "约", "接近", "将近", "近", "上")
AFTER_AT_LEAST = ("及以上", "或以上", "以上", "余", "多", "+")
AFTER_AT_MOST = ("及以下", "以下", "以内", "之内", "内")
AFTER_ABOUT = ("左右", "上下", "前后", "之间")

# These are bound words only in such company: 签约 is no 约, 以上百家 no 上, and 前 bounds a rank alone (前5位).
_GUARDED = {
    "约": "(?<![签节合集预特邀履])约",
    "上": "(?<!以)上(?=[百千万])",
    "前": r"(?<![底月年日以])前(?=(?:\d{1,3}|[一二三四五六七八九十]{1,3})[位名])",
}
_ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?"
_MASK = r"(?:[X×*_〇]|(?<![A-Za-wyz])x(?![a-wyz]))"
_MASKED = rf"\d{{0,3}}{_MASK}{{1,6}}\d{{0,3}}(?:\.[Xx×*]+)?"
_CHINESE_FIRST = "一二两三四五六七八九十百千万亿几数"
_CHINESE_REST = "[零〇一二三四五六七八九十百千万亿几数半]*"
_CHINESE = f"[{_CHINESE_FIRST}]{_CHINESE_REST}"
_FIRST = rf"\dXx×*_〇{_CHINESE_FIRST}"
_START = re.compile(f"[{_FIRST}翻]")
_NO_CHINESE_BEFORE = "每零〇一二两三四五六七八九十百千"
_DASH, _DASHES = r"(?:-+|—+|~+|至|到)", r"\-—~至到"
_MAGNITUDE = r"(?:十万|百万|千万|十亿|百亿|千亿|万亿|百|千|万|亿)"
_MAGNITUDES = "十百千万亿"
_BETWEEN = "余多来几"


# The groups of a number in digits, in the order of the patterns.
DIGIT_GROUPS = (
    "low", "low_unit", "low_magnitude", "dash", "high", "more", "magnitude", "more_after", "about_inside", "unit",
    "bare_magnitude", "after",
)  # fmt: skip


def _either(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


_AFTER = _either((*AFTER_AT_LEAST, *AFTER_AT_MOST, *AFTER_ABOUT))


def _after_digits(*, guarded: bool = True) -> str:
    """What may follow the digits of a number: the other end of a range, magnitude and unit.

    Guarded, each part is tried only where a character follows that it can begin with, and a range where a dash is near.
    """
    units = load_units()
    unit = units.pattern
    begins = _MAGNITUDES + "".join(sorted({re.escape(word[0]) for word in units.by_word}))
    longest = max(map(len, units.by_word)) + len("（次）") + len("十万")
    near_dash = rf"(?=[{_DASHES}{begins}])(?=[^{_DASHES}]{{0,{longest}}}[{_DASHES}])" if guarded else ""
    begins_here = rf"(?=[{_BETWEEN}左{begins}])" if guarded else ""
    return rf"""
        (?:{near_dash}
          (?P<low_unit>(?P<low_magnitude>{_MAGNITUDE})?(?:{unit})?)(?P<dash>{_DASH})(?P<high>{_ARABIC}|{_CHINESE}))?
        (?:{begins_here}
          (?P<more>[{_BETWEEN}])?
          (?:(?P<magnitude>{_MAGNITUDE})?(?P<more_after>[{_BETWEEN}])?(?P<about_inside>左右(?=[个家项名人]))?(?P<unit>{unit})
            | (?P<bare_magnitude>{_MAGNITUDE}))?)?
    """


@cache
def _words_pattern() -> re.Pattern[str]:
    """Fractions and multiples in words."""
    return re.compile(
        rf"""(?<![A-Za-z\d.])
        (?:(?P<fraction>百分之(?P<hundredths>{_ARABIC}|{_CHINESE}|[X×*]+)
              | (?P<denominator>[二三四五六七八九十])分之(?P<numerator>[一二三四五六七八九])
              | 一半(?=以上|左右|$|[，。；、）]))
          | (?P<doubling>翻了?(?P<turns>[一两二三四])番)
        )(?P<after>{_AFTER})?
        """,
        re.VERBOSE,
    )


@cache
def _digits_pattern() -> re.Pattern[str]:
    """Numbers in digits, their groups named by `DIGIT_GROUPS`.

    It begins with a set of characters, because re then runs from one of them to the next without trying the rest;
    `low` is a `_MASKED`, an `_ARABIC` or a `_CHINESE`, each but for its first character.
    """
    return re.compile(
        rf"""
        (?P<low>[{_FIRST}](?<![A-Za-z\d.].)
          (?: (?<=\d)\d*+(?:(?=[Xx×*_〇])(?<!\d{{4}}){_MASK}{{1,6}}\d{{0,3}}(?:\.[Xx×*]+)? | (?:,\d{{3}})*(?:\.\d+)?)
            | (?<=[{_CHINESE_FIRST}])(?<![{_NO_CHINESE_BEFORE}].){_CHINESE_REST}
            | (?:(?<=[X×*_〇])|(?<=x)(?![a-wyz])){_MASK}{{0,5}}\d{{0,3}}(?:\.[Xx×*]+)?)
        ){_after_digits()}(?P<after>{_AFTER})?
        """,
        re.VERBOSE,
    )


def find_digits(plain: str) -> Iterator[re.Match[str]]:
    """Numbers in digits, Arabic, Chinese or masked, from left to right, without the bound words before them."""
    return _digits_pattern().finditer(plain)


def has_number_in_words(plain: str) -> bool:
    """Whether fractions or multiples in words may stand in a text; nearly no sentence holds one."""
    return "分之" in plain or "一半" in plain or "番" in plain


def find_with_words(plain: str) -> Iterator[re.Match[str]]:
    """Numbers in words and in digits from left to right, without the bound words before them."""
    in_words, in_digits = _words_pattern().match, _digits_pattern().match
    start = _START.search(plain)
    while start:
        match = in_words(plain, start.start()) or in_digits(plain, start.start())
        if match:
            yield match
        start = _START.search(plain, (match or start).end())


_BEFORE = frozenset((*AT_LEAST, *AT_MOST, *ABOUT))
_BEFORE_ENDS = frozenset(w[-1] for w in _BEFORE) | {"了"}
_BEFORE_LENGTHS = range(max(map(len, _BEFORE)), 0, -1)
_GUARDS = {word: re.compile(pattern) for word, pattern in _GUARDED.items()}


def bound_before(plain: str, place: int, at: int) -> tuple[str, int]:
    """The bound words right before a number at `at`, and where they begin; they do not reach back beyond `place`."""
    if at == place or plain[at - 1] not in _BEFORE_ENDS:
        return "", at
    end = at - 1 if plain[at - 1] == "了" else at
    for length in _BEFORE_LENGTHS:
        word = plain[max(end - length, 0) : end]
        if end - length >= place and word in _BEFORE:
            guard = _GUARDS.get(word)
            if guard is None or guard.match(plain, end - length):
                return word, end - length
    return "", at


BENCHMARK = re.compile(
    r"(?P<benchmark>"
    r"(?:达到|达|高于|不低于|低于|不高于|超过|赶超|优于|好于|快于|大于|小于|等于|位于|略高于|略低于|"
    r"明显高于|保持在|处于|跑赢)"
    r"(?:或(?:者)?(?:超过|高于|优于|好于)|(?:并|且)(?:力争)?(?:超过|高于))?"
    r"(?:全国|全省|全市|全区|全县|全自治区|自治区|省|市|国家|同期|上年|上级|中部|西部|东部|同类|周边|"
    r"地区|经济|GDP|生产总值|居民|城镇|财政|[一二三]线)"
    r"[\u4e00-\u9fffA-Z]{0,10}?(?:平均(?:水平|值|增速|增幅|线|数|标准)?+|(?:增长)?(?:增速|速度|增幅)|"
    r"增长(?=[，。；、）]|$))"
    r"(?:以上)?(?!\d)"
    r"|(?:高于|不低于|快于|低于|不高于|超过|优于|大于|不小于|略高于|明显高于)"
    r"[\u4e00-\u9fffA-Z]{2,14}?(?:平均(?:水平|值|增速|增幅|数)|增速|增长速度|增幅)(?:以上)?"
    r"|(?:与|和|同)(?:[\u4e00-\u9fff]{0,8}?)(?:经济|GDP|地区生产总值|生产总值|国民经济|经济社会|"
    r"居民收入)(?:社会)?(?:的)?(?:增长|发展|增速|总量)?"
    r"(?:速度)?(?:保持)?(?:基本|大体)?(?:同步(?:增长|提高|提升)?|持平)"
    r")"
)  # fmt: skip
MARGIN = re.compile(rf"(?:{_ARABIC}|{_CHINESE})(?:[-~至](?:{_ARABIC}|{_CHINESE}))?个?百分点(?:{_AFTER})?")
"""By how much a benchmark is to be passed: 高于全省平均水平2个百分点 names a level and no number of its own."""
_BENCHMARK_WORDS = re.compile("平均|增速|速度|增幅|增长|同步|持平")


def find_benchmark_words(plain: str) -> Iterator[int]:
    """Where words stand of which each branch of `BENCHMARK` needs one."""
    return (match.start() for match in _BENCHMARK_WORDS.finditer(plain))
