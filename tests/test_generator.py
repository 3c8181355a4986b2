"""The corpora for measuring: known targets stand in their plans, and the suite finds them there too."""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

import pytest

from compare.pipeline import build, load_tables

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))
generate = pytest.importorskip("generate", reason="the folder benchmarks is not there")


def test_the_same_seed_gives_the_same_plan():
    parts = generate.read_parts()
    assert generate.make_plan(random.Random(1), parts) == generate.make_plan(random.Random(1), parts)
    assert generate.make_plan(random.Random(1), parts) != generate.make_plan(random.Random(2), parts)


def test_known_targets_stand_in_their_plan_and_are_found(tmp_path):
    size = generate.make_corpus(tmp_path, 12)
    assert 60_000 < size < 400_000
    with (tmp_path / "known.csv").open(encoding="utf-8", newline="") as file:
        known = list(csv.DictReader(file))
    assert len(known) > 60
    texts = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "raw").iterdir()}
    assert all(row["quote"] in texts[row["file"]] and row["number"] in row["quote"] for row in known)
    build(tmp_path / "raw", tmp_path / "out", jobs=1)
    found = {(t.file, "".join(t.number.split())) for t in load_tables(tmp_path / "out").targets.itertuples()}
    wanted = {(row["file"], "".join(row["number"].split())) for row in known}
    assert len(wanted & found) >= 0.95 * len(wanted)
