"""The brief: what the plans promise, for a reader with ten minutes, with every number traced to its sentence."""

from compare.brief.document import BriefFigure, find_figures, say_years, write_brief
from compare.brief.findings import Cited, find_findings, list_groups, name_group, plain

__all__ = [
    "BriefFigure", "Cited", "find_figures", "find_findings", "list_groups", "name_group", "plain", "say_years",
    "write_brief",
]  # fmt: skip
