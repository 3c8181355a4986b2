"""From the terms of each sentence, the headings above it and its neighbours to its theme."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from compare.schema import THEMES
from compare.structure import Document
from compare.themes.furniture import FurnitureFinder
from compare.themes.surroundings import PREAMBLE, Surroundings
from compare.themes.terms import Evidence, TermMatcher, load_matcher

_NAMES = (*THEMES, "none")
_NONE = len(THEMES)
_WIDTH = len(_NAMES)
_RANKS = 4  # how many of the best themes of a sentence are looked at

Table = NDArray[Any]
Rows = NDArray[np.intp]


class Theming(NamedTuple):
    """What a sentence is about.

    `theme` is one of `compare.schema.THEMES` or "none"; `also` holds up to two further themes; `confidence` runs from
    0 to 1; `terms` are the terms that decided, the strongest first, with "section" where the headings above did.
    """

    theme: str
    also: tuple[str, ...]
    confidence: float
    terms: tuple[str, ...]


_FURNITURE = Theming("none", (), 1.0, ())
_SILENT = Theming("none", (), 0.5, ())


def score_themes(document: Document) -> list[Theming]:
    """The theme of every sentence of a plan.

    A sentence scores by its own terms (the head of the sentence counts more than its tail, its main clause more than
    clauses that say where, with what or what for), by the headings above it with decaying weight, and by the
    other sentences under the same heading. A theme that runs through the whole plan counts less, so that what each
    sentence adds to it shows.

    Parameters
    ----------
    document : Document
        From `read_structure`.

    Returns
    -------
    list of Theming
        One for each of `document.sentences`, in their order.

    Examples
    --------
    >>> from compare.structure import read_structure
    >>> score_themes(read_structure("新建省级重点实验室3家。"))[0].theme
    'platforms'
    """
    return _load_scorer().score(document) if document.sentences else []


@cache
def _load_scorer() -> _Scorer:
    return _Scorer(load_matcher())


class _Scorer:
    """Makes tables of scores: a row for each sentence, heading or place, a column for each theme, the last for none."""

    def __init__(self, matcher: TermMatcher) -> None:
        self._matcher = matcher
        self._settings = matcher.vocabulary.settings
        self._furniture = FurnitureFinder(matcher)

    def score(self, document: Document) -> list[Theming]:
        """The theme of each sentence."""
        whole = [s.is_heading for s in document.sentences]
        evidence = self._matcher.find_evidence([s.plain for s in document.sentences], whole)
        surroundings = Surroundings(document, self._matcher, self._furniture)
        own, context = self._weigh(evidence, surroundings, np.array(whole))
        found = self._decide(evidence, own, own + self._settings.inheritance * context)
        for row in surroundings.furniture:
            found[row] = _FURNITURE
        return found

    def _weigh(self, evidence: Evidence, around: Surroundings, is_heading: NDArray[np.bool_]) -> tuple[Table, Table]:
        """What each sentence says itself, and what stands around it."""
        settings, count = self._settings, len(is_heading)
        keys, values = evidence.keys, evidence.scores.copy()
        rows = keys // _WIDTH
        themes = keys - rows * _WIDTH
        factors = np.ones(_WIDTH)
        if count >= 20:
            factors = _damp_subject(values / np.bincount(rows, values, count)[rows], themes, settings.subject)
            values *= factors[themes]
        values += (settings.heading - 1) * values * is_heading[rows]
        totals = np.bincount(rows, values, count)
        own = np.zeros(count * _WIDTH)
        own[keys] = values

        places = np.fromiter(around.places, np.intp, count)
        opened = places.copy()
        opened[list(around.opened)] = list(around.opened.values())
        siblings = self._find_siblings(opened[rows], themes, values, totals[rows], len(around.around))
        headings = self._weigh_headings(around, factors)
        contexts = self._find_contexts(around, headings)
        silent = is_heading & (totals == 0)
        above = np.where(silent, settings.decay, 1.0)
        beside = np.where(silent, 1.0, settings.siblings / settings.inheritance)
        leads = list(around.leads)
        above[leads] = settings.decay
        context = above[:, None] * contexts.take(places, 0)
        context[leads] += headings[list(around.leads.values())]
        context += beside[:, None] * siblings.take(opened, 0)
        context[around.deaf] = 0.0
        for row, share in around.preambles.items():
            context[row, _NONE] += settings.opening * share
        return own.reshape(count, _WIDTH), context

    def _find_siblings(self, places: Rows, themes: Rows, values: Table, totals: Table, count: int) -> Table:
        """What the sentences at each place say together; a sentence that says little counts for less."""
        said = np.minimum(1.0, totals / 5) * (values / totals)
        said[themes == _NONE] = 0.0
        return _normalise(np.bincount(places * _WIDTH + themes, said, count * _WIDTH).reshape(count, _WIDTH))

    def _weigh_headings(self, around: Surroundings, factors: Table) -> Table:
        """Each heading's themes, summing to 1 when it names any clearly; the last rows for PREAMBLE and NOTHING."""
        size = (len(around.headings) + 2) * _WIDTH
        keys, scores = self._matcher.score_headings(list(around.headings))
        weighed = np.bincount(keys, scores, size).reshape(-1, _WIDTH) * factors
        weighed = _normalise(weighed) * np.minimum(1.0, weighed.sum(1, keepdims=True) / 4)
        weighed[PREAMBLE, _NONE] = 1.0
        return weighed

    def _find_contexts(self, around: Surroundings, headings: Table) -> Table:
        """What the headings above each place say, the innermost loudest."""
        own, outer = np.array(around.heading_of), np.array(around.around)
        contexts = headings.take(own, 0)
        decays = np.where(contexts.any(1), self._settings.decay, self._settings.silent_decay)
        decays[own < 0] = 0.0
        for level in map(np.array, around.levels[1:]):
            contexts[level] += decays[level, None] * contexts.take(outer[level], 0)
        return contexts

    def _decide(self, evidence: Evidence, own: Table, scores: Table) -> list[Theming]:
        """The theme of each sentence."""
        settings = self._settings
        ranked = np.argsort(-scores, 1, "stable")[:, :_RANKS]
        keys = ranked + np.arange(0, scores.size, _WIDTH)[:, None]
        best = scores.ravel().take(keys)
        top, second = best[:, 0], best[:, 1]
        margin = (top - second) / (top + 1)
        confidence = np.round(1 / (1 + np.exp(-settings.sure_from - settings.sure_slope * margin)), 3)
        inherited = top - own.ravel().take(keys[:, 0]) >= 0.5 * top
        enough = np.maximum(settings.also_ratio * top, settings.minimum)
        further = (best[:, 1:] >= enough[:, None]) & (ranked[:, 1:] != _NONE)
        rows = further.any(1).nonzero()[0]
        also = dict(
            zip(rows.tolist(), map(_name_further, ranked[rows, 1:].tolist(), further[rows].tolist()), strict=True)
        )

        found = [_SILENT] * len(scores)
        rows = (top >= settings.minimum).nonzero()[0]
        named = self._matcher.name_terms(evidence, keys[rows, 0])
        columns = ranked[rows, 0], confidence[rows], inherited[rows]
        for row, terms, theme, sure, section in zip(rows.tolist(), named, *[c.tolist() for c in columns], strict=True):
            if theme == _NONE:
                found[row] = Theming("none", (), sure, terms)
            else:
                if section:
                    terms = (*terms, "section")
                found[row] = Theming(_NAMES[theme], also.get(row, ()), sure, terms)
        return found


def _name_further(themes: list[int], chosen: list[bool]) -> tuple[str, ...]:
    """Up to two themes that come close to the first."""
    return tuple([_NAMES[theme] for theme, is_chosen in zip(themes, chosen, strict=True) if is_chosen][:2])


def _damp_subject(shares: Table, themes: Rows, limit: float) -> Table:
    """A factor below 1 for each theme that runs through all of a longer plan."""
    whole = np.bincount(themes, shares, _WIDTH)
    whole[_NONE] = 0.0
    return np.sqrt(limit / np.maximum(_normalise(whole), limit))


def _normalise(rows: Table) -> Table:
    """Rows with a sum of 1; those that hold nothing as they are."""
    sums = rows.sum(-1, keepdims=True)
    sums[sums == 0] = 1.0
    return rows / sums
