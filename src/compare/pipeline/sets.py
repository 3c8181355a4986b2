"""From analysed plans to a set of tables: a small one whole, a large one in parts that stay where nothing changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from compare.pipeline.batches import OF_PLANS, BatchResult
from compare.pipeline.engines import Beside
from compare.pipeline.storage import TEXTS, Swap, choose_part, name_part
from compare.rows import from_frame, join_rows, read_parquet, to_frame, write_parquet
from compare.schema import (
    COMPARISONS,
    PLANS,
    PROBLEMS,
    SENTENCES,
    TABLES,
    TARGETS,
    describe_package,
    make_frame,
    to_csv,
    validate,
)

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from compare.problems import Problem

MOST_TOGETHER = 500
"""Plans up to which a set is written whole, as CSV and Parquet."""
PLANS_A_PART = 128
PARTS_AT_A_TIME = 128
"""Parts of which the targets are compared at a time, so that memory does not hold those of the whole corpus."""
FOR_CLUSTERS = ("compare.clusters", "pyarrow.parquet", "scipy.linalg", "sklearn.cluster")
"""Modules that clusters of a large set need beside what tables do; they take some seconds to import."""
MOST_ROWS_OF_CSV = 100_000
"""Rows up to which targets, and tables that look at all plans, are written as CSV in a larger set too: what a
spreadsheet opens and sorts with ease."""

_OF_COMPARISON = (
    "target_id", "plan_id", "file", "number_start", "indicator", "indicator_zh", "tier", "value_min_std",
    "value_max_std", "unit_std", "bound", "measure", "period", "masked", "headline", "due_year", "parent", "same_as",
)  # fmt: skip
_OF_SHARES = ("plan_id", "theme", "share")
_OF_CLUSTERS = ("plan_id", "file", "paragraph", "start", "end", "text", "theme")


def count_parts(plans: int) -> int:
    """Into how many parts a set of so many plans is written; 0 is a set in one piece."""
    if plans <= MOST_TOGETHER:
        return 0
    return 1 << (-(-plans // PLANS_A_PART) - 1).bit_length()


@dataclass
class Totals:
    """What all batches of a build add up to; a batch is counted by what it says of itself, also when it was kept."""

    plans: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*OF_PLANS, "masked", "corrected"), 0))
    analysed: int = 0

    def add(self, result: BatchResult) -> None:
        """Count a batch in."""
        self.plans += result.plans
        self.problems += result.problems
        self.analysed += result.analysed
        for name in self.counts:
            self.counts[name] += result.counts[name]


def make_tables(
    results: Iterable[BatchResult], plans: list[dict[str, Any]], problems: list[Problem], context: pd.DataFrame | None
) -> dict[str, pd.DataFrame]:
    """All tables of a small set as checked frames, by name.

    Parameters
    ----------
    results : iterable of BatchResult
        In the order of the plans.
    plans : list of dict
        Rows of table plans.
    problems : list of Problem
        Every problem of the build.
    context : pandas.DataFrame or None
        What context.csv says.

    Raises
    ------
    BuildError
        A table breaks its contract, which is a fault of the suite.
    """
    pieces = [result.tables for result in results]
    frames = {"plans": make_frame(PLANS, plans), "problems": make_frame(PROBLEMS, list(map(_row_of, problems)))}
    for name in OF_PLANS:
        frames[name] = to_frame(join_rows(TABLES[name], [tables[name] for tables in pieces]))
    frames |= _look_at_all(frames["plans"], frames["priorities"], frames["sentences"], frames["targets"], context)
    for name, table in TABLES.items():
        if name not in OF_PLANS:  # these were checked batch by batch, and no key of theirs is in two batches
            validate(table, frames[name])
    return {name: frames[name] for name in TABLES}


def write_parts(swap: Swap, result: BatchResult) -> None:
    """Write the parts of one batch beside the set."""
    for name, content in result.tables.items():
        swap.write(f"{name}/{name_part(result.number)}", content)


def finish_parts(
    swap: Swap, parts: int, plans: list[dict[str, Any]], problems: list[Problem], context: pd.DataFrame | None,
    counts: dict[str, int], beside: Beside,
) -> dict[str, pd.DataFrame]:  # fmt: skip
    """Make and write the tables of a large set that look at all plans; returns those that are not in parts.

    Parameters
    ----------
    swap : Swap
        Holds the parts that are new; the others stand in its folder.
    parts : int
        How many there are.
    plans, problems, context
        As for `make_tables`.
    counts : dict of str to int
        Rows of the tables in parts.
    beside : Beside
        Where clusters are made while this process makes the other tables.
    """
    frames = {"plans": make_frame(PLANS, plans), "problems": make_frame(PROBLEMS, list(map(_row_of, problems)))}
    files = dict(zip(frames["plans"]["plan_id"].tolist(), frames["plans"]["file"].tolist(), strict=True))
    clusters = beside.start(_cluster_parts, swap, parts, files)
    rows, with_csv = dict(counts), set()
    if counts["targets"] <= MOST_ROWS_OF_CSV:
        with_csv.add("targets")
        targets = to_frame(read_parquet(_find_parts(swap, "targets", range(parts))))
        swap.write("targets.csv", to_csv(targets.sort_values(list(TARGETS.sort), kind="stable")))
    rows["comparisons"] = 0
    pieces = -(-parts // PARTS_AT_A_TIME)
    for number, frame in enumerate(_compare_parts(swap, parts, pieces, frames["plans"], context)):
        rows["comparisons"] += len(frame)
        if pieces == 1 and len(frame) <= MOST_ROWS_OF_CSV:
            with_csv.add("comparisons")
            swap.write("comparisons.csv", to_csv(frame))
        file = "comparisons.parquet" if pieces == 1 else f"comparisons/{name_part(number)}"
        swap.write(file, write_parquet(from_frame(COMPARISONS, frame)))
    frames["clusters"] = clusters()
    for name, frame in frames.items():
        validate(TABLES[name], frame)
        rows[name] = len(frame)
        if len(frame) <= MOST_ROWS_OF_CSV:
            with_csv.add(name)
            swap.write(f"{name}.csv", to_csv(frame))
        swap.write(f"{name}.parquet", write_parquet(from_frame(TABLES[name], frame)))
    divided = dict.fromkeys(OF_PLANS, parts) | ({"comparisons": pieces} if pieces > 1 else {})
    swap.write("datapackage.json", _describe_parts(rows, divided, with_csv).encode())
    return frames


def _find_parts(swap: Swap, name: str, numbers: Iterable[int]) -> list[Path]:
    return [swap.place(f"{name}/{name_part(n)}") for n in numbers]


def _cluster_parts(swap: Swap, parts: int, files: dict[str, str]) -> pd.DataFrame:
    """Table clusters of a large set, given the file of each plan; only sentences of the sample are read."""
    import pandas as pd

    from compare.clusters import name_sample, spread_shares, tabulate_clusters

    some = [range(start, min(parts, start + PARTS_AT_A_TIME)) for start in range(0, parts, PARTS_AT_A_TIME)]
    shares = pd.concat(
        [spread_shares(to_frame(read_parquet(_find_parts(swap, "priorities", n), _OF_SHARES))) for n in some]
    ).sort_index()
    sample = name_sample(shares)
    holding = sorted({choose_part(plan_id, parts) for plan_id in sample})
    if not holding:
        return tabulate_clusters(to_frame(join_rows(SENTENCES, [])), shares, files)
    sentences = read_parquet(_find_parts(swap, "sentences", holding), _OF_CLUSTERS)
    sampled = sentences.filter(pc.is_in(sentences["plan_id"], pa.array(sample, pa.string())))
    return tabulate_clusters(to_frame(sampled), shares, files)


def _compare_parts(
    swap: Swap, parts: int, pieces: int, plans: pd.DataFrame, context: pd.DataFrame | None
) -> Iterator[pd.DataFrame]:
    """Table comparisons of a large set, piece by piece, each checked."""
    from compare.comparison import compare_in_pieces

    def read(number: int) -> pd.DataFrame:
        some = range(number * PARTS_AT_A_TIME, min(parts, (number + 1) * PARTS_AT_A_TIME))
        return to_frame(read_parquet(_find_parts(swap, "targets", some), _OF_COMPARISON))

    for frame in compare_in_pieces(read, pieces, plans, context):
        validate(COMPARISONS, frame)
        yield frame


def _look_at_all(
    plans: pd.DataFrame, priorities: pd.DataFrame, sentences: pd.DataFrame, targets: pd.DataFrame,
    context: pd.DataFrame | None,
) -> dict[str, pd.DataFrame]:  # fmt: skip
    """The tables that depend on all plans together."""
    from compare.clusters import spread_shares, tabulate_clusters
    from compare.comparison import compare_targets

    files = dict(zip(plans["plan_id"].tolist(), plans["file"].tolist(), strict=True))
    return {
        "clusters": tabulate_clusters(sentences, spread_shares(priorities), files),
        "comparisons": compare_targets(targets, plans, context),
    }


def _describe_parts(rows: dict[str, int], parts: dict[str, int], with_csv: set[str]) -> str:
    """The data package of a large set, in which a table may be several Parquet files."""
    package = json.loads(describe_package(rows))
    for resource in package["resources"]:
        name = resource["name"]
        if name in with_csv:
            continue
        files = [f"{name}/{name_part(n)}" for n in range(parts.get(name, 0))] or [f"{name}.parquet"]
        for key in ("encoding", "dialect", "profile"):
            resource.pop(key, None)
        resource |= {"path": files, "format": "parquet", "mediatype": "application/vnd.apache.parquet"}
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _row_of(problem: Problem) -> dict[str, Any]:
    return {column: getattr(problem, column) for column in PROBLEMS.names}


__all__ = [
    "MOST_TOGETHER", "TEXTS", "Totals", "count_parts", "finish_parts", "make_tables", "write_parts",
]  # fmt: skip
