"""The brief as a Word document."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

from compare.brief.findings import Cited, Sentence, plain
from compare.brief.fitting import CELL_POINTS, fill_pages, measure_note, measure_row
from compare.brief.footnotes import Footnotes
from compare.brief.setting import (
    TEXT_WIDTH,
    add_page_numbers,
    describe_picture,
    indent_first,
    keep_whole,
    repeat_header,
    rule_table,
    save_document,
    shade_cell,
    start_document,
)

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

    from compare.brief.content import Content
    from compare.brief.figures import PlacedFigure

_OPENING = 130.0  # heading, lead and caption above the table, in points


def write_document(content: Content, path: Path) -> Path:
    """Write the content as a Word document; the same content gives the same bytes."""
    document = start_document(content.title, content.lang)
    notes = Footnotes(document, content.notes)
    document.add_paragraph(content.title, style="Title")
    document.add_paragraph(content.subtitle, style="Subtitle")
    document.add_paragraph(content.words["found"], style="Heading 1")
    for finding in content.findings:
        paragraph = document.add_paragraph(style="List Number")
        for part in finding:
            _add_part(paragraph, part, content, notes)
    if content.rest:
        indent_first(document.add_paragraph(content.rest))
    _write_figures(document, content)
    _write_table(document, content, notes)
    document.add_paragraph(content.words["method"], style="Heading 1").paragraph_format.page_break_before = True
    for caveat in content.caveats:
        indent_first(document.add_paragraph(caveat))
    add_page_numbers(document, content.words["page"])
    notes.finish()
    return save_document(document, path)


def _add_part(paragraph: Paragraph, part: str | Cited, content: Content, notes: Footnotes, points: float = 0) -> None:
    """Some words, and the mark of their note where they have one."""
    run = paragraph.add_run(part if isinstance(part, str) else part.text)
    if points:
        run.font.size = Pt(points)
    if isinstance(part, Cited):
        notes.cite(paragraph, content.numbers[part.target_id], points)


def _write_figures(document: Document, content: Content) -> None:
    if not content.figures:
        return
    heading = document.add_paragraph(content.words["figures"], style="Heading 1")
    heading.paragraph_format.page_break_before = True
    for number, figure in enumerate(content.figures, 1):
        _write_figure(document, figure, content.words["figure"].format(n=number, caption=figure.figure.caption))


def _write_figure(document: Document, placed: PlacedFigure, caption: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    layout = paragraph.paragraph_format
    layout.keep_with_next, layout.line_spacing, layout.space_after = True, 1.0, Pt(0)
    layout.page_break_before = placed.begins_page
    run = paragraph.add_run()
    run.add_picture(str(placed.figure.path), width=Cm(placed.width))
    describe_picture(run, placed.figure.description or placed.figure.caption)
    document.add_paragraph(caption, style="Caption")


def _write_table(document: Document, content: Content, notes: Footnotes) -> None:
    """The targets, each with its note."""
    table = content.table
    document.add_paragraph(table.title, style="Heading 1")
    lead = document.add_paragraph(table.lead)
    indent_first(lead)
    if not table.rows:
        return
    title = content.words["table"].format(n=1, caption=table.caption)
    lead.paragraph_format.keep_with_next = True
    document.add_paragraph(title, style="Caption").paragraph_format.keep_with_next = True
    for at, rows in enumerate(_split_rows(content)):
        if at:
            gap = document.add_paragraph().paragraph_format
            gap.line_spacing, gap.space_after = Pt(6), Pt(0)
        _write_rows(_start_table(document, table.heads, table.widths), rows, content, notes)


def _split_rows(content: Content) -> list[list[list[Sentence]]]:
    """Rows in tables that stand whole on a page.

    LibreOffice leaves most of a page empty where a table with footnotes runs over it.
    """
    cited = {part.target_id for finding in content.findings for part in finding if isinstance(part, Cited)}

    def measure(row: list[Sentence]) -> float:
        new = [part.target_id for cell in row for part in cell if isinstance(part, Cited)]
        own = [content.notes[content.numbers[target]] for target in new if target not in cited]
        cited.update(new)
        return measure_row([plain(cell) for cell in row], content.table.widths) + sum(map(measure_note, own))

    return fill_pages(content.table.rows, measure, _OPENING)


def _write_rows(table: Table, rows: Sequence[Sequence[Sentence]], content: Content, notes: Footnotes) -> None:
    for at, cells in enumerate(rows):
        row = table.add_row()
        keep_whole(row)
        for cell, parts in zip(row.cells, cells, strict=True):
            paragraph = _set_cell(cell)
            for part in parts:
                _add_part(paragraph, part, content, notes, CELL_POINTS)
            paragraph.paragraph_format.keep_with_next = at < len(rows) - 1


def _start_table(document: Document, heads: Sequence[str], widths: Sequence[float]) -> Table:
    table = document.add_table(rows=1, cols=len(heads))
    rule_table(table)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = round(TEXT_WIDTH * wide)
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        paragraph = _set_cell(cell)
        paragraph.add_run(head).font.size = Pt(CELL_POINTS)
        paragraph.paragraph_format.keep_with_next = True
        shade_cell(cell, "E9E6DF")
    repeat_header(table.rows[0])
    return table


def _set_cell(cell: _Cell) -> Paragraph:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = 1.15
    return paragraph
