"""What the suite would make of one file, in a few lines, without writing anything."""

from __future__ import annotations

from pathlib import Path

from compare.corrections import Corrections
from compare.pipeline.analysis import PlanRows, analyse_file
from compare.pipeline.registry import PlanFile, make_slug, read_registry


def describe_plan(path: Path) -> tuple[list[str], bool]:
    """Lines about one plan file, and whether it can be read.

    Parameters
    ----------
    path : pathlib.Path
        The file; a plans.csv beside it is heeded.
    """
    beside = read_registry(path.absolute().parent).plans
    registered = next((p.registered for p in beside if p.path.name == path.name), None)
    rows = analyse_file(PlanFile(path, path.name, make_slug(path.stem), registered), Corrections())
    lines = [str(path), *(f"  {name:10} {value}" for name, value in _facts(rows))]
    for problem in rows.problems:
        lines.append(f"  {problem.severity:10} {problem.message} {problem.hint}".rstrip())
    return lines, rows.plan is not None


def _facts(rows: PlanRows) -> list[tuple[str, str]]:
    plan = rows.plan
    if plan is None:
        return []
    place = ", ".join(filter(None, [plan["city"] or "unknown", plan["province"], plan["admin_level"]]))
    basis = f" ({plan['name_basis']})" if plan["name_basis"] else ""
    masked = sum(row["masked"] for row in rows.targets)
    sections = len({row["section"] for row in rows.sentences if row["section"]})
    return [
        ("format", f"{plan['format']}, {plan['encoding']}, {plan['chars']:,} characters"),
        ("title", plan["title"]),
        ("city", place + basis),
        ("year", str(plan["plan_year"] or "unknown")),
        ("issuer", plan["issuer"] or "unknown"),
        ("sections", f"{sections}, with {plan['sentences']} sentences"),
        ("targets", f"{len(rows.targets)}, {masked} of them masked; {len(rows.unclaimed)} other numbers"),
    ]
