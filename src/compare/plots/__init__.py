"""Figures: one `plot_` function for each kind, and the standard set of them."""
