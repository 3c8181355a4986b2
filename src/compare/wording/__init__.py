"""How plans say it: what one says that the others do not, slogans they share, and passages they copied."""

from compare.wording.passages import shared_passages, shared_slogans
from compare.wording.terms import common_words, distinctive_terms, weigh_log_odds

__all__ = ["common_words", "distinctive_terms", "shared_passages", "shared_slogans", "weigh_log_odds"]
