"""Some plans at a time, from their files to checked tables: what one process does, wherever it runs."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from compare.collector import collector_at_rest
from compare.corrections import Corrections
from compare.errors import BuildError
from compare.pipeline.fingerprints import fingerprint_tables
from compare.pipeline.registry import PlanFile
from compare.pipeline.storage import TEXTS
from compare.problems import Problem
from compare.rows import check_rows, from_frame, join_rows, to_frame, write_parquet
from compare.schema import PRIORITIES, SENTENCES, TABLES, TARGETS, UNCLAIMED

if TYPE_CHECKING:
    from compare.pipeline.analysis import PlanRows

_OF_PRIORITIES = (
    ("sentences", ["plan_id", "file", "paragraph", "theme", "text"]),
    ("targets", ["target_id", "plan_id", "theme", "same_as"]),
)
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
    from compare.pipeline.packing import pack_rows, type_rows, unpack_rows
    from compare.priorities import measure_priorities

    if batch.fingerprint != fingerprint_tables():
        raise BuildError(
            "a worker runs another version of the suite, or of its libraries, than this process.",
            where="cluster", hint="Install the same environment everywhere, from requirements.txt.",
        )  # fmt: skip
    with collector_at_rest():
        known = {task.key: rows for task in batch.tasks if task.packed and (rows := unpack_rows(task.packed))}
        fresh = [task for task in batch.tasks if task.key not in known]
        made = dict(zip((task.key for task in fresh), type_rows([_analyse(task) for task in fresh]), strict=True))
    # A file that changed after its digest was taken must not be kept under it.
    packed = [
        (task.key, pack_rows(made[task.key]))
        for task in fresh
        if task.digest and (plan := made[task.key].plan) and plan["sha256"] == task.digest
    ]
    results = [known.get(task.key) or made[task.key] for task in batch.tasks]
    tables: dict[str, Any] = {
        table.name: join_rows(table, [rows.tables[table.name] for rows in results])
        for table in (SENTENCES, TARGETS, UNCLAIMED)
    }
    priorities = measure_priorities(*(to_frame(tables[name].select(columns)) for name, columns in _OF_PRIORITIES))
    tables["priorities"] = join_rows(PRIORITIES, [from_frame(PRIORITIES, priorities)])
    for name, rows in tables.items():
        check_rows(TABLES[name], rows)
    counts = {name: len(rows) for name, rows in tables.items()} | {
        flag: pc.sum(tables["targets"][flag]).as_py() or 0 for flag in ("masked", "corrected")
    }
    texts = {r.plan["plan_id"]: r.text for r in results if r.plan}
    if batch.parts:
        tables = {name: write_parquet(rows) for name, rows in tables.items()} | {TEXTS: _texts_to_parquet(texts)}
    return BatchResult(
        number=batch.number, plans=[r.plan for r in results if r.plan],
        problems=[p for r in results for p in r.problems],
        counts=counts, tables=tables, texts={} if batch.parts else texts, packed=packed, analysed=len(fresh),
    )  # fmt: skip


def _analyse(task: Task) -> PlanRows:
    from compare.pipeline import analysis

    if task.data is None:
        return analysis.analyse_file(task.plan, task.corrections)
    with tempfile.TemporaryDirectory(prefix="plancompare-") as folder:
        path = Path(folder) / task.plan.path.name
        path.write_bytes(task.data)
        return analysis.analyse_file(replace(task.plan, path=path), task.corrections)


def _texts_to_parquet(texts: dict[str, str]) -> bytes:
    rows = sorted(texts.items())
    return write_parquet(pa.table({"plan_id": [k for k, _ in rows], "text": [v for _, v in rows]}))
