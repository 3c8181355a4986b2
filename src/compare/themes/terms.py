"""The terms of a text: the longest match wins, and its place in the sentence decides how much it counts."""

from __future__ import annotations

import re
from functools import cache

import ahocorasick_rs

from compare.vocabulary.themes import ThemeVocabulary, load_themes

Vector = dict[int, float]
"""Scores by the number of the theme in `compare.schema.THEMES`; `NONE` is the number after the last."""
Evidence = dict[int, dict[str, float]]
"""What each term brings, by the number of the theme."""

MARKER = re.compile(
    r"(?:第?[一二三四五六七八九十]{1,3}[、．.章节]|（[一二三四五六七八九十\d]{1,3}）|\d{1,3}[、．.)）]|[一二三四五六七八九十]{1,2}[是要]"
    r"|[—\-●■◆★▲①-⑳]+)\s*"
)
OPENING = "“‘（(【[「 "
_CLAUSE = re.compile(r"[^，；：]+")
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
        self._automaton = _build_automaton(self.terms)
        self._overview = _any_of(vocabulary.overview)
        self._neutral = _any_of(vocabulary.neutral)

    def is_overview(self, title: str) -> bool:
        """Whether a heading announces a preamble, such as 指导思想."""
        return _says_little_but(self._overview, title)

    def is_neutral(self, title: str) -> bool:
        """Whether a heading says nothing about what stands under it, such as 重点任务."""
        return _says_little_but(self._neutral, title)

    def find_evidence(self, text: str, *, whole: bool = False) -> Evidence:
        """How much each term of a sentence brings to each theme.

        Parameters
        ----------
        text : str
            A sentence in its plain form.
        whole : bool
            Count all clauses alike, as for a heading.
        """
        text = _strip(text)
        hits = self._automaton.find_matches_as_indexes(text)
        evidence: Evidence = {}
        if not hits:
            return evidence
        roles = [] if whole else self._find_roles(text)
        tail = self.vocabulary.settings.tail
        at = 0
        for number, start, _ in hits:
            place = max(tail, 1 - (1 - tail) * start / _FADE)
            while at + 1 < len(roles) and roles[at + 1][0] <= start:
                at += 1
            factor = place * roles[at][1] if roles else place
            for theme, weight in self.weights[number]:
                value = weight * (place if theme == self.none else factor)
                terms = evidence.setdefault(theme, {})
                if value > terms.get(self.terms[number], 0.0):
                    terms[self.terms[number]] = value
        return evidence

    def sum_evidence(self, evidence: Evidence) -> Vector:
        """The score of each theme: its strongest term in full, each further one for less."""
        repeat = self.vocabulary.settings.repeat
        vector: Vector = {}
        for theme, terms in evidence.items():
            score, share = 0.0, 1.0
            for value in sorted(terms.values(), reverse=True) if len(terms) > 1 else terms.values():
                score += share * value
                share *= repeat
            vector[theme] = score
        return vector

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
        """Start and factor of each clause: less for what only says where and with what, or what for."""
        clauses = [(m.start(), m.group()) for m in _CLAUSE.finditer(text)]
        if len(clauses) < 2:
            return []
        vocabulary, settings = self.vocabulary, self.vocabulary.settings
        roles = []
        for number, (start, clause) in enumerate(clauses):
            body = (clause if number else MARKER.sub("", clause, count=1)).lstrip(OPENING)
            factor = 1.0
            if number + 1 < len(clauses) and body.startswith(vocabulary.background):
                factor = settings.background
            elif number and body.startswith(vocabulary.purpose):
                factor = settings.purpose
            roles.append((start, factor))
        return roles


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


def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))


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
