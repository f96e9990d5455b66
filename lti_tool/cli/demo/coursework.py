"""Pieces of work in the demo, in every state that a teacher meets: begun, handed in, sent back, revised, approved."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lti_tool.content.catalog import Artefact, Catalogue, Module, group_fields
from lti_tool.sandbox.browser import Visitor
from lti_tool.sandbox.browser.page import Page
from lti_tool.sandbox.people import STUDENTS, Seed


class Stage(StrEnum):
    """How far a student has come with one piece of work."""

    DRAFT = "draft"
    HANDED_IN = "handed in"
    # Sent back, and not read yet.
    RETURNED = "returned"
    # Sent back, read, and handed in again.
    REVISED = "revised"
    APPROVED = "approved"
    # Sent back at first, approved in the end.
    IMPROVED = "improved"


ALL_DONE = tuple((module_id, Stage.APPROVED) for module_id in ("resume", "linkedin", "etiquette", "goals", "interview"))
# Of students who have finished the orientation.
WORK: Mapping[str, tuple[tuple[str, Stage], ...]] = {
    "amara.okafor": (("resume", Stage.IMPROVED), ("linkedin", Stage.REVISED), ("etiquette", Stage.DRAFT)),
    "nour.haddad": (("etiquette", Stage.RETURNED),),
    "liam.obrien": (("resume", Stage.RETURNED), ("goals", Stage.HANDED_IN)),
    "mei.lin": ALL_DONE,
    "ngoc.nguyen": (("etiquette", Stage.APPROVED), ("interview", Stage.DRAFT)),
    "soren.kjaer": (("goals", Stage.IMPROVED), ("linkedin", Stage.HANDED_IN)),
    "rohan.iyer": (("resume", Stage.DRAFT),),
    "yuki.tanaka": (("linkedin", Stage.APPROVED), ("interview", Stage.RETURNED)),
    "hannah.goldberg": (("etiquette", Stage.HANDED_IN),),
    "tyrell.washington": (("interview", Stage.APPROVED), ("resume", Stage.REVISED)),
}
_SENT_BACK = {
    "resume": (
        "The order is right, and the first three lines answer this host. Two lines stop before the result: what was "
        "different afterwards? Add it to the first and the last entry, and hand it in again."
    ),
    "linkedin": (
        "Your headline says what you do and for whom, which few profiles manage. The About section claims more than "
        "it shows. Take one sentence out, and put one finished thing that a host can look at in its place."
    ),
    "etiquette": (
        "I would open this kickoff message at once. In the update, say first what is late and by how much, and then "
        "why. Give the host two ways to go on, so that she only has to choose."
    ),
    "goals": (
        "Both goals are worth having. The scale of the second one has no line between 0 and +1: how would the two of "
        "you tell them apart? Write what somebody would see."
    ),
    "interview": (
        "Good stories, and short enough. In the first answer I cannot tell which part was yours: say “I” where you "
        "mean you. Then the result will sound as good as it was."
    ),
}
_APPROVED = {
    "resume": "A host finds what she needs in the first third of the page. Ready to send.",
    "linkedin": "Clear, true and easy to check. The note to the reader asks for one small thing, as it should.",
    "etiquette": "A host would answer this today. Keep the plan for bad news; you will be glad of it.",
    "goals": "You could show the scale to a host tomorrow. Agree on the date of the first look in the kickoff call.",
    "interview": "Two stories with a result each, told in two minutes. Say them aloud once more before the call.",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """One student, one module, and how far the two have come."""

    student: Seed
    module: Module
    artefact: Artefact
    stage: Stage

    @property
    def comes_back(self) -> bool:
        """Whether the first version is sent back."""
        return self.stage in (Stage.RETURNED, Stage.REVISED, Stage.IMPROVED)

    @property
    def has_second(self) -> bool:
        """Whether there is a second version."""
        return self.stage in (Stage.REVISED, Stage.IMPROVED)

    def decide(self, number: int) -> tuple[str, str] | None:
        """What the teacher says of a version, with the note; None where it still waits."""
        if number == 1 and self.comes_back:
            return "returned", _SENT_BACK[self.module.id]
        if self.stage in (Stage.APPROVED, Stage.IMPROVED):
            return "approved", _APPROVED[self.module.id]
        return None

    def texts(self, *, is_first: bool) -> dict[str, str]:
        """What the student wrote: the strongest example in her own name, and at first with less in it."""
        exemplar = self.artefact.exemplars[-1]
        given = exemplar.person.split()[0]
        texts = {
            name: text.replace(exemplar.person, self.student.name)
            .replace(given, self.student.given)
            .replace(exemplar.person.lower().replace(" ", "-"), self.student.username.replace(".", "-"))
            for name, text in exemplar.texts
        }
        return {name: _shorten(text) for name, text in texts.items()} if is_first else texts


def list_desks(catalogue: Catalogue) -> list[Desk]:
    """All of the class's work."""
    found = []
    for student in STUDENTS:
        for module_id, stage in WORK.get(student.username, ()):
            module = catalogue.find_module(module_id)
            if module is not None and module.artefact is not None:
                found.append(Desk(student, module, module.artefact, stage))
    return found


