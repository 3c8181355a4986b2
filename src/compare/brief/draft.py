"""The brief while it is being written, and the numbering of its notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from compare.brief.setting import add_reference

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

    from compare.pipeline import Tables

TEXT, SMALL = 12.0, 9.5


@dataclass
class Draft:
    """The document being written, and what its notes refer to."""

    document: Document
    tables: Tables
    words: dict[str, str]
    lang: str
    names: dict[str, str]
    notes: dict[str, int] = field(default_factory=dict)

    def cite(self, paragraph: Paragraph, target_id: str, points: float) -> None:
        """Put the number of a target's note, the same each time."""
        number = self.notes.setdefault(target_id, len(self.notes) + 1)
        add_reference(paragraph, str(number), f"note{number}", points)
