"""The reading view: one plan's text with every target, other number and theme marked, as one self-contained page."""

from compare.reading.view import ReadingView, show, write_reading

__all__ = ["ReadingView", "show", "write_reading"]
