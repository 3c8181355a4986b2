"""The wording of commitments: verbs, adverbs and markers as tuples of words and as patterns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from compare.vocabulary.loading import check_keys, read_yaml, vocabulary_text

GROUPS = (
    "flow", "level", "growth", "fall", "adverbs", "context", "past", "reward", "attributes", "thresholds", "binding",
    "aspired",
)  # fmt: skip


@dataclass(frozen=True)
class Phrasing:
    """The word groups of `phrasing.yml`, and for each an alternation that prefers its longest word."""

    words: dict[str, frozenset[str]]
    patterns: dict[str, str]

    def pattern(self, *groups: str) -> str:
        """One alternation over several groups, longest word first."""
        words = {w for g in groups for w in self.words[g]}
        return alternation(words)


def alternation(words: set[str] | frozenset[str]) -> str:
    """A regular expression that matches the longest of the words.

    The words are gathered by their first character, of which a text has one, so that few are tried at a place.
    """
    gathered: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda w: (-len(w), w)):
        gathered.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(
        re.escape(first) + (rests[0] if len(rests) == 1 else f"(?:{'|'.join(rests)})")
        for first, rests in gathered.items()
    )


def parse_phrasing(text: str, name: str = "phrasing.yml") -> Phrasing:
    """Read a phrasing file.

    Raises
    ------
    VocabularyError
        A group is unknown or missing.
    """
    data = read_yaml(text, name)
    check_keys(data, dict.fromkeys(GROUPS, list), required=GROUPS)
    words = {group: frozenset(str(w) for w in data[group]) for group in GROUPS}
    return Phrasing(words, {group: alternation(w) for group, w in words.items()})


@cache
def load_phrasing() -> Phrasing:
    """The wording that ships with the package."""
    return parse_phrasing(vocabulary_text("phrasing.yml"))
