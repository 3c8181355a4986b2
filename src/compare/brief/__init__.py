"""The brief: what the plans promise, for a reader with ten minutes, with every number traced to its sentence."""

from compare.brief.content import say_years
from compare.brief.figures import BriefFigure, find_figures
from compare.brief.findings import Cited, find_findings, list_groups, name_group, plain
from compare.brief.settings import BriefSettings, FigureChoice, find_settings, read_settings
from compare.brief.writing import write_brief, write_briefs

__all__ = [
    "BriefFigure", "BriefSettings", "Cited", "FigureChoice", "find_figures", "find_findings", "find_settings",
    "list_groups", "name_group", "plain", "read_settings", "say_years", "write_brief", "write_briefs",
]  # fmt: skip
