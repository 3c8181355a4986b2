"""Which quantities of a plan are commitments, of what indicator, measure, tier and year."""

from compare.targets.extraction import extract_targets
from compare.targets.rows import Extraction, Target, Unclaimed
from compare.targets.settings import choose_year, infer_plan_year

__all__ = ["Extraction", "Target", "Unclaimed", "choose_year", "extract_targets", "infer_plan_year"]
