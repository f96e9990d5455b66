"""R03, R04, R21, R22: reach, address, file name, links."""

import pytest

from lti_tool.artefacts.catalog import Line, Reading
from lti_tool.artefacts.rules.contact import is_dead, is_odd_address, name_parts
from tests.unit.artefacts.pages import findings, quotes, resume, typed, with_contact


def test_a_careful_page_has_no_finding() -> None:
    assert [quotes(resume(), rule) for rule in ("R03", "R04", "R21", "R22")] == [[], [], [], []]


@pytest.mark.parametrize(
    ("contact", "missing"),
    [
        ("Portland | zoe@gmail.com", ["phone"]),
        ("Portland | (503) 555-0142", ["email"]),
        ("Portland | 555-0142 | zoe at gmail", ["email", "phone"]),
        ("+44 20 7946 0958 | zoe@uni.ac.uk", []),
        ("(+84) 90 123 4567 · zoe@mail.vn", []),
        ("٠٥٥ ١٢٣ ٤٥٦٧ · zoe@mail.com", []),
        ("zoe@mail.com | 2023 – 2024 | 06/2024 – 08/2024 | Zip 10458-1234", ["phone"]),
        ("zoe@mail.com | SSN 123-45-6789 | Student ID 900123456", ["phone"]),
    ],
)
def test_r03_names_what_is_missing(contact: str, missing: list[str]) -> None:
    assert [finding.detail for finding in findings(with_contact(contact), "R03")] == missing


def test_r03_wants_the_address_in_the_body() -> None:
    reading = typed(Line("zoe@mail.com 503 555 0142", kind="header"), Line("Zoë Müller", size=18))
    assert [finding.detail for finding in findings(reading, "R03")] == ["email", "phone"]


@pytest.mark.parametrize(
    ("local", "domain", "name", "odd"),
    [
        ("zoe.mueller", "gmail.com", "Zoë Müller", False),
        ("jms99", "gmail.com", "John Michael Smith", False),
        ("xiaoming.wang", "x.com", "王小明", False),
        ("queenie.li", "x.com", "Queenie Li", False),
        ("obrien.aoife", "x.com", "Aoife O'Brien-Walsh", False),
        ("hello", "zoemuller.com", "Zoë Muller", False),
        ("ab1234567", "students.riverside.edu", "Zoë Müller", False),
        ("cutiepie07", "yahoo.com", "Zoë Müller", True),
        ("the.real.boss", "yahoo.com", "Zoë Müller", True),
        ("zoe_partygirl", "yahoo.com", "Zoë Müller", True),
        ("4815162342", "qq.com", "王小明", True),
        ("1234", "qq.com", "王小明", True),
        ("bluewhale", "mail.com", "Zoë Müller", True),
    ],
)
def test_r04_knows_a_name_from_a_joke(local: str, domain: str, name: str, odd: bool) -> None:
    assert is_odd_address(local, domain, name) is odd


def test_r04_quotes_the_address() -> None:
    assert quotes(with_contact("sk8rboi99@gmail.com | 503 555 0142"), "R04") == ["sk8rboi99@gmail.com"]


def test_names_lose_accents_and_pronouns() -> None:
    assert name_parts("Zoë Müller (she/her)") == ["zoe", "muller", "mueller"]
    assert name_parts("王小明 (Wang Xiaoming)") == ["wang", "xiaoming"]
    assert "obrienwalsh" in name_parts("Aoife O'Brien-Walsh")


@pytest.mark.parametrize(
    ("name", "detail"),
    [
        ("Mueller_Zoe.pdf", []),
        ("ZoeMuellerCV.docx", []),
        ("resume.pdf", ["name"]),
        ("C:\\Users\\z\\Document1.docx", ["name"]),
        ("Zoe_Mueller_final2.pdf", ["version"]),
        ("Zoe Mueller Resume (1).pdf", ["version"]),
        ("", []),
    ],
)
def test_r21_wants_a_name_without_a_version(name: str, detail: list[str]) -> None:
    assert [finding.detail for finding in findings(resume(), "R21", name)] == detail


def test_r21_cannot_compare_another_alphabet() -> None:
    reading = resume("王小明\nxm@mail.com | 503 555 0142\n")
    assert findings(reading, "R21", "Xiaoming.pdf") == []
    assert [finding.detail for finding in findings(reading, "R21", "my resume.pdf")] == ["name"]
    assert [finding.detail for finding in findings(reading, "R21", "Sales Internship.pdf")] == ["name"]


@pytest.mark.parametrize(
    "link",
    [
        "https://www.linkedin.com/in/zoe-müller",
        "linkedin.com/in/zoe",
        "zoe.github.io",
        "https://bit.ly/3abc",
        "https://docs.google.com/document/d/1a2b/edit?usp=sharing",
        "medium.com/@zoe",
        "mailto:zoe@mail.com",
        "tel:+15035550142",
        "https://sites.google.com/view/zoe",
        "http://zoe.dev:8080/work",
    ],
)
def test_r22_leaves_good_links_alone(link: str) -> None:
    assert not is_dead(link)


@pytest.mark.parametrize(
    "link",
    [
        "http//zoe.com",
        "htp://zoe.com",
        "https://portfolio",
        "linkedin.com/in/",
        "linkedin.com/zoe",
        "github.com",
        "www.linkedin.com/in/yourname",
        "https://example.com/me",
        "zoe..com",
        "www.zoe.con",
        "file:///C:/me.html",
        "http://localhost:3000",
        "http://127.0.0.1/x",
        "C:\\me.html",
        "https://zoe.dev/…",
        "www.zoe",
        "https:/zoe.dev",
        "zoe.c0m",
    ],
)
def test_r22_finds_links_that_cannot_work(link: str) -> None:
    assert is_dead(link)


def test_r22_looks_at_the_text_and_at_hidden_addresses() -> None:
    assert quotes(with_contact("zoe@mail.com | 503 555 0142 | linkedin.com/in/ and linkedin.com/in/"), "R22") == [
        "linkedin.com/in/"
    ]
    assert quotes(with_contact("zoe@mail.com | 503 555 0142 | D:\\zoe\\work"), "R22") == ["D:\\zoe\\work"]
    body = typed(Line("Zoë Müller, portfolio"))
    hidden = Reading("pdf", body.pages, links=("http://localhost/me", "mailto:zoe@mail.com"), page_count=1)
    assert quotes(hidden, "R22") == ["http://localhost/me"]


def test_r22_leaves_programs_and_titles_alone() -> None:
    assert (
        quotes(with_contact("zoe@mail.com, Node.js, ASP.NET, Ph.D., medium, large, A.S. in I.T., 3.8/4.0"), "R22") == []
    )
