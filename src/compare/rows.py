"""Rows of a table as Arrow holds them: typed at once, checked, put together, and turned into frames and Parquet.

Between plans and tables nothing else is made of them: no list of rows, no frame for each plan.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from compare.errors import BuildError
from compare.schema import Table, complain, make_frame

if TYPE_CHECKING:
    import pandas as pd

_TYPES = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}


@cache
def schema_of(name: str) -> pa.Schema:
    """The Arrow schema of a table; it tells pandas the types that `compare.schema` gives the columns."""
    from compare.schema import TABLES

    table = TABLES[name]
    frame = make_frame(table, [])
    described = pa.Schema.from_pandas(frame, preserve_index=False).metadata
    return pa.schema([(c.name, _TYPES[c.type]) for c in table.columns], metadata=described)


def make_rows(table: Table, columns: Mapping[str, Sequence[Any]]) -> pa.RecordBatch:
    """Rows from columns.

    Parameters
    ----------
    table : Table
    columns : mapping of str to sequence
        Cells of each column, as many in each; a missing text is an empty one.

    Raises
    ------
    BuildError
        A cell does not have the type of its column.
    """
    schema = schema_of(table.name)
    arrays = []
    for field in schema:
        try:
            array = pa.array(columns[field.name], field.type)
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise BuildError(f"{field.name}: {error}.", where=f"table {table.name}") from error
        arrays.append(array.fill_null("") if array.null_count and field.type == pa.string() else array)
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def join_rows(table: Table, several: Iterable[pa.RecordBatch | pa.Table]) -> pa.Table:
    """Rows of a table, one after the other."""
    schema = schema_of(table.name)
    tables = [pa.Table.from_batches([rows]) if isinstance(rows, pa.RecordBatch) else rows for rows in several]
    return pa.concat_tables([schema.empty_table(), *tables]).combine_chunks()


def check_rows(table: Table, rows: pa.Table) -> None:
    """Check keys, required cells and allowed values of rows, as `compare.schema.validate` does of frames.

    Raises
    ------
    BuildError
        Names the table, the column and the first offending values.
    """
    complain(table, _find_faults(table, rows))


def _find_faults(table: Table, rows: pa.Table) -> Iterator[tuple[str, str, list[Any]]]:
    """Column, broken rule and offending values, rule by rule."""
    for column in table.columns:
        cells = rows[column.name]
        if column.required and cells.null_count:
            yield column.name, "is missing", [None] * cells.null_count
        if column.required and column.type == "string" and pc.any(empty := pc.equal(cells, "")).as_py():
            yield column.name, "is empty", cells.filter(empty).to_pylist()
        if column.allowed:
            known = pc.is_in(cells, pa.array([*column.allowed, "", None], cells.type))
            if not pc.all(known).as_py():
                yield column.name, "is not allowed", cells.filter(pc.invert(known)).to_pylist()
    if table.key:
        counted = rows.select(list(table.key)).group_by(list(table.key)).aggregate([([], "count_all")])
        if len(counted) < len(rows):
            twice = counted.filter(pc.greater(counted["count_all"], 1)).select(list(table.key))
            yield ", ".join(table.key), "stands twice", [tuple(row.values()) for row in twice.to_pylist()]


def to_frame(rows: pa.Table) -> pd.DataFrame:
    """Rows as a frame with the dtypes of `compare.schema`."""
    return rows.to_pandas(types_mapper=_choose_dtype, ignore_metadata=True)


def from_frame(table: Table, frame: pd.DataFrame) -> pa.Table:
    """A frame with the dtypes of `compare.schema` as rows."""
    return pa.Table.from_pandas(frame, schema_of(table.name), preserve_index=False)


def _choose_dtype(kind: pa.DataType) -> Any:
    """The pandas dtype of an Arrow type."""
    import pandas as pd

    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pd.StringDtype()
    return {pa.int64(): pd.Int64Dtype(), pa.float64(): pd.Float64Dtype(), pa.bool_(): pd.BooleanDtype()}.get(kind)


def write_parquet(rows: pa.Table) -> bytes:
    """Rows as the bytes of a Parquet file."""
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(rows, buffer)
    return buffer.getvalue()


def read_parquet(paths: Sequence[Any], columns: Sequence[str] | None = None) -> pa.Table:
    """Several Parquet files of the same columns, at least one, in the order given."""
    import pyarrow.parquet as pq

    wanted = None if columns is None else list(columns)
    found = []
    for path in paths:
        with pq.ParquetFile(path) as file:
            # Without threads: for many small files they cost more than they save.
            found.append(file.read(wanted, use_threads=False))
    return pa.concat_tables(found)
