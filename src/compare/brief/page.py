"""The brief as one HTML file that can be mailed: figures inside, notes that link, nothing loaded from elsewhere."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from PIL import Image

from compare.brief.findings import Cited
from compare.reading.markup import fit
from compare.reading.page import fill_page, write_page

if TYPE_CHECKING:
    from compare.brief.content import Content
    from compare.brief.figures import BriefFigure


def write_brief_page(content: Content, path: Path) -> Path:
    """Write the content as a page; the same content gives the same bytes."""
    cited: set[int] = set()
    words = content.words
    findings = [_link_notes(finding, content, cited) for finding in content.findings]
    table = content.table
    rows = [[_link_notes(cell, content, cited) for cell in row] for row in table.rows]
    page = fill_page(
        "brief/page.html", styles=("reading/look.css", "brief/page.css"), w=words, lang=content.lang,
        title=content.title, subtitle=content.subtitle, findings=findings,
        figures=[_describe(placed.figure, at, words["figure"]) for at, placed in enumerate(content.figures, 1)],
        rest=content.rest, heads=table.heads, rows=rows, targets_title=table.title, lead=table.lead,
        table_title=words["table"].format(n=1, caption=table.caption),
        caveats=content.caveats, notes=[(number, fit(text)) for number, text in content.notes.items()],
    )  # fmt: skip
    return write_page(path, page)


def _link_notes(parts: Iterable[str | Cited], content: Content, cited: set[int]) -> Markup:
    """Words with links to their notes; the first link to a note is where the note leads back to."""
    linked = Markup("")
    for part in parts:
        if isinstance(part, str):
            linked += fit(part)
            continue
        number = content.numbers[part.target_id]
        place = "" if number in cited else Markup(' id="cited{}"').format(number)
        cited.add(number)
        linked += Markup('{}&#8288;<sup><a href="#note{}"{} aria-label="{}">{}</a></sup>').format(
            fit(part.text), number, place, content.words["to_note"].format(n=number), number
        )
    return linked


def _describe(figure: BriefFigure, number: int, caption: str) -> dict[str, Any]:
    with Image.open(figure.path) as image:
        width, height = image.size
    data = base64.b64encode(Path(figure.path).read_bytes()).decode("ascii")
    return {
        "source": f"data:image/png;base64,{data}", "width": width, "height": height,
        "caption": caption.format(n=number, caption=figure.caption),
        "description": figure.description or figure.caption,
    }  # fmt: skip
