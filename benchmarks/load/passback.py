"""What the black-box load driver needs to know to make a student's final score: one check of four questions."""

import re
from typing import Any

_RIGHT = re.compile(r"(\d) of 4 right")


async def journey(v: Any) -> None:
    """Answer as many questions as the user's own dice say; expect that score once the tool has confirmed it.

    Whoever comes again after an interruption goes on with the open try, or finds it handed in.
    """
    module = re.sub(r"(/v/[^/]+).*", r"\1/modules/bench", v.page.url)
    wanted = v.rng.randint(1, 4)
    page = await v.get(module + "/check", name="check")
    if "check/start" in page.text:
        page = await v.submit(page, _form_of(page, "check/start"), name="start")
        answers = {f"answer-q{n}": "right" if n <= wanted else "wrong" for n in range(1, 5)}
        form = _form_of(page, "check/tries/")
        page = await v.submit(page, form, name="hand in", hand_in="1", **answers)
    found = _RIGHT.search(page.text)
    if found is None:
        v.fail("no_result", page.text[:300])
        return
    v.expect(int(found[1]), 4)


def _form_of(page: Any, action: str) -> int:
    """The number of the form with this action."""
    number = 0
    while (form := page.form(number)) is not None:
        if action in form[0]:
            return number
        number += 1
    raise LookupError(action)
