"""Which theme each sentence is about, by weighted terms, the headings above and the neighbours, with the evidence."""

from compare.themes.scoring import Theming, score_themes

__all__ = ["Theming", "score_themes"]
