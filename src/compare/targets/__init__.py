"""Which quantities of a plan are commitments, of what indicator, measure, tier and year."""

from compare.targets.extraction import Extraction, Target, Unclaimed, extract_targets
from compare.targets.settings import infer_plan_year

__all__ = ["Extraction", "Target", "Unclaimed", "extract_targets", "infer_plan_year"]
