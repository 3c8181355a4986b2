"""Where the time of a build goes: seconds of processor time of each step, as a table.

    python profile_build.py FOLDER_OF_PLANS

The build runs in this process and into a folder of its own. A step's seconds are without those of the steps inside it.
"""

from __future__ import annotations

import time

_BEGAN = time.process_time()

import importlib  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
from collections import Counter  # noqa: E402
from collections.abc import Callable  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

STEPS = {
    "reading bytes": [("pipeline.analysis", "read_plan")],
    "structure": [("pipeline.analysis", "read_structure")],
    "themes": [("pipeline.analysis", "score_themes")],
    "targets": [("pipeline.analysis", "extract_targets")],
    "naming, rows": [("pipeline.analysis", "name_plan"), ("pipeline.analysis", "analyse_source")],
    "typed rows, checks": [
        ("pipeline.packing", "type_rows"), ("pipeline.batches", "join_rows"), ("pipeline.batches", "check_rows"),
        ("pipeline.batches", "to_frame"), ("pipeline.batches", "from_frame"),
    ],
    "priorities with intervals": [("priorities", "measure_priorities")],
    "cache": [
        ("pipeline.packing", "pack_rows"), ("pipeline.cache", "BuildCache.find"), ("pipeline.cache", "BuildCache.keep"),
        ("pipeline.cache", "BuildCache.note"), ("pipeline.cache", "BuildCache.sweep"),
    ],
    "digests": [("pipeline.inputs", "list_inputs"), ("pipeline.build", "read_registry")],
    "Parquet, CSV, writing": [
        ("pipeline.batches", "write_parquet"), ("pipeline.sets", "write_parquet"), ("pipeline.sets", "to_csv"),
        ("pipeline.storage", "write_parquet"), ("pipeline.storage", "to_csv"), ("pipeline.storage", "Swap.write"),
        ("pipeline.storage", "Swap.commit"), ("pipeline.sets", "read_parquet"),
    ],
    "clusters": [("clusters", "tabulate_clusters")],
    "comparisons": [("comparison", "compare_targets"), ("comparison.table", "compare_targets")],
}  # fmt: skip
READING = ("reading bytes", "structure", "themes", "targets")


def profile_build(raw: Path) -> tuple[Counter[str], int]:
    """Seconds by step, and the number of plans."""
    spent: Counter[str] = Counter()
    inside: list[float] = []

    def watched(step: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **options: Any) -> Any:
            began = time.process_time()
            inside.append(0.0)
            try:
                return work(*args, **options)
            finally:
                seconds = time.process_time() - began
                spent[step] += seconds - inside.pop()
                if inside:
                    inside[-1] += seconds

        return run

    from compare.pipeline import build

    for step, places in STEPS.items():
        for module, name in places:
            holder: Any = importlib.import_module(f"compare.{module}")
            *owner, function = name.split(".")
            for part in owner:
                holder = getattr(holder, part)
            setattr(holder, function, watched(step, getattr(holder, function)))
    with tempfile.TemporaryDirectory() as out:
        plans = build(raw, Path(out), jobs=1, fresh=True, progress=False).plans
    spent["start-up and all else"] = time.process_time() - _BEGAN - sum(spent.values())
    return spent, plans


def write_table(spent: Counter[str], plans: int) -> list[str]:
    """The seconds as Markdown."""
    whole = sum(spent.values())
    lines = [f"| step, {plans:,} plans, one core | s | share |", "|---|---|---|"]
    for step in [*STEPS, "start-up and all else"]:
        lines.append(f"| {step} | {spent[step]:.2f} | {spent[step] / whole:.0%} |")
    reading = sum(spent[step] for step in READING)
    lines.append(f"| **whole** | **{whole:.2f}** | reading {reading / whole:.0%} |")
    return lines


if __name__ == "__main__":
    print("\n".join(write_table(*profile_build(Path(sys.argv[1])))))
