"""The look of the figures: Chinese font, sizes, colours, the sheet they stand on, and the one way to save them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "export_figure": "export",
    "load_fonts": "fonts",
    "measure_text": "fonts",
    "shorten_text": "fonts",
    "wrap_text": "fonts",
    "SIZES": "look",
    "Size": "look",
    "drawing": "look",
    "find_size": "look",
    "name_indicator": "names",
    "name_plans": "names",
    "name_theme": "names",
    "say_source": "names",
    "say_target": "names",
    "find_sheet": "sheet",
    "finish_sheet": "sheet",
    "say_instead": "sheet",
    "split_body": "sheet",
    "start_sheet": "sheet",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    """Load a name's module when it is first asked for: names are needed without matplotlib, too."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"compare.style.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
