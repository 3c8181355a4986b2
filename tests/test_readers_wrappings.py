"""The same plan in another wrapping gives the same targets and themes."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from compare.corrections import Corrections
from compare.pipeline.analysis import PlanRows, analyse_file
from compare.pipeline.registry import PlanFile, Registered
from wrappings import WRAPPINGS, split_lines

TESTS = Path(__file__).parent
PLANS = sorted((TESTS.parent / "data" / "raw").glob("*.txt"))
SAID = Registered(city="示例市", admin_level="prefecture", plan_year=2022)
FIELDS = (
    "number", "indicator", "indicator_zh", "value_min", "value_max", "unit", "unit_std", "bound", "theme", "tier",
    "measure", "period", "masked", "headline", "due_year", "firmness",
)  # fmt: skip


def analyse(path: Path) -> PlanRows:
    return analyse_file(PlanFile(path, path.name, "plan", SAID), Corrections())


def targets_of(rows: PlanRows) -> Counter:
    return Counter(tuple("".join(str(target[f]).split()) for f in FIELDS) for target in rows.targets)


@cache
def as_text(plan: Path) -> PlanRows:
    return analyse(plan)


def themes_of(rows: PlanRows) -> Counter:
    """How many characters of the sentences fall to each theme."""
    sizes: Counter = Counter()
    for sentence in rows.sentences:
        sizes[sentence["theme"]] += len("".join(sentence["text"].split()))
    return sizes


def assert_same(rows: PlanRows, plan: Path) -> None:
    assert rows.plan is not None, rows.problems
    expected = targets_of(as_text(plan))
    found = targets_of(rows)
    assert (found - expected, expected - found) == (Counter(), Counter())
    for row in rows.targets:
        assert rows.text[row["start"] : row["end"]] == row["quote"]
        assert rows.text[row["number_start"] : row["number_end"]] == row["number"]
    before, after = themes_of(as_text(plan)), themes_of(rows)
    moved = sum(abs(before[theme] - after[theme]) for theme in {*before, *after} - {"none"})
    assert moved <= 0.02 * sum(before.values()), (before, after)


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("plan", PLANS, ids=lambda p: p.stem)
def test_a_plan_in_another_wrapping_has_the_same_targets(plan, wrapping, tmp_path):
    suffix, write = WRAPPINGS[wrapping]
    file = tmp_path / f"plan{suffix}"
    file.write_bytes(write(split_lines(plan.read_text(encoding="utf-8"))))
    assert_same(analyse(file), plan)


def test_an_old_word_document_has_the_same_targets():
    rows = analyse(TESTS / "files" / "luan.doc")
    assert_same(rows, next(p for p in PLANS if p.stem == "luan"))
    assert rows.plan["format"] == "doc"
