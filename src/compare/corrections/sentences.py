"""Corrections of the themes of sentences."""

from __future__ import annotations

from typing import Any

from compare.corrections.ledger import THEMES_FILE, ThemeCorrection
from compare.corrections.places import find_passages
from compare.problems import Problem

BY_HAND = "correction"
"""What stands in column `terms` of a sentence whose theme a person set."""


def correct_themes(
    rows: list[dict[str, Any]], corrections: tuple[ThemeCorrection, ...], text: str
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Apply the theme corrections of one plan to its sentences.

    Parameters
    ----------
    rows : list of dict
        Rows of table sentences; they are not changed.
    corrections : tuple of ThemeCorrection
        Those of this plan.
    text : str
        The plan's text.

    Returns
    -------
    rows, problems
        Corrected rows have confidence 1 and `correction` as their terms.
    """
    corrected = {row["n"]: row for row in rows}
    problems = []
    for correction in corrections:
        spans = find_passages(correction.quote, text)
        hit = [row for row in corrected.values() if any(_covers(span, row) for span in spans)]
        if not hit:
            message = f"line {correction.line}: no sentence of {correction.plan_id} reads like the quote any more."
            hint = "Copy the sentence anew from table sentences, or remove the line."
            problems.append(Problem(THEMES_FILE, "corrections", "wrong", message, hint))
            continue
        right = correction.theme, correction.also
        wrong = [row for row in hit if (row["theme"], row["also"] if right[1] else "") != right]
        if not wrong:
            message = f"line {correction.line}: the suite itself now reads {right[0]}; the line changes nothing."
            problems.append(Problem(THEMES_FILE, "corrections", "note", message, "Remove the line if you like."))
        for row in wrong:
            change = {"theme": correction.theme, "also": correction.also, "confidence": 1.0, "terms": BY_HAND}
            corrected[row["n"]] = row | change
    return list(corrected.values()), problems


def _covers(span: tuple[int, int], row: dict[str, Any]) -> bool:
    """Whether quote and sentence are the same passage: they share half of the shorter one."""
    shared = min(span[1], row["end"]) - max(span[0], row["start"])
    return 2 * shared > min(span[1] - span[0], row["end"] - row["start"])
