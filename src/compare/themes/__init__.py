"""Which theme each sentence is about, by weighted terms, the headings above and the neighbours, with the evidence."""

from compare.themes.review import BY_HAND, SURE, review_themes
from compare.themes.scoring import Theming, score_themes
from compare.themes.vote import SHIPPED_VOTE, Labelled, Vote, load_vote, read_vote, train_vote, write_vote

__all__ = [
    "BY_HAND", "SHIPPED_VOTE", "SURE", "Labelled", "Theming", "Vote", "load_vote", "read_vote", "review_themes",
    "score_themes", "train_vote", "write_vote",
]  # fmt: skip
