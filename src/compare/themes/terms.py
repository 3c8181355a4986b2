"""The terms of a plan: the longest match wins, and its place in the sentence decides how much it counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate

import ahocorasick_rs

from compare.themes.roles import MARKER, RoleFinder, any_of
from compare.vocabulary.themes import ThemeVocabulary, load_themes

_IN_CHARGE = re.compile("（(?:牵头|责任|配合|主办|参与)(?:单位|部门|领导|人|科室)")
_QUOTES = "“”‘’\"'「」『』"
_SHOWN = 5
_FADE = 120  # places after which a term counts as standing in the tail of its sentence


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the terms of each sentence say.

    Scores stand under the number of the sentence times the number of themes (with no theme as the last of them) plus
    the number of the theme, in the order in which the terms stand in the plan. `first` holds the number of the term
    that each score began with; `several` holds, where more than one term speaks, the strongest of them in order.
    """

    scores: dict[int, float]
    first: dict[int, int]
    several: dict[int, list[int]]


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
        self._tail = vocabulary.settings.tail
        self._places = [max(self._tail, 1 - (1 - self._tail) * start / _FADE) for start in range(_FADE)]
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
        ahead = iter([*self._roles.find(text, ends, whole), (len(text) + 1, 1.0)])
        turn, following = next(ahead)
        weights, places, width, none = self.weights, self._places, self.width, self.none
        scores: dict[int, float] = {}
        first: dict[int, int] = {}
        several: dict[int, dict[int, float]] = {}
        line, begin, end, base, role = -1, 0, 0, -width, 1.0
        for number, start, _ in self._automaton.find_matches_as_indexes(text):
            while start >= end:
                line += 1
                begin, end, base = end + 1, ends[line], base + width
            while start >= turn:
                role = following
                turn, following = next(ahead)
            start -= begin
            place = places[start] if start < _FADE else self._tail
            for theme, weight in weights[number]:
                value = weight * (place * role if theme != none else place)
                key = base + theme
                if key not in first:
                    first[key] = number
                    scores[key] = value
                else:
                    known = several.get(key)
                    if known is None:
                        known = several[key] = {first[key]: scores[key]}
                    if value > known.get(number, 0.0):  # a term that stands twice counts once, where it counts most
                        known[number] = value
        return Evidence(scores, first, self._sum_several(scores, several))

    def _sum_several(self, scores: dict[int, float], several: dict[int, dict[int, float]]) -> dict[int, list[int]]:
        """A theme's strongest term counts in full, each further one for less; gives those that are shown."""
        repeat = self.vocabulary.settings.repeat
        strongest: dict[int, list[int]] = {}
        for key, known in several.items():
            score, share = 0.0, 1.0
            ranked = sorted(known, key=known.__getitem__, reverse=True)
            for number in ranked:
                score += share * known[number]
                share *= repeat
            scores[key] = score
            strongest[key] = ranked[:_SHOWN]
        return strongest

    def name_terms(self, evidence: Evidence, keys: Iterable[int]) -> list[tuple[str, ...]]:
        """The terms behind the score of each key, the strongest first."""
        terms, first, several = self.terms, evidence.first, evidence.several
        named: list[tuple[str, ...]] = []
        for key in keys:
            if key in several:
                named.append(tuple([terms[number] for number in several[key]]))
            else:
                named.append((terms[first[key]],) if key in first else ())
        return named

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
