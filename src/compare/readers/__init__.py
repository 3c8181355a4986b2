"""Bytes to text: the format and encoding of a plan file, found from its content. Nothing else knows about formats."""

from compare.readers.encoding import decode
from compare.readers.limits import Limits, read_limits
from compare.readers.reading import read_plan
from compare.readers.source import SourceText

__all__ = ["Limits", "SourceText", "decode", "read_limits", "read_plan"]
