"""The numbers Word writes before the paragraphs of a list, such as 一、 or （二）, which stand nowhere in its text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from compare.readers.archive import attribute, local_name

_DIGITS = "零一二三四五六七八九"
_BIG = "零壹贰叁肆伍陆柒捌玖"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_ROMAN_VALUES = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
_ROMAN_MARKS = ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I")
_PART = re.compile(r"%(\d)")


class Numbering:
    """Counts the lists of a document.

    Parameters
    ----------
    definitions, styles : element or None
        The roots of the parts that define lists and styles.
    """

    def __init__(self, definitions: Any, styles: Any) -> None:
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        self._list_of: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._styles: dict[str, tuple[str, int, str]] = {}
        if definitions is not None:
            self._read_definitions(definitions)
        if styles is not None:
            self._read_styles(styles)

    def label(self, properties: Any) -> str:
        """The label of the next paragraph with these properties; empty where it has none."""
        number, level = self._number_of(properties)
        abstract = self._list_of.get(number, "")
        if (abstract, level) not in self._levels:
            return ""
        kind, pattern, _ = self._levels[abstract, level]
        counts = self._counts.setdefault(number if any(n == number for n, _ in self._starts) else abstract, {})
        counts[level] = counts.get(level, self._start(number, abstract, level) - 1) + 1
        for deeper in [n for n in counts if n > level]:
            del counts[deeper]
        if kind in ("bullet", "none"):
            return ""

        def value(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            own_kind = self._levels.get((abstract, at), ("decimal", "", 1))[0]
            return write_number(counts.get(at, self._start(number, abstract, at)), own_kind)

        label = _PART.sub(value, pattern)
        return label + (" " if label[-1:].isascii() and label[-1:].isalnum() else "")

    def _start(self, number: str, abstract: str, level: int) -> int:
        own = self._starts.get((number, level))
        return own if own is not None else self._levels.get((abstract, level), ("", "", 1))[2]

    def _number_of(self, properties: Any) -> tuple[str, int]:
        """The list and the level of a paragraph, from itself or from its style."""
        number, level, style = _read_properties(properties)
        seen: set[str] = set()
        while not number and style in self._styles and style not in seen:
            seen.add(style)
            number, own_level, style = self._styles[style]
            level = level if level >= 0 else own_level
        return ("" if number == "0" else number), max(level, 0)

    def _read_definitions(self, root: Any) -> None:
        for node in root:
            if local_name(node) == "abstractNum":
                for level in node:
                    if local_name(level) == "lvl":
                        said = {local_name(child): attribute(child, "val") for child in level}
                        at = _integer(attribute(level, "ilvl"), 0)
                        self._levels[attribute(node, "abstractNumId"), at] = (
                            said.get("numFmt", "decimal"), said.get("lvlText", ""), _integer(said.get("start", ""), 1)
                        )  # fmt: skip
            elif local_name(node) == "num":
                number = attribute(node, "numId")
                for child in node:
                    if local_name(child) == "abstractNumId":
                        self._list_of[number] = attribute(child, "val")
                    elif local_name(child) == "lvlOverride":
                        start = next((c for c in child if local_name(c) == "startOverride"), None)
                        if start is not None:
                            at = _integer(attribute(child, "ilvl"), 0)
                            self._starts[number, at] = _integer(attribute(start, "val"), 1)

    def _read_styles(self, root: Any) -> None:
        for style in root:
            if local_name(style) != "style":
                continue
            based = next((attribute(c, "val") for c in style if local_name(c) == "basedOn"), "")
            properties = next((c for c in style if local_name(c) == "pPr"), None)
            number, level, _ = _read_properties(properties)
            self._styles[attribute(style, "styleId")] = (number, level, based)


def _read_properties(properties: Any) -> tuple[str, int, str]:
    """The list, level (-1 if not said) and style that the properties of a paragraph name."""
    number, level, style = "", -1, ""
    for child in properties if properties is not None else ():
        if local_name(child) == "pStyle":
            style = attribute(child, "val")
        elif local_name(child) == "numPr":
            for part in child:
                if local_name(part) == "numId":
                    number = attribute(part, "val")
                elif local_name(part) == "ilvl":
                    level = _integer(attribute(part, "val"), 0)
    return number, level, style


def _integer(text: str, otherwise: int) -> int:
    return int(text) if re.fullmatch(r"\d{1,6}", text) else otherwise


def write_number(n: int, kind: str) -> str:
    """A list number as Word writes it.

    Examples
    --------
    >>> write_number(12, "chineseCountingThousand"), write_number(3, "lowerLetter"), write_number(20, "decimal")
    ('十二', 'c', '20')
    """
    writers: dict[str, Callable[[int], str]] = {
        "chineseCounting": _in_chinese, "chineseCountingThousand": _in_chinese, "japaneseCounting": _in_chinese,
        "taiwaneseCountingThousand": _in_chinese, "taiwaneseCounting": _in_chinese, "ideographDigital": _digit_by_digit,
        "chineseLegalSimplified": lambda n: _in_chinese(n, _BIG), "lowerLetter": _letter,
        "upperLetter": lambda n: _letter(n).upper(), "lowerRoman": lambda n: _roman(n).lower(), "upperRoman": _roman,
        "decimalEnclosedCircle": _circled, "decimalEnclosedCircleChinese": _circled,
        "decimalZero": lambda n: f"{n:02d}",
    }  # fmt: skip
    return writers.get(kind, str)(n)


def _in_chinese(n: int, digits: str = _DIGITS) -> str:
    if not 0 < n < 100:
        return _digit_by_digit(n)
    ten = "拾" if digits is _BIG else "十"
    tens, ones = divmod(n, 10)
    return (digits[tens] if tens > 1 else "") * bool(tens) + ten * bool(tens) + (digits[ones] if ones else "")


def _digit_by_digit(n: int) -> str:
    return "".join(_DIGITS[int(d)] if d != "0" else "〇" for d in str(n))


def _letter(n: int) -> str:
    return chr(ord("a") + (n - 1) % 26) * ((n - 1) // 26 % 20 + 1)


def _roman(n: int) -> str:
    text, n = "", n % 5000
    for value, mark in zip(_ROMAN_VALUES, _ROMAN_MARKS, strict=True):
        count, n = divmod(n, value)
        text += mark * count
    return text


def _circled(n: int) -> str:
    return _CIRCLED[n - 1] if 1 <= n <= len(_CIRCLED) else str(n)
