"""The terms of a text: the longest match wins, and its place in the sentence decides how much it counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from operator import itemgetter

import ahocorasick_rs

from compare.vocabulary.themes import ThemeVocabulary, load_themes

Vector = dict[int, float]
"""Scores by the number of the theme in `compare.schema.THEMES`; `NONE` is the number after the last."""
Evidence = dict[int, tuple[float, float]]
"""What each term found in a sentence is multiplied by, by the term's number: for its themes, and for no theme."""

MARKER = re.compile(
    r"(?:第?[一二三四五六七八九十]{1,3}[、．.章节]|（[一二三四五六七八九十\d]{1,3}）|\d{1,3}[、．.)）]|[一二三四五六七八九十]{1,2}[是要]"
    r"|[—\-●■◆★▲①-⑳]+)\s*"
)
OPENING = "“‘（(【[「 "
_MARKS = "，；："
_CLAUSE = re.compile(f"[^{_MARKS}]+")
_IN_CHARGE = re.compile(r"[（\[](?:牵头|责任|配合|主办|参与)(?:单位|部门|领导|人|科室)")
_QUOTES = re.compile("[“”‘’\"'「」『』]")
_FADE = 120  # places after which a term counts as standing in the tail of its sentence


class TermMatcher:
    """All terms of a vocabulary in one automaton, and what each counts for."""

    def __init__(self, vocabulary: ThemeVocabulary) -> None:
        self.vocabulary = vocabulary
        self.none = len(vocabulary.themes)
        weights: dict[str, Vector] = {}
        for index, theme in enumerate(vocabulary.themes):
            for term, weight in theme.terms:
                weights.setdefault(term, {})[index] = weight
        for term, weight in vocabulary.none_terms:
            weights.setdefault(term, {})[self.none] = weight
        weights |= _weigh_exclusions(vocabulary, weights)
        self.terms = list(weights)
        self.weights = [tuple(w.items()) for w in weights.values()]
        self._by_theme: list[dict[int, float]] = [{} for _ in range(self.none + 1)]
        for number, pairs in enumerate(self.weights):
            for index, weight in pairs:
                self._by_theme[index][number] = weight
        background, purpose = _any_of(vocabulary.background).pattern, _any_of(vocabulary.purpose).pattern
        self._openers = re.compile(f"[{_MARKS}][{re.escape(OPENING)}]*(?P<word>(?P<background>{background})|{purpose})")
        self._tail = vocabulary.settings.tail
        self._places = [max(self._tail, 1 - (1 - self._tail) * start / _FADE) for start in range(_FADE)]
        self._automaton = _build_automaton(self.terms)
        self._overview = _any_of(vocabulary.overview)
        self._neutral = _any_of(vocabulary.neutral)

    def is_overview(self, title: str) -> bool:
        """Whether a heading announces a preamble, such as 指导思想."""
        return _says_little_but(self._overview, title)

    def is_neutral(self, title: str) -> bool:
        """Whether a heading says nothing about what stands under it, such as 重点任务."""
        return _says_little_but(self._neutral, title)

    def find_evidence(self, texts: Sequence[str], whole: Sequence[bool]) -> list[Evidence]:
        """Which terms each sentence of a plan holds, and how much each counts there.

        Parameters
        ----------
        texts : sequence of str
            Sentences in their plain form.
        whole : sequence of bool
            Whether all clauses of a sentence count alike, as those of a heading do.
        """
        joined = _strip_all(texts)
        lines = joined.split("\n")
        found: list[Evidence] = [{} for _ in texts]
        line, begin, end = -1, 0, -1
        clauses: list[tuple[int, float]] = []
        for number, start, _ in self._automaton.find_matches_as_indexes(joined):
            if start >= end:
                while start >= end:
                    line += 1
                    begin = end + 1
                    end = begin + len(lines[line])
                evidence = found[line]
                clauses = [] if whole[line] else self._find_roles(lines[line])
            start -= begin
            place = self._places[start] if start < _FADE else self._tail
            factor = place
            if clauses:
                while len(clauses) > 1 and clauses[1][0] <= start:
                    del clauses[0]
                factor *= clauses[0][1]
            known = evidence.get(number)
            if known is None:
                evidence[number] = factor, place
            elif factor > known[0]:
                evidence[number] = factor, known[1]
        return found

    def sum_evidence(self, evidence: Evidence) -> Vector:
        """The score of each theme: its strongest term in full, each further one for less."""
        values: dict[int, list[float]] = {}
        none = self.none
        for number, (factor, place) in evidence.items():
            for theme, weight in self.weights[number]:
                value = weight * (place if theme == none else factor)
                if theme in values:
                    values[theme].append(value)
                else:
                    values[theme] = [value]
        repeat = self.vocabulary.settings.repeat
        vector: Vector = {}
        for theme, several in values.items():
            score, share = 0.0, 1.0
            if len(several) > 1:
                several.sort(reverse=True)
            for value in several:
                score += share * value
                share *= repeat
            vector[theme] = score
        return vector

    def name_terms(self, evidence: Evidence, theme: int) -> list[str]:
        """The terms of a sentence that speak for a theme, the strongest first."""
        which = int(theme == self.none)
        weights = self._by_theme[theme]
        found = [(weights[n] * factors[which], n) for n, factors in evidence.items() if n in weights]
        if len(found) > 1:
            found.sort(key=itemgetter(0), reverse=True)
        return [self.terms[n] for _, n in found]

    def score_heading(self, text: str) -> Vector:
        """A heading's themes, before weighing; what it names first counts most."""
        text = _strip(text)
        vector: Vector = {}
        rank = 0
        for number, start, _ in self._automaton.find_matches_as_indexes(text):
            share = 0.5 ** text.count("，", 0, start) * 0.8**rank
            for theme, weight in self.weights[number]:
                if theme != self.none:
                    vector[theme] = vector.get(theme, 0.0) + weight * share
            rank += bool(self.weights[number])
        return vector

    def _find_roles(self, text: str) -> list[tuple[int, float]]:
        """Where a factor begins: less than 1 for a clause that only says where and with what, or what for."""
        end = len(text.rstrip(_MARKS))
        first = _CLAUSE.search(text)
        if first is None or first.end() >= end:
            return []
        vocabulary, settings = self.vocabulary, self.vocabulary.settings
        roles = [(0, 1.0)]
        if MARKER.sub("", first.group(), count=1).lstrip(OPENING).startswith(vocabulary.background):
            roles = [(0, settings.background), (first.end(), 1.0)]
        for match in self._openers.finditer(text, first.end()):
            clause = _CLAUSE.match(text, match.start("word"))
            close = clause.end() if clause else end
            if match["background"] and close < end:
                factor = settings.background
            elif match["background"] and not text.startswith(vocabulary.purpose, match.start("word")):
                continue
            else:
                factor = settings.purpose
            roles += [(match.start() + 1, factor), (close, 1.0)]
        return roles if len(roles) > 1 else []


