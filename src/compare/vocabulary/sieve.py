"""Which of many patterns can match a text at all: those of which a needed word stands in it.

A sentence meets dozens of patterns and holds the words of few. What a pattern needs is read off the pattern itself, so
that whoever adds one has nothing else to keep in step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Generic, TypeVar

import ahocorasick_rs

_Key = TypeVar("_Key")
_MOST_WORDS = 256
_MOST_OF_A_SET = 16


class Sieve(Generic[_Key]):
    """Tells by one pass over a text which patterns can match in it, or in a part of it.

    Parameters
    ----------
    patterns : mapping of key to regular expression
        Without flags.
    """

    def __init__(self, patterns: Mapping[_Key, str]) -> None:
        keys_of: dict[str, set[_Key]] = {}
        always = set()
        for key, pattern in patterns.items():
            words = needed_words(pattern)
            if not words:
                always.add(key)
            for word in words:
                keys_of.setdefault(word, set()).add(key)
        self._always = frozenset(always)
        self._keys = [frozenset(keys) for keys in keys_of.values()]
        self._find = ahocorasick_rs.AhoCorasick(list(keys_of)).find_matches_as_indexes

    def sift(self, text: str) -> frozenset[_Key]:
        """The keys of the patterns that can match; every other pattern is sure to match nowhere in the text."""
        numbers = {number for number, _, _ in self._find(text, overlapping=True)}
        return self._always.union(*map(self._keys.__getitem__, numbers)) if numbers else self._always


def needed_words(pattern: str) -> frozenset[str]:
    """Words of which every match of a pattern holds one; none where nothing is sure.

    Examples
    --------
    >>> sorted(needed_words("(?:新增|净增)[^，。]{0,12}$")), sorted(needed_words("已(?!经)|[一两]年来"))
    (['净增', '新增'], ['一年来', '两年来', '已'])
    >>> needed_words(".*")
    frozenset()
    """
    words = _needed(_parser.parse(pattern)) or set()
    return frozenset(w for w in words if not any(other in w for other in words if other != w))


def _needed(items: Iterable[Any]) -> set[str] | None:
    """The best run of a sequence: its words are long, or else few."""
    best: set[str] | None = None
    run = {""}
    for code, value in (*items, (None, None)):
        spelled = _spell(code, value)
        inner = _needed_inside(code, value) if spelled is None else None
        if spelled is not None and len(run) * len(spelled) <= _MOST_WORDS:
            run = {word + end for word in run for end in spelled}
            continue
        best = max((c for c in (best, run, inner) if c and "" not in c), key=_worth, default=None)
        run = {""} if spelled is None else spelled
    return best


def _worth(words: set[str]) -> tuple[int, int]:
    return min(2, *map(len, words)) if words else 0, -len(words)


def _needed_inside(code: Any, value: Any) -> set[str] | None:
    """What an element needs that stands for too many words to spell them out."""
    if code is op.SUBPATTERN:
        return _needed(value[3])
    if code is op.ATOMIC_GROUP:
        return _needed(value)
    if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT) and value[0] > 0:
        return _needed(value[2])
    if code is op.BRANCH:
        parts = [_needed(branch) for branch in value[1]]
        return set().union(*parts) if all(parts) else None  # type: ignore[arg-type]
    return None


def _spell(code: Any, value: Any) -> set[str] | None:
    """All that an element can match, where that is little; what has no width counts as the empty word."""
    if code is op.LITERAL:
        return {chr(value)}
    if code in (op.AT, op.ASSERT, op.ASSERT_NOT):
        return {""}
    if code is op.IN:
        literal = all(kind is op.LITERAL for kind, _ in value) and len(value) <= _MOST_OF_A_SET
        return {chr(letter) for _, letter in value} if literal else None
    if code is op.SUBPATTERN:
        return _spell_all(value[3])
    if code in (op.MAX_REPEAT, op.MIN_REPEAT) and value[1] == 1:
        spelled = _spell_all(value[2])
        return spelled if spelled is None or value[0] else spelled | {""}
    if code is op.BRANCH:
        spelled = set()
        for branch in value[1]:
            words = _spell_all(branch)
            if words is None:
                return None
            spelled |= words
        return spelled
    return None


def _spell_all(items: Iterable[Any]) -> set[str] | None:
    spelled = {""}
    for code, value in items:
        words = _spell(code, value)
        if words is None or len(spelled) * len(words) > _MOST_WORDS:
            return None
        spelled = {word + end for word in spelled for end in words}
    return spelled
