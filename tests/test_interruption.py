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
# its last moments only, so for most kills it forks just that part, with tables it has kept from a build before.
NURSERY = """
import os, sys
from pathlib import Path
import compare.pipeline
from compare.pipeline import storage

steps = sys.modules["compare.pipeline.build"]
write, kept = steps.write_tables, {}

def keep(folder, frames, texts):
    kept[raw] = frames, texts
    write(folder, frames, texts)

steps.write_tables = keep
for line in sys.stdin:
    raw, out, part = line.rstrip("\\n").split("\\t")
    if part == "keep":
        compare.pipeline.build(Path(raw), Path(out), jobs=1, progress=False)
        print("ended", flush=True)
        continue
    child = os.fork()
    if child == 0:
        print(os.getpid(), flush=True)
        if part == "whole":
            compare.pipeline.build(Path(raw), Path(out), jobs=1, progress=False)
        else:
            with storage.lock_folder(Path(out)):
                storage.repair(Path(out))
                write(Path(out), *kept[raw])
        os._exit(0)
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
        scratch = tmp_path / "scratch"
        usual = {}
        for raw in raws:
            ask(nursery, raw, scratch, "keep")
        for part in ("whole", "end"):
            began = time.monotonic()
            run_and_kill(nursery, raws[1], scratch, part, after=None)
            usual[part] = time.monotonic() - began
        for kill in range(KILLS):
            target = 1 - current
            part = "end" if kill % 5 else "whole"
            # Every other kill comes when the new set is written and is being moved in.
            begun = out / ".swap" / "ready.json" if kill % 2 else None
            after = rng.uniform(0, 0.003) if begun else usual[part] * rng.uniform(0, 1.5)
            run_and_kill(nursery, raws[target], out, part, after=after, begun=begun)
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


def ask(nursery: subprocess.Popen, raw: Path, out: Path, part: str) -> str:
    nursery.stdin.write(f"{raw}\t{out}\t{part}\n")
    nursery.stdin.flush()
    return nursery.stdout.readline()


def run_and_kill(
    nursery: subprocess.Popen, raw: Path, out: Path, part: str, *, after: float | None, begun: Path | None = None
) -> None:
    """One build, killed some seconds after it (or what it writes to a file) has begun, unless it has ended by then."""
    child = int(ask(nursery, raw, out, part))
    latest = time.monotonic() + 5
    while begun is not None and not begun.exists() and time.monotonic() < latest:
        pass
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
