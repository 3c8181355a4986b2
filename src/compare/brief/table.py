"""The table of targets that may be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Pt

from compare.brief.draft import SMALL, Draft
from compare.brief.findings import list_groups, name_group, say_cell, with_numbers
from compare.brief.setting import TEXT_WIDTH, indent_first, keep_whole, repeat_header, shade_cell

if TYPE_CHECKING:
    import pandas as pd
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

_WIDEST_MATRIX = 6


def write_targets(brief: Draft) -> None:
    """What is compared, and the table: a matrix for few plans, a list for many."""
    words = brief.words
    groups = list_groups(brief.tables)
    brief.document.add_paragraph(words["targets"], style="Heading 1")
    lead = brief.document.add_paragraph(words["targets_lead" if groups else "none_comparable"])
    indent_first(lead)
    if not groups:
        return
    title = words["table"].format(n=1, caption=words["targets_caption"])
    caption = brief.document.add_paragraph(title, style="Caption")
    caption.paragraph_format.keep_with_next = True
    plans = [p for p in brief.tables.plans["plan_id"] if any(p in set(rows["plan_id"]) for rows in groups)]
    if len(plans) <= _WIDEST_MATRIX:
        _write_matrix(brief, groups, plans)
    else:
        _write_list(brief, groups)


def _write_matrix(brief: Draft, groups: Sequence[pd.DataFrame], plans: Sequence[str]) -> None:
    """A row for each group, a column for each plan."""
    table = _start_table(brief, [brief.words["indicator"], *(brief.names[p] for p in plans)])
    for rows in groups:
        cells = _add_row(table)
        _fill_cell(cells[0], name_group(rows.iloc[0], brief.lang))
        by_plan = {row["plan_id"]: row for row in with_numbers(rows, brief.tables.targets).to_dict("records")}
        for cell, plan in zip(cells[1:], plans, strict=True):
            _fill_target(brief, cell, by_plan.get(plan))


def _write_list(brief: Draft, groups: Sequence[pd.DataFrame]) -> None:
    """A row for each target: for more plans than a page has columns."""
    table = _start_table(brief, [brief.words["indicator"], brief.words["place"], brief.words["value"]])
    for rows in groups:
        ordered = with_numbers(rows, brief.tables.targets).sort_values(["rank_low", "plan_id"], kind="stable")
        for at, row in enumerate(ordered.to_dict("records")):
            cells = _add_row(table)
            _fill_cell(cells[0], "" if at else name_group(row, brief.lang))
            _fill_cell(cells[1], brief.names[row["plan_id"]])
            _fill_target(brief, cells[2], row)


def _start_table(brief: Draft, heads: Sequence[str]) -> Any:
    table = brief.document.add_table(rows=1, cols=len(heads))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    first = round(TEXT_WIDTH * (0.24 if len(heads) > 3 else 0.45))
    rest = (TEXT_WIDTH - first) // (len(heads) - 1)
    for at, column in enumerate(table.columns):
        column.width = rest if at else first
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        _fill_cell(cell, head)
        shade_cell(cell, "E9E6DF")
    repeat_header(table.rows[0])
    return table


def _add_row(table: Any) -> tuple[_Cell, ...]:
    row = table.add_row()
    keep_whole(row)
    return row.cells


def _fill_cell(cell: _Cell, text: str) -> Paragraph:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = 1.15
    paragraph.add_run(text).font.size = Pt(SMALL)
    return paragraph


def _fill_target(brief: Draft, cell: _Cell, row: Mapping[Any, Any] | None) -> None:
    if row is None:
        _fill_cell(cell, "—")
        return
    paragraph = _fill_cell(cell, say_cell(row, brief.lang, brief.words["hidden"]))
    brief.cite(paragraph, row["target_id"], SMALL)
