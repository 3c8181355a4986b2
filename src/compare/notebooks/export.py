"""An executed notebook as one HTML page that loads nothing from a network."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING

from markupsafe import Markup

from compare.reading.page import OWN_AND_INLINE, fill_page

if TYPE_CHECKING:
    from nbformat import NotebookNode

_CODE = {"zh": "代码", "en": "Code"}
_TEMPLATE = """
{%- extends 'basic/index.html.j2' -%}
{%- block input -%}
<details class="code"><summary>SUMMARY</summary>{{ super() }}</details>
{%- endblock input -%}
"""
# Without widgets, which need a running Python: what stands in their place is shown.
_SHOWN = ["text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/latex", "text/plain"]
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)


def export_page(notebook: NotebookNode, *, title: str = "", lang: str = "zh") -> str:
    """An executed notebook as a page with its code folded away.

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

    exporter = HTMLExporter(
        raw_template=_TEMPLATE.replace("SUMMARY", _CODE[lang]), exclude_input_prompt=True, exclude_output_prompt=True,
        exclude_anchor_links=True, embed_images=True, config=Config(NbConvertBase={"display_data_priority": _SHOWN}),
    )  # fmt: skip
    body, _ = exporter.from_notebook_node(_describe_images(notebook))
    body = body.replace("<th></th>", "<td></td>")  # the corner of a frame heads nothing
    headings = (_HEADING.search(cell.source) for cell in notebook.cells if cell.cell_type == "markdown")
    first = next(filter(None, headings), None)
    colours = HtmlFormatter(style="default", nobackground=True).get_style_defs(".highlight")
    return fill_page(
        "notebooks/notebook.html", styles=("reading/look.css", "notebooks/notebook.css"), policy=OWN_AND_INLINE,
        lang=lang, title=first.group(1) if first else title, colours=Markup(colours), body=Markup(body),
    )  # fmt: skip


def _describe_images(notebook: NotebookNode) -> NotebookNode:
    """A copy in which each cell without a description of its images has the heading that it stands under."""
    described = deepcopy(notebook)
    heading = ""
    for cell in described.cells:
        if cell.cell_type == "markdown" and (found := _HEADING.findall(cell.source)):
            heading = found[-1].strip()
        elif cell.cell_type == "code":
            cell.metadata.setdefault("alt", heading)
    return described