class OwnWork:
    """A student at the page of a module."""

    def __init__(self, browser: Visitor, desk: Desk) -> None:
        self.browser, self.desk = browser, desk

    def hand_in_first(self, module_page: Page) -> None:
        """Write the first version, or a draft of it, and hand it in."""
        is_first = self.desk.comes_back
        if self.desk.stage is Stage.DRAFT:
            texts = self.desk.texts(is_first=True)
            groups = group_fields(self.desk.artefact.fields)
            begun = {field.id for _, fields in groups[:2] for field in fields}
            kept = {name: text for name, text in texts.items() if name in begun or len(groups) == 1}
            self._write(self._open(module_page), kept, button="Check my text")
            return
        self._hand_in(self._open(module_page), self.desk.texts(is_first=is_first))

    def hand_in_again(self, module_page: Page) -> None:
        """Read what came back, and hand in a better version."""
        page = self.browser.click(module_page, "/own-work/versions/1")
        page = self.browser.submit(page, form="versions/1/read")
        self._hand_in(page, self.desk.texts(is_first=False))

    def _open(self, module_page: Page) -> Page:
        return self.browser.click(module_page, f"/modules/{self.desk.module.slug}/own-work")

    def _hand_in(self, page: Page, texts: Mapping[str, str]) -> None:
        page = self._write(page, texts, button="Go on: rate it yourself")
        if not any("own-work/rating" in form.action for form in page.forms):
            # A file was given: first the student sees what a machine reads in it.
            page = self.browser.click(page, "/own-work/rating")
        criteria = sorted(name for name in page.find_form("own-work/rating").names if name.startswith("answer-"))
        # Most people know where they are weak.
        rating = {name: "2" if number == 1 else "3" for number, name in enumerate(criteria)}
        self.browser.submit(page, rating, form="own-work/rating")

    def _write(self, page: Page, texts: Mapping[str, str], button: str) -> Page:
        form = page.find_form("own-work")
        answers = {f"answer-{name}": text for name, text in texts.items() if f"answer-{name}" in form.names}
        field = self.desk.artefact.file_field
        files = {}
        if field is not None and field.id in texts:
            # Its first paragraph names the file.
            name = "-".join((*self.desk.student.family.split()[:1], self.desk.student.given, "Resume.txt"))
            files = {one: (name, texts[field.id].partition("\n\n")[2].encode()) for one in form.file_names}
        return self.browser.submit(page, answers, form="own-work", button=button, files=files)


def decide_all(browser: Visitor, class_page: Page, desks: Iterable[Desk], note: Callable[[], None]) -> None:
    """Go through what waits, as the teacher does; what the demo wants to stay waiting stays."""
    by_person = {(desk.student.name, desk.module.slug): desk for desk in desks}
    waiting = browser.click(class_page, "/waiting")
    for link in waiting.links:
        found = re.search(r"/people/\d+/versions/([\w-]+)/(\d+)$", link.href)
        name = " ".join(link.text.split()).partition(":")[0].strip("\u2068\u2069")
        desk = by_person.get((name, found[1])) if found is not None else None
        decision = desk.decide(int(found[2])) if desk is not None and found is not None else None
        if decision is not None:
            page = browser.click(waiting, link.href)
            verdict, words = decision
            browser.submit(page, {"verdict": verdict, "note": words}, form="/versions/")
            note()


def _shorten(text: str) -> str:
    """A text without the last sentence of its longest paragraph."""
    paragraphs = text.split("\n\n")
    longest = max(range(len(paragraphs)), key=lambda it: len(paragraphs[it]))
    sentences = re.split(r"(?<=[.?!]) ", paragraphs[longest])
    if len(sentences) > 1:
        paragraphs[longest] = " ".join(sentences[:-1])
    return "\n\n".join(paragraphs)
