"""Compare what Chinese cities promise."""
