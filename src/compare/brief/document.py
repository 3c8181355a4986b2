"""The brief as a Word document."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

from compare.brief.findings import Cited
from compare.brief.footnotes import Footnotes
from compare.brief.setting import (
    TEXT_WIDTH,
    add_page_numbers,
    describe_picture,
    hang,
    indent_first,
    keep_whole,
    repeat_header,
    save_document,
    shade_cell,
    start_document,
)

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

    from compare.brief.content import Content
    from compare.brief.figures import PlacedFigure

_SMALL = 9.0
# LibreOffice leaves most of a page empty where a table with footnotes runs over it, so no table is longer than this.
_MOST_ROWS = 16


def write_document(content: Content, path: Path) -> Path:
    """Write the content as a Word document; the same content gives the same bytes."""
    document = start_document(content.title, content.lang)
    notes = Footnotes(document, content.notes)
    document.add_paragraph(content.title, style="Title")
    document.add_paragraph(content.subtitle, style="Subtitle")
    document.add_paragraph(content.words["found"], style="Heading 1")
    for finding in content.findings:
        paragraph = document.add_paragraph(style="List Number")
        hang(paragraph, 26)
        for part in finding:
            _add_part(paragraph, part, content, notes)
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
    """The targets that may be compared, each with its note."""
    words = content.words
    document.add_paragraph(words["targets"], style="Heading 1")
    lead = document.add_paragraph(content.lead)
    indent_first(lead)
    if not content.rows:
        return
    title = words["table"].format(n=1, caption=words["targets_caption"])
    lead.paragraph_format.keep_with_next = True
    document.add_paragraph(title, style="Caption").paragraph_format.keep_with_next = True
    for at, part in enumerate(_split_rows(content.rows)):
        if at:
            gap = document.add_paragraph().paragraph_format
            gap.line_spacing, gap.space_after = Pt(6), Pt(0)
        _write_rows(_start_table(document, content.heads), part, content, notes)


def _split_rows(rows: Sequence[Sequence[str | Cited]]) -> list[list[Sequence[str | Cited]]]:
    """Rows in parts that stay whole on a page, none beginning in the middle of a group."""
    parts: list[list[Sequence[str | Cited]]] = [[]]
    for at, row in enumerate(rows):
        following = next((n for n in range(at + 1, len(rows)) if rows[n][0]), len(rows))
        if row[0] and parts[-1] and len(parts[-1]) + following - at > _MOST_ROWS:
            parts.append([])
        parts[-1].append(row)
    return parts


def _write_rows(table: Any, rows: Sequence[Sequence[str | Cited]], content: Content, notes: Footnotes) -> None:
    for at, cells in enumerate(rows):
        row = table.add_row()
        keep_whole(row)
        for cell, part in zip(row.cells, cells, strict=True):
            paragraph = _set_cell(cell)
            _add_part(paragraph, part, content, notes, _SMALL)
            paragraph.paragraph_format.keep_with_next = at < len(rows) - 1


def _start_table(document: Document, heads: Sequence[str]) -> Any:
    table = document.add_table(rows=1, cols=len(heads))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    first = round(TEXT_WIDTH * (0.28 if len(heads) > 3 else 0.45))
    rest = (TEXT_WIDTH - first) // (len(heads) - 1)
    for at, column in enumerate(table.columns):
        column.width = rest if at else first
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        paragraph = _set_cell(cell)
        paragraph.add_run(head).font.size = Pt(_SMALL)
        paragraph.paragraph_format.keep_with_next = True
        shade_cell(cell, "E9E6DF")
    repeat_header(table.rows[0])
    return table


def _set_cell(cell: _Cell) -> Paragraph:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = 1.15
    return paragraph
