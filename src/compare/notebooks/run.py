"""Run notebooks in the interpreter that is running, with other parameters if wanted."""

from __future__ import annotations

import ast
import os
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compare.errors import CompareError
from compare.notebooks.export import export_page
from compare.notebooks.freshness import digest_inputs, digest_page, is_made_from, sign_page
from compare.pipeline import TABLES_VARIABLE
from compare.reading.page import write_page

if TYPE_CHECKING:
    from nbformat import NotebookNode

_SHOW_INLINE = "module://matplotlib_inline.backend_inline"
_AT_START = "from compare.notebooks.export import describe_figures\ndescribe_figures()\ndel describe_figures\n"


def run_notebooks(
    folder: Path | str = "notebooks",
    out: Path | str = "reports/html",
    *,
    parameters: Mapping[str, Any] | None = None,
    only: list[str] | None = None,
    lang: str = "zh",
    timeout: int = 600,
    jobs: int | None = None,
    progress: bool | None = None,
    inputs: Sequence[Path] = (),
    tables: Path | str | None = None,
) -> list[Path]:
    """Execute every notebook of a folder and write each as an HTML page.

    With `inputs`, a notebook whose page was made from the same notebook, parameters, inputs and code is not run again.

    Parameters
    ----------
    folder : Path or str
        Where the notebooks are; also what they are run in. They are not changed.
    out : Path or str
        Where `<name>.html` goes.
    parameters : mapping, optional
        Values for names in the cell tagged `parameters`. A notebook gets those that it has.
    only : list of str, optional
        Names of the notebooks to run, such as ``["01_targets"]``. Default: all.
    lang : {"zh", "en"}
        Language of the pages; also the parameter `lang` of the notebooks that have it.
    timeout : int
        Seconds that one cell may take.
    jobs : int, optional
        How many to run at a time. Default: two, or the number of cores where that is less.
    progress : bool, optional
        Show a progress bar. Default: on a terminal.
    inputs : sequence of Path
        Files and folders that the notebooks read. Default: none are known, and every notebook runs.
    tables : Path or str, optional
        Folder of tables that `load_tables()` reads in the notebooks. Default: as everywhere.

    Returns
    -------
    list of Path
        The pages, in order of the notebooks' names.

    Raises
    ------
    CompareError
        A notebook is missing or no notebook, no notebook has one of the parameters, or a cell failed: names the
        notebook, the cell and the error. The other notebooks' pages are written, and no page is replaced by half a one.
    """
    from tqdm import tqdm

    folder, out = Path(folder), Path(out)
    sources = _find_notebooks(folder, only)
    # Parsed here and not in the threads below: Python 3.11 cannot build two syntax trees at a time.
    read = [(source, _read_notebook(source)) for source in sources]
    notebooks = [(source, notebook, _list_parameters(notebook)) for source, notebook in read]
    known = {name for _, _, names in notebooks for name in names}
    wanted: dict[str, Any] = {"lang": lang} if lang != "zh" and "lang" in known else {}
    wanted |= parameters or {}
    if unknown := sorted(set(wanted) - known):
        raise CompareError(
            f"no notebook has a parameter {', '.join(unknown)}.", where=str(folder),
            hint=f"There are: {', '.join(sorted(known)) or 'none'}.",
        )  # fmt: skip
    known_inputs = digest_inputs(inputs) if inputs else ""
    surroundings = {TABLES_VARIABLE: str(Path(tables).resolve())} if tables else {}
    run = partial(
        _run_one, out=out, parameters=wanted, lang=lang, timeout=timeout, inputs=known_inputs, surroundings=surroundings
    )
    jobs = jobs or min(2, os.cpu_count() or 1)
    pages: list[Path] = []
    failed: list[CompareError] = []
    with ThreadPoolExecutor(jobs) as pool:
        bar = tqdm(total=len(notebooks), desc="notebooks", unit="", disable=None if progress is None else not progress)
        for outcome in pool.map(run, notebooks):
            (failed if isinstance(outcome, CompareError) else pages).append(outcome)  # type: ignore[arg-type]
            bar.update()
        bar.close()
    if failed:
        raise failed[0]
    return pages


def _find_notebooks(folder: Path, only: list[str] | None) -> list[Path]:
    """The notebooks to run, in order of their names."""
    found = sorted(p for p in folder.glob("*.ipynb") if not p.name.startswith((".", "~")))
    if not found:
        raise CompareError("there are no notebooks.", where=str(folder), hint="Run this from the project's folder.")
    if only is None:
        return found
    names = {p.stem: p for p in found}
    if missing := [name for name in only if Path(name).stem not in names]:
        known = ", ".join(names)
        raise CompareError(f"there is no notebook {missing[0]!r}.", where=str(folder), hint=f"There are: {known}.")
    return [names[Path(name).stem] for name in only]


