"""Some plans at a time, from their files to checked tables: what one process does, wherever it runs."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compare.corrections import Corrections
from compare.errors import BuildError
from compare.pipeline.fingerprints import fingerprint_tables
from compare.pipeline.registry import PlanFile
from compare.pipeline.storage import TEXTS, to_parquet
from compare.problems import Problem
from compare.schema import PRIORITIES, SENTENCES, TARGETS, UNCLAIMED, Table, assemble_frame, validate

if TYPE_CHECKING:
    import pandas as pd

    from compare.pipeline.analysis import PlanRows, Rows

OF_PLANS = ("sentences", "targets", "unclaimed", "priorities")
"""The tables whose rows belong to one plan each, so that every batch makes its own."""


@dataclass(frozen=True, slots=True)
class Task:
    """One plan to analyse; `key` and `packed` are what the cache calls it and holds of it, `data` its bytes where the
    worker may not see the file."""

    plan: PlanFile
    corrections: Corrections
    digest: str
    key: str
    packed: bytes | None = None
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Plans that are analysed together, and by which code; `parts` asks for Parquet files in place of frames."""

    number: int
    tasks: tuple[Task, ...]
    fingerprint: str
    parts: bool = False


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What a batch adds to the tables; `packed` is for the cache, `analysed` counts what was not from there."""

    number: int
    plans: list[dict[str, Any]]
    problems: list[Problem]
    counts: dict[str, int]
    tables: dict[str, Any]
    texts: dict[str, str] = field(default_factory=dict)
    packed: list[tuple[str, bytes]] = field(default_factory=list)
    analysed: int = 0


def run_batch(batch: Batch) -> BatchResult:
    """Analyse the plans of a batch, as far as the cache does not hold them, and make their tables.

    Raises
    ------
    BuildError
        This process runs other code than the one that asks, or a table breaks its contract.
    VocabularyError
        A vocabulary file is wrong.
    """
    from compare.pipeline.packing import pack_rows, unpack_rows
    from compare.priorities import measure_priorities

    if batch.fingerprint != fingerprint_tables():
        raise BuildError(
            "a worker runs another version of the suite, or of its libraries, than this process.",
            where="cluster", hint="Install the same environment everywhere, from requirements.txt.",
        )  # fmt: skip
    results: list[PlanRows] = []
    packed: list[tuple[str, bytes]] = []
    analysed = 0
    with _no_collection():
        for task in batch.tasks:
            rows = unpack_rows(task.packed) if task.packed else None
            if rows is None:
                rows = _analyse(task)
                analysed += 1
                # A file that changed after its digest was taken must not be kept under it.
                if rows.plan is not None and task.digest and rows.plan["sha256"] == task.digest:
                    packed.append((task.key, pack_rows(rows)))
            results.append(rows)
    frames = {
        "sentences": _join_rows(SENTENCES, [(r, r.sentences) for r in results]),
        "targets": _join_rows(TARGETS, [(r, r.targets) for r in results]),
        "unclaimed": _join_rows(UNCLAIMED, [(r, r.unclaimed) for r in results]),
    }
    frames["priorities"] = measure_priorities(frames["sentences"], frames["targets"])
    for table in (SENTENCES, TARGETS, UNCLAIMED, PRIORITIES):
        validate(table, frames[table.name])
    counts = {name: len(frame) for name, frame in frames.items()} | {
        "masked": int(frames["targets"]["masked"].sum()), "corrected": int(frames["targets"]["corrected"].sum()),
    }  # fmt: skip
    texts = {r.plan["plan_id"]: r.text for r in results if r.plan}
    tables: dict[str, Any] = frames
    if batch.parts:
        tables = {name: to_parquet(frame) for name, frame in frames.items()} | {TEXTS: _texts_to_parquet(texts)}
    return BatchResult(
        number=batch.number, plans=[r.plan for r in results if r.plan],
        problems=[p for r in results for p in r.problems],
        counts=counts, tables=tables, texts={} if batch.parts else texts, packed=packed, analysed=analysed,
    )  # fmt: skip


def _join_rows(table: Table, parts: list[tuple[PlanRows, Rows]]) -> pd.DataFrame:
    """The rows of several plans as one frame."""
    from compare.pipeline.analysis import OF_EVERY_ROW

    some = [(own.plan, rows) for own, rows in parts if own.plan and len(rows)]
    columns: dict[str, list[Any]] = {}
    for name in table.names:
        if name in OF_EVERY_ROW:
            columns[name] = list(chain.from_iterable(repeat(plan[name], len(rows)) for plan, rows in some))
        else:
            columns[name] = list(chain.from_iterable(rows.columns[name] for _, rows in some))
    return assemble_frame(table, columns)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without the search for circular garbage: rows hold none, and it would look at each of them again and again."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _analyse(task: Task) -> PlanRows:
    from compare.pipeline import analysis

    if task.data is None:
        return analysis.analyse_file(task.plan, task.corrections)
    with tempfile.TemporaryDirectory(prefix="plancompare-") as folder:
        path = Path(folder) / task.plan.path.name
        path.write_bytes(task.data)
        return analysis.analyse_file(replace(task.plan, path=path), task.corrections)


def _texts_to_parquet(texts: dict[str, str]) -> bytes:
    import pandas as pd

    rows = sorted(texts.items())
    columns = {"plan_id": [k for k, _ in rows], "text": [v for _, v in rows]}
    return to_parquet(pd.DataFrame(columns, dtype="string"))
