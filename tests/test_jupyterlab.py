"""A notebook in a real JupyterLab in a real browser: opened, run from top to bottom, its figures and menus found."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from browser import CHROMIUM, WHY_NOT, Browser
from conftest import PROJECT

TOKEN = "figures"
PICTURES = "[...document.querySelectorAll('.jp-OutputArea img')].filter(i => i.naturalWidth > 500)"
LABELS = ".lm-MenuBar-itemLabel, .lm-Menu-itemLabel"
MENU_ITEM = f"[...document.querySelectorAll('{LABELS}')].find(e => e.innerText === '{{}}')"
ERRORS = "document.querySelectorAll('.jp-OutputArea [data-mime-type=\"application/vnd.jupyter.error\"]').length"


def _find_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def lab(shipped: Path) -> Iterator[str]:
    """The address of a JupyterLab on a copy of the notebooks and tables; it knows nothing of the user's settings."""
    folder = Path(tempfile.mkdtemp(prefix="lab"))
    shutil.copytree(shipped, folder / "data" / "processed")
    shutil.copytree(PROJECT / "notebooks", folder / "notebooks")
    port = _find_port()
    own = {f"JUPYTER_{part}_DIR": str(folder / part.lower()) for part in ("CONFIG", "DATA", "RUNTIME")}
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    paths = {"PATH": programs, "IPYTHONDIR": str(folder / "ipy")}
    server = subprocess.Popen(
        [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
            f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder / 'notebooks'}",
            "--ServerApp.port_retries=0", "--KernelManager.transport=ipc", "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ],
        env={k: v for k, v in os.environ.items() if k != "MPLBACKEND"} | own | paths,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            assert server.poll() is None, "JupyterLab ended by itself"
            try:
                urllib.request.urlopen(f"{address}/api/status?token={TOKEN}", timeout=2).close()
                break
            except OSError:
                time.sleep(0.25)
        else:
            raise AssertionError("JupyterLab did not start")
        yield address
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(5)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.skipif(CHROMIUM is None, reason=WHY_NOT)
def test_a_notebook_runs_in_jupyterlab_and_its_menu_redraws_the_figure(lab: str) -> None:
    with Browser(1400, 1000) as browser:
        browser.visit(f"{lab}/lab/tree/01_targets.ipynb?token={TOKEN}")
        browser.wait_for("document.querySelectorAll('.jp-Notebook .jp-Cell').length > 5", 40)
        browser.wait_for("document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle'", 40)
        browser.click("document.querySelector('.jp-Notebook .jp-Cell')")
        for label in ("Run", "Run All Cells"):
            browser.wait_for("!!" + MENU_ITEM.format(label), 10)
            browser.click(MENU_ITEM.format(label))
        browser.wait_for(f"{ERRORS} || {PICTURES}.length >= 2", 60)
        assert browser.run(ERRORS) == 0
        browser.wait_for("!!document.querySelector('.widget-dropdown select')", 20)
        menu = "document.querySelector('.widget-dropdown select')"
        choices = browser.run(f"[...{menu}.options].map(o => o.text)")
        assert len(choices) > 2
        image = "document.querySelector('.jp-OutputArea img.figure').alt"
        before = browser.wait_for(image, 20)
        browser.run(f"{menu}.selectedIndex = 1; {menu}.dispatchEvent(new Event('change', {{bubbles: true}}))")
        browser.wait_for(f"{image} !== {before!r}", 20)
        search = "document.querySelector('.rows input[type=search]')"
        rows = "[...document.querySelectorAll('.rows tbody tr')].filter(r => !r.hidden).length"
        every = browser.wait_for(rows, 20)
        browser.run(f"{search}.value = '以上'; {search}.dispatchEvent(new Event('input', {{bubbles: true}}))")
        assert 0 < browser.run(rows) < every


def _comes_true(browser: Browser, script: str, seconds: float) -> bool:
    try:
        return bool(browser.wait_for(script, seconds))
    except AssertionError:
        return False


@pytest.mark.skipif(CHROMIUM is None, reason=WHY_NOT)
def test_the_first_figure_of_the_guide_is_drawn_and_saved(lab: str) -> None:
    guide = (PROJECT / "notebooks" / "README.md").read_text(encoding="utf-8")
    code = guide.split("```python\n")[1].split("```")[0].rstrip()
    card = "[...document.querySelectorAll('.jp-LauncherCard')].find(e => e.innerText.includes('Python 3'))"
    files = "[...document.querySelectorAll('.jp-DirListing-item')].map(e => e.innerText.split('\\n')[0])"
    with Browser(1400, 1000) as browser:
        browser.visit(f"{lab}/lab?token={TOKEN}")
        browser.wait_for(f"!!{card}", 60)
        browser.click(card)
        browser.wait_for("document.querySelectorAll('.jp-Notebook .jp-Cell').length > 0", 60)
        browser.wait_for("document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle'", 60)
        editor = "document.querySelector('.jp-Notebook .cm-content')"
        done = f"{ERRORS} || {PICTURES}.length >= 1"
        for patience in (40, 40, 120):  # a busy JupyterLab may lose keys that come while it opens the notebook
            browser.click(editor)
            if not browser.run(f"{editor}.innerText.includes('compare')"):
                browser.call("Input.insertText", text=code)
            browser.press_shifted("Enter", 13)
            if _comes_true(browser, done, patience):
                break
        assert browser.run(done)
        assert browser.run(ERRORS) == 0
        wanted = "['my_figure.png', 'my_figure.svg', 'my_figure.pdf', 'my_figure.csv']"
        browser.wait_for(f"(names => {wanted}.every(name => names.includes(name)))({files})", 30)
