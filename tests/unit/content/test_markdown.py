from pathlib import Path

import pytest
from markupsafe import Markup

from lti_tool.documents.markdown import Markdown
from lti_tool.documents.nodes import Source


def render(text: str) -> tuple[Markup, list[tuple[int, str]]]:
    source = Source("x.md")
    html = Markdown(Path).render(text, source)
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
    html = Markdown(Path).render_inline("# Not a *heading*\n  or list", source, 4)
    assert html == "# Not a <em>heading</em> or list"


def test_unknown_lessons_are_told_when_all_are_known() -> None:
    source = Source("x.md")
    markdown = Markdown(Path)
    markdown.render("[a](lesson:one)\n\n[b](lesson:two)", source, line=10)
    markdown.finish(["one"])
    assert [(it.line, it.explanation) for it in source.problems] == [
        (12, "link to an unknown lesson “two”; known are one")
    ]


def render_files(text: str, folder: Path, page: str = "one") -> tuple[Markup, list[str], Markdown]:
    source = Source("x.md")
    markdown = Markdown(lambda name: folder / name)
    html = markdown.render_page(text, source, 1, page)
    markdown.finish(["one", "two"])
    return html, [it.explanation for it in source.problems], markdown


def test_headings_of_a_lesson_can_be_linked_to() -> None:
    html, problems, _ = render_files(
        "# What doesn't *work*\n\n# Práctica\n\n# Práctica\n\n"
        "[a](lesson:one#what-doesnt-work) [b](#práctica-2) [c](lesson:one#gone)",
        Path("/nowhere"),
    )
    assert '<h2 id="at-what-doesnt-work">' in html and '<h2 id="at-práctica-2">' in html
    assert 'href="lesson:one#at-what-doesnt-work"' in html and 'href="#at-pr%C3%A1ctica-2"' in html
    assert problems == ["the lesson “one” has no heading “gone”; known are práctica, práctica-2, what-doesnt-work"]


DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 340 90"><title>Alone</title>'
    '<rect class="d-tint" x="1" y="1" width="20" height="9"/><text x="4" y="5" fill="currentColor">A &lt; B '
    '<tspan dx="2">C</tspan> D</text></svg>'
)


def test_a_plain_drawing_stands_in_the_page_with_its_alternative(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(DRAWING, encoding="utf-8")
    html, problems, markdown = render_files('![One "and" two](a.svg "How it goes")', tmp_path)
    assert problems == [] and markdown.images == []
    assert html.startswith(
        '<figure><svg class="drawing" role="img" aria-label="One &#34;and&#34; two" focusable="false" '
        'viewBox="0 0 340 90"><rect class="d-tint"'
    )
    assert "A &lt; B <tspan" in html and "Alone" not in html
    assert html.rstrip().endswith("</svg><figcaption>How it goes</figcaption></figure>")
    assert markdown.assets == {"a.svg": tmp_path / "a.svg"}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('class="d-tint"', 'class="logo"', "the class “logo”"),
        ('class="d-tint"', 'style="fill:red"', "attribute “style”"),
        ('class="d-tint"', 'onload="alert(1)"', "attribute “onload”"),
        ("currentColor", "#fff", "is a fixed color"),
        ("<title>Alone</title>", "<script>alert(1)</script>", "<script> is not one of"),
        ("<title>Alone</title>", "<a href='javascript:1'/>", "<a> is not one of"),
        ('viewBox="0 0 340 90"', 'viewBox="0 0 340 90&quot; onload=&quot;x"', "viewBox"),
        ("<svg", "<!DOCTYPE svg><svg", "document type"),
        ("</svg>", "", "not well-formed"),
        ("Alone", "A" * 20_001, "more than 20 kB"),
    ],
)
def test_any_other_drawing_is_shown_as_an_image(tmp_path: Path, old: str, new: str, reason: str) -> None:
    (tmp_path / "a.svg").write_text(DRAWING.replace(old, new), encoding="utf-8")
    html, problems, markdown = render_files("\n\n![One](a.svg)", tmp_path)
    assert html == '<figure><img src="asset:a.svg" alt="One" /></figure>\n'
    assert problems == []
    ((file, line, name, why),) = markdown.images
    assert (file, line, name) == ("x.md", 3, "a.svg") and reason in why


def test_an_image_in_a_sentence_stays_there(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    html, _, _ = render_files("Press ![Save](a.png) now.", tmp_path)
    assert html == '<p>Press <img src="asset:a.png" alt="Save" /> now.</p>\n'


def test_a_decorative_image_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    (tmp_path / "a.svg").write_text(DRAWING, encoding="utf-8")
    html, problems, _ = render_files('![](a.png "decorative")', tmp_path)
    assert (html, problems) == ('<figure><img src="asset:a.png" alt="" /></figure>\n', [])
    html, problems, _ = render_files('![](a.svg "decorative")', tmp_path)
    assert '<svg class="drawing" aria-hidden="true"' in html and problems == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("![](a.png)", "has no alternative text; write ![what it shows](a.png)"),
        ('![A](a.png "decorative")', "is called decorative and has alternative text"),
        ("![a.png](a.png)", "is a file name; say what it shows"),
    ],
)
def test_an_image_needs_words(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    _, (problem,), _ = render_files(text, tmp_path)
    assert reason in problem
