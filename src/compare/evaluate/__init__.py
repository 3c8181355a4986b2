"""How well the suite reads plans that people have coded by hand: always without corrections."""

from compare.evaluate.coded import CodedPlan, read_coded
from compare.evaluate.report import format_markdown, format_text, put_between_marks
from compare.evaluate.running import evaluate_folder
from compare.evaluate.scoring import Scores, score_tables
from compare.evaluate.voting import (
    Lesson,
    VoteScores,
    format_vote,
    format_vote_markdown,
    read_examples,
    read_lessons,
    score_vote,
    teach,
)

__all__ = [
    "CodedPlan", "Lesson", "Scores", "VoteScores", "evaluate_folder", "format_markdown", "format_text", "format_vote",
    "format_vote_markdown", "put_between_marks", "read_coded", "read_examples", "read_lessons", "score_tables",
    "score_vote", "teach",
]  # fmt: skip
