"""Compare what Chinese cities promise.

The functions an analyst needs are here: `compare.load_tables()`, `compare.plot_targets(...)` and so on. They are loaded
when first used, so that `import compare` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "build": "compare.pipeline",
    "load_tables": "compare.pipeline",
    "cluster_plans": "compare.clusters",
    "describe_clusters": "compare.clusters",
    "compare_targets": "compare.comparison",
    "select_comparable": "compare.comparison",
    "collapse_repeats": "compare.comparison",
    "measure_coverage": "compare.comparison",
    "find_contradictions": "compare.comparison",
    "measure_priorities": "compare.priorities",
    "share_by": "compare.priorities",
    "rank_sensitivity": "compare.priorities",
    "rank_agreement": "compare.priorities",
    "measure_distances": "compare.clusters",
    "shared_slogans": "compare.wording",
    "shared_passages": "compare.wording",
    "list_doubts": "compare.corrections.worklist",
    "review_themes": "compare.corrections",
    "Worklist": "compare.corrections.worklist",
    "words_against_numbers": "compare.priorities",
    "plot_coverage": "compare.plots",
    "plot_targets": "compare.plots",
    "plot_target_panels": "compare.plots",
    "plot_target_structure": "compare.plots",
    "plot_priority_heatmap": "compare.plots",
    "plot_priority_profiles": "compare.plots",
    "plot_plan_map": "compare.plots",
    "plot_words_numbers": "compare.plots",
    "plot_differences": "compare.plots",
    "plot_relative": "compare.plots",
    "plot_years": "compare.plots",
    "compare_years": "compare.comparison",
    "show": "compare.reading",
    "plot_wording": "compare.plots",
    "distinctive_terms": "compare.wording",
    "draw_figures": "compare.plots",
    "export_figure": "compare.style",
    "export_figures": "compare.plots",
    "select_tables": "compare.notebooks",
    "explore_targets": "compare.notebooks",
    "explore_differences": "compare.notebooks",
    "show_table": "compare.notebooks",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    """Load a name's module when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
