"""What the black-box load driver needs to know of the tool: its pages.

The driver keeps cookies, so its visits are strong.
"""

from typing import Any


async def pages(v: Any) -> dict[str, str]:
    """Pages of a teacher's visit, and the cheapest answer of the same server to compare with."""
    home = v.page.url.rstrip("/")
    return {
        "health": "/healthz",
        "class": home + "/",
        "students' first page": home + "/preview",
        "module": home + "/modules/expectations",
    }
