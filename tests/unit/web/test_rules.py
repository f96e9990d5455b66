"""Which requests may use a visit."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import lti_tool.web
from lti_tool.web.rules import (
    DARK_GROUNDS,
    LIGHT_GROUNDS,
    Refusal,
    RequestFacts,
    VisitFacts,
    contrast_of,
    decide_accent,
    decide_use,
    hash_secret,
    mix_colors,
    sign_form,
)

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
OWN = "https://prep.example.edu"


def visit(*, strong: bool, seen: timedelta = timedelta(0), left: timedelta = timedelta(hours=1)) -> VisitFacts:
    return VisitFacts(strong, hash_secret("key") if strong else None, NOW - seen, NOW + left)


def request(
    method: str = "GET",
    *,
    key: str | None = None,
    site: str | None = None,
    origin: str | None = None,
    token: bool = False,
) -> RequestFacts:
    return RequestFacts(method, hash_secret(key) if key else None, site, origin, token)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (request(key="key"), None),
        (request(key="key", site="cross-site"), None),
        (request(key="other"), Refusal.OTHER_BROWSER),
        (request(site="same-origin"), Refusal.OTHER_BROWSER),
    ],
)
def test_a_strong_visit_needs_its_browser(facts: RequestFacts, refusal: Refusal | None) -> None:
    assert decide_use(visit(strong=True), facts, OWN, NOW) is refusal


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (request(site="same-origin"), None),
        (request(site="same-site"), Refusal.FOREIGN_REQUEST),
        (request(site="cross-site"), Refusal.FOREIGN_REQUEST),
        (request(site="none"), Refusal.FOREIGN_REQUEST),
        (request(), Refusal.FOREIGN_REQUEST),
        (request("POST", origin=OWN, token=True), None),
        (request("POST", origin=OWN), Refusal.FOREIGN_REQUEST),
        (request("POST", origin="https://evil.example", token=True), Refusal.FOREIGN_REQUEST),
        (request("POST", token=True), Refusal.FOREIGN_REQUEST),
        (request("GET", origin=OWN, token=True), Refusal.FOREIGN_REQUEST),
        (request("POST", site="cross-site", origin=OWN, token=True), Refusal.FOREIGN_REQUEST),
    ],
)
def test_a_weak_visit_needs_a_page_of_ours(facts: RequestFacts, refusal: Refusal | None) -> None:
    assert decide_use(visit(strong=False), facts, OWN, NOW) is refusal


def test_visits_end() -> None:
    ended = visit(strong=True, left=timedelta(0))
    assert decide_use(ended, request(key="key"), OWN, NOW) is Refusal.ENDED


def test_only_weak_visits_end_by_idling() -> None:
    idle = timedelta(minutes=31)
    assert decide_use(visit(strong=False, seen=idle), request(site="same-origin"), OWN, NOW) is Refusal.ENDED
    assert decide_use(visit(strong=True, seen=idle), request(key="key"), OWN, NOW) is None


def test_form_tokens_belong_to_one_visit() -> None:
    assert sign_form("secret", "visit-1") == sign_form("secret", "visit-1")
    assert sign_form("secret", "visit-1") != sign_form("secret", "visit-2")
    assert sign_form("secret", "visit-1") != sign_form("other", "visit-1")


GAUDY = ("#7a0019", "#ffff00", "#ffffff", "#000000", "#00ff00", "#ff69b4", "#0d5b5e", "#808080", "#4b2e83")


@pytest.mark.parametrize("is_dark", [False, True])
@pytest.mark.parametrize("color", GAUDY)
def test_every_accent_keeps_its_contrast(color: str, is_dark: bool) -> None:
    accent = decide_accent(color, is_dark=is_dark)
    grounds = (*(DARK_GROUNDS if is_dark else LIGHT_GROUNDS), accent.tint)
    assert all(contrast_of(accent.brand, ground) >= 4.5 for ground in grounds)
    assert all(contrast_of(accent.strong, ground) >= 7 for ground in grounds)
    assert contrast_of(accent.on_brand, accent.brand) >= 4.5
    assert contrast_of(accent.on_strong, accent.strong) >= 4.5


def test_a_color_with_enough_contrast_stays_itself() -> None:
    assert decide_accent("#7a0019", is_dark=False).brand == "#7a0019"
    assert (contrast_of("#ffffff", "#000000"), mix_colors("#000000", "#ffffff", 0.5)) == (21, "#808080")


def test_the_grounds_are_those_of_the_style_sheet() -> None:
    sheet = (Path(lti_tool.web.__file__).parent / "static" / "css" / "tool.css").read_text(encoding="utf-8")
    found = {name: re.findall(rf"--{name}: (#[0-9a-f]+);", sheet)[:2] for name in ("page", "surface")}
    assert found == {"page": [LIGHT_GROUNDS[0], DARK_GROUNDS[0]], "surface": ["#fff", DARK_GROUNDS[1]]}
