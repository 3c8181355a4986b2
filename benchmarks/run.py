"""The whole comparison, written into docs/performance.md: `make bench`.

Peers (jieba, Recognizers-Text) go into an environment of their own under .cache/bench, never into the suite's.
`--plans 1000` leaves out the larger corpora.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import time
import venv
from importlib.metadata import version
from pathlib import Path

from generate import make_corpus, make_plan, read_parts

PROJECT = Path(__file__).resolve().parents[1]
WORK = PROJECT / ".cache" / "bench"
PAGE = PROJECT / "docs" / "performance.md"
BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
PEERS = ("jieba==0.42.1", "recognizers-text-number==1.0.2a2", "emoji<2", "setuptools<80")
LIBRARIES = ("ahocorasick-rs", "numpy", "pandas", "pyarrow", "scikit-learn", "joblib", "distributed")


def run_timed(*command: object) -> tuple[float, int]:
    """Seconds by the clock, and the peak memory in MiB of the largest of its processes."""
    began = time.monotonic()
    words = [str(part) for part in command]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(words)}")
    return time.monotonic() - began, used.ru_maxrss // 1024


def build_peers() -> Path:
    """The Python of the peers' environment, made when it is not there."""
    python = WORK / "peers" / "bin" / "python"
    if not python.exists():
        venv.create(WORK / "peers", with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS], check=True)
    return python


def compare_speed(corpus: Path, rounds: int) -> list[str]:
    """Lines of the table of MB/s on one core, peers and suite in turn."""
    python = build_peers()
    files = sorted((corpus / "raw").glob("*.txt"))
    size = sum(f.stat().st_size for f in files) / 1e6
    few = files[: max(1, len(files) // 20)]
    small = sum(f.stat().st_size for f in few) / 1e6
    ours: list[dict[str, float]] = []
    jieba: list[float] = []
    for _ in range(rounds):
        ours.append(json.loads(ask(sys.executable, PROJECT / "benchmarks" / "stages.py", *files)))
        jieba.append(float(ask(python, PROJECT / "benchmarks" / "peers.py", "jieba", *files)))
    recognizers = small / float(ask(python, PROJECT / "benchmarks" / "peers.py", "recognizers", *few))
    rate = {name: size / statistics.median(r[name] for r in ours) for name in ours[0]}
    stages = ("read", "structure", "themes", "targets")
    together = [size / sum(r[s] for s in stages) for r in ours]
    ratios = [t / (size / j) for t, j in zip(together, jieba, strict=True)]
    base = size / statistics.median(jieba)
    lines = [
        f"{len(files)} plans, {size:.1f} MB, median of {rounds} rounds in turn:", "",
        "| one core | MB/s | against jieba |", "|---|---|---|", f"| jieba.cut, accurate mode | {base:.2f} | 1 |",
        f"| Recognizers-Text, numbers only, {small:.1f} MB | {recognizers:.2f} | {recognizers / base:.2f} |",
    ]  # fmt: skip
    lines += [f"| {stage} | {rate[stage]:.1f} | {rate[stage] / base:.1f} |" for stage in stages]
    middle = statistics.median(together)
    lines.append(
        f"| **read, structure, themes and targets** | **{middle:.2f}** | **{statistics.median(ratios):.2f}** "
        f"({min(ratios):.2f} to {max(ratios):.2f}) |"
    )
    lines.append(f"| floor: read, fold, one regex, one automaton | {rate['floor']:.1f} | {rate['floor'] / base:.1f} |")
    return [*lines, ""]


def ask(*command: object) -> str:
    return subprocess.run([str(p) for p in command], check=True, capture_output=True, text=True).stdout


def compare_builds(sizes: list[int]) -> list[str]:
    """Lines of the table of whole builds: cold, nothing changed, one new plan."""
    cores = os.cpu_count() or 1
    lines = [
        "| plans | where | cold | plans/s | no change | of cold | one new plan | of cold | largest process |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    start = min(run_timed(sys.executable, "-m", "compare", "build", "--help")[0] for _ in range(3))
    for size in sizes:
        corpus = WORK / f"plans{size}"
        if not (corpus / "known.csv").exists():
            make_corpus(corpus, size)
        ways = [("1 core", ["--jobs", 1]), (f"{cores} cores", ["--jobs", cores])]
        if size == 1000:
            ways.append(("Dask, local", ["--cluster", "local", "--jobs", cores]))
        for where, how in ways if size <= 1000 else ways[1:]:
            out = corpus / "out"
            shutil.rmtree(out, ignore_errors=True)
            build = (sys.executable, "-m", "compare", "build", "--raw", corpus / "raw", "--out", out, *how)
            cold, memory = run_timed(*build)
            same, _ = run_timed(*build)
            added = corpus / "raw" / "zz_new.txt"
            added.write_text(make_plan(random.Random(size), read_parts())[0], encoding="utf-8")
            new, _ = run_timed(*build)
            added.unlink()
            lines.append(
                f"| {size:,} | {where} | {cold:.1f} s | {size / cold:.0f} | {same:.1f} s | {same / cold:.1%} "
                f"| {new:.1f} s | {new / cold:.1%} | {memory} MiB |"
            )
    return [*lines, "", f"Start-up alone (`plancompare build --help`) takes {start:.1f} s of each.", ""]


def check_accuracy(corpus: Path) -> list[str]:
    """How many of the known targets of a generated corpus its build found, with their values."""
    import pandas as pd

    from compare.pipeline import load_tables

    targets = load_tables(corpus / "out").targets
    found = {
        (r.file, "".join(r.number.split()), None if pd.isna(r.value_min) else r.value_min,
         None if pd.isna(r.value_max) else r.value_max)
        for r in targets.itertuples()
    }  # fmt: skip
    with (corpus / "known.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = {
        (r["file"], "".join(r["number"].split()), *(float(r[c]) if r[c] else None for c in ("value_min", "value_max")))
        for r in rows
    }
    hit = len(known & found)
    return [
        f"Accuracy at scale: of {len(known):,} distinct known targets (file, number, values) in {corpus.name[5:]} "
        f"generated plans {hit / len(known):.1%} were found with their values; {hit / len(found):.1%} of the distinct "
        "ones found are known.", "",
    ]  # fmt: skip


def measure_imports() -> list[str]:
    """Start-up of the package against that of the libraries it stands on."""

    def seconds(code: str) -> float:
        return min(run_timed(sys.executable, "-c", code)[0] for _ in range(5))

    bare, ours, others = (seconds(code) for code in ("pass", "import compare", "import pandas, sklearn"))
    share = (ours - bare) / (others - bare)
    return [f"`import compare` takes {share:.2f} of the time of `import pandas, sklearn`.", ""]


def describe_machine() -> list[str]:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return [
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {libraries}; peers {PEERS[0]}, {PEERS[1]}.", "",
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plans", type=int, default=10_000, help="size of the largest corpus")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    sizes = [n for n in (5, 1000, options.plans) if n <= options.plans]
    sizes = sorted(set(sizes))
    speed = WORK / "plans400"
    if not (speed / "known.csv").exists():
        make_corpus(speed, 400)
    lines = describe_machine() + compare_speed(speed, options.rounds) + measure_imports() + compare_builds(sizes)
    lines += check_accuracy(WORK / "plans1000") if 1000 in sizes else []
    page = PAGE.read_text(encoding="utf-8")
    head, _, rest = page.partition(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}\n\n" + "\n".join(lines) + f"\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
