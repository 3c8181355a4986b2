"""An executed notebook as one HTML page that loads nothing from a network."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from compare.notebooks.prose import say
from compare.reading.page import OWN_AND_INLINE, fill_page

if TYPE_CHECKING:
    from nbformat import NotebookNode

_TEMPLATE = """
{%- extends 'basic/index.html.j2' -%}
{%- block input -%}
<details class="code"><summary>{{ 'PARAMETERS' if 'parameters' in cell.metadata.get('tags', []) else 'CODE' }}</summary>
{{- super() }}</details>
{%- endblock input -%}
"""
# Without widgets, which need a running Python: what stands in their place is shown.
_SHOWN = ["text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/latex", "text/plain"]
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
_TWO_LANGUAGES = re.compile(r"^(#{1,6}) +(.+?) +· +(.+)$", re.MULTILINE)
_CHINESE = re.compile("[\u4e00-\u9fff]")


def export_page(notebook: NotebookNode, *, title: str = "", lang: str = "zh") -> str:
    """An executed notebook as a page with its code folded away, its headings and paragraphs in one language.

    Parameters
    ----------
    notebook : NotebookNode
    title : str
        Title of the page where the notebook has no heading.
    lang : {"zh", "en"}

    Returns
    -------
    str
        Images are inside; no script, style or font is loaded from elsewhere.
    """
    from nbconvert import HTMLExporter
    from pygments.formatters import HtmlFormatter
    from traitlets.config import Config

    notebook = _describe_images(_keep_language(notebook, lang))
    template = _TEMPLATE.replace("CODE", say("code", lang)).replace("PARAMETERS", say("parameters", lang))
    exporter = HTMLExporter(
        raw_template=template, exclude_input_prompt=True, exclude_output_prompt=True,
        exclude_anchor_links=True, embed_images=True, config=Config(NbConvertBase={"display_data_priority": _SHOWN}),
    )  # fmt: skip
    body, _ = exporter.from_notebook_node(notebook)
    body = body.replace("<th></th>", "<td></td>")  # the corner of a frame heads nothing
    headings = (_HEADING.search(cell.source) for cell in notebook.cells if cell.cell_type == "markdown")
    first = next(filter(None, headings), None)
    colours = HtmlFormatter(style="default", nobackground=True).get_style_defs(".highlight")
    return fill_page(
        "notebooks/notebook.html", styles=("reading/look.css", "notebooks/notebook.css"), policy=OWN_AND_INLINE,
        lang=lang, title=first.group(1) if first else title, colours=Markup(colours), body=Markup(body),
    )  # fmt: skip


def _keep_language(notebook: NotebookNode, lang: str) -> NotebookNode:
    """A copy without the other language: the other side of a heading's point, and paragraphs in it beside ours."""
    kept = deepcopy(notebook)
    kept.metadata.pop("widgets", None)  # what menus showed is in the pictures; nothing runs them on a page
    for cell in kept.cells:
        if cell.cell_type == "markdown":
            own = _TWO_LANGUAGES.sub(r"\1 \3" if lang == "en" else r"\1 \2", cell.source)
            paragraphs = own.split("\n\n")
            ours = [text for text in paragraphs if bool(_CHINESE.search(text)) == (lang != "en")]
            cell.source = "\n\n".join(ours or paragraphs)
    return kept


def _describe_images(notebook: NotebookNode) -> NotebookNode:
    """The notebook with each image described: by what it says of itself, else by the heading it stands under."""
    heading = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (found := _HEADING.findall(cell.source)):
            heading = found[-1].strip()
        elif cell.cell_type == "code":
            cell.metadata.setdefault("alt", heading)
            for output in cell.outputs:
                said = output.get("data", {}).get("text/plain", "")
                if "image/png" in output.get("data", {}) and said and not said.startswith("<"):
                    output.metadata.setdefault("image/png", {})["alt"] = said
    return notebook


def describe_figures() -> None:
    """Let figures say in words what they show, wherever this Python shows them."""
    from IPython.core.getipython import get_ipython
    from matplotlib.figure import Figure

    shell: Any = get_ipython()
    if shell is not None:
        shell.enable_matplotlib("inline")  # before, because it forgets how figures are put into words
        shell.display_formatter.formatters["text/plain"].for_type(Figure, _say_figure)


def _say_figure(figure: Any, printer: Any, _: bool) -> None:
    """Title, subtitle and note of a figure of ours."""
    from compare.style.sheet import Sheet

    sheet = figure.get_layout_engine()
    printer.text(
        " ".join(filter(None, (sheet.title, sheet.subtitle, sheet.note))) if isinstance(sheet, Sheet) else repr(figure)
    )
