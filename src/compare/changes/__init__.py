"""What differs from the last build: plans, targets, priorities, clusters, corrections, coverage; as a table and a page."""

from compare.changes.finding import COLUMNS, Changes, ChangeFinder
from compare.changes.report import summarise_changes, write_changes

__all__ = ["COLUMNS", "ChangeFinder", "Changes", "summarise_changes", "write_changes"]
