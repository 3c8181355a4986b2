"""Rest for the search for circular garbage while plans are read."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Do without the search for circular garbage for a while.

    This is safe where the work makes no circles, as reading a txt plan makes none: its memory is freed all the same,
    and the search would only look at each row again and again. Where a library makes some, they wait for the end of the
    batch: the search is then switched on again, whatever happens, unless it was off before.

    Examples
    --------
    >>> import gc
    >>> with collector_at_rest():
    ...     gc.isenabled()
    False
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
