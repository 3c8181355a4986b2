"""The order of things, once: registry, corrections, every plan on its own, all plans together, tables."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from compare.errors import BuildError, VocabularyError
from compare.pipeline.registry import PlanFile, Registry, read_registry
from compare.pipeline.storage import lock_folder, repair, swap_in, write_tables
from compare.problems import Problem, problem_from
from compare.schema import PROBLEMS, TABLES, make_frame, read_csv, to_csv, validate

if TYPE_CHECKING:
    import pandas as pd

    from compare.corrections import Corrections
    from compare.pipeline.analysis import PlanRows

_FEW_PLANS = 40
_VOCABULARY = "vocabulary"


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build found and where it put it."""

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

    @property
    def lost(self) -> tuple[Problem, ...]:
        """The problems that cost something: plans that are missing, input that was ignored."""
        return tuple(p for p in self.problems if p.costs)


def build(
    raw: Path,
    out: Path,
    *,
    corrections: Path | None = None,
    jobs: int = 0,
    progress: bool | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> BuildReport:
    """Make all tables from a folder of plans.

    Parameters
    ----------
    raw : pathlib.Path
        Folder of plans, with plans.csv and context.csv if there are any. It is only ever read.
    out : pathlib.Path
        Folder the tables go to; the set that is there is replaced as one.
    corrections : pathlib.Path or None
        Folder with targets.csv and themes.csv; None builds without corrections.
    jobs : int
        Processes to use; 0 is one for few plans and one for each core for many.
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
        There is no folder of plans, or the tables cannot be written.
    VocabularyError
        A vocabulary file is wrong; the tables stay as they were, and table problems says so.
    """
    began = time.monotonic()
    _check_folders(raw, out, corrections)
    with lock_folder(out, say=say):
        repair(out)
        registry = read_registry(raw, leave_out=out)
        try:  # a fault in a vocabulary file shows as soon as the modules that use it are imported
            from compare.corrections import read_corrections

            known = read_corrections(corrections)
            results = list(_analyse_all(registry.plans, known, jobs, progress))
        except VocabularyError as error:
            _note_vocabulary_error(out, error)
            raise
        problems = _all_problems(registry, known, results)
        frames = make_tables(results, registry, problems)
        texts = {row.plan["plan_id"]: row.text for row in results if row.plan}
        write_tables(out, frames, texts)
    targets = frames["targets"]
    return BuildReport(
        raw=raw, out=out, plans=len(texts), sentences=len(frames["sentences"]), targets=len(targets),
        masked=int(targets["masked"].sum()), unclaimed=len(frames["unclaimed"]),
        corrected=int(targets["corrected"].sum()), problems=tuple(problems), seconds=time.monotonic() - began,
    )  # fmt: skip


def make_tables(results: list[PlanRows], registry: Registry, problems: list[Problem]) -> dict[str, pd.DataFrame]:
    """All tables as checked frames, by name.

    Parameters
    ----------
    results : list of PlanRows
        What each plan adds.
    registry : Registry
        For what context.csv says.
    problems : list of Problem
        Every problem of the build.

    Raises
    ------
    BuildError
        A table breaks its contract, which is a fault of the suite.
    """
    from compare.clusters import cluster_plans
    from compare.comparison import compare_targets
    from compare.priorities import measure_priorities

    rows = {
        "plans": [r.plan for r in results if r.plan],
        "sentences": [row for r in results for row in r.sentences],
        "targets": [row for r in results for row in r.targets],
        "unclaimed": [row for r in results for row in r.unclaimed],
        "problems": [{c: getattr(p, c) for c in PROBLEMS.names} for p in problems],
    }
    frames = {name: make_frame(TABLES[name], found) for name, found in rows.items()}
    frames["priorities"] = measure_priorities(frames["sentences"], frames["targets"])
    frames["clusters"] = cluster_plans(frames["sentences"], frames["priorities"]).table
    frames["comparisons"] = compare_targets(frames["targets"], frames["plans"], _context_frame(registry))
    for name, table in TABLES.items():
        validate(table, frames[name])
    return {name: frames[name] for name in TABLES}


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


def _analyse_all(
    plans: tuple[PlanFile, ...], corrections: Corrections, jobs: int, progress: bool | None
) -> Iterator[PlanRows]:
    """Analyse every plan, in this process or in several; results come in the order of the plans."""
    from tqdm import tqdm

    from compare.pipeline.analysis import analyse_file

    workers = jobs or (1 if len(plans) < _FEW_PLANS else os.cpu_count() or 1)
    tasks = [(plan, corrections.of(plan.plan_id, plan.file)) for plan in plans]
    quiet = None if progress is None else not progress
    with tqdm(total=len(plans), desc="Reading plans", unit="plan", disable=quiet, file=sys.stderr, leave=False) as bar:
        if workers == 1 or len(plans) < 2:
            found: Iterator[PlanRows] = (analyse_file(*task) for task in tasks)
        else:
            from joblib import Parallel, delayed

            found = Parallel(n_jobs=workers, return_as="generator")(delayed(analyse_file)(*task) for task in tasks)
        for result in found:
            bar.update()
            yield result


def _all_problems(registry: Registry, corrections: Corrections, results: list[PlanRows]) -> list[Problem]:
    """Every problem of a build, in the order of the table."""
    problems = [*registry.problems, *corrections.problems]
    problems += corrections.without_plan(name for p in registry.plans for name in (p.plan_id, p.file))
    problems += [p for r in results for p in r.problems]
    problems += _find_twins(results)
    return sorted(problems, key=lambda p: (p.file, p.stage, p.severity, p.message))


def _find_twins(results: list[PlanRows]) -> list[Problem]:
    """A note for plans of the same content, and for plans of the same city and year."""
    plans = [r.plan for r in results if r.plan]
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
