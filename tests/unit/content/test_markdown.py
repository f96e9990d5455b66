from pathlib import Path

import pytest
from markupsafe import Markup

from lti_tool.documents.markdown import Markdown
from lti_tool.documents.nodes import Source


def render(text: str) -> tuple[Markup, list[tuple[int, str]]]:
    source = Source("x.md")
    html = Markdown(Path("/nowhere")).render(text, source)
    return html, [(it.line, it.explanation) for it in source.problems]


@pytest.mark.parametrize("marks", ["#", "##", "###"])
def test_headings_start_at_h2(marks: str) -> None:
    html, problems = render(f"{marks} One\n\n{marks}# Two\n")
    assert html == "<h2>One</h2>\n<h3>Two</h3>\n"
    assert problems == []


def test_links_that_lead_out_open_a_tab_and_say_so() -> None:
    html, problems = render("[Out](https://e.org/?a=1&b=2) [mail](mailto:a@e.org) [in](lesson:two)")
    assert (
        '<a href="https://e.org/?a=1&amp;b=2" target="_blank" rel="noopener">Out'
        '<span class="visually-hidden"> (opens in a new tab)</span></a>'
    ) in html
    assert '<a href="mailto:a@e.org">mail</a> <a href="lesson:two">in</a>' in html
    assert problems == []


def test_raw_html_is_escaped_and_told() -> None:
    html, problems = render("One\ntwo\n\nthree\n<script>alert(1)</script>\n")
    assert "<script>" not in html
    assert (5, "raw HTML (<script>) is off; write Markdown") in problems


def test_html_in_code_and_a_single_angle_are_fine() -> None:
    html, problems = render("`<b>` and 3 < 4 and 5 > 2")
    assert problems == []
    assert "<code>&lt;b&gt;</code>" in html


def test_tables_have_header_cells_for_columns() -> None:
    html, _ = render("| A | B |\n| --- | --- |\n| 1 | [x](https://e.org) |\n")
    assert '<table class="table">' in html
    assert html.count('<th scope="col">') == 2
    assert "opens in a new tab" in html


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//e.org", "../x", "ftp://e.org"])
def test_other_addresses_are_faults(address: str) -> None:
    _, problems = render(f"[x]({address})")
    assert len(problems) == 1


def test_inline_text_has_no_blocks() -> None:
    source = Source("x.yaml")
    html = Markdown(Path("/nowhere")).render_inline("# Not a *heading*\n  or list", source, 4)
    assert html == "# Not a <em>heading</em> or list"


def test_unknown_lessons_are_told_when_all_are_known() -> None:
    source = Source("x.md")
    markdown = Markdown(Path("/nowhere"))
    markdown.render("[a](lesson:one)\n\n[b](lesson:two)", source, line=10)
    markdown.finish(["one"])
    assert [(it.line, it.explanation) for it in source.problems] == [(12, "link to an unknown lesson “two”")]
