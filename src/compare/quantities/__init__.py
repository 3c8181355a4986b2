"""Numbers with their unit, magnitude, bounds, ranges and masks, each with its span."""

from compare.quantities.numerals import parse_chinese
from compare.quantities.reading import Quantity, read_pieces, read_quantities

__all__ = ["Quantity", "parse_chinese", "read_pieces", "read_quantities"]
