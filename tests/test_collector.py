"""Rest for the garbage collector: nothing that reading leaves behind needs it, and it comes back."""

from __future__ import annotations

import gc
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
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


def count_circles() -> int:
    """How many objects in circles are left once all plans are read; what is loaded once may hold some."""
    read(PLANS[0])
    gc.collect()
    with collector_at_rest():
        assert all(map(read, PLANS))
        return gc.collect()


def test_reading_a_plan_leaves_no_circles_behind():
    # In a process of its own: here threads of other tests may leave some at any time.
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(count_circles).result() == 0


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
