"""How sure a target row is: what in the wording leaves room for another reading."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compare.targets import signs
from compare.targets.clauses import Clause
from compare.targets.signs import Signs
from compare.vocabulary.indicators import load_indicators

if TYPE_CHECKING:
    from compare.targets.drafts import Draft

_BASE = 0.98
_RATE_NAMES = re.compile(r"率|比|度|占|份额|水平|指数|覆盖|面$")


def rate_confidence(plain: str, clause: Clause, draft: Draft, signs_there: Signs, *, inherited: bool) -> float:
    """A figure from 0 to 1 by which rows can be sorted for review.

    Parameters
    ----------
    plain : str
        The sentence.
    clause : Clause
        The number in its clause.
    draft : Draft
        The target made of it.
    signs_there : set of Sign
        Those that can stand in the sentence.
    inherited : bool
        The thing counted is named by another clause.

    Returns
    -------
    float
        0.9 and above: nothing in the wording speaks for another reading. Every doubt takes its share off; the shares
        were set so that rows below 0.9 are wrong several times as often as rows above.
    """
    quantity = clause.quantity
    doubt = 0.0
    if not (clause.own_verb or clause.level or clause.change or clause.whereof):
        doubt += 0.03 if clause.verb or draft.headline else 0.12
    if inherited and not clause.whereof:
        doubt += 0.05
    if not draft.phrase or len(draft.phrase) > 30:
        doubt += 0.12
    if quantity.numeral in ("chinese", "round", "fraction", "doubling"):
        doubt += 0.1
    if draft.bound == "benchmark" and draft.indicator == "other":
        doubt += 0.1
    if draft.measure == "ratio" and quantity.is_percent and not _RATE_NAMES.search(draft.phrase):
        doubt += 0.12
    if quantity.kind == "measure" and quantity.standard == "CNY" and draft.measure == "flow":
        doubt += 0.04
    if clause.after_noun and quantity.kind == "measure":
        doubt += 0.1
    if signs.SUSPECT in signs_there and signs.SUSPECT.search(plain, clause.start, clause.end):
        doubt += 0.1
    if not is_plausible(draft.indicator, draft.unit_std, draft.value_min_std, draft.value_max_std):
        doubt += 0.4
    return round(max(0.05, _BASE - doubt), 2)


def is_plausible(indicator: str, unit: str, low: float | None, high: float | None) -> bool:
    """Whether the values lie in the range that the vocabulary gives for the indicator; true where it gives none."""
    found = load_indicators().get(indicator)
    limits = found.plausible.get(unit) if found else None
    if limits is None:
        return True
    least, most = limits
    return (low is None or least <= low <= most) and (high is None or least <= high <= most)
