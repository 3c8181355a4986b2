"""Units of measurement: the counters and measures of the genre, each with its canonical unit and factor."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from compare.errors import VocabularyError
from compare.vocabulary.loading import check_keys, read_yaml, vocabulary_text

KINDS = ("counter", "measure", "rate", "duration", "date", "ordinal")
MAGNITUDES = {
    "十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7,
    "亿": 1e8, "十亿": 1e9, "百亿": 1e10, "千亿": 1e11, "万亿": 1e12,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as written, its canonical unit, and the factor from the one to the other."""

    word: str
    standard: str
    factor: float
    kind: str


@dataclass(frozen=True)
class Units:
    """All units, and the pattern that finds the longest of them (with what may not follow it)."""

    by_word: dict[str, Unit]
    pattern: str

    def find(self, word: str) -> Unit | None:
        """The unit a word stands for; 项（次） is counted as 项."""
        found = self.by_word.get(word)
        return found if found or "（" not in word else self.by_word.get(word[: word.index("（")])


def parse_units(text: str, name: str = "units.yml") -> Units:
    """Read a units file.

    Raises
    ------
    VocabularyError
        An unknown key or kind, or a word that stands twice.
    """
    by_word: dict[str, Unit] = {}
    branches: list[tuple[str, str]] = []
    for standard, group in read_yaml(text, name).items():
        check_keys(group, {"kind": str, "words": list}, required=("kind", "words"))
        if group["kind"] not in KINDS:
            raise VocabularyError(
                f"kind {group['kind']!r} is unknown.", where=group.where, hint=f"Use one of {', '.join(KINDS)}."
            )
        for entry in group["words"]:
            check_keys(entry, {"word": str, "not": str, "factor": (int, float)}, required=("word",))
            word = entry["word"]
            if word in by_word:
                raise VocabularyError(f"unit {word!r} stands twice.", where=entry.where, hint="Remove one of them.")
            by_word[word] = Unit(word, standard, float(entry.get("factor", 1)), group["kind"])
            barred = entry.get("not", "")
            branches.append((word, re.escape(word) + (f"(?![{re.escape(barred)}])" if barred else "")))
    branches.sort(key=lambda b: (-len(b[0]), b[0]))
    counters = [w for w, u in by_word.items() if u.kind == "counter" and len(w) == 1]
    paired = rf"（[{''.join(map(re.escape, counters))}]）"
    # Gathered by their first character, of which a text has one, so that few branches are tried at a place.
    gathered: dict[str, list[str]] = {w: [re.escape(w) + paired] for w in counters}
    for word, pattern in branches:
        gathered.setdefault(word[0], []).append(pattern)
    return Units(by_word, "|".join(f"(?:{'|'.join(patterns)})" for patterns in gathered.values()))


@cache
def load_units() -> Units:
    """The units that ship with the package."""
    return parse_units(vocabulary_text("units.yml"))
