"""What differs from the last build, from plans to coverage, as a table and a page."""

from compare.changes.finding import COLUMNS, ChangeFinder, Changes
from compare.changes.report import summarise_changes, write_changes

__all__ = ["COLUMNS", "ChangeFinder", "Changes", "summarise_changes", "write_changes"]