def _read_notebook(path: Path) -> NotebookNode:
    from nbformat import ValidationError
    from papermill.iorw import load_notebook_node

    try:
        return load_notebook_node(str(path))
    except (ValueError, AttributeError, KeyError, ValidationError) as error:
        raise CompareError(
            f"this is no notebook ({error!s:.80}).", where=str(path),
            hint="Restore it with `git checkout`, or remove it.",
        ) from error  # fmt: skip


def _list_parameters(notebook: NotebookNode) -> list[str]:
    """Names assigned in the cell tagged `parameters`."""
    names: list[str] = []
    for cell in notebook.cells:
        if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", []):
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    names.append(node.id)
    return names


def _run_one(
    named: tuple[Path, NotebookNode, list[str]],
    *,
    out: Path,
    parameters: dict[str, Any],
    lang: str,
    timeout: int,
    inputs: str,
    surroundings: Mapping[str, str],
) -> Path | CompareError:
    """The page of one notebook, or why there is none."""
    source, notebook, names = named
    page = out / f"{source.stem}.html"
    mine = {name: parameters[name] for name in names if name in parameters}
    made_from = digest_page(source, mine, lang, inputs) if inputs else ""
    if made_from and is_made_from(page, made_from):
        return page
    try:
        executed = _execute(_set_parameters(notebook, mine), source, timeout, surroundings)
    except CompareError as error:
        return error
    return write_page(page, sign_page(export_page(executed, title=source.stem, lang=lang), made_from))


def _set_parameters(notebook: NotebookNode, parameters: dict[str, Any]) -> NotebookNode:
    """A copy with a cell of the given values after the parameters cell."""
    from papermill.parameterize import parameterize_notebook

    if not parameters:
        return notebook
    return parameterize_notebook(notebook, parameters, kernel_name="python3", language="python")


def _execute(notebook: NotebookNode, source: Path, timeout: int, surroundings: Mapping[str, str]) -> NotebookNode:
    """Run all cells in a fresh kernel of this interpreter."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    with tempfile.TemporaryDirectory(prefix="plan") as clean:
        startup = Path(clean, "profile_default", "startup")
        startup.mkdir(parents=True)
        (startup / "figures.py").write_text(_AT_START, encoding="utf-8")
        client = NotebookClient(
            notebook, timeout=timeout, kernel_name="python3", kernel_manager_class=_own_kernel(clean),
            extra_arguments=["--IPKernelApp.log_level=40"], iopub_timeout=60, raise_on_iopub_timeout=True,
            resources={"metadata": {"path": str(source.parent.resolve())}},
        )  # fmt: skip
        try:
            own = {"IPYTHONDIR": clean, "MPLBACKEND": _SHOW_INLINE}
            return client.execute(env=os.environ | own | dict(surroundings))
        except CellExecutionError as error:
            what = f"{error.ename}: {error.evalue}".strip().rstrip(".")
        except CellTimeoutError:
            what = f"it took longer than {timeout} seconds"
        except DeadKernelError:
            what = "the Python process died (memory?)"
    number, head = _find_failed(client, notebook)
    raise CompareError(
        f"cell {number} ({head}) failed: {what}.", where=str(source),
        hint="Open the notebook in JupyterLab (`make lab`) and run it up to this cell.",
    )  # fmt: skip


def _own_kernel(folder: str) -> type:
    """A kernel manager for the running interpreter, whatever kernels a user has installed; its files go to `folder`."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    class OwnKernel(AsyncKernelManager):
        def __init__(self, **traits: Any) -> None:
            traits["kernel_spec_manager"] = KernelSpecManager(kernel_dirs=[])
            traits["connection_file"] = os.path.join(folder, "kernel.json")
            traits["transport"] = "tcp" if os.name == "nt" else "ipc"
            super().__init__(**traits)

    return OwnKernel


def _find_failed(client: Any, notebook: NotebookNode) -> tuple[int, str]:
    """Number of the cell that was running, from 1, and its first line of code."""
    ran = [at for at, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.get("execution_count")]
    errors = [
        at for at, cell in enumerate(notebook.cells)
        if any(output.get("output_type") == "error" for output in cell.get("outputs", []))
    ]  # fmt: skip
    at = errors[0] if errors else ran[-1] if ran else 0
    lines = [line for line in notebook.cells[at].source.splitlines() if line.strip() and not line.startswith("#")]
    return at + 1, lines[0].strip()[:60] if lines else ""
