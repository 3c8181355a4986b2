"""What the raw folder holds: the plan files with their ids, and what plans.csv and context.csv say about them."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from compare.problems import Problem
from compare.quantities.numerals import parse_chinese
from compare.schema import NAME_BASES, PLANS
from compare.sheets import Line, read_sheet

PLAN_COLUMNS = (
    "file", "city", "province", "admin_level", "plan_year", "title", "issuer", "source_url", "published",
    "name_basis", "note",
)  # fmt: skip
CONTEXT_COLUMNS = ("city", "year", "population", "gdp_cny", "source")
ADMIN_LEVELS = next(c.allowed for c in PLANS.columns if c.name == "admin_level")
EARLIEST_YEAR, LATEST_YEAR = 1949, 2100

_NO_PLANS = {"plans.csv", "context.csv", "thumbs.db", "desktop.ini"}
_README = re.compile(r"readme(\.[a-z]+)?", re.IGNORECASE)
_DATE = re.compile(
    r"(\d{4}) *[-年./] *(\d{1,2})(?: *[-月./] *(\d{1,2}))? *[月日]?(?:[T ]+\d{1,2}[:时].*)?"  # a time of day may follow
)
_HAN_DATE = re.compile(
    r"([一二][〇○零Oo0一二三四五六七八九]{3}) *年 *([一二三四五六七八九十]{1,2}) *月"
    r"(?: *([一二三四五六七八九十]{1,3}) *日)?"
)
_HAN_DIGITS = str.maketrans("○Oo0", "〇〇〇〇")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Registered:
    """What plans.csv says about one file; what it does not say is empty."""

    city: str = ""
    province: str = ""
    admin_level: str = ""
    plan_year: int | None = None
    title: str = ""
    issuer: str = ""
    source_url: str = ""
    published: str = ""
    name_basis: str = ""


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A file to analyse: where it is, its path relative to the raw folder, its id, and its line in plans.csv."""

    path: Path
    file: str
    plan_id: str
    registered: Registered | None = None


@dataclass(frozen=True, slots=True)
class Registry:
    """Everything the raw folder holds: plan files by path, context lines, and what was wrong."""

    plans: tuple[PlanFile, ...]
    context: tuple[dict[str, Any], ...]
    problems: tuple[Problem, ...]


def read_registry(raw: Path, *, leave_out: Path | None = None) -> Registry:
    """List the plan files of a raw folder and join what plans.csv says about them.

    Parameters
    ----------
    raw : pathlib.Path
        Folder of plans; subfolders are searched too.
    leave_out : pathlib.Path, optional
        A folder inside `raw` that holds no plans, such as the one the tables go to.

    Returns
    -------
    Registry
        Plans ordered by path, those of the folder itself before those of its subfolders.
    """
    files, problems = _list_files(raw, leave_out)
    lines, faults = read_sheet(raw / "plans.csv", PLAN_COLUMNS, stage="registry", required=("file",))
    problems += faults
    known = {_same_name(f): f for f in files}
    entries: dict[str, Registered] = {}
    for line in lines:
        file = known.get(_same_name(line["file"].replace("\\", "/").removeprefix("./")))
        if file is None:
            message = f"line {line.number}: there is no plan file {line['file']!r} in the folder; the line is ignored."
            hint = "Correct the name in column 'file', add the file, or remove the line."
            problems.append(Problem("plans.csv", "registry", "wrong", message, hint))
        elif file in entries:
            message = f"line {line.number}: {file!r} has a line already; this one is ignored."
            problems.append(Problem("plans.csv", "registry", "wrong", message, "Keep one line for each file."))
        else:
            entries[file], faults = _read_entry(line)
            problems += faults
    ids = assign_ids(files)
    plans = tuple(PlanFile(raw / f, f, ids[f], entries.get(f)) for f in files)
    context, faults = _read_context(raw / "context.csv")
    if not plans:
        message = f"the folder {raw.name!r} holds no plan."
        problems.append(Problem(raw.name or ".", "registry", "lost", message, "Put plan files (such as .txt) into it."))
    return Registry(plans, tuple(context), tuple(problems + faults))


def assign_ids(files: list[str]) -> dict[str, str]:
    """An id for each file: the slug of its stem, with a counter after a clash.

    Examples
    --------
    >>> assign_ids(["苏州 2022.txt", "a/苏州-2022.html"])
    {'苏州 2022.txt': '苏州-2022', 'a/苏州-2022.html': '苏州-2022-2'}
    """
    ids: dict[str, str] = {}
    slugs = {file: make_slug(Path(file).stem) for file in files}
    taken: set[str] = set()
    for file, slug in slugs.items():
        if slug not in taken:
            ids[file] = slug
            taken.add(slug)
    for file, slug in slugs.items():
        if file not in ids:
            counter = next(n for n in range(2, len(files) + 2) if f"{slug}-{n}" not in taken)
            ids[file] = f"{slug}-{counter}"
            taken.add(ids[file])
    return {file: ids[file] for file in files}


def make_slug(stem: str) -> str:
    """A name that is safe as a file name everywhere: letters of any script, digits, `_`; all else becomes `-`."""
    slug = re.sub(r"[^\w]+", "-", unicodedata.normalize("NFKC", stem).lower()).strip("-_")[:60].rstrip("-_")
    if not slug or _RESERVED.fullmatch(slug):
        return f"plan-{slug}".rstrip("-")
    return slug


