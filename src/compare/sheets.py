"""CSV files that people edit: decoded as spreadsheets save them, checked by line, wrong lines named and left out."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from compare.errors import ReadError
from compare.problems import Problem, problem_from
from compare.readers import decode

_GUARDED = re.compile(r"'(?=[=+\-@\t\r])")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet: its number in the file, and its cells by column."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def read_sheet(
    path: Path, columns: tuple[str, ...], *, stage: str, name: str = "", required: tuple[str, ...] = ()
) -> tuple[list[Line], list[Problem]]:
    """Read a CSV that people edit.

    Parameters
    ----------
    path : pathlib.Path
        UTF-8, GB18030 or UTF-16, separated by commas, tabs or semicolons; a missing file is an empty sheet.
    columns : tuple of str
        The columns the sheet may have.
    stage : str
        Stage under which problems are listed.
    name : str
        How problems call the file; default is its name.
    required : tuple of str
        Columns that every line must fill.

    Returns
    -------
    lines, problems : list of Line, list of Problem
        Lines in file order without blank and wrong ones; each wrong line is one problem.
    """
    name = name or path.name
    if not path.exists():
        return [], []
    try:
        text, _ = decode(path.read_bytes(), name)
        records = list(_read_records(text))
    except ReadError as error:
        if "blanks" in error.message:
            return [], []
        return [], [problem_from(error, file=name, stage=stage, severity="wrong")]
    except (OSError, csv.Error) as error:
        hint = "Save it as CSV (UTF-8) and see that it can be opened."
        return [], [Problem(name, stage, "wrong", f"the file cannot be read ({error}).", hint)]
    if not records:
        return [], []
    header = [cell.strip() for cell in records[0][1]]
    problems = _check_header(header, columns, required, name, stage)
    if any(p.severity == "wrong" and "missing" in p.message for p in problems):
        return [], problems
    lines = []
    for number, cells in records[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        fault = _fault_of(header, cells, required)
        if fault:
            problems.append(Problem(name, stage, "wrong", f"line {number}: {fault[0]}", fault[1]))
            continue
        pairs = zip(header, cells, strict=False)
        lines.append(Line(number, {c: _GUARDED.sub("", v.strip(), count=1) for c, v in pairs if c in columns}))
    return lines, problems


def _read_records(text: str) -> Iterator[tuple[int, list[str]]]:
    """The records of a CSV text with the line each begins on."""
    head = text.split("\n", 1)[0]
    delimiter = next((d for d in ",\t;" if d in head), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    for cells in reader:
        yield begins, cells
        begins = reader.line_num + 1


def _check_header(
    header: list[str], columns: tuple[str, ...], required: tuple[str, ...], name: str, stage: str
) -> list[Problem]:
    problems = []
    for column in header:
        if column and column not in columns:
            close = difflib.get_close_matches(column, columns, n=1)
            hint = f"Did you mean {close[0]!r}? " if close else ""
            message = f"line 1: unknown column {column!r}; it is ignored."
            problems.append(Problem(name, stage, "wrong", message, f"{hint}Columns are {', '.join(columns)}."))
    for column in required:
        if column not in header:
            message = f"line 1: column {column!r} is missing; the whole file is ignored."
            problems.append(Problem(name, stage, "wrong", message, f"Let the first line be {','.join(columns)}."))
    return problems


def _fault_of(header: list[str], cells: list[str], required: tuple[str, ...]) -> tuple[str, str] | None:
    """What is wrong with a record and what to do, or None."""
    extra = len(cells) - len(header)
    if extra > 0 and any(cell.strip() for cell in cells[len(header) :]):
        found = f"{len(cells)} cells where the header has {len(header)}; the line is ignored."
        return found, 'Put quotes around a cell that holds a comma ("a, b").'
    filled = dict(zip(header, cells, strict=False))
    for column in required:
        if not filled.get(column, "").strip():
            return f"{column!r} is empty; the line is ignored.", f"Fill in {column!r} or remove the line."
    return None
