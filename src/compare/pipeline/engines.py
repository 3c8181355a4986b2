"""Where batches run: in this process, in several on this machine, or on a Dask cluster. The results are the same."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from importlib import import_module
from typing import Any

from compare.errors import BuildError
from compare.pipeline.batches import Batch, BatchResult, run_batch

LOCAL = "local"
_FEW_PLANS = 40
_AHEAD = 2  # batches per worker that are under way at a time, so that memory does not grow with the corpus


def count_workers(jobs: int, plans: int) -> int:
    """How many processes to use: as many as asked for, or one for few plans and one for each core for many."""
    if jobs:
        return jobs
    return 1 if plans < _FEW_PLANS else _count_cores()


class Beside:
    """Another process, for one piece of work beside what goes on here; nothing of it is there until it is needed.

    Parameters
    ----------
    workers : int
        Processes that may be used; with one the work is done here, when its result is asked for.

    Examples
    --------
    >>> with Beside(workers=1) as beside:
    ...     wait = beside.start(sum, [1, 2])
    ...     wait()
    3
    """

    def __init__(self, workers: int) -> None:
        self._alone = workers == 1
        self._pool: Any = None

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, kill_workers=True)

    def load(self, *modules: str) -> None:
        """Have the other process import modules, so that the work that needs them begins at once."""
        if not self._alone:
            self.start(_import_modules, modules)

    def start(self, work: Callable[..., Any], *args: Any) -> Callable[[], Any]:
        """Begin a piece of work: a function of a module, and what it takes, which is copied to the other process.

        Returns
        -------
        callable
            Waits for the work to end and gives its result, or raises what it raised.
        """
        if self._alone:
            return partial(work, *args)
        if self._pool is None:
            from joblib.externals.loky import ProcessPoolExecutor

            self._pool = ProcessPoolExecutor(max_workers=1)
        result: Callable[[], Any] = self._pool.submit(work, *args).result
        return result


def _import_modules(names: Iterable[str]) -> None:
    for name in names:
        import_module(name)


def run_batches(
    batches: Iterable[Batch], *, count: int, plans: int, known: int, jobs: int, cluster: str, progress: bool | None
) -> Iterator[BatchResult]:
    """Run batches and yield their results as they come, with a progress bar that says rate and time left.

    Parameters
    ----------
    batches : iterable of Batch
        Taken one by one, when there is a worker for them.
    count, plans, known : int
        How many batches there are, how many plans they hold, and of how many the rows are known already. Where few
        others are left, this process does it all: it is done before another one has started.
    jobs : int
        Processes; 0 chooses.
    cluster : str
        ``local``, or the address of a Dask scheduler; empty for this machine without Dask.
    progress : bool or None
        Whether to show the bar; None shows it on a terminal only.
    """
    from tqdm import tqdm

    sizes: dict[int, int] = {}

    def counted() -> Iterator[Batch]:
        for batch in batches:
            sizes[batch.number] = len(batch.tasks)
            yield batch

    quiet = None if progress is None else not progress
    with (
        tqdm(total=plans, desc="Reading plans", unit="plan", disable=quiet, file=sys.stderr, leave=False) as bar,
        closing(_choose(counted(), count, plans, known, jobs, cluster)) as found,
    ):
        for result in found:
            bar.update(sizes.pop(result.number))
            yield result


def _choose(
    batches: Iterator[Batch], count: int, plans: int, known: int, jobs: int, cluster: str
) -> Generator[BatchResult, None, None]:
    if known and plans - known < _FEW_PLANS:
        return (run_batch(batch) for batch in batches)
    if cluster:
        return _run_on_dask(batches, cluster, jobs)
    workers = count_workers(jobs, plans)
    if workers == 1 or count < 2:
        return (run_batch(batch) for batch in batches)
    return _run_in_processes(batches, workers)


def _run_in_processes(batches: Iterator[Batch], workers: int) -> Generator[BatchResult, None, None]:
    from joblib import Parallel, delayed
    from joblib.externals.loky import get_reusable_executor

    pool = Parallel(n_jobs=workers, return_as="generator_unordered", pre_dispatch=_AHEAD * workers, batch_size=1)
    yield from pool(delayed(run_batch)(batch) for batch in batches)
    get_reusable_executor().shutdown()  # their memory is free for what follows


def _run_on_dask(batches: Iterator[Batch], cluster: str, jobs: int) -> Generator[BatchResult, None, None]:
    """Batches on a Dask cluster; one whose worker is lost runs again on another."""
    with _connect(cluster, jobs) as client:
        from distributed import as_completed

        ahead = _AHEAD * max(1, sum(client.nthreads().values()))
        running = as_completed(raise_errors=False)

        def submit() -> bool:
            batch = next(batches, None)
            if batch is not None:
                running.add(client.submit(run_batch, batch, pure=False, retries=2))
            return batch is not None

        while running.count() < ahead and submit():
            pass
        for future in running:
            result = _result_of(future)
            future.release()
            submit()
            yield result


def _result_of(future: Any) -> BatchResult:
    from distributed.scheduler import KilledWorker

    try:
        return future.result()
    except KilledWorker as error:
        raise BuildError(
            "several workers died over the same plans.", where="cluster",
            hint="Give the workers more memory, or run with --jobs 1 to see which plan it is.",
        ) from error  # fmt: skip


@contextmanager
def _connect(cluster: str, jobs: int) -> Iterator[Any]:
    """A client of the cluster; one that was started here ends here."""
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise BuildError(
            "Dask is not installed.", where=f"--cluster {cluster}", hint="Run: pip install 'plancompare[cluster]'."
        ) from error
    if cluster == LOCAL:
        workers = jobs or _count_cores()
        with (
            LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=40) as started,
            Client(started) as client,
        ):
            yield client
        return
    try:
        client = Client(cluster, timeout="15s")
    except (OSError, ValueError) as error:
        raise BuildError(
            f"there is no Dask scheduler ({error}).", where=f"--cluster {cluster}",
            hint="Give its address as tcp://host:8786, or --cluster local.",
        ) from error  # fmt: skip
    with client:
        yield client


def _count_cores() -> int:
    """Cores this process may use, which can be fewer than the machine has."""
    usable: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1
