"""What people corrected: read from `data/corrections/*.csv`, applied on every build, flagged when it no longer fits."""

from compare.corrections.ledger import (
    FIELDS,
    TARGET_COLUMNS,
    THEME_COLUMNS,
    Corrections,
    TargetCorrection,
    ThemeCorrection,
    read_corrections,
)
from compare.corrections.review import SURE, review_themes
from compare.corrections.sentences import BY_HAND, correct_themes
from compare.corrections.targets import correct_targets

__all__ = [
    "BY_HAND", "FIELDS", "SURE", "TARGET_COLUMNS", "THEME_COLUMNS", "Corrections", "TargetCorrection",
    "ThemeCorrection", "correct_targets", "correct_themes", "read_corrections", "review_themes",
]  # fmt: skip
