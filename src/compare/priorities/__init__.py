"""Where the attention of a plan goes: shares of themes with intervals, how firm they are, and how they fit numbers."""

from compare.priorities.ranking import rank_agreement, rank_sensitivity, wilson_interval, words_against_numbers
from compare.priorities.resampling import paragraph_chars
from compare.priorities.shares import UNITS, find_first_mentions, measure_priorities, share_by

__all__ = [
    "UNITS",
    "find_first_mentions",
    "measure_priorities",
    "paragraph_chars",
    "rank_agreement",
    "rank_sensitivity",
    "share_by",
    "wilson_interval",
    "words_against_numbers",
]
