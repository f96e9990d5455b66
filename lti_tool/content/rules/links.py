"""Links inside rendered content that only a page can turn into addresses."""

import re
from collections.abc import Callable

from markupsafe import Markup, escape

_LESSON = re.compile(r'href="lesson:([a-z0-9-]+)(#[^"]*)?"')
_ASSET = re.compile(r'src="asset:([^"]+)"')


def place_links(
    html: Markup, lesson_url: Callable[[str], str], asset_url: Callable[[str], str] | None = None
) -> Markup:
    """The same HTML with lesson links, and image sources if `asset_url` is given, made into addresses."""
    placed = _LESSON.sub(lambda match: f'href="{escape(lesson_url(match[1]))}{match[2] or ""}"', html)
    if asset_url is not None:
        address = asset_url
        placed = _ASSET.sub(lambda match: f'src="{escape(address(match[1]))}"', placed)
    return Markup(placed)  # noqa: S704 - it was safe before, and what was put in is escaped
