"""From the terms of each sentence, the headings above it and its neighbours to its theme."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from compare.schema import THEMES
from compare.structure import Document, Sentence
from compare.themes.terms import MARKER, OPENING, Evidence, TermMatcher, Vector, add, load_matcher, normalise

_NAMES = (*THEMES, "none")
_NONE = len(THEMES)
_FURNITURE = re.compile(
    r".*\.(?:docx?|pdf|wps|xlsx?|ofd|zip)|各[^。；]*：|[（\[][^（。；]*(?:负责|落实|配合|牵头)[）\]]"
    r"|(?:[^、，。]{2,16}(?:局|委|厅|办|部|政府|管委会|公司|行)[、，]){2,}[^、，。]{2,20}[）\]]?",
    re.IGNORECASE,
)
_COMMITMENT = re.compile(r"(?:\d|[X×*]{1,3})[^年月日、，。）]?(?:%|[家个名人项件次场亿万条])")
_LEAD = 26  # length of the opening that stands in for a heading which ran into its text


@dataclass(frozen=True, slots=True)
class Theming:
    """What a sentence is about.

    `theme` is one of `compare.schema.THEMES` or "none"; `also` holds up to two further themes; `confidence` runs from
    0 to 1; `terms` are the terms that decided, the strongest first, with "section" where the headings above did.
    """

    theme: str
    also: tuple[str, ...]
    confidence: float
    terms: tuple[str, ...]


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
    return _Scorer(load_matcher(), document).score()


class _Scorer:
    """One plan's sentences on their way to themes."""

    def __init__(self, matcher: TermMatcher, document: Document) -> None:
        self.matcher = matcher
        self.vocabulary = matcher.vocabulary
        self.settings = matcher.vocabulary.settings
        self.sentences = document.sentences
        self.title = document.title
        self.evidence = matcher.find_evidence([s.plain for s in self.sentences], [s.is_heading for s in self.sentences])
        self.own = [matcher.sum_evidence(e) for e in self.evidence]
        self.subject = self._find_subject()
        for sentence, vector in zip(self.sentences, self.own, strict=True):
            self._weigh(vector)
            if sentence.is_heading:
                add(vector, dict(vector), self.settings.heading - 1)
        self._headings: dict[str, Vector] = {}
        self._contexts: dict[tuple[str, ...], Vector] = {(): {}}
        self._surroundings: dict[tuple[str, ...], Vector] = {}
        self._lead: tuple[tuple, str] = ((), "")

    def score(self) -> list[Theming]:
        """The theme of each sentence."""
        siblings = self._find_siblings()
        opening = any(s.is_heading for s in self.sentences)
        reset: tuple[str, ...] | None = None
        found = []
        for sentence, own, evidence in zip(self.sentences, self.own, self.evidence, strict=True):
            opening = opening and not sentence.is_heading
            if reset != sentence.path:
                reset = sentence.path if sentence.plain.startswith(self.vocabulary.resets) else None
            if self._is_furniture(sentence):
                found.append(Theming("none", (), 1.0, ()))
                continue
            context = self._surround(sentence, own, siblings) if reset is None else {}
            if opening:
                share = 0.25 if _COMMITMENT.search(sentence.plain) else 1.0
                context = add(dict(context), {_NONE: self.settings.opening * share})
            found.append(self._decide(own, evidence, context))
        return found

    def _find_siblings(self) -> dict[tuple[str, ...], Vector]:
        """What the sentences under each heading say together."""
        items: dict[tuple[str, ...], Vector] = {}
        for sentence, vector in zip(self.sentences, self.own, strict=True):
            item = items.setdefault(_item_of(sentence), {})
            total = sum(vector.values())
            weight = min(1.0, total / 5)
            for theme, value in vector.items():
                if theme != _NONE:
                    item[theme] = item.get(theme, 0.0) + weight * (value / total)
        return {item: normalise(vector) for item, vector in items.items()}

    def _surround(self, sentence: Sentence, own: Vector, siblings: dict[tuple[str, ...], Vector]) -> Vector:
        """What headings, a heading that ran into its text, and neighbours say of a sentence; not to be changed."""
        settings = self.settings
        path = sentence.path
        place = (path, sentence.item, sentence.paragraph)
        follows = self._lead[0] == place
        if not follows and sentence.item and not sentence.is_heading and sentence.plain.startswith(sentence.item):
            self._lead = place, sentence.plain[:_LEAD]
        if not follows and not sentence.is_heading:
            known = self._surroundings.get(path)
            if known is None:
                known = self._surroundings[path] = dict(self._find_context(path))
                add(known, siblings[path], settings.siblings / settings.inheritance)
            return known
        silent = sentence.is_heading and not own
        context = dict(self._weigh_heading(self._lead[1])) if follows else {}
        add(context, self._find_context(path), settings.decay if silent or follows else 1.0)
        return add(context, siblings[_item_of(sentence)], 1.0 if silent else settings.siblings / settings.inheritance)

    def _decide(self, own: Vector, evidence: Evidence, context: Vector) -> Theming:
        settings = self.settings
        total = dict(own)
        inheritance = settings.inheritance
        for theme, value in context.items():
            total[theme] = total.get(theme, 0.0) + inheritance * value
        ranked = sorted([(-value, theme) for theme, value in total.items()])
        if not ranked or -ranked[0][0] < settings.minimum:
            return Theming("none", (), 0.5, ())
        top, best = -ranked[0][0], ranked[0][1]
        second = -ranked[1][0] if len(ranked) > 1 else 0.0
        margin = (top - second) / (top + 1)
        confidence = round(1 / (1 + math.exp(-settings.sure_from - settings.sure_slope * margin)), 3)
        deciding = tuple(self.matcher.name_terms(evidence, best)[:5])
        if best == _NONE:
            return Theming("none", (), confidence, deciding)
        enough = max(settings.also_ratio * top, settings.minimum)
        also = tuple([_NAMES[k] for v, k in ranked[1:4] if -v >= enough and k != _NONE])[:2] if second >= enough else ()
        if top - own.get(best, 0.0) >= 0.5 * top:
            deciding += ("section",)
        return Theming(_NAMES[best], also, confidence, deciding)

    def _is_furniture(self, sentence: Sentence) -> bool:
        """Whether a line is the title, says nothing but "main goals", or belongs to the page around the plan."""
        plain = sentence.plain
        if plain == self.title or (plain[-1] not in "。；！？" and _FURNITURE.fullmatch(plain)):
            return True
        if sentence.is_heading:
            title = MARKER.sub("", plain, count=1)
            if self.matcher.is_neutral(title) or self.matcher.is_overview(title):
                return True
        body = plain.lstrip(OPENING)
        if not body.startswith(self.vocabulary.starts):
            return False
        start = next(s for s in self.vocabulary.starts if body.startswith(s))
        rest = body[len(start) :]
        return not rest or rest[0] in "：: 。！，）)0123456789" or len(start) > 4

    def _find_context(self, path: tuple[str, ...]) -> Vector:
        """What the headings above say, the innermost loudest; remembered for each path."""
        known = self._contexts.get(path)
        if known is not None:
            return known
        title = MARKER.sub("", path[-1], count=1)
        if self.matcher.is_neutral(title):
            context: Vector = {}
        elif self.matcher.is_overview(title):
            context = {_NONE: 1.0}
        else:
            context = dict(self._weigh_heading(path[-1]))
            add(context, self._find_context(path[:-1]), self.settings.decay if context else self.settings.silent_decay)
        self._contexts[path] = context
        return context

    def _weigh_heading(self, text: str) -> Vector:
        """A heading's themes, summing to 1 when it names any clearly; not to be changed."""
        known = self._headings.get(text)
        if known is None:
            vector = self._weigh(self.matcher.score_heading(text))
            strength = min(1.0, sum(vector.values()) / 4)
            known = self._headings[text] = {k: v * strength for k, v in normalise(vector).items()}
        return known

    def _find_subject(self) -> Vector:
        """A factor below 1 for each theme that runs through all of a longer plan."""
        if len(self.sentences) < 20:
            return {}
        shares: Vector = {}
        for vector in self.own:
            total = sum(vector.values())
            for theme, value in vector.items():
                shares[theme] = shares.get(theme, 0.0) + value / total
        shares.pop(_NONE, None)
        limit = self.settings.subject
        return {k: math.sqrt(limit / v) for k, v in normalise(shares).items() if v > limit}

    def _weigh(self, vector: Vector) -> Vector:
        for theme, factor in self.subject.items():
            if theme in vector:
                vector[theme] *= factor
        return vector


def _item_of(sentence: Sentence) -> tuple[str, ...]:
    """The headings a sentence stands under; a heading counts to what stands under it."""
    return (*sentence.path, sentence.plain.rstrip("。！？；：")) if sentence.is_heading else sentence.path
