"""What may be compared with what: the guard, ranks that respect bounds, coverage, contradictions, and year on year."""

from compare.comparison.comparability import collapse_repeats, find_kinds, name_groups, select_comparable
from compare.comparison.coverage import find_contradictions, measure_coverage
from compare.comparison.ranks import ABOUT, bound_values, describe_rank, order_promises, rank_bounds
from compare.comparison.table import compare_in_pieces, compare_targets, find_context
from compare.comparison.years import compare_years

__all__ = [
    "ABOUT",
    "bound_values",
    "collapse_repeats",
    "compare_in_pieces",
    "compare_targets",
    "compare_years",
    "describe_rank",
    "find_context",
    "find_contradictions",
    "find_kinds",
    "measure_coverage",
    "name_groups",
    "order_promises",
    "rank_bounds",
    "select_comparable",
]
