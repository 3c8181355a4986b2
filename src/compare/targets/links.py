"""Which target is part of which, and which says the same again."""

from __future__ import annotations

import re
from collections import Counter
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compare.targets.drafts import Draft

_NOISE = re.compile(
    r"全社会|规模以上|规上|具有[^，。的]*的|为主题的|以[“\"].*?[”\"]|全[省市县区国]|我[省市县区]|数量|"
    r"总量|总数|[（(].*?[)）]|的|中|有|“|”|\"|等|各类|企业$|总(?=产值)"
)
_compared = attrgetter(
    "phrase", "due_year", "period", "bound", "number", "masked", "headline", "value_min_std", "value_max_std"
)
_likeness = itemgetter(0, 1)


def link_repeats(drafts: list[Draft]) -> None:
    """Set `same_as` of each draft that states an earlier one again: same kind, and the same or a masked number."""
    earlier: dict[tuple, list[Draft]] = {}
    alike: dict[tuple, set[int]] = {}
    for draft in drafts:
        kind = (draft.indicator, draft.measure, draft.tier, draft.unit_std)
        known = earlier.setdefault(kind, [])
        candidates = [
            (similarity(draft.phrase, first.phrase), -order, first)
            for order, first in enumerate(known)
            if _may_repeat(first, draft)
        ]
        if candidates:
            best = max(candidates, key=_likeness)
            if best[0] >= 0.55:
                draft.same_as = best[2]
                continue
        # Of drafts that are alike in all that is compared, two sentences are enough to know.
        sentences = alike.setdefault((kind, *_compared(draft)), set())
        if len(sentences) < 2 and draft.sentence not in sentences:
            sentences.add(draft.sentence)
            known.append(draft)


def _may_repeat(first: Draft, later: Draft) -> bool:
    if first.sentence == later.sentence or ("申报" in first.clause.verb) != ("申报" in later.clause.verb):
        return False
    if first.due_year != later.due_year and later.due_year is not None:
        return False
    if (first.period == "per_year") != (later.period == "per_year"):
        return False
    if first.bound == "benchmark" or later.bound == "benchmark":
        return first.bound == later.bound and first.number == later.number
    if first.masked and (first.parent is None) != (later.parent is None):
        return False
    if first.masked != later.masked:
        return first.masked and first.headline
    if first.masked:
        return first.headline and not later.headline and first.bound == later.bound
    if first.headline and not later.headline and first.bound != later.bound:
        # A headline is restated with another bound word: 60亿元, then 60亿元以上.
        return _nearer_end(first) is not None and _nearer_end(first) == _nearer_end(later)
    return (first.value_min_std, first.value_max_std, first.bound) == (
        later.value_min_std,
        later.value_max_std,
        later.bound,
    )


def _nearer_end(draft: Draft) -> float | None:
    return draft.value_max_std if draft.value_min_std is None else draft.value_min_std


def similarity(one: str, other: str) -> float:
    """Dice coefficient of the characters of two indicator phrases without words that say nothing of the thing."""
    first, second = Counter(_NOISE.sub("", one)), Counter(_NOISE.sub("", other))
    total = sum(first.values()) + sum(second.values())
    if not total:
        return 0.0
    shared = sum((first & second).values())
    contained = shared == min(sum(first.values()), sum(second.values())) and shared >= 3
    return max(2 * shared / total, 0.8 if contained else 0.0)
