"""What a clause is for: one that only says where, with what or what for counts less than the main clause."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from compare.vocabulary.themes import ThemeVocabulary

_ITEM = (
    r"(?:第?[一二三四五六七八九十]{1,3}[、．.章节]|（[一二三四五六七八九十\d]{1,3}）|\d{1,3}[、．.)）]|[一二三四五六七八九十]{1,2}[是要]"
    r"|[—\-●■◆★▲①-⑳]+)"
)
MARKER = re.compile(rf"{_ITEM}\s*")
OPENING = "“‘（(【[「 "
_MARKS = "，；："
_CLAUSE = re.compile(f"[^{_MARKS}]+")


class RoleFinder:
    """Finds the clauses that open with a word of `openers` in `themes.yml`."""

    def __init__(self, vocabulary: ThemeVocabulary) -> None:
        self._background, self._purpose = vocabulary.background, vocabulary.purpose
        self._background_factor = vocabulary.settings.background
        self._purpose_factor = vocabulary.settings.purpose
        background, purpose = any_of(self._background).pattern, any_of(self._purpose).pattern
        opening, initials = re.escape(OPENING), any_of({word[0] for word in self._background}).pattern
        # What may open a first clause (told apart below, since a marker may stand before it), and the later clauses.
        self._openers = re.compile(
            rf"[\n{_MARKS}](?:(?<=\n)[{_MARKS}]*[{opening}]*(?:{_ITEM}[^\S\n]*[{opening}]*)?(?={initials})"
            rf"|(?<!\n)[{opening}]*(?P<word>(?P<background>{background})|{purpose})[^\n{_MARKS}]*)"
        )

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
        line, end, first_close = -1, 0, 0
        for match in self._openers.finditer(text):
            at = match.start()
            if at >= end:
                while at >= end:
                    line += 1
                    begin, end = end + 1, ends[line]
                last = end if text[end - 1] not in _MARKS else begin + len(text[begin:end].rstrip(_MARKS))
                first = _CLAUSE.search(text, begin, end) if text[begin] in _MARKS else None
                first_close = first.end() if first else begin
            if whole[line]:
                continue
            if text[at] == "\n":
                first = _CLAUSE.search(text, begin, end)
                if first and first.end() < last and self._is_background(first.group()):
                    roles += (begin, self._background_factor), (first.end(), 1.0)
            elif at >= first_close:
                close = match.end()
                if match["background"] is None:
                    factor = self._purpose_factor
                elif close < last:
                    factor = self._background_factor
                elif text.startswith(self._purpose, match.start("word")):
                    factor = self._purpose_factor
                else:
                    continue
                roles += (at + 1, factor), (close, 1.0)
        return roles

    def _is_background(self, clause: str) -> bool:
        return MARKER.sub("", clause, count=1).lstrip(OPENING).startswith(self._background)


def any_of(names: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds each of some names, the longest first; nothing where there is none."""
    return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or "(?!)")
