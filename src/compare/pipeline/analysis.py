"""One plan: from its file to its rows of every table. A pure function of the file, its metadata and its corrections."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field, replace
from typing import Any

from compare.corrections import Corrections, correct_targets, correct_themes
from compare.errors import CompareError, VocabularyError
from compare.pipeline.naming import Naming, name_plan
from compare.pipeline.registry import PlanFile
from compare.problems import Problem, problem_from
from compare.readers import SourceText, read_plan
from compare.schema import TARGETS, UNCLAIMED
from compare.structure import Document, read_structure
from compare.targets import Extraction, extract_targets
from compare.themes import Theming, score_themes

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PlanRows:
    """What one plan adds to the tables; `plan` is None where it was lost, and `problems` then says why."""

    file: str
    plan: Row | None = None
    text: str = ""
    sentences: list[Row] = field(default_factory=list)
    targets: list[Row] = field(default_factory=list)
    unclaimed: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def analyse_file(plan: PlanFile, corrections: Corrections) -> PlanRows:
    """Read and analyse one plan file; whatever is wrong with it becomes a problem and never an error.

    Parameters
    ----------
    plan : PlanFile
    corrections : Corrections
        Those of this plan.

    Raises
    ------
    VocabularyError
        A vocabulary file is wrong, which concerns all plans.
    """
    try:
        return analyse_source(read_plan(plan.path), plan, corrections)
    except VocabularyError:
        raise
    except CompareError as error:
        return PlanRows(plan.file, problems=[problem_from(error, file=plan.file, stage="read", severity="lost")])
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        found = f"the suite failed on this plan ({type(error).__name__}: {error}, in {last.name})."
        hint = "Set the plan aside and report this with the file: it is a fault of the suite."
        return PlanRows(plan.file, problems=[Problem(plan.file, "read", "lost", found, hint)])


def analyse_source(source: SourceText, plan: PlanFile, corrections: Corrections) -> PlanRows:
    """Analyse the text of one plan.

    Parameters
    ----------
    source : SourceText
    plan : PlanFile
        Its file, id and line in plans.csv.
    corrections : Corrections
        Those of this plan.

    Returns
    -------
    PlanRows
    """
    problems = [Problem(plan.file, "read", "note", note) for note in source.notes]
    document = read_structure(source.text)
    naming = name_plan(source, document, plan.file, plan.registered)
    sentences = _sentence_rows(document, score_themes(document))
    sentences, faults = correct_themes(sentences, corrections.themes, source.text)
    problems += faults
    extraction = extract_targets(
        document, plan_id=plan.plan_id, plan_year=naming.plan_year, admin_level=naming.admin_level
    )
    naming = replace(naming, plan_year=extraction.plan_year)
    problems += _check_naming(naming, plan)
    problems += [Problem(plan.file, "targets", "note", note) for note in extraction.notes]
    targets, unclaimed = _number_rows(extraction)
    if not targets and not unclaimed:
        problems.append(_no_number(plan))
    own = {"plan_id": plan.plan_id, "file": plan.file}
    targets, unclaimed, faults = correct_targets(
        [own | row for row in targets], [own | row for row in unclaimed], corrections.targets, document, plan.plan_id
    )
    problems += faults
    theme_of = {row["n"]: row["theme"] for row in sentences}
    kept = set(TARGETS.names)
    for row in targets:
        row["theme"] = row["theme"] or theme_of.get(row["sentence"], "none")
    return PlanRows(
        file=plan.file,
        plan=own | _plan_row(source, naming, len(sentences)),
        text=source.text,
        sentences=[own | row for row in sentences],
        targets=[own | {c: v for c, v in row.items() if c in kept} for row in targets],
        unclaimed=[own | row for row in unclaimed],
        problems=problems,
    )


def _plan_row(source: SourceText, naming: Naming, sentences: int) -> Row:
    return {
        "title": naming.title, "city": naming.city, "province": naming.province, "admin_level": naming.admin_level,
        "plan_year": naming.plan_year, "issuer": naming.issuer, "source_url": naming.source_url,
        "published": naming.published, "name_basis": naming.name_basis, "format": source.format,
        "encoding": source.encoding, "sha256": source.sha256, "chars": len(source.text), "sentences": sentences,
    }  # fmt: skip


def _sentence_rows(document: Document, themings: list[Theming]) -> list[Row]:
    return [
        {
            "n": s.n, "section": " / ".join(s.path), "item": s.item, "paragraph": s.paragraph, "start": s.start,
            "end": s.end, "text": s.text, "theme": t.theme, "also": ";".join(t.also), "confidence": t.confidence,
            "terms": ";".join(t.terms),
        }
        for s, t in zip(document.sentences, themings, strict=True)
    ]  # fmt: skip


def _number_rows(extraction: Extraction) -> tuple[list[Row], list[Row]]:
    """Targets and other numbers as dicts; a target keeps the number of its sentence until its theme is settled."""
    later = {"plan_id", "file", "corrected"}
    columns = [c for c in (*TARGETS.names, "sentence") if c not in later]
    targets = [{c: getattr(t, c) for c in columns} | {"corrected": False} for t in extraction.targets]
    columns = [c for c in UNCLAIMED.names if c not in later]
    return targets, [{c: getattr(u, c) for c in columns} for u in extraction.unclaimed]


def _check_naming(naming: Naming, plan: PlanFile) -> list[Problem]:
    missing = [word for word, value in (("city", naming.city), ("plan_year", naming.plan_year)) if not value]
    if not missing:
        return []
    found = f"no {' and no '.join(missing)} found in the plan or in plans.csv."
    hint = f"Add a line for it to plans.csv, with {' and '.join(missing)}."
    return [Problem(plan.file, "registry", "note", found, hint)]


def _no_number(plan: PlanFile) -> Problem:
    hint = "See that it is the whole plan; nothing needs doing if it states no numbers."
    return Problem(plan.file, "targets", "note", "the plan holds no number with a unit, so it has no targets.", hint)
