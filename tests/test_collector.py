"""Rest for the garbage collector: nothing that reading leaves behind needs it, and it comes back."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from compare.collector import collector_at_rest
from compare.readers import read_plan
from compare.structure import read_structure
from compare.targets import extract_targets
from compare.themes import score_themes

PLANS = sorted((Path(__file__).resolve().parents[1] / "data" / "raw").glob("*.txt"))


def read(path: Path) -> int:
    document = read_structure(read_plan(path).text)
    return len(score_themes(document)) + len(extract_targets(document, plan_id="a").targets)


def test_reading_a_plan_leaves_no_circles_behind():
    read(PLANS[0])  # what is loaded once may hold some
    gc.collect()
    with collector_at_rest():
        assert all(map(read, PLANS))
        assert gc.collect() == 0


@collector_at_rest()
def fail() -> None:
    assert not gc.isenabled()
    raise KeyError


def test_the_collector_comes_back_even_after_an_error():
    with pytest.raises(KeyError):
        fail()
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off():
    gc.disable()
    try:
        with collector_at_rest():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
