"""The look of the figures: Chinese font, sizes, colours, the sheet they stand on, and the one way to save them."""

from compare.style.export import export_figure
from compare.style.fonts import load_fonts, measure_text, shorten_text, wrap_text
from compare.style.look import SIZES, Size, drawing, find_size
from compare.style.names import name_indicator, name_plans, name_theme, say_source, say_target
from compare.style.sheet import find_sheet, finish_sheet, say_instead, settle_sheet, split_body, start_sheet

__all__ = [
    "SIZES",
    "Size",
    "drawing",
    "export_figure",
    "find_sheet",
    "find_size",
    "finish_sheet",
    "load_fonts",
    "measure_text",
    "name_indicator",
    "name_plans",
    "name_theme",
    "say_instead",
    "say_source",
    "say_target",
    "settle_sheet",
    "shorten_text",
    "split_body",
    "start_sheet",
    "wrap_text",
]
