"""Chinese numerals to numbers."""

from __future__ import annotations

_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "半": 0.5,
}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
DIGITS = "一二两三四五六七八九"


def parse_chinese(numeral: str) -> float:
    """The value of a Chinese numeral such as 两, 三十五, 一百二十, 1亿 excluded.

    Parameters
    ----------
    numeral : str
        Characters of ``零〇一二两三四五六七八九半十百千万亿`` only.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        Another character stands in it.

    Examples
    --------
    >>> parse_chinese("三百二十"), parse_chinese("两万五千"), parse_chinese("十二"), parse_chinese("二〇二五")
    (320.0, 25000.0, 12.0, 2025.0)
    """
    if len(numeral) > 1 and all(c in _DIGITS for c in numeral):
        return float("".join(str(int(_DIGITS[c])) for c in numeral))
    total, section, digit, unit = 0.0, 0.0, None, 1
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _POWERS:
            unit = _POWERS[character]
            section += (1 if digit is None else digit) * unit
            digit = None
        elif character in _MYRIADS:
            section += digit or 0
            unit = _MYRIADS[character]
            total = (total + (section or (1 if not total else 0))) * unit
            section, digit = 0.0, None
        else:
            raise ValueError(f"{character!r} is no Chinese numeral")
    if digit is not None and unit >= 100 and numeral[-2] not in "零〇":
        digit *= unit / 10
    return total + section + (digit or 0)
