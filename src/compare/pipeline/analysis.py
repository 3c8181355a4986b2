"""One plan: from its file to its rows of every table. A pure function of the file, its metadata and its corrections."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

from compare.corrections import Corrections, correct_targets, correct_themes
from compare.errors import CompareError, VocabularyError
from compare.pipeline.naming import Naming, name_plan
from compare.pipeline.registry import PlanFile
from compare.problems import Problem, problem_from
from compare.readers import SourceText, read_plan
from compare.schema import SENTENCES, TARGETS, UNCLAIMED, Table
from compare.structure import Document, read_structure
from compare.targets import Extraction, extract_targets
from compare.themes import Theming, score_themes

Row = dict[str, Any]
Columns = dict[str, list[Any]]

_SENTENCE = "sentence"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table, kept column by column without `plan_id` and `file`, which are the same in all of them.

    To go through them yields each row as a dict.
    """

    columns: Columns = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __iter__(self) -> Iterator[Row]:
        for values in zip(*self.columns.values(), strict=True):
            yield dict(zip(self.columns, values, strict=True))


@dataclass(frozen=True, slots=True)
class PlanRows:
    """What one plan adds to the tables; `plan` is None where it was lost, and `problems` then says why."""

    file: str
    plan: Row | None = None
    text: str = ""
    sentences: Rows = field(default_factory=Rows)
    targets: Rows = field(default_factory=Rows)
    unclaimed: Rows = field(default_factory=Rows)
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
    sentences = _sentence_columns(document, score_themes(document))
    extraction = extract_targets(
        document, plan_id=plan.plan_id, plan_year=naming.plan_year, admin_level=naming.admin_level
    )
    naming = replace(naming, plan_year=extraction.plan_year)
    problems += _check_naming(naming, plan)
    problems += [Problem(plan.file, "targets", "note", note) for note in extraction.notes]
    targets, unclaimed = _number_columns(extraction)
    if not extraction.targets and not extraction.unclaimed:
        problems.append(_no_number(plan))
    if corrections.themes or corrections.targets:
        sentences, targets, unclaimed, faults = _correct(
            corrections, sentences, targets, unclaimed, source, document, plan
        )
        problems += faults
    theme_of = dict(zip(sentences["n"], sentences["theme"], strict=True))
    themed = zip(targets["theme"], targets.pop(_SENTENCE), strict=True)
    targets["theme"] = [theme or theme_of.get(sentence, "none") for theme, sentence in themed]
    own = {"plan_id": plan.plan_id, "file": plan.file}
    return PlanRows(
        file=plan.file,
        plan=own | _plan_row(source, naming, len(document.sentences)),
        text=source.text,
        sentences=Rows(sentences),
        targets=Rows(targets),
        unclaimed=Rows(unclaimed),
        problems=problems,
    )


def _plan_row(source: SourceText, naming: Naming, sentences: int) -> Row:
    return {
        "title": naming.title, "city": naming.city, "province": naming.province, "admin_level": naming.admin_level,
        "plan_year": naming.plan_year, "issuer": naming.issuer, "source_url": naming.source_url,
        "published": naming.published, "name_basis": naming.name_basis, "format": source.format,
        "encoding": source.encoding, "sha256": source.sha256, "chars": len(source.text), "sentences": sentences,
    }  # fmt: skip


def _sentence_columns(document: Document, themings: list[Theming]) -> Columns:
    sentences = document.sentences
    sections = {path: " / ".join(path) for path in {s.path for s in sentences}}
    if len(sentences) != len(themings):
        raise ValueError("not every sentence has its theme")
    return {
        "n": [s.n for s in sentences], "section": [sections[s.path] for s in sentences],
        "item": [s.item for s in sentences], "paragraph": [s.paragraph for s in sentences],
        "start": [s.start for s in sentences], "end": [s.end for s in sentences], "text": [s.text for s in sentences],
        "theme": [t.theme for t in themings], "also": [";".join(t.also) for t in themings],
        "confidence": [t.confidence for t in themings], "terms": [";".join(t.terms) for t in themings],
    }  # fmt: skip


def _number_columns(extraction: Extraction) -> tuple[Columns, Columns]:
    """Targets and other numbers; a target keeps the number of its sentence until its theme is settled."""
    names = [c for c in (*_own_columns(TARGETS), _SENTENCE) if c != "corrected"]
    ordered = sorted(extraction.targets, key=attrgetter("number_start", "number_end"))
    targets = _columns_of(ordered, names) | {"corrected": [False] * len(ordered)}
    others = sorted(extraction.unclaimed, key=attrgetter("number_start"))
    return targets, _columns_of(others, _own_columns(UNCLAIMED))


def _columns_of(things: Sequence[object], names: list[str]) -> Columns:
    """The named attributes of some things."""
    values = zip(*map(attrgetter(*names), things), strict=True) if things else [()] * len(names)
    return {name: list(column) for name, column in zip(names, values, strict=True)}


def _own_columns(table: Table) -> list[str]:
    """The columns that are not the same in every row of a plan."""
    return [name for name in table.names if name not in ("plan_id", "file")]


def _correct(
    corrections: Corrections, sentences: Columns, targets: Columns, unclaimed: Columns, source: SourceText,
    document: Document, plan: PlanFile,
) -> tuple[Columns, Columns, Columns, list[Problem]]:  # fmt: skip
    """Sentences, targets and other numbers as people corrected them, and what is wrong with the corrections."""
    themed, problems = correct_themes(list(Rows(sentences)), corrections.themes, source.text)
    own = {"plan_id": plan.plan_id, "file": plan.file}
    corrected, others, faults = correct_targets(
        [own | row for row in Rows(targets)], [own | row for row in Rows(unclaimed)], corrections.targets,
        document, plan.plan_id,
    )  # fmt: skip
    return (
        _turn(themed, _own_columns(SENTENCES)), _turn(corrected, [*_own_columns(TARGETS), _SENTENCE]),
        _turn(others, _own_columns(UNCLAIMED)), problems + faults,
    )  # fmt: skip


def _turn(rows: list[Row], names: list[str]) -> Columns:
    """Rows as columns."""
    return {name: [row.get(name) for row in rows] for name in names}


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
