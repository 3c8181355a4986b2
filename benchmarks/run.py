"""The whole comparison, written into docs/performance.md: `make bench`, some twenty minutes on two cores.

Peers (jieba, Recognizers-Text) go into an environment of their own under .cache/bench, never into the suite's.
`make bench BENCH="--plans 1000 --rounds 1"` is a short run, with `--print` the page stays as it is.
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
import venv
from importlib.metadata import version
from pathlib import Path

from generate import make_corpus, make_plan, read_parts
from measuring import Cost, run_measured

PROJECT = Path(__file__).resolve().parents[1]
WORK = PROJECT / ".cache" / "bench"
PAGE = PROJECT / "docs" / "performance.md"
BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
PEERS = ("jieba==0.42.1", "recognizers-text-number==1.0.2a2", "emoji<2", "setuptools<80")
LIBRARIES = ("ahocorasick-rs", "numpy", "pandas", "pyarrow", "scipy", "joblib", "distributed")
STAGES = ("read", "structure", "themes", "targets")
SPEED_PLANS, BUILD_PLANS, DASK_PLANS = 400, 1500, 1000
FEW_FOR_RECOGNIZERS = 20


def ask(*command: object) -> str:
    return subprocess.run([str(p) for p in command], check=True, capture_output=True, text=True).stdout


def build_peers() -> Path:
    """The Python of the peers' environment, made when it is not there."""
    python = WORK / "peers" / "bin" / "python"
    if not python.exists():
        venv.create(WORK / "peers", with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS], check=True)
    return python


def find_corpus(plans: int) -> Path:
    """A generated corpus of this size, made when it is not there."""
    corpus = WORK / f"plans{plans}"
    if not (corpus / "known.csv").exists():
        make_corpus(corpus, plans)
    return corpus


