"""Run the notebooks and keep each as a page."""

from compare.notebooks.export import export_page
from compare.notebooks.run import run_notebooks

__all__ = ["export_page", "run_notebooks"]
