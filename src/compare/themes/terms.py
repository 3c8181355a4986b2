"""The terms of a plan: the longest match wins, and its place in the sentence decides how much it counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, chain
from typing import Any

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

from compare.themes.roles import MARKER, RoleFinder, any_of
from compare.vocabulary.themes import ThemeVocabulary, load_themes

_IN_CHARGE = re.compile("（(?:牵头|责任|配合|主办|参与)(?:单位|部门|领导|人|科室)")
_QUOTES = "“”‘’\"'「」『』"
_SHOWN = 5
_FADE = 120  # places after which a term counts as standing in the tail of its sentence

Numbers = NDArray[np.intp]
Table = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What the terms of each sentence say.

    A score stands under its key: the number of the sentence times the number of themes (with no theme as the last of
    them) plus the number of the theme.

    Attributes
    ----------
    keys, scores : numpy.ndarray
        Shape (scores,), in the order in which the terms stand in the plan.
    groups : numpy.ndarray
        The keys in ascending order.
    begins : numpy.ndarray
        For each of `groups`, where in `terms` its terms begin; one more entry tells where the last ends.
    terms : numpy.ndarray
        Numbers of the terms, those of one key together, the strongest first.
    """

    keys: Numbers
    scores: Table
    groups: Numbers
    begins: Numbers
    terms: Numbers


class TermMatcher:
    """All terms of a vocabulary in one automaton, and what each counts for."""

    def __init__(self, vocabulary: ThemeVocabulary) -> None:
        self.vocabulary = vocabulary
        self.none = len(vocabulary.themes)
        self.width = self.none + 1
        weights: dict[str, dict[int, float]] = {}
        for index, theme in enumerate(vocabulary.themes):
            for term, weight in theme.terms:
                weights.setdefault(term, {})[index] = weight
        for term, weight in vocabulary.none_terms:
            weights.setdefault(term, {})[self.none] = weight
        weights |= _weigh_exclusions(vocabulary, weights)
        self.terms = list(weights)
        self.weights = [tuple(w.items()) for w in weights.values()]
        tail = vocabulary.settings.tail
        self._places = np.array([max(tail, 1 - (1 - tail) * start / _FADE) for start in range(_FADE)] + [tail])
        self._counts = np.array([len(pairs) for pairs in self.weights], np.intp)
        self._firsts = self._counts.cumsum() - self._counts
        self._themes = np.array([theme for pairs in self.weights for theme, _ in pairs], np.intp)
        self._values = np.array([weight for pairs in self.weights for _, weight in pairs], np.float64)
        self._automaton = _build_automaton(self.terms)
        self._roles = RoleFinder(vocabulary)
        self._overview, self._neutral = any_of(vocabulary.overview), any_of(vocabulary.neutral)
        self.judge_heading = lru_cache(maxsize=4096)(self._judge_heading)
        self._saying_little = any_of(vocabulary.overview + vocabulary.neutral)

    def _judge_heading(self, text: str) -> str:
        """ "neutral" for a heading that says nothing about what stands under it, such as 重点任务, "overview" for one
        that announces a preamble, such as 指导思想, else an empty string."""
        title = MARKER.sub("", text, count=1)
        if not self._saying_little.search(title):
            return ""
        if _says_little_but(self._neutral, title):
            return "neutral"
        return "overview" if _says_little_but(self._overview, title) else ""

    def find_evidence(self, texts: Sequence[str], whole: Sequence[bool]) -> Evidence:
        """Which terms each sentence of a plan holds, and how much they count there.

        Parameters
        ----------
        texts : sequence of str
            Sentences in their plain form.
        whole : sequence of bool
            Whether all clauses of a sentence count alike, as those of a heading do.
        """
        text, ends = _join(texts)
        found = self._automaton.find_matches_as_indexes(text)
        numbers, starts, _ = np.fromiter(chain.from_iterable(found), np.intp, 3 * len(found)).reshape(-1, 3).T
        closes = np.array(ends, np.intp)
        lines = np.searchsorted(closes, starts, "right")
        begins = np.concatenate([[0], closes]) + 1
        counted = self._places.take(np.minimum(starts - begins.take(lines), _FADE))
        turns, roles = self._roles.find(text, ends, whole)
        loud = counted * np.array([1.0, *roles]).take(np.searchsorted(turns, starts, "right"))
        # A term may speak for several themes: from here on, one entry for each of them.
        times = self._counts.take(numbers)
        spoken = np.arange(len(numbers)).repeat(times)
        numbers = numbers.take(spoken)
        entries = self._firsts.take(numbers) + np.arange(len(spoken)) - (times.cumsum() - times).take(spoken)
        themes = self._themes.take(entries)
        values = self._values.take(entries) * np.where(themes == self.none, counted.take(spoken), loud.take(spoken))
        return self._sum_terms(lines.take(spoken) * self.width + themes, numbers, values)

    def _sum_terms(self, keys: Numbers, numbers: Numbers, values: Table) -> Evidence:
        """Of each key the strongest term counts in full, each further one for less; a term that stands twice counts
        once, where it counts most."""
        pairs = keys * len(self.terms) + numbers
        order = pairs.argsort(kind="stable")
        pairs = pairs[order]
        fresh = _find_changes(pairs)
        values, firsts = np.maximum.reduceat(values[order], fresh), order[fresh]
        keys, numbers = np.divmod(pairs[fresh], len(self.terms))
        order = np.lexsort((firsts, -values, keys))
        values, numbers = values[order], numbers[order]
        begins = _find_changes(keys)
        bounds = np.append(begins, len(keys))
        ranks = np.arange(len(keys)) - begins.repeat(np.diff(bounds))
        shares = self.vocabulary.settings.repeat ** np.arange(ranks.max(initial=0) + 1)
        scores = np.add.reduceat(shares.take(ranks) * values, begins)
        spoken = np.minimum.reduceat(firsts, begins).argsort()
        groups = keys[begins]
        return Evidence(groups[spoken], scores[spoken], groups, bounds, numbers)

    def name_terms(self, evidence: Evidence, keys: Numbers) -> list[tuple[str, ...]]:
        """The terms behind the score of each key, the strongest first; none where a key has no score."""
        terms, numbers = self.terms, evidence.terms.tolist()
        places = np.searchsorted(evidence.groups, keys)
        known = np.append(evidence.groups, -1).take(places) == keys
        begins = evidence.begins.take(places)
        ends = np.minimum(evidence.begins.take(places + known), begins + _SHOWN)
        return [
            tuple([terms[number] for number in numbers[begin:end]])
            for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)
        ]

    def score_headings(self, headings: Sequence[str]) -> tuple[list[int], list[float]]:
        """Scores of headings with their keys (as in `Evidence`), a key several times where several terms speak.

        What a heading names first counts most.
        """
        text, ends = _join(headings)
        weights, width, none = self.weights, self.width, self.none
        keys: list[int] = []
        scores: list[float] = []
        line, begin, end, base, rank = -1, 0, 0, -width, 0
        for number, start, _ in self._automaton.find_matches_as_indexes(text):
            while start >= end:
                line, rank = line + 1, 0
                begin, end, base = end + 1, ends[line], base + width
            if weights[number]:
                share = 0.5 ** text.count("，", begin, start) * 0.8**rank
                rank += 1
                for theme, weight in weights[number]:
                    if theme != none:
                        keys.append(base + theme)
                        scores.append(weight * share)
        return keys, scores


