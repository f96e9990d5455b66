"""What a browser says while pages are shown: errors, violations of the policy, requests to anybody else."""

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError

OWN_HOSTS = ("localhost", "127.0.0.1")


class Watch:
    """Collects what should not be there; `check` fails with all of it."""

    def __init__(self, context: BrowserContext) -> None:
        self.troubles: list[str] = []
        self._context = context
        # An expected refusal (401, 403, 404, …) is a console line of Chromium's own.
        self._handlers: list[tuple[str, Callable[..., None]]] = [
            ("console", self._console),
            ("weberror", self._web_error),
            ("request", self._request),
        ]
        for name, handler in self._handlers:
            context.on(name, handler)  # type: ignore[call-overload]

    def stop(self) -> None:
        """Listen no more."""
        for name, handler in self._handlers:
            self._context.remove_listener(name, handler)

    def check(self) -> None:
        """Nothing was amiss."""
        assert self.troubles == []

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.troubles.append(f"console {message.type}: {message.text}")

    def _web_error(self, error: WebError) -> None:
        self.troubles.append(f"script error: {error.error}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.hostname not in OWN_HOSTS:
            self.troubles.append(f"request to {parts.hostname}")


def has_sideways_scroll(page: Page) -> bool:
    """Whether the page is wider than the window (WCAG 1.4.10)."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
