"""From the terms of each sentence, the headings above it and its neighbours to its theme."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from compare.schema import THEMES
from compare.structure import Document
from compare.themes.surroundings import NOTHING, PREAMBLE, Surroundings, survey
from compare.themes.terms import Evidence, TermMatcher, load_matcher

_NAMES = (*THEMES, "none")
_NONE = len(THEMES)
_WIDTH = len(_NAMES)
_RANKS = 4  # how many of the best themes of a sentence are looked at

Numbers = NDArray[np.float64]


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
    if not document.sentences:
        return []
    matcher = load_matcher()
    surroundings = survey(document, matcher)
    whole = [s.is_heading for s in document.sentences]
    evidence = matcher.find_evidence([s.plain for s in document.sentences], whole)
    own, total = _weigh(matcher, evidence, surroundings, np.array(whole))
    return _decide(matcher, evidence, surroundings, own, total)


def _weigh(
    matcher: TermMatcher, evidence: Evidence, surroundings: Surroundings, is_heading: NDArray[np.bool_]
) -> tuple[Numbers, Numbers]:
    """A row for each sentence with the scores of the themes: by its own terms, and with what stands around it."""
    settings = matcher.vocabulary.settings
    count = len(is_heading)
    keys = np.fromiter(evidence.scores, np.intp, len(evidence.scores))
    values = np.fromiter(evidence.scores.values(), np.float64, len(keys))
    rows, themes = np.divmod(keys, _WIDTH)

    factors = np.ones(_WIDTH)
    if count >= 20:
        factors = _damp_subject(values / np.bincount(rows, values, count)[rows], themes, settings.subject)
        values *= factors[themes]
    values += (settings.heading - 1) * values * is_heading[rows]
    sums = np.bincount(rows, values, count)

    places = surroundings.places
    items = np.array(surroundings.items)
    said = np.minimum(1.0, sums / 5)[rows] * (values / sums[rows])
    said[themes == _NONE] = 0.0
    siblings = _normalise(np.bincount(items[rows] * _WIDTH + themes, said, len(places) * _WIDTH).reshape(-1, _WIDTH))

    headings = _weigh_headings(matcher, surroundings, factors)
    contexts = _find_contexts(matcher, surroundings, headings)
    leads = np.array(surroundings.leads)
    listens = np.array(surroundings.listens)
    silent = is_heading & (sums == 0)
    from_above = np.where(silent | (leads != NOTHING), settings.decay, 1.0) * listens
    from_beside = np.where(silent, 1.0, settings.siblings / settings.inheritance) * listens
    context = headings[leads] + from_above[:, None] * contexts[surroundings.paths]
    context += from_beside[:, None] * siblings[items]
    for row, share in surroundings.preambles.items():
        context[row, _NONE] += settings.opening * share

    own = np.zeros(count * _WIDTH)
    own[keys] = values
    own = own.reshape(count, _WIDTH)
    return own, own + settings.inheritance * context


def _damp_subject(shares: Numbers, themes: NDArray[np.intp], limit: float) -> Numbers:
    """A factor below 1 for each theme that runs through all of a longer plan."""
    whole = np.bincount(themes, shares, _WIDTH)
    whole[_NONE] = 0.0
    return np.sqrt(limit / np.maximum(_normalise(whole), limit))


def _weigh_headings(matcher: TermMatcher, surroundings: Surroundings, factors: Numbers) -> Numbers:
    """A row for each heading, summing to 1 when it names any theme clearly; the last ones for PREAMBLE and NOTHING."""
    found = matcher.score_headings(list(surroundings.headings))
    weighed = np.array(found + [0.0] * (2 * _WIDTH)).reshape(-1, _WIDTH) * factors
    weighed = _normalise(weighed) * np.minimum(1.0, weighed.sum(axis=-1, keepdims=True) / 4)
    weighed[PREAMBLE, _NONE] = 1.0
    return weighed


def _find_contexts(matcher: TermMatcher, surroundings: Surroundings, headings: Numbers) -> Numbers:
    """A row for each place: what the headings above say, the innermost loudest."""
    settings = matcher.vocabulary.settings
    contexts = np.zeros((len(surroundings.places), _WIDTH))
    for number, (heading, around) in enumerate(surroundings.places):
        if heading < 0:
            contexts[number] = headings[heading]
        else:
            named = headings[heading]
            contexts[number] = named + (settings.decay if named.any() else settings.silent_decay) * contexts[around]
    return contexts


def _normalise(rows: Numbers) -> Numbers:
    """Rows with a sum of 1; those that hold nothing as they are."""
    sums = rows.sum(axis=-1, keepdims=True)
    sums[sums == 0] = 1.0
    return rows / sums


def _decide(
    matcher: TermMatcher, evidence: Evidence, surroundings: Surroundings, own: Numbers, total: Numbers
) -> list[Theming]:
    """The theme of each sentence from the scores of all."""
    settings = matcher.vocabulary.settings
    every = np.arange(len(total))[:, None]
    ranked = np.argsort(-total, axis=1, kind="stable")[:, :_RANKS]
    scores = total[every, ranked]
    top, second = scores[:, 0], scores[:, 1]
    margin = (top - second) / (top + 1)
    confidences = np.round(1 / (1 + np.exp(-settings.sure_from - settings.sure_slope * margin)), 3)
    by_section = top - own[every[:, 0], ranked[:, 0]] >= 0.5 * top
    name_terms = matcher.name_terms
    found = []
    for row, (furniture, themes, values, confidence, section) in enumerate(
        zip(
            surroundings.furniture,
            ranked.tolist(),
            scores.tolist(),
            confidences.tolist(),
            by_section.tolist(),
            strict=True,
        )
    ):
        best, top_score = themes[0], values[0]
        if furniture:
            found.append(_FURNITURE)
            continue
        if top_score < settings.minimum:
            found.append(_SILENT)
            continue
        terms = name_terms(evidence, row * _WIDTH + best)[:5]
        if best == _NONE:
            found.append(Theming("none", (), confidence, terms))
            continue
        also: tuple[str, ...] = ()
        enough = max(settings.also_ratio * top_score, settings.minimum)
        if values[1] >= enough:
            also = tuple([_NAMES[k] for k, v in zip(themes[1:], values[1:]) if v >= enough and k != _NONE])[:2]
        found.append(Theming(_NAMES[best], also, confidence, (*terms, "section") if section else terms))
    return found