def compare_speed(corpus: Path, rounds: int) -> list[str]:
    """Lines of the table of MB/s on one core, peers and suite in turn."""
    python, peers = build_peers(), PROJECT / "benchmarks" / "peers.py"
    files = sorted((corpus / "raw").glob("*.txt"))
    few = files[: max(1, len(files) // FEW_FOR_RECOGNIZERS)]
    size, small = (sum(f.stat().st_size for f in some) / 1e6 for some in (files, few))
    ours: list[dict[str, float]] = []
    jieba, recognizers = [], []
    for _ in range(rounds):
        ours.append(json.loads(ask(sys.executable, PROJECT / "benchmarks" / "stages.py", *files)))
        jieba.append(size / float(ask(python, peers, "jieba", *files)))
        recognizers.append(small / float(ask(python, peers, "recognizers", *few)))
    together = [size / sum(r[s] for s in STAGES) for r in ours]
    floor = [size / r["floor"] for r in ours]

    def ratio(rates: list[float], others: list[float]) -> str:
        found = [a / b for a, b in zip(rates, others, strict=True)]
        return f"{statistics.median(found):.2f} ({min(found):.2f} to {max(found):.2f})"

    base = statistics.median(jieba)
    lines = [
        f"{len(files)} plans, {size:.1f} MB, median of {rounds} rounds in turn, processor time:", "",
        "| one core | MB/s | against jieba |", "|---|---|---|", f"| jieba.cut, accurate mode | {base:.2f} | 1 |",
        f"| Recognizers-Text, numbers only, {small:.1f} MB | {statistics.median(recognizers):.2f} "
        f"| {ratio(recognizers, jieba)} |",
    ]  # fmt: skip
    for stage in STAGES:
        rate = size / statistics.median(r[stage] for r in ours)
        lines.append(f"| {stage} | {rate:.1f} | {rate / base:.1f} |")
    lines += [
        f"| **read, structure, themes and targets** | **{statistics.median(together):.2f}** "
        f"| **{ratio(together, jieba)}** |",
        f"| floor: read, fold, one regex, one automaton | {statistics.median(floor):.1f} | {ratio(floor, jieba)} |",
        "", f"Reading is {ratio(together, recognizers)} times as fast as Recognizers-Text, and takes "
        f"{ratio(floor, together)} times as long as the floor.", "",
    ]  # fmt: skip
    return lines


def compare_whole_build(plans: int, rounds: int) -> list[str]:
    """The whole build on one core against jieba on the plans' text, in turn."""
    python, corpus = build_peers(), find_corpus(plans)
    files = sorted((corpus / "raw").glob("*.txt"))
    built, cut = [], []
    for _ in range(rounds):
        shutil.rmtree(corpus / "out", ignore_errors=True)
        built.append(build_tables(corpus, "--jobs", 1, "--fresh"))
        cut.append(float(ask(python, PROJECT / "benchmarks" / "peers.py", "jieba", *files)))
    found = [seconds / cost.processor for seconds, cost in zip(cut, built, strict=True)]
    clock = statistics.median(cost.clock for cost in built)
    return [
        f"`plancompare build --fresh --jobs 1` of {plans:,} txt plans, with start-up, tables and clusters, is "
        f"{statistics.median(found):.2f} times as fast ({min(found):.2f} to {max(found):.2f}) as `jieba.cut` on their "
        f"text: {statistics.median(c.processor for c in built):.1f} s of processor time ({clock:.1f} s by the clock) "
        f"against {statistics.median(cut):.1f} s.", "",
    ]  # fmt: skip


def build_tables(corpus: Path, *how: object) -> Cost:
    return run_measured(
        sys.executable, "-m", "compare", "build", "--raw", corpus / "raw", "--out", corpus / "out", *how
    )


def compare_builds(sizes: list[int]) -> list[str]:
    """Lines of the table of whole builds: cold, nothing changed, one new plan."""
    cores = os.cpu_count() or 1
    start = min(run_measured(sys.executable, "-m", "compare", "build", "--help").clock for _ in range(3))
    lines = [
        "| plans | where | cold | plans/s | ms a plan | no change | of cold | one new plan | of cold | largest process "
        "| all processes |", "|---|---|---|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for size in sizes:
        corpus = find_corpus(size)
        ways: list[tuple[str, list[object]]] = [(f"{cores} cores", ["--jobs", cores])]
        if size <= DASK_PLANS:
            ways.insert(0, ("1 core", ["--jobs", 1]))
        if size == DASK_PLANS:
            ways.append(("Dask, local", ["--cluster", "local", "--jobs", cores]))
        for where, how in ways:
            shutil.rmtree(corpus / "out", ignore_errors=True)
            cold = build_tables(corpus, *how)
            same = build_tables(corpus, *how)
            added = corpus / "raw" / "zz_new.txt"
            added.write_text(make_plan(random.Random(size), read_parts())[0], encoding="utf-8")
            new = build_tables(corpus, *how)
            added.unlink()
            beside = [max(0.0, cost.clock - 2) / cold.clock for cost in (same, new)]
            lines.append(
                f"| {size:,} | {where} | {cold.clock:.1f} s | {size / cold.clock:.0f} | {1000 * cold.clock / size:.1f} "
                f"| {same.clock:.1f} s | {beside[0]:.1%} | {new.clock:.1f} s | {beside[1]:.1%} "
                f"| {cold.largest} MiB | {cold.together} MiB |"
            )
    return [
        *lines, "", f"*Of cold*: what goes beyond two seconds of start-up, as a share of the full build. `plancompare "
        f"build --help` alone takes {start:.1f} s.", "",
    ]  # fmt: skip


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
        return min(run_measured(sys.executable, "-c", code).clock for _ in range(5))

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
    parser.add_argument("--print", action="store_true", help="only print; the page stays as it is")
    options = parser.parse_args()
    sizes = sorted({n for n in (5, 100, 1000, 10_000, options.plans) if n <= options.plans})
    some = min(BUILD_PLANS, options.plans)
    lines = describe_machine() + compare_speed(find_corpus(min(SPEED_PLANS, options.plans)), options.rounds)
    lines += compare_whole_build(some, options.rounds) + measure_imports()
    profiled = ask(sys.executable, PROJECT / "benchmarks" / "profile_build.py", find_corpus(some) / "raw")
    lines += [*profiled.splitlines(), "", *compare_builds(sizes)]
    lines += check_accuracy(find_corpus(1000)) if 1000 in sizes else []
    print("\n".join(lines))
    if not options.print:
        page = PAGE.read_text(encoding="utf-8")
        head, _, rest = page.partition(BEGIN)
        text = f"{head}{BEGIN}\n\n" + "\n".join(lines) + f"\n{END}{rest.partition(END)[2]}"
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
