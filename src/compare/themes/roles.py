"""What a clause is for: one that only says where, with what or what for counts less than the main clause."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from compare.vocabulary.phrasing import alternation
from compare.vocabulary.themes import ThemeVocabulary

_ITEM = (
    r"(?:第?[一二三四五六七八九十]{1,3}[、．.章节]|（[一二三四五六七八九十\d]{1,3}）|\d{1,3}[、．.)）]|[一二三四五六七八九十]{1,2}[是要]"
    r"|[—\-●■◆★▲①-⑳]+)"
)
MARKER = re.compile(rf"{_ITEM}\s*")
OPENING = "“‘（(【[「 "
_COMMA = "，"
_BEFORE_OPENER = frozenset("第一二三四五六七八九十0123456789（—-●■◆★▲①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳" + OPENING + _COMMA)


class RoleFinder:
    """Finds the clauses that open with a word of `openers` in `themes.yml`."""

    def __init__(self, vocabulary: ThemeVocabulary) -> None:
        self._purpose = vocabulary.purpose
        self._background_factor = vocabulary.settings.background
        self._purpose_factor = vocabulary.settings.purpose
        background, purpose = any_of(vocabulary.background).pattern, any_of(vocabulary.purpose).pattern
        initials = re.escape("".join(sorted({word[0] for word in vocabulary.background + vocabulary.purpose})))
        begins = f"(?=[{initials}])" if initials else ""  # most clauses open with none of the words
        opening, rest = f"[{re.escape(OPENING)}]*", f"[^\n{_COMMA}]*"
        self._first = re.compile(rf"{_COMMA}*{opening}(?:{_ITEM}[^\S\n]*{opening})?(?:{background}){rest}")
        self._later = re.compile(rf"{_COMMA}{opening}{begins}(?:({background})|{purpose}){rest}")
        self._initials = _BEFORE_OPENER.union([word[0] for word in vocabulary.background])

    def find(self, text: str, ends: Sequence[int], whole: Sequence[bool]) -> tuple[list[int], list[float]]:
        """Places in a text, in order, and the factor that begins to hold at each.

        Before the first place, and from the end of a line, it is 1.

        Parameters
        ----------
        text : str
            Sentences, a line end before each.
        ends : sequence of int
            Where each sentence ends.
        whole : sequence of bool
            Whether all clauses of a sentence count alike.
        """
        text = text.replace("；", _COMMA).replace("：", _COMMA)  # a pattern that begins with one letter is found sooner
        roles: list[tuple[int, float]] = []
        begin = 1
        for end, alike in zip(ends, whole, strict=True):
            if not alike and begin < end and text[begin] in self._initials:
                match = self._first.match(text, begin)
                if match and _goes_on(text, match.end(), end):
                    roles += (begin, self._background_factor), (match.end(), 1.0)
            begin = end + 1
        for match in self._later.finditer(text):
            start, close = match.span()
            line = bisect_right(ends, start)
            begin = ends[line - 1] + 1 if line else 1
            if whole[line] or (text[begin] == _COMMA and not text[begin:start].strip(_COMMA)):
                continue
            factor = self._purpose_factor
            if match.lastindex:
                if _goes_on(text, close, ends[line]):
                    factor = self._background_factor
                elif not text.startswith(self._purpose, match.start(1)):
                    continue
            roles += (start + 1, factor), (close, 1.0)
        roles.sort()
        return [place for place, _ in roles], [factor for _, factor in roles]


def any_of(names: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds each of some names, the longest first; nothing where there is none."""
    return re.compile(alternation(frozenset(names)) or "(?!)")


def _goes_on(text: str, close: int, end: int) -> bool:
    """Whether a sentence has another clause after one that closes."""
    return close < end and bool(text[close:end].strip(_COMMA))
