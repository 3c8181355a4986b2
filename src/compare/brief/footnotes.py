"""Real footnotes in a Word document, which python-docx cannot write by itself.

The notes are a part of their own in the package. A note cited again is a NOTEREF field that leads to the first mark, so
that a source stands at the foot of one page only and every number stays right when Word, WPS or LibreOffice renumber.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from html import escape
from typing import TYPE_CHECKING

from docx.enum.style import WD_STYLE_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt

from compare.brief.fitting import NOTE_LEADING, NOTE_POINTS
from compare.brief.setting import LATIN, SONG, add_field, set_font

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_TEXT, _MARK = "footnote text", "footnote reference"
_RULES = {-1: "separator", 0: "continuationSeparator"}


class Footnotes:
    """The notes of a document while it is being written.

    Parameters
    ----------
    document : Document
    texts : mapping of int to str
        Each note by its number; the first citations must come in the order of the numbers.
    """

    def __init__(self, document: Document, texts: Mapping[int, str]) -> None:
        self.document = document
        self.texts = texts
        self.cited: set[int] = set()
        self._mark_id, self._text_id = _add_styles(document)

    def cite(self, paragraph: Paragraph, number: int, points: float = 0) -> None:
        """Put the mark of a note: the note itself the first time, then a field that repeats its number.

        Parameters
        ----------
        paragraph : Paragraph
        number : int
        points : float
            Type size of the words that it follows, where it is not that of the paragraph.
        """
        style = partial(self._style, points=points)
        if number in self.cited:
            add_field(paragraph, f" NOTEREF note{number} \\f \\h ", str(number), style)
            return
        self.cited.add(number)
        _bookmark(paragraph, "w:bookmarkStart", number)
        run = paragraph.add_run()
        style(run)
        reference = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), str(number))
        run._r.append(reference)
        _bookmark(paragraph, "w:bookmarkEnd", number)

    def finish(self) -> None:
        """Put the notes that were cited into the package."""
        if not self.cited:
            return
        notes = [
            f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:pPr><w:spacing w:after="0" w:line="240" '
            f'w:lineRule="auto"/></w:pPr><w:r><w:{kind}/></w:r></w:p></w:footnote>'
            for number, kind in _RULES.items()
        ]
        notes += [
            f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="{self._text_id}"/></w:pPr>'
            f'<w:r><w:rPr><w:rStyle w:val="{self._mark_id}"/></w:rPr><w:footnoteRef/></w:r>'
            f'<w:r><w:t xml:space="preserve"> {escape(self.texts[number], quote=False)}</w:t></w:r></w:p></w:footnote>'
            for number in sorted(self.cited)
        ]
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        text = f"{head}<w:footnotes {nsdecls('w')}>{''.join(notes)}</w:footnotes>"
        package = self.document.part.package
        part = Part(PackURI("/word/footnotes.xml"), _CONTENT, text.encode("utf-8"), package)
        self.document.part.relate_to(part, _RELATION)
        self._announce()

    def _style(self, run: Run, points: float) -> None:
        run.style = self.document.styles[_MARK]
        if points:
            run.font.size = Pt(points)

    def _announce(self) -> None:
        """Name the separators in the settings, as Word does."""
        properties = OxmlElement("w:footnotePr")
        for number in _RULES:
            rule = OxmlElement("w:footnote")
            rule.set(qn("w:id"), str(number))
            properties.append(rule)
        settings = self.document.settings.element
        # The schema wants it just before w:compat.
        compat = settings.find(qn("w:compat"))
        settings.append(properties) if compat is None else compat.addprevious(properties)


def _add_styles(document: Document) -> tuple[str, str]:
    """The styles of marks and notes; their ids."""
    mark = document.styles.add_style(_MARK, WD_STYLE_TYPE.CHARACTER, builtin=True)
    mark.font.superscript = True
    text = document.styles.add_style(_TEXT, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    text.base_style = document.styles["Normal"]
    set_font(text, SONG, LATIN)
    text.font.size = Pt(NOTE_POINTS)
    layout = text.paragraph_format
    layout.space_after, layout.line_spacing = Pt(0), Pt(NOTE_LEADING)
    return mark.style_id, text.style_id


def _bookmark(paragraph: Paragraph, tag: str, number: int) -> None:
    mark = OxmlElement(tag)
    mark.set(qn("w:id"), str(number))
    if tag == "w:bookmarkStart":
        mark.set(qn("w:name"), f"note{number}")
    paragraph._p.append(mark)
