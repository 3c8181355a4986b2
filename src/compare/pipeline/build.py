"""The order of things, once: registry, corrections, each plan on its own, all plans together, tables, changes."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compare.changes import ChangeFinder, Changes, write_changes
from compare.errors import BuildError, VocabularyError
from compare.pipeline.registry import Registry, read_registry
from compare.pipeline.storage import (
    Swap,
    choose_part,
    describe_files,
    list_files,
    lock_folder,
    name_part,
    read_table,
    repair,
    swap_in,
    write_tables,
)
from compare.problems import Problem, problem_from
from compare.rows import read_parquet, to_frame
from compare.schema import PROBLEMS, make_frame, read_csv, to_csv

if TYPE_CHECKING:
    import pandas as pd

    from compare.corrections import Corrections
    from compare.pipeline.batches import BatchResult
    from compare.pipeline.cache import BuildCache
    from compare.pipeline.inputs import Inputs

_VOCABULARY = "vocabulary"
_NOTE = "build"
_COMPARED = ("targets", "priorities")


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build found and where it put it; `analysed` counts the plans that were not known from an earlier build."""

    raw: Path
    out: Path
    plans: int
    sentences: int
    targets: int
    masked: int
    unclaimed: int
    corrected: int
    problems: tuple[Problem, ...]
    seconds: float
    analysed: int = 0
    changes: Changes = field(default_factory=Changes)

    @property
    def lost(self) -> tuple[Problem, ...]:
        """The problems that cost something: plans that are missing, input that was ignored."""
        return tuple(p for p in self.problems if p.costs)


@dataclass(frozen=True, slots=True)
class _How:
    """How a build is to be done, as its caller asked."""

    jobs: int
    cluster: str
    fresh: bool
    progress: bool | None


