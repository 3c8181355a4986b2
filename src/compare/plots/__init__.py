"""Figures: one `plot_` function for each kind, and the standard set of them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "plot_coverage": "coverage",
    "plot_targets": "targets",
    "plot_target_panels": "panels",
    "plot_target_structure": "structure",
    "plot_priority_heatmap": "clusters",
    "plot_priority_profiles": "priorities",
    "plot_plan_map": "map",
    "plot_words_numbers": "priorities",
    "plot_differences": "differences",
    "plot_wording": "wording",
    "plot_relative": "relative",
    "plot_years": "years",
    "draw_figures": "standard",
    "export_figures": "standard",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    """Load a figure's module when it is first asked for; matplotlib is slow to import."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"compare.plots.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
