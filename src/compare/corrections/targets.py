"""Corrections of targets: fields changed, rows added and taken out, stale lines flagged."""

from __future__ import annotations

import hashlib
from typing import Any

from compare.corrections.ledger import ADD, DELETE, TARGETS_FILE, TargetCorrection
from compare.corrections.places import find_passages, overlaps, plain_number, sentence_at
from compare.problems import Problem
from compare.quantities import read_quantities
from compare.structure import Document, fold_text
from compare.vocabulary.indicators import load_indicators
from compare.vocabulary.units import MAGNITUDES, load_units

Row = dict[str, Any]


def correct_targets(
    targets: list[Row],
    unclaimed: list[Row],
    corrections: tuple[TargetCorrection, ...],
    document: Document,
    plan_id: str,
) -> tuple[list[Row], list[Row], list[Problem]]:
    """Apply the target corrections of one plan.

    Parameters
    ----------
    targets, unclaimed : list of dict
        Rows of the two tables; they are not changed.
    corrections : tuple of TargetCorrection
        Those of this plan.
    document : Document
        The plan as structured, which quotes are looked up in.
    plan_id : str
        Its id, for the ids of added targets.

    Returns
    -------
    targets, unclaimed, problems
        Rows that changed or were added have `corrected`; rows taken out are among `unclaimed` with that reason.
    """
    bench = _Bench([dict(row) for row in targets], list(unclaimed), document, plan_id)
    steps = {ADD: 0, DELETE: 2}
    for correction in sorted(corrections, key=lambda c: steps.get(c.field, 1)):
        bench.apply(correction)
    order = sorted(bench.targets, key=lambda r: (r["number_start"], r["number_end"]))
    return order, sorted(bench.unclaimed, key=lambda r: r["number_start"]), bench.problems


