"""What 分别 deals out: one verb, one bound and one kind of change for all numbers of an enumeration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from compare.quantities import Quantity
from compare.targets.clauses import Clause
from compare.targets.drafts import Draft


def is_shared_out(plain: str, clause: Clause, until: int | None = None) -> bool:
    """Whether 分别 stands in a clause before its number, or before another place."""
    return plain.find("分别", clause.start, clause.quantity.start if until is None else until) >= 0


def is_respective_to(plain: str, last: Draft, clause: Clause, quantity: Quantity) -> bool:
    """Whether a number and the one before it share their verb through 分别, and are counted alike."""
    if last.unit_std != quantity.standard or last.clause.start != clause.start:
        return False
    return is_shared_out(plain, clause, last.clause.quantity.start)


def share_bound(plain: str, clause: Clause, drafts: Sequence[Draft]) -> Quantity:
    """The number of a clause with the bound that holds for it: 分别超过30万人次、8亿元 says both are exceeded.

    Parameters
    ----------
    plain : str
        The sentence.
    clause : Clause
    drafts : sequence of Draft
        The targets of the sentence so far.
    """
    quantity = clause.quantity
    if quantity.bound != "exact":
        return quantity
    if "至少" in clause.left or "最少" in clause.left:
        return replace(quantity, bound="at_least", value_max=None)
    if not drafts or quantity.bound_word or drafts[-1].clause.start != clause.start:
        return quantity
    alike = (d.clause.quantity for d in drafts if d.clause.start == clause.start)
    first = next((q for q in alike if q.start < q.core), None)
    if first is not None and is_shared_out(plain, clause, first.start):
        if first.bound == "at_least":
            return replace(quantity, bound="at_least", value_max=None)
        if first.bound == "at_most":
            return replace(quantity, bound="at_most", value_min=None)
    return quantity
