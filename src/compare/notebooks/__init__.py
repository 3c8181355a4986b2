"""Run the notebooks and keep each as a page; what analysts choose and play with in them."""

from compare.notebooks.export import export_page
from compare.notebooks.run import run_notebooks
from compare.notebooks.selection import select_tables
from compare.notebooks.tables import show_table
from compare.notebooks.widgets import explore_differences, explore_targets

__all__ = ["explore_differences", "explore_targets", "export_page", "run_notebooks", "select_tables", "show_table"]
