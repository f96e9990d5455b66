"""Chromium in three cookie modes, driven by Playwright.

Debian's Chromium ships without the switches that would say so on a command line: third-party cookies are a preference
of the profile (`cookie_controls_mode`), and refusing one site everything is a content setting of the profile.
"""

import json
import shutil
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from playwright.sync_api import BrowserContext, Playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # A microphone that beeps.
    "--use-fake-device-for-media-stream",
)
_BLOCK = 2  # CONTENT_SETTING_BLOCK


class Cookies(StrEnum):
    """What the browser does with the cookies of a framed site."""

    ALLOWED = "allowed"
    # Third-party cookies blocked; partitioned ones still work.
    BLOCKED = "blocked"
    # Inside pages of the platform the tool may keep nothing: no cookie, no storage. In a window of its own it may.
    REFUSED = "refused"


@dataclass(frozen=True)
class Size:
    """A viewport."""

    width: int
    height: int


DESKTOP = Size(1280, 900)
PHONE = Size(390, 844)
NARROW = Size(320, 640)


def find_chromium() -> str | None:
    """The installed browser, or None."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def open_context(
    playwright: Playwright,
    profile: Path,
    cookies: Cookies,
    *,
    size: Size = DESKTOP,
    scripts: bool = True,
) -> BrowserContext:
    """A fresh browser with its own profile; the caller closes it.

    The tool stands on `localhost`, platforms on `127.0.0.1`; ports do not matter.
    """
    executable = find_chromium()
    assert executable is not None
    default = profile / "Default"
    default.mkdir(parents=True)
    preferences: dict[str, object] = {"cookie_controls_mode": 0 if cookies is Cookies.ALLOWED else 1}
    if cookies is Cookies.REFUSED:
        exceptions = {"http://localhost:*,http://127.0.0.1:*": {"setting": _BLOCK}}
        preferences["content_settings"] = {"exceptions": {"cookies": exceptions}}
    (default / "Preferences").write_text(json.dumps({"profile": preferences}), encoding="utf-8")
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=executable,
        headless=True,
        args=list(_ARGUMENTS),
        viewport={"width": size.width, "height": size.height},
        java_script_enabled=scripts,
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    return context
