"""The plain form of a text: widths folded, hard-wrapped lines joined, stray blanks gone, every place still known."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# Traditional characters (those that no simplified text holds; after OpenCC's table, Apache License 2.0), compatibility
# forms, radicals as PDFs give them in place of characters, and private codes of old fonts: each to one plain character.
_VARIANTS = {
    ord(line[0]): line[2]
    for line in (Path(__file__).parent / "variants.csv").read_text(encoding="utf-8").split("\n")[1:]
    if line
}
_FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_PUNCTUATION = _VARIANTS | str.maketrans(
    {
        ";": "；", ":": "：", "(": "（", ")": "）", "?": "？", "!": "！", "［": "[", "］": "]",
        "％": "%", "﹪": "%", "＋": "+", "－": "-", "＊": "*", "～": "~", "〜": "~",
        "∼": "~", "＝": "=", "＜": "<", "＞": ">",
        "．": ".", "／": "/", "＆": "&", "＿": "_", "≧": "≥", "≦": "≤", "⩾": "≥", "⩽": "≤",
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "−": "-", "﹣": "-", "\ufffe": "-", "╳": "×", "✕": "×", "○": "〇",
        "\u3000": " ", "\xa0": " ", "\u2002": " ", "\u2003": " ", "\u2009": " ", "\u202f": " ",
        "\r": "\n", "\u2028": "\n", "\u2029": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n",
    }
) | _FULL_WIDTH  # fmt: skip
_CLAUSE_COMMA = re.compile(r",(?:(?<!\d,)|(?!\d{3}(?!\d)))")
_SHORT = 40  # characters that are folded one by one in less time than all at once
_BLANKS = re.compile("[ \n\u200b\u200c\u200d\ufeff]+")
_NARROW = re.compile(r"[\x21-\x7e]")


@dataclass(frozen=True, slots=True)
class Plain:
    """A folded text and where each of its places lies in the text it was made from.

    `text` is the folded text; `at` and `shift` are the places from which the distance to the source changes.
    """

    text: str
    at: tuple[int, ...]
    shift: tuple[int, ...]

    def locate(self, start: int, end: int) -> tuple[int, int]:
        """The span of the source that the non-empty span ``start:end`` of the folded text was made from."""
        return self._place(start), self._place(end - 1) + 1

    def _place(self, index: int) -> int:
        return index + self.shift[bisect_right(self.at, index) - 1]


def fold_widths(text: str) -> str:
    """Fold full-width digits, letters and signs to ASCII, clause marks to their Chinese form and traditional characters
    to simplified ones, one for one."""
    folded = _fold_all(text) if len(text) >= _SHORT else text.translate(_PUNCTUATION)
    return _CLAUSE_COMMA.sub("，", folded) if "," in folded else folded


def _fold_all(text: str) -> str:
    """What `str.translate` gives, by a look-up of all characters at once where each is one unit of UTF-16."""
    try:
        units = text.encode("utf-16-le")
    except UnicodeEncodeError:  # halves of characters, as a broken file may hold
        return text.translate(_PUNCTUATION)
    if len(units) != 2 * len(text):
        return text.translate(_PUNCTUATION)
    return _fold_table().take(np.frombuffer(units, "<u2")).tobytes().decode("utf-32-le")


@cache
def _fold_table() -> NDArray[np.uint32]:
    """What each unit of UTF-16 becomes, as a character of UTF-32."""
    table = np.arange(2**16, dtype="<u4")
    for code, plain in _PUNCTUATION.items():
        if code < 2**16:
            table[code] = ord(plain) if isinstance(plain, str) else plain
    return table


def fold_text(text: str, spans: list[tuple[int, int]], widths: str | None = None) -> Plain:
    """Fold the given spans of a text into one line each, leaving out line ends and the blanks beside wide characters.

    Parameters
    ----------
    text : str
        The text as read.
    spans : list of (int, int)
        The paragraphs, in order; what lies between them is left out.
    widths : str, optional
        `fold_widths` of the text, where the caller has it.

    Returns
    -------
    Plain
        Its text holds one line for each span.
    """
    folded = fold_widths(text) if widths is None else widths
    pieces: list[str] = []
    at: list[int] = [0]
    shift: list[int] = [spans[0][0] if spans else 0]
    length = 0
    for start, end in spans:
        for piece_start, piece_end in _kept(folded, start, end):
            if piece_start - length != shift[-1]:
                if at[-1] == length:
                    shift[-1] = piece_start - length
                else:
                    at.append(length)
                    shift.append(piece_start - length)
            pieces.append(folded[piece_start:piece_end])
            length += piece_end - piece_start
        pieces.append("\n")
        length += 1
    return Plain("".join(pieces), tuple(at), tuple(shift))


def _kept(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    """The runs of a paragraph that stay: without line ends and without blanks that touch a wide character."""
    if folded.find(" ", start, end) < 0 and folded.find("\n", start, end) < 0 and folded.find("\u200b", start, end) < 0:
        return [(start, end)]
    runs, begin = [], start
    for match in _BLANKS.finditer(folded, start, end):
        first, last = match.span()
        if (
            start < first
            and last < end
            and _NARROW.match(folded, first - 1)
            and _NARROW.match(folded, last)
            and folded[last] not in "%‰"
            and "\n" not in match.group()
        ):
            continue
        if first > begin:
            runs.append((begin, first))
        begin = last
    if begin < end:
        runs.append((begin, end))
    return runs
