"""Text to headings, items and sentences: un-wrapping and width folding that keep offsets into the text."""

from compare.structure.document import Document, Sentence, read_structure
from compare.structure.folding import Plain, fold_text

__all__ = ["Document", "Plain", "Sentence", "fold_text", "read_structure"]
