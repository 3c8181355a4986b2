"""From a folder of plans to the set of tables: the order of things, once."""

from compare.pipeline.build import BuildReport, build, count_problems
from compare.pipeline.registry import PlanFile, Registry, read_registry
from compare.pipeline.storage import TABLES_VARIABLE, Tables, find_folder, load_tables

__all__ = [
    "TABLES_VARIABLE", "BuildReport", "PlanFile", "Registry", "Tables", "build", "count_problems", "find_folder",
    "load_tables", "read_registry",
]  # fmt: skip
