"""The changes as a table for a spreadsheet, a page for people, and five lines for the terminal."""

from __future__ import annotations

import csv
import io
import os
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from compare.changes.finding import ABOUT, COLUMNS, Changes, Row
from compare.errors import BuildError
from compare.schema import FORMULA_STARTS

CSV, PAGE = "changes.csv", "changes.html"
_MOST_SHOWN = 500


def write_changes(changes: Changes, folder: Path, *, lang: str = "zh") -> Path:
    """Write `changes.csv` and `changes.html`.

    Parameters
    ----------
    changes : Changes
    folder : pathlib.Path
        Made if it is not there.
    lang : {"zh", "en"}
        Language of the page.

    Returns
    -------
    pathlib.Path
        The page.

    Raises
    ------
    BuildError
        The folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace(folder / CSV, _to_csv(changes))
        _replace(folder / PAGE, _to_page(changes, lang))
    except OSError as error:
        raise BuildError(
            f"the change report cannot be written ({error.strerror}).", where=str(folder),
            hint="Close it in other programs, or check the folder.",
        ) from error  # fmt: skip
    return folder / PAGE


def summarise_changes(changes: Changes) -> list[str]:
    """Five lines that say what differs from the last build."""
    if changes.first:
        return ["changes      none to tell: this is the first build here"]
    counts = {about: changes.count(about) for about in ABOUT}
    shifts = sum(counts["priority"].values()), sum(counts["cluster"].values())
    stale, lost = sum(counts["correction"].values()), sum(counts["coverage"].values())
    return [
        f"plans        {_say(counts['plan'])}",
        f"targets      {_say(counts['target'])}",
        f"priorities   {shifts[0]} shares beyond their intervals, {shifts[1]} plans in another cluster",
        f"corrections  {stale} gone stale",
        f"coverage     {lost} indicators in fewer plans",
    ]


def _say(counts: dict[str, int]) -> str:
    return ", ".join(f"{counts.get(change, 0)} {change}" for change in ("new", "changed", "gone"))


def _to_csv(changes: Changes) -> bytes:
    """The rows for a spreadsheet: UTF-8 with BOM, nothing that it would run as a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in changes.rows:
        writer.writerow([f"'{row[c]}" if row[c].startswith(FORMULA_STARTS) else row[c] for c in COLUMNS])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "surrogatepass")


def _to_page(changes: Changes, lang: str) -> bytes:
    """One page that loads nothing; what comes from plans is escaped."""
    from jinja2 import Environment

    words = _load_words()
    which = 1 if lang == "en" else 0
    text = {key: value[which] for key, value in words["text"].items()}
    sections = [_section(changes, about, words, which) for about in ABOUT]
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(_resource("changes.html"))
    page = template.render(lang=lang, text=text, first=changes.first, sections=sections, any=bool(changes.rows))
    return page.encode("utf-8", "surrogatepass")


def _section(changes: Changes, about: str, words: dict[str, Any], which: int) -> dict[str, Any]:
    """What the page shows of one kind of change."""
    rows = changes.of(about)
    counts = changes.count(about)
    ways = {change: named[which] for change, named in words["changes"].items()}
    return {
        "title": words["about"][about][which],
        "count": "  ".join(f"{ways[change]} {counts[change]}" for change in ways if change in counts),
        "rows": [row | {"way": ways[row["change"]], "told": _field(row, words, which)} for row in rows[:_MOST_SHOWN]],
        "more": max(0, len(rows) - _MOST_SHOWN),
    }


def _field(row: Row, words: dict[str, Any], which: int) -> str:
    named = words["fields"].get(row["field"])
    return named[which] if named else row["field"]


@cache
def _load_words() -> dict[str, Any]:
    return yaml.safe_load(_resource("words.yml"))


def _resource(name: str) -> str:
    return resources.files("compare.changes").joinpath(name).read_text(encoding="utf-8")


def _replace(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never half."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    os.replace(beside, path)
