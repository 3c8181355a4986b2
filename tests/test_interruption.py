"""A build that is killed at any moment leaves the set of tables wholly old or wholly new."""

from __future__ import annotations

import hashlib
import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from compare.pipeline import build, load_tables
from compare.pipeline import storage
from compare.schema import TABLES

KILLS = 50
CITIES = ("苏州", "宁波")
# One process that has everything imported stands for many builds: it forks one, which is then killed.
NURSERY = """
import os, sys
from pathlib import Path
from compare.pipeline import build
import compare.pipeline.analysis, compare.clusters, compare.comparison, compare.priorities
for line in sys.stdin:
    raw, out = map(Path, line.rstrip("\\n").split("\\t"))
    child = os.fork()
    if child == 0:
        build(raw, out, jobs=1, progress=False)
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""


def write_plan(raw: Path, generation: int) -> None:
    """A plan that says in every table which generation it is of."""
    lines = [f"2022年{CITIES[generation % 2]}市科技工作要点", "一、培育企业", f"新增高新技术企业{generation + 10}家以上。"]
    raw.mkdir(parents=True, exist_ok=True)
    (raw / "a.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def digest(folder: Path) -> str:
    """One value for the whole set: every table, both ways it is kept, the texts and the descriptor."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and ".swap" not in p.parts and p.name != ".lock")
    whole = hashlib.sha256()
    for path in files:
        whole.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def mend(folder: Path) -> None:
    """What the next build does first."""
    with storage.lock_folder(folder, wait=10):
        storage.repair(folder)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="processes cannot be forked and killed like this on Windows")
def test_fifty_kills_never_mix_two_sets(tmp_path):
    out = tmp_path / "processed"
    raws, expected = [], []
    for generation in range(2):
        raw = tmp_path / f"raw{generation}"
        write_plan(raw, generation)
        build(raw, tmp_path / f"whole{generation}", progress=False)
        raws.append(raw)
        expected.append(digest(tmp_path / f"whole{generation}"))
    assert expected[0] != expected[1]
    rng = random.Random(20221111)
    build(raws[0], out, progress=False)
    current, outcomes, torn = 0, {"old": 0, "new": 0}, 0
    with subprocess.Popen(
        [sys.executable, "-c", NURSERY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as nursery:
        began = time.monotonic()
        run(nursery, raws[1], tmp_path / "timing", delay=None)
        began = time.monotonic()
        run(nursery, raws[1], tmp_path / "timing", delay=None)
        usual = time.monotonic() - began
        for kill in range(KILLS):
            target = 1 - current
            # The set changes at the very end of a build, so most kills are aimed there.
            delay = usual * (rng.uniform(0.6, 1.05) if kill % 5 else rng.uniform(0, 0.6))
            run(nursery, raws[target], out, delay=delay)
            torn += digest(out) not in expected
            mend(out)
            found = digest(out)
            assert found in expected
            assert not (out / ".swap").exists()
            tables = load_tables(out)
            now = expected.index(found)
            assert tables.plans["city"].tolist() == [f"{CITIES[now]}市"]
            assert json.loads((out / "datapackage.json").read_text(encoding="utf-8"))["name"]
            assert all((out / f"{name}.csv").exists() for name in TABLES)
            outcomes["new" if now == target else "old"] += 1
            current = now
        nursery.stdin.close()
    print(f"{KILLS} kills: {outcomes['old']} left the old set, {outcomes['new']} the new one, {torn} were mended")
    assert outcomes["old"] >= 5
    assert outcomes["new"] >= 5


def run(nursery: subprocess.Popen, raw: Path, out: Path, *, delay: float | None) -> None:
    """One build, killed after a delay unless it has ended by then."""
    import os

    nursery.stdin.write(f"{raw}\t{out}\n")
    nursery.stdin.flush()
    child = int(nursery.stdout.readline())
    if delay is not None:
        time.sleep(delay)
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            pass
    assert nursery.stdout.readline() == "ended\n"


@pytest.mark.parametrize("stop_at", range(1, 8))
def test_a_stop_at_each_step_of_the_swap_is_mended(tmp_path, monkeypatch, stop_at):
    def write(number: int) -> None:
        storage.swap_in(tmp_path, {f"{n}.csv": lambda: str(number).encode() for n in range(4)})

    write(1)
    real, moved = storage.os.replace, []

    def stop(source, target):
        moved.append(target)
        if len(moved) == stop_at:
            raise KeyboardInterrupt
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(storage.os, "replace", stop)
        try:
            write(2)
        except KeyboardInterrupt:
            pass
    mend(tmp_path)
    found = {path.read_text() for path in tmp_path.glob("*.csv")}
    assert found in ({"1"}, {"2"})
    assert found == {"1"} if stop_at == 1 else found == {"2"}
