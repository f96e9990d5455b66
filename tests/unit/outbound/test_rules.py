"""Which addresses are public, and where the next page is."""

import pytest

from lti_tool.outbound import find_next_page, is_public_address, names_next_page


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.7",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "64:ff9b::a00:1",
        "64:ff9b:1::808:808",
        "::7f00:1",
        "::a00:1",
        "fec0::1",
        "not an address",
    ],
)
def test_private_addresses_in_all_their_dresses(address: str) -> None:
    assert not is_public_address(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses(address: str) -> None:
    assert is_public_address(address)


PAGE = "https://lms.example/api/line_items?tag=x"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('<https://lms.example/n?page=2>; rel="next"', "https://lms.example/n?page=2"),
        ("<https://lms.example/n?page=2>; rel=next", "https://lms.example/n?page=2"),
        ('<https://lms.example/n>; title="x"; rel="next"', "https://lms.example/n"),
        ('<https://lms.example/p>; rel="prev", <https://lms.example/n>; REL="last next"', "https://lms.example/n"),
        ("</n?page=2>; rel=next", "https://lms.example/n?page=2"),
        ("<?page=2>; rel=next", "https://lms.example/api/line_items?page=2"),
        (
            "<https://lms.example/n?type_id=3&amp;amp;limit=2&amp;amp;from=2>; rel=“next”",
            "https://lms.example/n?type_id=3&limit=2&from=2",
        ),
        (
            '<https://lms.example/n?Role=Http%3A%2F%2FX%23Learner>; rel="next"',
            "https://lms.example/n?Role=Http%3A%2F%2FX%23Learner",
        ),
        ('<https://lms.example/n#part>; rel="next"', "https://lms.example/n"),
        ('<https://evil.example/n>; rel="next"', None),
        ('<http://lms.example/n?page=2>; rel="next"', "https://lms.example/n?page=2"),
        ('<http://evil.example/n>; rel="next"', None),
        ('<http://lms.example:8080/n>; rel="next"', None),
        ('<https://lms.example:444/n>; rel="next"', None),
        ('<https://lms.example:port/n>; rel="next"', None),
        (f'<{PAGE}>; rel="next"', None),
        ('<https://lms.example/n>; rel="nextish"', None),
        ("<https://lms.example/n>", None),
        ("", None),
    ],
)
def test_the_next_page(header: str, expected: str | None) -> None:
    assert find_next_page(header, PAGE) == expected


def test_a_next_page_is_seen_even_where_it_is_not_followed() -> None:
    assert names_next_page('<https://evil.example/n>; rel="next"')
    assert names_next_page(f"<{PAGE}>; rel=next")
    assert not names_next_page('<https://lms.example/p>; rel="prev"')
    assert not names_next_page("")
