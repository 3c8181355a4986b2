"""Which total a number is part of: 其中, a bracket after the total, the next item of a breakdown."""

from __future__ import annotations

import re

from compare.quantities import Quantity
from compare.targets.clauses import Clause
from compare.targets.drafts import Draft

_LONGEST_NAME = 8  # of a part, such as a district or a kind
SHARE = re.compile(r"占|比重|比例")


def splits_bracket(plain: str, clause: Clause, quantities: list[Quantity]) -> bool:
    """Whether a bracket splits the number before it: （含省级5家）, （其中：…）, 18所（新建11所、改扩建7所）."""
    inside = plain[clause.start : clause.quantity.start]
    if inside.startswith(("其中", "含", "包括", "包含")):
        return True
    return plain.endswith(("其中：", "其中，", "含"), 0, clause.start) or _sums_up(plain, clause, quantities)


def _sums_up(plain: str, clause: Clause, quantities: list[Quantity]) -> bool:
    """Whether the numbers of a bracket make up the one right before it; those of years side by side split nothing."""
    opens, ends = plain.rfind("（", 0, clause.quantity.start), plain.find("）", clause.quantity.end)
    total = next((q for q in quantities if q.end == opens and q.kind == "counter"), None)
    inside = [q for q in quantities if opens < q.start and q.end <= ends]
    if total is None or total.value_min is None or len(inside) < 2 or "年" in plain[opens:ends]:
        return False
    return all(q.standard == total.standard for q in inside) and total.value_min == sum(
        q.value_min or 0 for q in inside
    )


def find_total(plain: str, clause: Clause, drafts: list[Draft]) -> Draft | None:
    """The target of the same sentence that a part belongs to.

    Parameters
    ----------
    plain : str
        The sentence.
    clause : Clause
        The part in its clause.
    drafts : list of Draft
        The targets of the sentence so far.

    Returns
    -------
    Draft or None
        The number right before the bracket of the part, else the nearest that is no part itself: for a share one
        that is no share, for other parts if possible one that is counted alike.
    """
    if clause.bracketed:
        opens = plain.rfind("（", 0, clause.quantity.start)
        split = next((d for d in drafts if d.clause.quantity.end == opens), None)
        if split:
            return split
    totals = [d for d in drafts if d.parent is None]
    share = clause.quantity.is_percent and SHARE.search(clause.phrase) is not None
    fitting = [d for d in totals if (d.unit_std == clause.quantity.standard) is not share]
    found = fitting or [d for d in totals if d.measure != "growth"] or totals
    return found[-1] if found else None


def adds_up(plain: str, clause: Clause, parts: list[Draft]) -> bool:
    """Whether the next clause goes on with a breakdown: counted alike, no verb, no more than is left."""
    last, total = parts[-1], parts[-1].parent
    quantity = clause.quantity
    if total is None or clause.own_verb or clause.level or clause.change or len(clause.phrase) > _LONGEST_NAME:
        return False
    if quantity.kind != "counter" or quantity.standard == "event":
        return False
    if quantity.standard != total.unit_std or plain[last.clause.quantity.end : clause.start] not in ("，", "；"):
        return False
    counted = [total.value_min, quantity.value_min, *(part.value_min for part in parts)]
    if any(value is None for value in counted):
        return False
    whole, *some = counted
    return sum(some) <= whole  # type: ignore[arg-type,operator]


def goes_on(plain: str, clause: Clause, last: Draft) -> bool:
    """Whether an item goes on with the breakdown that the one before it belongs to."""
    if last.clause.bracketed:
        return clause.bracketed and clause.quantity.start - last.clause.quantity.end < 60
    joined = plain[last.clause.quantity.end : clause.quantity.start]
    return clause.start == last.clause.start and "，" not in joined and "；" not in joined