@cache
def load_matcher() -> TermMatcher:
    """The matcher of the vocabulary that ships with the package."""
    return TermMatcher(load_themes())


def _join(texts: Sequence[str]) -> tuple[str, list[int]]:
    """The texts with a line end before each, and where each ends; no term crosses a line end.

    Quotation marks are left out, and so is the bracket at the end of a sentence that says who is in charge.
    """
    joined = "\n".join(texts)
    if _IN_CHARGE.search(joined.replace("[", "（")):
        joined = "\n".join([_cut_charge(text) for text in texts])
    for quote in _QUOTES:
        joined = joined.replace(quote, "")
    lines = joined.split("\n")
    return "\n" + joined, list(accumulate([len(line) + 1 for line in lines]))


def _cut_charge(text: str) -> str:
    match = _IN_CHARGE.search(text.replace("[", "（"))
    return text[: match.start()] if match and match.start() else text


def _says_little_but(names: re.Pattern[str], title: str) -> bool:
    match = names.search(title)
    return match is not None and len(title) <= len(match.group()) + 9


def _find_changes(keys: Numbers) -> Numbers:
    """Where each run of the same key begins."""
    return np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)].nonzero()[0]


def _build_automaton(terms: list[str]) -> ahocorasick_rs.AhoCorasick:
    return ahocorasick_rs.AhoCorasick(terms, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)


def _weigh_exclusions(vocabulary: ThemeVocabulary, weights: dict[str, dict[int, float]]) -> dict[str, dict[int, float]]:
    """What each exclusion still counts for: the themes of the terms inside it, but for those that exclude it."""
    terms = list(weights)
    automaton = _build_automaton(terms)
    found: dict[str, dict[int, float]] = {}
    for index, theme in enumerate(vocabulary.themes):
        for phrase in theme.exclusions:
            if phrase not in found:
                found[phrase] = dict(weights.get(phrase, {}))
                for i, _, _ in automaton.find_matches_as_indexes(phrase):
                    for key, weight in weights[terms[i]].items():
                        found[phrase][key] = max(weight, found[phrase].get(key, 0.0))
            found[phrase].pop(index, None)
    return found