class _Bench:
    """The rows of one plan while corrections are applied to them."""

    def __init__(self, targets: list[Row], unclaimed: list[Row], document: Document, plan_id: str) -> None:
        self.targets = targets
        self.unclaimed = unclaimed
        self.document = document
        self.plan_id = plan_id
        self.problems: list[Problem] = []

    def apply(self, correction: TargetCorrection) -> None:
        passages = find_passages(correction.quote, self.document.text)
        row = self._find_row(correction, passages)
        if correction.field == ADD:
            self._add(correction, passages, row)
        elif row is None:
            self._report_missing(correction, passages)
        elif correction.field == DELETE:
            self._delete(row)
        else:
            self._change(row, correction)

    def _find_row(self, correction: TargetCorrection, passages: list[tuple[int, int]]) -> Row | None:
        """The target a line means: by number and overlapping sentence, else by target_id."""
        number = plain_number(correction.number)
        same = [r for r in self.targets if number and plain_number(r["number"]) == number]
        if correction.quote:
            same = [r for r in same if any(overlaps(p, (r["number_start"], r["number_end"])) for p in passages)]
        if len(same) > 1:
            same = [r for r in same if r["target_id"] == correction.target_id] or same
        if len(same) == 1:
            return same[0]
        by_id = [r for r in self.targets if correction.target_id and r["target_id"] == correction.target_id]
        if not same and by_id and correction.quote:
            self._report(correction, "note", "the sentence has changed since; the correction is applied all the same.",
                         "Check it, and copy the quote anew from table targets.")  # fmt: skip
        if not same and by_id:
            return by_id[0]
        if len(same) > 1 and correction.field != ADD:
            self._report(correction, "note", f"{len(same)} targets fit; the first one is meant.",
                         "Fill in target_id to tell them apart.")  # fmt: skip
        return same[0] if same else None

    def _change(self, row: Row, correction: TargetCorrection) -> None:
        field, value = correction.field, correction.value
        if field in ("parent", "same_as") and value and value not in {r["target_id"] for r in self.targets}:
            self._report(correction, "wrong", f"{field} {value!r} is no target of the plan; the line is ignored.",
                         "Copy the target_id from table targets.")  # fmt: skip
            return
        if (row[field] or None) == (value or None):
            self._report(correction, "note", f"the suite itself now reads {field} so; the line changes nothing.",
                         "Remove the line if you like.")  # fmt: skip
            return
        row[field] = value
        row["corrected"] = True
        if field in ("unit", "value_min", "value_max"):
            row.update(_standard_values(row))

    def _delete(self, row: Row) -> None:
        heir = ""
        for other in self.targets:
            if other["same_as"] == row["target_id"]:
                other["same_as"] = heir or row["same_as"]
                heir = heir or row["same_as"] or other["target_id"]
        for other in self.targets:
            if other["parent"] == row["target_id"]:
                other["parent"] = heir or row["same_as"]
        self.targets.remove(row)
        sentence = sentence_at(self.document.sentences, row["number_start"])
        kept = ("plan_id", "file", "section", "number", "number_start", "number_end", "unit")
        place = {"quote": row["quote"], "start": row["start"], "end": row["end"]}
        if sentence is not None:
            place = {"quote": sentence.text, "start": sentence.start, "end": sentence.end}
        self.unclaimed.append({c: row[c] for c in kept} | place | {"reason": "corrected"})

    def _add(self, correction: TargetCorrection, passages: list[tuple[int, int]], row: Row | None) -> None:
        if row is not None:
            self._report(correction, "note", "the suite itself now finds this target; the line changes nothing.",
                         "Remove the line if you like.")  # fmt: skip
            return
        text = self.document.text
        spans = [(p, n) for p in passages for n in find_passages(correction.number, text[p[0] : p[1]])]
        if not spans:
            self._report_missing(correction, passages)
            return
        (start, end), (number_start, number_end) = spans[0]
        span = (start + number_start, start + number_end)
        added = self._new_row(correction, (start, end), span)
        self.unclaimed = [u for u in self.unclaimed if not overlaps(span, (u["number_start"], u["number_end"]))]
        self.targets.append(added)

    def _new_row(self, correction: TargetCorrection, quote: tuple[int, int], number: tuple[int, int]) -> Row:
        """A target made by hand; what the line does not say is read from its number."""
        text = self.document.text
        written = text[number[0] : number[1]]
        found = [q for q in read_quantities(fold_text(written, [(0, len(written))]).text) if q.kind or q.masked]
        sentence = sentence_at(self.document.sentences, number[0])
        quantity = found[0] if found else None
        indicator = load_indicators().get(correction.value)
        row: Row = {
            "target_id": self._new_id(plain_number(written)),
            "section": " / ".join(sentence.path) if sentence else "", "item": sentence.item if sentence else "",
            "quote": text[quote[0] : quote[1]], "start": quote[0], "end": quote[1],
            "number": written, "number_start": number[0], "number_end": number[1],
            "indicator": correction.value, "indicator_zh": indicator.zh if indicator else "",
            "theme": indicator.theme if indicator else "", "tier": "",
            "value_min": quantity.value_min if quantity else None,
            "value_max": quantity.value_max if quantity else None,
            "unit": quantity.unit if quantity else "", "bound": quantity.bound if quantity else "benchmark",
            "measure": "ratio" if quantity and quantity.is_percent else "flow", "period": "plan_year",
            "masked": bool(quantity and quantity.masked), "headline": False, "due_year": None, "parent": "",
            "same_as": "", "firmness": "planned", "confidence": 1.0, "corrected": True,
            "sentence": sentence.n if sentence else 0,
        }  # fmt: skip
        return row | _standard_values(row)

    def _new_id(self, number: str) -> str:
        """An id of the same form as those of the targets the suite finds, and different from all of them."""
        taken = {r["target_id"] for r in self.targets}
        for occurrence in range(1, len(taken) + 2):
            digest = hashlib.sha256(f"{number}\x1fadded\x1f{occurrence}".encode()).hexdigest()[:8]
            if f"{self.plan_id}-{digest}" not in taken:
                break
        return f"{self.plan_id}-{digest}"

    def _report_missing(self, correction: TargetCorrection, passages: list[tuple[int, int]]) -> None:
        number = plain_number(correction.number)
        if correction.field == DELETE and any(
            plain_number(u["number"]) == number and any(overlaps(p, (u["start"], u["end"])) for p in passages)
            for u in self.unclaimed
        ):
            self._report(correction, "note", "the suite itself no longer takes this number for a target.",
                         "Remove the line if you like.")  # fmt: skip
            return
        named = repr(correction.number or correction.target_id)
        self._report(correction, "wrong", f"{named} is no longer found as it was; the correction is not applied.",
                     "Look it up in table targets or unclaimed and renew the line, or remove it.")  # fmt: skip

    def _report(self, correction: TargetCorrection, severity: str, found: str, hint: str) -> None:
        message = f"line {correction.line} ({correction.plan_id}, {correction.field}): {found}"
        self.problems.append(Problem(TARGETS_FILE, "corrections", severity, message, hint))


def _standard_values(row: Row) -> Row:
    """Values and unit of a row in canonical units; a unit that is not in the vocabulary stays as written."""
    units, written = load_units().by_word, row["unit"]
    magnitude = ""
    if written not in units:
        magnitude = max((m for m in MAGNITUDES if written.startswith(m)), key=len, default="")
    unit = units.get(written[len(magnitude) :])
    factor = MAGNITUDES.get(magnitude, 1.0) * (unit.factor if unit else 1.0)

    def convert(value: float | None) -> float | None:
        return None if value is None else float(f"{value * factor:.12g}")

    return {
        "unit_std": unit.standard if unit else written,
        "value_min_std": convert(row["value_min"]), "value_max_std": convert(row["value_max"]),
    }  # fmt: skip