@cache
def load_matcher() -> TermMatcher:
    """The matcher of the vocabulary that ships with the package."""
    return TermMatcher(load_themes())


def _strip(text: str) -> str:
    """The text without quotation marks, and without the bracket at its end that says who is in charge."""
    match = _IN_CHARGE.search(text)
    if match and match.start():
        text = text[: match.start()]
    return _QUOTES.sub("", text)


def _strip_all(texts: Sequence[str]) -> str:
    """The texts stripped, one to a line."""
    joined = "\n".join(texts)
    return "\n".join(map(_strip, texts)) if _IN_CHARGE.search(joined) else _QUOTES.sub("", joined)


def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or "(?!)")


def _says_little_but(names: re.Pattern[str], title: str) -> bool:
    match = names.search(title)
    return match is not None and len(title) <= len(match.group()) + 9


def _build_automaton(terms: list[str]) -> ahocorasick_rs.AhoCorasick:
    return ahocorasick_rs.AhoCorasick(terms, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)


def _weigh_exclusions(vocabulary: ThemeVocabulary, weights: dict[str, Vector]) -> dict[str, Vector]:
    """What each exclusion still counts for: the themes of the terms inside it, but for those that exclude it."""
    terms = list(weights)
    automaton = _build_automaton(terms)
    found: dict[str, Vector] = {}
    for index, theme in enumerate(vocabulary.themes):
        for phrase in theme.exclusions:
            if phrase not in found:
                found[phrase] = dict(weights.get(phrase, {}))
                for i, _, _ in automaton.find_matches_as_indexes(phrase):
                    for key, weight in weights[terms[i]].items():
                        found[phrase][key] = max(weight, found[phrase].get(key, 0.0))
            found[phrase].pop(index, None)
    return found


def add(vector: Vector, other: Vector, factor: float = 1.0) -> Vector:
    """Add `factor` times another vector in place."""
    for key, value in other.items():
        vector[key] = vector.get(key, 0.0) + factor * value
    return vector


def normalise(vector: Vector) -> Vector:
    """The vector with a sum of 1, empty if it has none."""
    total = sum(vector.values())
    return {k: v / total for k, v in vector.items()} if total else {}