def build(
    raw: Path,
    out: Path,
    *,
    corrections: Path | None = None,
    jobs: int = 0,
    cluster: str = "",
    fresh: bool = False,
    reports: Path | None = None,
    lang: str = "zh",
    progress: bool | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> BuildReport:
    """Make all tables from a folder of plans; what an earlier build found is used where nothing of it has changed.

    Parameters
    ----------
    raw : pathlib.Path
        Folder of plans, with plans.csv and context.csv if there are any. It is only ever read.
    out : pathlib.Path
        Folder the tables go to; the set that is there is replaced as one. Earlier results are kept in its folder
        `.cache`, which may be deleted.
    corrections : pathlib.Path or None
        Folder with targets.csv and themes.csv; None builds without corrections.
    jobs : int
        Processes to use; 0 is one for few plans and one for each core for many.
    cluster : str
        Where to analyse plans with Dask: the address of a scheduler, or ``local``; empty is without Dask.
    fresh : bool
        Use nothing of earlier builds, and keep the new results in place of theirs.
    reports : pathlib.Path or None
        Folder for changes.csv and changes.html; None writes neither.
    lang : {"zh", "en"}
        Language of changes.html.
    progress : bool or None
        Whether to show a progress bar; None shows it on a terminal only.
    say : callable
        Takes lines for the user, such as that another build has to end first.

    Returns
    -------
    BuildReport

    Raises
    ------
    BuildError
        There is no folder of plans, the tables cannot be written, or the cluster cannot be reached.
    VocabularyError
        A vocabulary file is wrong; the tables stay as they were, and table problems says so.
    """
    began = time.monotonic()
    _check_folders(raw, out, corrections)
    with lock_folder(out, say=say):
        repair(out)
        registry = read_registry(raw, leave_out=out)
        try:  # a fault in a vocabulary file shows as soon as the modules that use it are imported
            found = _build_set(out, registry, corrections, _How(jobs, cluster, fresh, progress))
        except VocabularyError as error:
            _note_vocabulary_error(out, error)
            raise
        if reports is not None:
            write_changes(found["changes"], reports, lang=lang)
    return BuildReport(raw=raw, out=out, seconds=time.monotonic() - began, **found)


def _build_set(out: Path, registry: Registry, corrections: Path | None, how: _How) -> dict[str, Any]:
    """Build what has to be built anew; returns the facts of the report."""
    from compare.corrections import read_corrections
    from compare.pipeline.cache import BuildCache
    from compare.pipeline.inputs import list_inputs

    known = read_corrections(corrections)
    inputs = list_inputs(registry, known)
    cache = BuildCache(out)
    last = None if how.fresh else cache.recall(_NOTE)
    if last and last["key"] == inputs.key and describe_files(out, last["files"]) == last["files"]:
        same = tuple(Problem(*p) for p in last["problems"])
        return last["facts"] | {"problems": same, "analysed": 0, "changes": Changes()}
    make = _make_large_set if inputs.parts else _make_small_set
    facts, problems, changes = make(out, registry, known, inputs, cache, how)
    note = {
        "key": inputs.key, "facts": {k: v for k, v in facts.items() if k != "analysed"},
        "problems": [[p.file, p.stage, p.severity, p.message, p.hint] for p in problems],
        "files": describe_files(out, list_files(out)), "parts": inputs.parts,
    }  # fmt: skip
    cache.note({_NOTE: note})
    cache.sweep(task.key for task in inputs.tasks)
    return facts | {"problems": tuple(problems), "changes": changes}


def _make_small_set(
    out: Path, registry: Registry, known: Corrections, inputs: Inputs, cache: BuildCache, how: _How
) -> tuple[dict[str, Any], list[Problem], Changes]:
    """All tables at once, each as CSV and Parquet."""
    from compare.pipeline.inputs import divide_tasks
    from compare.pipeline.sets import Totals, make_tables

    before = _read_before(out)
    totals = Totals()
    divided = dict(enumerate(divide_tasks(inputs, how.jobs)))
    results = sorted(_run(divided, inputs, cache, how), key=lambda r: r.number)
    for result in results:
        totals.add(result)
    problems = _all_problems(registry, known, totals.plans, totals.problems)
    frames = make_tables(results, totals.plans, problems, _context_frame(registry))
    write_tables(out, frames, {k: text for result in results for k, text in result.texts.items()})
    finder = ChangeFinder()
    if before is not None:
        finder.compare_rows(before, frames)
        finder.compare_sets(before, frames)
    return _facts(totals), problems, finder.finish() if before is not None else Changes(first=True)


def _make_large_set(
    out: Path, registry: Registry, known: Corrections, inputs: Inputs, cache: BuildCache, how: _How
) -> tuple[dict[str, Any], list[Problem], Changes]:
    """Tables in parts that are written as they come; parts of which nothing has changed stay."""
    from compare.pipeline.engines import Beside, count_workers
    from compare.pipeline.inputs import divide_tasks, key_batch
    from compare.pipeline.sets import FOR_CLUSTERS, Totals, finish_parts, write_parts

    old = cache.recall(_NOTE)
    same_layout = old is not None and old["parts"] == inputs.parts
    before = _read_before(out, rows=not same_layout)
    divided = dict(enumerate(divide_tasks(inputs, how.jobs)))
    keys = {number: key_batch(tasks) for number, tasks in divided.items()}
    kept: dict[int, BatchResult] = {}
    if same_layout and not how.fresh:
        kept = {n: r for n in divided if (r := _recall_part(out, cache, old, n, keys[n])) is not None}
    totals, finder, notes = Totals(), ChangeFinder(), {}
    listed: dict[int, BatchResult] = dict(kept)
    with Swap(out) as swap, Beside(count_workers(how.jobs, len(inputs.tasks))) as beside:
        if kept:
            beside.load(*FOR_CLUSTERS)
        for result in _run({n: t for n, t in divided.items() if n not in kept}, inputs, cache, how):
            write_parts(swap, result)
            was = None if before is None else _rows_before(out, before, inputs.parts, result.number)
            if was is not None:
                finder.compare_rows(was, _rows_of(result))
            listed[result.number] = _without_tables(result)
            notes[_name_note(result.number)] = _describe_part(result, keys[result.number])
        for number in sorted(listed):
            totals.add(listed[number])
        totals.plans.sort(key=lambda row: row["plan_id"])
        problems = _all_problems(registry, known, totals.plans, totals.problems)
        frames = finish_parts(
            swap, inputs.parts, totals.plans, problems, _context_frame(registry), totals.counts, beside
        )
        stay = {f"{folder}/{name_part(n)}" for n in kept for folder in _PART_FOLDERS}
        gone = [name for name in list_files(out) if name not in {*swap.files, *stay}]
        cache.note({_NOTE: None})
        swap.commit(gone)
    cache.note(notes)
    if before is not None:
        finder.compare_sets(before, frames)
    return _facts(totals), problems, finder.finish() if before is not None else Changes(first=True)


_PART_FOLDERS = ("sentences", "targets", "unclaimed", "priorities", "text")


def _run(divided: dict[int, Any], inputs: Inputs, cache: BuildCache, how: _How) -> Any:
    """Run batches; what they found is safe in the cache before anything else is done with it."""
    from compare.pipeline.engines import run_batches
    from compare.pipeline.inputs import fill_batches

    plans = sum(map(len, divided.values()))
    known = 0 if how.fresh else cache.count(task.key for tasks in divided.values() for task in tasks)
    batches = fill_batches(divided, cache, parts=bool(inputs.parts), fresh=how.fresh, with_bytes=bool(how.cluster))
    found = run_batches(
        batches,
        count=len(divided),
        plans=plans,
        known=known,
        jobs=how.jobs,
        cluster=how.cluster,
        progress=how.progress,
    )
    for result in found:
        cache.keep(result.packed)
        yield result


def _name_note(number: int) -> str:
    return f"part {number}"


def _describe_part(result: BatchResult, key: str) -> dict[str, Any]:
    """What the next build needs to know of a part, if it stays."""
    problems = [[p.file, p.stage, p.severity, p.message, p.hint] for p in result.problems]
    return {"key": key, "plans": result.plans, "problems": problems, "counts": result.counts}


def _recall_part(out: Path, cache: BuildCache, old: dict[str, Any], number: int, key: str) -> BatchResult | None:
    """A part as the last build left it; None if it has to be made anew."""
    from compare.pipeline.batches import BatchResult

    names = [f"{folder}/{name_part(number)}" for folder in _PART_FOLDERS]
    files = {name: old["files"].get(name) for name in names}
    if not all(files.values()) or describe_files(out, names) != files:
        return None
    note = cache.recall(_name_note(number))
    if note is None or note["key"] != key:
        return None
    return BatchResult(number, note["plans"], [Problem(*p) for p in note["problems"]], note["counts"], {})


def _without_tables(result: BatchResult) -> BatchResult:
    """The result without what has been written, which need not be held in memory."""
    return replace(result, tables={}, texts={}, packed=[])


def _rows_of(result: BatchResult) -> dict[str, pd.DataFrame]:
    return {name: to_frame(read_parquet([io.BytesIO(result.tables[name])])) for name in _COMPARED}


def _rows_before(out: Path, before: dict[str, Any], parts: int, number: int) -> dict[str, pd.DataFrame] | None:
    """What the last build had of the plans in one part; None if that cannot be read any more."""
    if "targets" not in before:
        try:
            return {name: to_frame(read_parquet([out / name / name_part(number)])) for name in _COMPARED}
        except (OSError, ValueError):
            return None
    own = [p for p in before["plans"]["plan_id"] if choose_part(p, parts) == number]
    return {name: before[name][before[name]["plan_id"].isin(own)] for name in _COMPARED}


def _read_before(out: Path, *, rows: bool = True) -> dict[str, pd.DataFrame] | None:
    """The set of tables that is there, as far as the change report needs it; None if there is none to compare with."""
    names = ["plans", "clusters", "problems", *(_COMPARED if rows else ())]
    try:
        return {name: read_table(out, name) for name in names}
    except (OSError, ValueError, KeyError, BuildError):
        return None


def _facts(totals: Any) -> dict[str, Any]:
    """The figures of the report."""
    return {
        "plans": len(totals.plans), "sentences": totals.counts["sentences"], "targets": totals.counts["targets"],
        "masked": totals.counts["masked"], "unclaimed": totals.counts["unclaimed"],
        "corrected": totals.counts["corrected"], "analysed": totals.analysed,
    }  # fmt: skip


def _context_frame(registry: Registry) -> pd.DataFrame | None:
    """context.csv as a typed frame; None where it has no lines."""
    if not registry.context:
        return None
    import pandas as pd

    types = {"city": "string", "year": "Int64", "population": "Float64", "gdp_cny": "Float64", "source": "string"}
    return pd.DataFrame(list(registry.context), columns=list(types)).astype(types)


def _check_folders(raw: Path, out: Path, corrections: Path | None) -> None:
    if not raw.is_dir():
        raise BuildError("there is no such folder of plans.", where=str(raw), hint="Name it with --raw.")
    if corrections is not None and not corrections.is_dir():
        raise BuildError(
            "there is no such folder of corrections.", where=str(corrections), hint="Name one, or --corrections none."
        )
    if raw.resolve() == out.resolve():
        raise BuildError("plans and tables cannot share a folder.", where=str(out), hint="Choose another --out.")


def _all_problems(
    registry: Registry, corrections: Corrections, plans: list[dict[str, Any]], found: list[Problem]
) -> list[Problem]:
    """Every problem of a build, in the order of the table."""
    problems = [*registry.problems, *corrections.problems]
    problems += corrections.without_plan(name for p in registry.plans for name in (p.plan_id, p.file))
    problems += [*found, *_find_twins(sorted(plans, key=lambda p: (p["file"].count("/"), p["file"])))]
    return sorted(problems, key=lambda p: (p.file, p.stage, p.severity, p.message))


def _find_twins(plans: list[dict[str, Any]]) -> list[Problem]:
    """A note for plans of the same content, and for plans of the same city and year."""
    problems = []
    digests: dict[str, str] = {}
    named: dict[tuple[str, int], str] = {}
    for plan in plans:
        first = digests.setdefault(plan["sha256"], plan["file"])
        if first != plan["file"]:
            message = f"the content is that of {first!r}; both are counted."
            problems.append(Problem(plan["file"], "registry", "note", message, "Remove one of them."))
            continue
        if not plan["city"] or not plan["plan_year"] or plan["name_basis"] == "masked":
            continue
        first = named.setdefault((plan["city"], plan["plan_year"]), plan["file"])
        if first != plan["file"]:
            message = f"{first!r} is for {plan['city']} and {plan['plan_year']} too; both are kept."
            problems.append(Problem(plan["file"], "registry", "note", message, "See that they are two plans."))
    return problems


def _note_vocabulary_error(out: Path, error: VocabularyError) -> None:
    """Say in table problems why the tables stay as they are."""
    stage = "themes" if "theme" in error.where else "targets"
    file = f"{_VOCABULARY}/{error.where.split(' line')[0]}"
    problem = problem_from(error, file=file, stage=stage, severity="lost")
    rows = [{c: getattr(problem, c) for c in PROBLEMS.names}]
    path = out / f"{PROBLEMS.name}.csv"
    if path.exists():
        old = read_csv(PROBLEMS, path)
        old = old[~old["file"].str.startswith(_VOCABULARY)]
        rows += [{str(c): v for c, v in row.items()} for row in old.to_dict("records")]
    frame = make_frame(PROBLEMS, rows)
    swap_in(out, {path.name: lambda: to_csv(frame)})


def count_problems(problems: tuple[Problem, ...]) -> dict[str, int]:
    """How many problems there are of each severity, the gravest first."""
    counts = Counter(p.severity for p in problems)
    return {s: counts[s] for s in ("lost", "wrong", "note") if counts[s]}