def is_plan_name(name: str) -> bool:
    """Whether a file of this name may be a plan; registries, READMEs, hidden and lock files are none."""
    return not (name.startswith((".", "~$")) or name.lower() in _NO_PLANS or _README.fullmatch(name))


def _list_files(raw: Path, leave_out: Path | None) -> tuple[list[str], list[Problem]]:
    """Paths of the plan files relative to the folder, and a problem for each link that leads out of it."""
    problems: list[Problem] = []
    files: list[str] = []
    top = raw.resolve()
    for path in _walk(raw, leave_out.resolve() if leave_out else None):
        file = path.relative_to(raw).as_posix()
        if path.is_symlink() and not path.resolve().is_relative_to(top):
            message = "this is a link that leads out of the folder; it is not followed."
            problems.append(Problem(file, "read", "lost", message, "Put a copy of the plan itself here."))
            continue
        files.append(file)
    return sorted(files, key=lambda f: (f.count("/"), f)), problems


def _walk(folder: Path, leave_out: Path | None) -> Iterator[Path]:
    for entry in sorted(os.scandir(folder), key=lambda e: e.name):
        path = folder / entry.name
        if entry.is_dir(follow_symlinks=False):
            if not entry.name.startswith(".") and path.resolve() != leave_out:
                yield from _walk(path, leave_out)
        elif is_plan_name(entry.name) and not (entry.is_symlink() and path.is_dir()):
            yield path


def _same_name(file: str) -> str:
    """A file's name as plans.csv may spell it: some systems store composed characters apart, some ignore case."""
    return unicodedata.normalize("NFC", file).casefold()


def _read_entry(line: Line) -> tuple[Registered, list[Problem]]:
    """A line of plans.csv; a wrong cell is left empty and listed."""
    problems = []

    def refuse(column: str, expected: str) -> None:
        message = f"line {line.number}: {column} is {line[column]!r}, not {expected}; the cell is ignored."
        problems.append(Problem("plans.csv", "registry", "wrong", message, f"Correct it, or leave {column} empty."))

    def choose(column: str, allowed: tuple[str, ...]) -> str:
        value = line[column].lower()
        if value and value not in allowed:
            refuse(column, f"one of {', '.join(allowed)}")
            return ""
        return value

    year = read_year(line["plan_year"])
    if line["plan_year"] and year is None:
        refuse("plan_year", f"a year from {EARLIEST_YEAR} to {LATEST_YEAR}")
    published = read_date(line["published"])
    if line["published"] and not published:
        refuse("published", "a date such as 2022-04-11 or 2022-04")
    entry = Registered(
        city=line["city"], province=line["province"], admin_level=choose("admin_level", ADMIN_LEVELS), plan_year=year,
        title=line["title"], issuer=line["issuer"], source_url=line["source_url"],
        published=published, name_basis=choose("name_basis", NAME_BASES),
    )  # fmt: skip
    return entry, problems


def read_year(cell: str) -> int | None:
    """The year in a cell such as `2022`, `2022年` or `2022.0`; None if there is none."""
    match = re.fullmatch(r"(\d{4})(?:\.0)?年?", unicodedata.normalize("NFKC", cell).strip())
    year = int(match.group(1)) if match else 0
    return year if EARLIEST_YEAR <= year <= LATEST_YEAR else None


def read_date(cell: str) -> str:
    """The date that a cell or line is, as 2022-04-11, or 2022-04 where it has no day; empty where it says more.

    Examples
    --------
    >>> read_date("2022年4月11日"), read_date("2022/4/11 16:09"), read_date("二〇二二年四月"), read_date("2022-13-01")
    ('2022-04-11', '2022-04-11', '2022-04', '')
    """
    text = unicodedata.normalize("NFKC", cell).strip()
    if match := _HAN_DATE.fullmatch(text):
        parts = [int(parse_chinese(part.translate(_HAN_DIGITS))) for part in match.groups() if part]
    elif match := _DATE.fullmatch(text):
        parts = [int(part) for part in match.groups() if part]
    else:
        return ""
    year, month, day = (*parts, 1)[:3]
    try:
        found = date(year, month, day).isoformat()
    except ValueError:
        return ""
    return found[: 10 if len(parts) == 3 else 7] if EARLIEST_YEAR <= year <= LATEST_YEAR else ""


def _read_context(path: Path) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The lines of context.csv as typed rows; a wrong line is left out and listed."""
    lines, problems = read_sheet(path, CONTEXT_COLUMNS, stage="registry", required=("city", "year"))
    rows: list[dict[str, Any]] = []
    seen: set[tuple[str, int]] = set()
    for line in lines:
        year = read_year(line["year"])
        numbers = {c: _read_amount(line[c]) for c in ("population", "gdp_cny")}
        bad = next((c for c, value in numbers.items() if line[c] and value is None), "" if year else "year")
        if bad or year is None:
            message = f"line {line.number}: {bad} is {line[bad]!r}, not a number; the line is ignored."
            problems.append(Problem("context.csv", "registry", "wrong", message, "Write plain digits, without units."))
        elif (line["city"], year) in seen:
            message = f"line {line.number}: {line['city']} {year} has a line already; this one is ignored."
            problems.append(Problem("context.csv", "registry", "wrong", message, "Keep one line for a city and year."))
        else:
            seen.add((line["city"], year))
            rows.append({"city": line["city"], "year": year, **numbers, "source": line["source"]})
    return rows, problems


def _read_amount(cell: str) -> float | None:
    try:
        value = float(cell.replace(",", "").replace(" ", ""))
    except ValueError:
        return None
    return value if 0 <= value < 1e18 else None
