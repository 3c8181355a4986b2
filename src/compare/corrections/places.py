"""Finding the passage of a correction in a plan's text, and the sentence it stands in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from compare.structure import Sentence, fold_text

_BLANK = re.compile(r"\s+")


def find_passages(quote: str, text: str) -> list[tuple[int, int]]:
    """Every span of the text that reads like the quote, blanks and line ends aside."""
    letters = _BLANK.sub("", quote)
    if not letters:
        return []
    pattern = r"\s*".join(re.escape(letter) for letter in letters)
    return [match.span() for match in re.finditer(pattern, text)]


def plain_number(number: str) -> str:
    """A number in the form in which two spellings of it are equal."""
    return _BLANK.sub("", fold_text(number, [(0, len(number))]).text)


def sentence_at(sentences: Sequence[Sentence], start: int) -> Sentence | None:
    """The sentence that a place of the text lies in."""
    return next((s for s in sentences if s.start <= start < s.end), None)


def overlaps(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Whether two spans share a character."""
    return a[0] < b[1] and b[0] < a[1]
