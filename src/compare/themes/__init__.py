"""Which theme each sentence is about, by weighted terms, the headings above and the neighbours, with the evidence."""

from compare.themes.scoring import Theming, score_themes
from compare.themes.vote import (
    BY_DEFAULT,
    SHIPPED_VOTE,
    Labelled,
    Vote,
    VoteSettings,
    join_sections,
    load_vote,
    read_vote,
    train_vote,
    write_vote,
)

__all__ = [
    "BY_DEFAULT", "SHIPPED_VOTE", "Labelled", "Theming", "Vote", "VoteSettings", "join_sections", "load_vote",
    "read_vote", "score_themes", "train_vote", "write_vote",
]  # fmt: skip
