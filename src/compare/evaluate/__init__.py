"""How well the suite reads plans that people have coded by hand: always without corrections."""

from compare.evaluate.coded import CodedPlan, read_coded
from compare.evaluate.report import format_markdown, format_text
from compare.evaluate.running import evaluate_folder
from compare.evaluate.scoring import Scores, score_tables

__all__ = [
    "CodedPlan", "Scores", "evaluate_folder", "format_markdown", "format_text", "read_coded", "score_tables",
]  # fmt: skip
