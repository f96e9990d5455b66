"""Pieces of pages that are the same for many people, rendered once for each language and not at each request.

In a template: `{% call kept(("stop", module.version, number)) %}…{% endcall %}`. The key must name all that the piece
shows, and the piece must show nothing of a person; addresses inside a visit are made fit for whoever reads it.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from flask import Flask, g
from markupsafe import Markup

from lti_tool.web.language import current_language

# Some kilobytes each.
_MOST = 512
# Stands for the visit's token; no text of ours has the character.
_PLACE = "\x00"


class Fragments:
    """What was rendered, in bounded memory; the piece that was not used for longest goes first."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, str] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable) -> str | None:
        """The piece of that key."""
        with self._lock:
            if key not in self._found:
                return None
            self._found.move_to_end(key)
            return self._found[key]

    def keep(self, key: Hashable, text: str) -> None:
        """Keep a piece."""
        with self._lock:
            self._found[key] = text
            if len(self._found) > self._most:
                self._found.popitem(last=False)

    def __len__(self) -> int:
        return len(self._found)


def init_fragments(app: Flask) -> None:
    """Give templates `kept`."""
    fragments = Fragments()
    app.extensions["lti_tool_fragments"] = fragments

    def kept(key: tuple[Hashable, ...] | None, caller: Callable[[], str]) -> Markup:
        """The piece of the call block, by its key; None as a key is a piece of one person's."""
        if key is None:
            return Markup(caller())  # noqa: S704 - what a template has rendered
        # Between slashes, so that no other text is taken for it.
        address = f"/{g.visit_token}/"
        whole_key = (current_language(), *key)
        found = fragments.find(whole_key)
        if found is None:
            found = str(caller()).replace(address, _PLACE)
            fragments.keep(whole_key, found)
        return Markup(found.replace(_PLACE, address))  # noqa: S704 - what a template has rendered

    app.jinja_env.globals["kept"] = kept
