"""The pages of the tables: searchable, with names in place of codes, and the CSV with the codes beside them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup

from compare.reading.markup import fit
from compare.reading.page import fill_page, write_page
from compare.reading.rows import name_column, say_value
from compare.schema import Column, Table, to_csv

if TYPE_CHECKING:
    import pandas as pd

_MOST_ROWS = 5000
_LONG = {"quote", "text", "section", "terms", "message", "hint", "indicator_zh", "title", "group"}
# Offsets and digests are for programs; the CSV has them.
_UNSEEN = {"start", "end", "number_start", "number_end", "paragraph", "sha256", "encoding"}
_AS_WRITTEN = {
    "title", "city", "province", "issuer", "section", "item", "quote", "text", "number", "indicator_zh", "terms",
    "unit", "label",
}  # fmt: skip


def list_columns(table: Table) -> list[Column]:
    """The columns of a table that its page shows; a plan stands for its file."""
    unseen = _UNSEEN | ({"file"} if "plan_id" in table.names and table.name != "plans" else set())
    return [column for column in table.columns if column.name not in unseen]


def link_target(text: str, target_id: str, plan: str, readings: Mapping[str, str], up: str = "") -> Markup:
    """Words that lead to a target's place in the reading view of its plan, where there is one."""
    if plan not in readings:
        return fit(text)
    return Markup('<a href="{}{}#{}">{}</a>').format(up, readings[plan], quote(target_id), fit(text))


def write_table(
    table: Table,
    frame: pd.DataFrame,
    processed: Path,
    folder: Path,
    *,
    title: str,
    words: Mapping[str, str],
    styles: tuple[str, ...],
    names: Mapping[str, str],
    readings: Mapping[str, str],
    lang: str,
) -> dict[str, Any]:
    """Write the page and the CSV of one table, and say what the index lists of it."""
    source = processed / f"{table.name}.csv"
    copy = folder / "tables" / source.name
    if source.is_file():
        shutil.copyfile(source, copy)
    else:
        copy.write_bytes(to_csv(frame))
    about, called = words[f"table_{table.name}"], words[f"name_{table.name}"]
    rows_said = words["rows"].format(rows=f"{len(frame):,}")
    columns = [_describe_column(column, words, lang) for column in list_columns(table)]
    page = fill_page(
        "site/table.html", styles=styles, scripts=("site/table.js",), w=words, lang=lang, title=title, name=called,
        csv=source.name, about=about, rows_said=rows_said,
        cut=words["cut"].format(shown=f"{_MOST_ROWS:,}", all=f"{len(frame):,}") if len(frame) > _MOST_ROWS else "",
        columns=columns,
        rows=[
            [(_fill_cell(column["key"], row, names, readings, lang), column) for column in columns]
            for row in frame.head(_MOST_ROWS).to_dict("records")
        ],
    )  # fmt: skip
    write_page(folder / "tables" / f"{table.name}.html", page)
    return {
        "name": called, "about": about, "rows": rows_said, "href": f"tables/{table.name}.html",
        "csv": f"tables/{source.name}", "file": source.name,
    }  # fmt: skip


def _describe_column(column: Column, words: Mapping[str, str], lang: str) -> dict[str, Any]:
    """What a page needs to know of a column."""
    name = name_column(column.name, lang)
    numeric = column.type in ("integer", "number")
    return {
        "key": column.name, "name": name, "numeric": numeric, "sort": words["sort"].format(name=name),
        "style": "n" if numeric else "long" if column.name in _LONG else "",
        "hint": f"{column.name}: {column.description}" if lang == "en" else column.name,
        "chinese": lang == "en" and column.name in _AS_WRITTEN,
    }  # fmt: skip


def _fill_cell(
    name: str, row: Mapping[Any, Any], names: Mapping[str, str], readings: Mapping[str, str], lang: str
) -> Markup:
    """A value as text; plans and targets lead to the reading view."""
    said = say_value(name, row[name], lang, names)
    plan = str(row.get("plan_id", ""))
    if name == "plan_id" and plan in readings:
        return Markup('<a href="../{}">{}</a>').format(readings[plan], fit(said))
    if name in ("target_id", "parent", "same_as") and said:
        return link_target(said, said, plan, readings, up="../")
    return fit(said)
