"""The correction files: which columns and fields they have, and every line checked before it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compare.problems import Problem
from compare.schema import BOUNDS, FIRMNESS, MEASURES, PERIODS, THEMES, TIERS
from compare.sheets import Line, read_sheet
from compare.vocabulary.indicators import load_indicators

TARGET_COLUMNS = ("plan_id", "target_id", "number", "quote", "field", "value", "reason", "by", "date")
THEME_COLUMNS = ("plan_id", "quote", "theme", "also", "reason", "by", "date")
TARGETS_FILE = "corrections/targets.csv"
THEMES_FILE = "corrections/themes.csv"
ADD, DELETE = "add", "delete"

_YES, _NO = {"1", "true", "yes", "是"}, {"", "0", "false", "no", "否"}


def _read_flag(cell: str) -> bool:
    if cell.lower() not in _YES | _NO:
        raise ValueError("true or false")
    return cell.lower() in _YES


def _read_number(cell: str) -> float | None:
    try:
        return float(cell.replace(",", "")) if cell else None
    except ValueError:
        raise ValueError("a plain number, or nothing") from None


def _read_due_year(cell: str) -> int | None:
    if cell and not (cell.isdigit() and len(cell) == 4):
        raise ValueError("a year of four digits, or nothing")
    return int(cell) if cell else None


def _read_indicator(cell: str) -> str:
    if cell != "other" and cell not in load_indicators():
        raise ValueError("an indicator of vocabulary/indicators.yml, or other")
    return cell


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if cell not in allowed:
            raise ValueError(f"one of {', '.join(a or 'nothing' for a in allowed)}")
        return cell

    return read


FIELDS: dict[str, Callable[[str], Any]] = {
    "indicator": _read_indicator, "indicator_zh": str, "theme": _one_of(*THEMES, "none"), "tier": _one_of(*TIERS, ""),
    "value_min": _read_number, "value_max": _read_number, "unit": str, "bound": _one_of(*BOUNDS),
    "measure": _one_of(*MEASURES), "period": _one_of(*PERIODS), "masked": _read_flag, "headline": _read_flag,
    "due_year": _read_due_year, "parent": str, "same_as": str, "firmness": _one_of(*FIRMNESS),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TargetCorrection:
    """One line of targets.csv: what was read wrongly (`target_id`, or `number` in `quote`) and what is right."""

    line: int
    plan_id: str
    target_id: str
    number: str
    quote: str
    field: str
    value: Any


@dataclass(frozen=True, slots=True)
class ThemeCorrection:
    """One line of themes.csv: the theme of the sentences that `quote` covers."""

    line: int
    plan_id: str
    quote: str
    theme: str
    also: str


@dataclass(frozen=True, slots=True)
class Corrections:
    """All corrections, in file order, and the lines that cannot be used."""

    targets: tuple[TargetCorrection, ...] = ()
    themes: tuple[ThemeCorrection, ...] = ()
    problems: tuple[Problem, ...] = ()

    def of(self, plan_id: str, file: str) -> Corrections:
        """The corrections of one plan, which a line may name by its id or its file."""
        names = {plan_id, file}
        return Corrections(
            tuple(c for c in self.targets if c.plan_id in names), tuple(c for c in self.themes if c.plan_id in names)
        )

    def without_plan(self, names: Iterable[str]) -> list[Problem]:
        """A problem for each correction of a plan that is not among `names` (ids and files)."""
        known = set(names)
        problems = []
        for file, lines in ((TARGETS_FILE, self.targets), (THEMES_FILE, self.themes)):
            for c in lines:
                if c.plan_id not in known:
                    message = f"line {c.line}: there is no plan {c.plan_id!r}; the correction is not applied."
                    hint = "Write the plan_id as in table plans, or remove the line."
                    problems.append(Problem(file, "corrections", "wrong", message, hint))
        return problems


def read_corrections(folder: Path | None) -> Corrections:
    """Read `targets.csv` and `themes.csv` of a folder.

    Parameters
    ----------
    folder : pathlib.Path or None
        None, or a folder without these files, is no corrections.

    Returns
    -------
    Corrections
        Lines that cannot be used are among its problems.
    """
    if folder is None:
        return Corrections()
    lines, problems = read_sheet(
        folder / "targets.csv", TARGET_COLUMNS, stage="corrections", name=TARGETS_FILE, required=("plan_id", "field")
    )
    targets = []
    for line in lines:
        try:
            targets.append(_read_target(line))
        except ValueError as error:
            problems.append(_refused(TARGETS_FILE, line, str(error)))
    lines, faults = read_sheet(
        folder / "themes.csv", THEME_COLUMNS, stage="corrections", name=THEMES_FILE,
        required=("plan_id", "quote", "theme"),
    )  # fmt: skip
    themes = []
    for line in lines:
        try:
            themes.append(_read_theme(line))
        except ValueError as error:
            faults.append(_refused(THEMES_FILE, line, str(error)))
    return Corrections(tuple(targets), tuple(themes), tuple(problems + faults))


def _read_target(line: Line) -> TargetCorrection:
    field = line["field"]
    if field not in FIELDS and field not in (ADD, DELETE):
        raise ValueError(f"field is {field!r}, not one of {ADD}, {DELETE}, {', '.join(FIELDS)}")
    if not line["target_id"] and not line["number"]:
        raise ValueError("neither target_id nor number is given")
    if field == ADD and not (line["number"] and line["quote"]):
        raise ValueError("to add a target, number and quote are needed")
    value: Any = line["value"]
    try:
        if field == ADD:
            value = _read_indicator(value or "other")
        elif field != DELETE:
            value = FIELDS[field](value)
    except ValueError as error:
        raise ValueError(f"value of {field} is {line['value']!r}, not {error}") from None
    return TargetCorrection(
        line.number, line["plan_id"], line["target_id"], line["number"], line["quote"], field, value
    )


def _read_theme(line: Line) -> ThemeCorrection:
    also = [a.strip() for a in line["also"].split(";") if a.strip()]
    for theme in (line["theme"], *also):
        if theme not in (*THEMES, "none"):
            raise ValueError(f"theme {theme!r} is not one of {', '.join((*THEMES, 'none'))}")
    return ThemeCorrection(line.number, line["plan_id"], line["quote"], line["theme"], ";".join(also[:2]))


def _refused(file: str, line: Line, found: str) -> Problem:
    message = f"line {line.number}: {found}; the line is ignored."
    return Problem(file, "corrections", "wrong", message, "Correct the line.")
