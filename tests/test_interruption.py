"""A build that is killed at any moment leaves the set of tables wholly old or wholly new."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from compare.pipeline import build, load_tables, storage

KILLS = 50
CITIES = ("苏州", "宁波")
# One process that has everything imported stands for many builds: it forks one, which is then killed. A build writes in
# its last moments only, so for most kills it forks just that part, with the tables of a build before.
NURSERY = """
import os, sys
from pathlib import Path
from compare.pipeline import build, load_tables, storage
from compare.schema import TABLES
import compare.pipeline.analysis, compare.clusters, compare.comparison, compare.priorities

kept = {}
for line in sys.stdin:
    part, source, out = line.rstrip("\\n").split("\\t")
    if part == "end" and source not in kept:
        tables = load_tables(source)
        frames = {name: getattr(tables, name) for name in TABLES}
        kept[source] = frames, {plan: tables.text(plan) for plan in tables.plans["plan_id"]}
    child = os.fork()
    if child == 0:
        print(os.getpid(), flush=True)
        if part == "whole":
            build(Path(source), Path(out), jobs=1, progress=False)
        else:
            with storage.lock_folder(Path(out)):
                storage.repair(Path(out))
                storage.write_tables(Path(out), *kept[source])
        os._exit(0)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""


def write_plan(raw: Path, generation: int) -> None:
    """A plan that says in every table which generation it is of."""
    title = f"2022年{CITIES[generation]}市科技工作要点"
    lines = [title, "一、培育企业", f"新增高新技术企业{generation + 10}家以上。"]
    raw.mkdir(parents=True, exist_ok=True)
    (raw / "a.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def digest(folder: Path) -> str:
    """One value for the whole set: every table, both ways it is kept, the texts and the descriptor."""
    whole = hashlib.sha256()
    for name in sorted(storage.list_files(folder)):
        whole.update(name.encode() + b"\0" + (folder / name).read_bytes())
    return whole.hexdigest()


def mend(folder: Path) -> None:
    """What the next build does first."""
    with storage.lock_folder(folder, wait=10):
        storage.repair(folder)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="processes cannot be forked and killed like this on Windows")
def test_fifty_kills_never_mix_two_sets(tmp_path):
    out, scratch = tmp_path / "processed", tmp_path / "scratch"
    sources = {"whole": [tmp_path / "raw0", tmp_path / "raw1"], "end": [tmp_path / "built0", tmp_path / "built1"]}
    for generation in range(2):
        write_plan(sources["whole"][generation], generation)
        build(sources["whole"][generation], sources["end"][generation], progress=False)
    expected = [digest(built) for built in sources["end"]]
    assert expected[0] != expected[1]
    build(sources["whole"][0], out, progress=False)
    rng = random.Random(20221111)
    current, outcomes, torn, usual = 0, {"old": 0, "new": 0}, 0, {}
    with subprocess.Popen(
        [sys.executable, "-c", NURSERY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as nursery:
        for part in ("whole", "end", "end"):
            began = time.monotonic()
            run_and_kill(nursery, part, sources[part][1], scratch, after=None)
            usual[part] = time.monotonic() - began
            assert digest(scratch) == expected[1]
        for kill in range(KILLS):
            target = 1 - current
            part = "end" if kill % 5 else "whole"
            # Every other kill comes when the new set is written and is being moved in.
            begun = out / ".swap" / "ready.json" if kill % 2 else None
            after = rng.uniform(0, 0.003) if begun else usual[part] * rng.uniform(0, 1.5)
            run_and_kill(nursery, part, sources[part][target], out, after=after, begun=begun)
            torn += digest(out) not in expected
            mend(out)
            found = digest(out)
            assert found in expected
            assert not (out / ".swap").exists()
            now = expected.index(found)
            assert load_tables(out).plans["city"].tolist() == [f"{CITIES[now]}市"]
            outcomes["new" if now == target else "old"] += 1
            current = now
        nursery.stdin.close()
    print(f"{KILLS} kills: {outcomes['old']} left the old set, {outcomes['new']} the new one, {torn} were mended")
    assert min(outcomes.values()) >= 3


def run_and_kill(
    nursery: subprocess.Popen, part: str, source: Path, out: Path, *, after: float | None, begun: Path | None = None
) -> None:
    """One build, killed some seconds after it (or what it writes to a file) has begun, unless it has ended by then."""
    nursery.stdin.write(f"{part}\t{source}\t{out}\n")
    nursery.stdin.flush()
    child = int(nursery.stdout.readline())
    latest = time.monotonic() + 5
    while begun is not None and not begun.exists() and time.monotonic() < latest:
        time.sleep(0.0002)
    if after is not None:
        time.sleep(after)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
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
        with suppress(KeyboardInterrupt):
            write(2)
    mend(tmp_path)
    found = {path.read_text() for path in tmp_path.glob("*.csv")}
    assert found in ({"1"}, {"2"})
    assert found == {"1"} if stop_at == 1 else found == {"2"}
