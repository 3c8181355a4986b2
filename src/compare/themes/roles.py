"""What a clause is for: one that only says where, with what or what for counts less than the main clause."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from compare.vocabulary.themes import ThemeVocabulary

_ITEM = (
    r"(?:第?[一二三四五六七八九十]{1,3}[、．.章节]|（[一二三四五六七八九十\d]{1,3}）|\d{1,3}[、．.)）]|[一二三四五六七八九十]{1,2}[是要]"
    r"|[—\-●■◆★▲①-⑳]+)"
)
MARKER = re.compile(rf"{_ITEM}\s*")
OPENING = "“‘（(【[「 "
_MARKS = "，；："


class RoleFinder:
    """Finds the clauses that open with a word of `openers` in `themes.yml`."""

    def __init__(self, vocabulary: ThemeVocabulary) -> None:
        self._purpose = vocabulary.purpose
        self._background_factor = vocabulary.settings.background
        self._purpose_factor = vocabulary.settings.purpose
        background, purpose = any_of(vocabulary.background).pattern, any_of(vocabulary.purpose).pattern
        opening, rest = f"[{re.escape(OPENING)}]*", f"[^\n{_MARKS}]*"
        self._first = re.compile(rf"[{_MARKS}]*{opening}(?:{_ITEM}[^\S\n]*{opening})?(?:{background}){rest}")
        self._later = re.compile(rf"[{_MARKS}]{opening}(?P<word>(?P<background>{background})|{purpose}){rest}")

    def find(self, text: str, ends: Sequence[int], whole: Sequence[bool]) -> list[tuple[int, float]]:
        """Where in a text a factor begins to hold; before the first place, and from the end of a line, it is 1.

        Parameters
        ----------
        text : str
            Sentences, a line end before each.
        ends : sequence of int
            Where each sentence ends.
        whole : sequence of bool
            Whether all clauses of a sentence count alike.
        """
        roles: list[tuple[int, float]] = []
        before = 0
        for end, alike in zip(ends, whole, strict=True):
            if not alike:
                match = self._first.match(text, before + 1)
                if match and _goes_on(text, match.end(), end):
                    roles += (before + 1, self._background_factor), (match.end(), 1.0)
            before = end
        for match in self._later.finditer(text):
            start, close = match.span()
            line = bisect_right(ends, start)
            if whole[line] or not text[ends[line - 1] + 1 if line else 1 : start].strip(_MARKS):
                continue
            if match["background"] is None:
                factor = self._purpose_factor
            elif _goes_on(text, close, ends[line]):
                factor = self._background_factor
            elif text.startswith(self._purpose, match.start("word")):
                factor = self._purpose_factor
            else:
                continue
            roles += (start + 1, factor), (close, 1.0)
        roles.sort()
        return roles


def any_of(names: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds each of some names, the longest first; nothing where there is none."""
    return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or "(?!)")


def _goes_on(text: str, close: int, end: int) -> bool:
    """Whether a sentence has another clause after one that closes."""
    return close < end and bool(text[close:end].strip(_MARKS))
