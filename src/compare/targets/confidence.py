"""How sure a target row is: what in the wording leaves room for another reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compare.targets.clauses import Clause

if TYPE_CHECKING:
    from compare.targets.extraction import Draft


def rate_confidence(plain: str, clause: Clause, draft: Draft, *, inherited: bool) -> float:
    """A figure from 0 to 1 by which rows can be sorted for review."""
    doubt = 0.02
    if draft.indicator == "other":
        doubt += 0.04
    return round(1 - doubt, 2)
