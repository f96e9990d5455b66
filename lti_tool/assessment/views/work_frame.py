"""What the pages of a piece of work share: which work it is, where it stands, the frame of its pages."""

from typing import Any

from flask import Response

from lti_tool.assessment.models import Upload
from lti_tool.assessment.queries import find_draft, find_latest_upload, list_versions
from lti_tool.assessment.rules import WorkState, decide_work_state, find_neighbours
from lti_tool.assessment.session import catalogue
from lti_tool.assessment.views.modules import read_part
from lti_tool.assessment.views.shared import get_learner, get_module, is_preview, render
from lti_tool.content.catalog import Artefact, Module
from lti_tool.errors import NotFound
from lti_tool.web.session import db

# The hidden field with the stamp of the draft that a form was made from.
MADE_FROM = "made_from"


def get_artefact(slug: str) -> tuple[Module, Artefact]:
    """The module at that address and its piece of work; raises NotFound."""
    module = get_module(slug)
    if module.artefact is None:
        raise NotFound("part_unknown")
    return module, module.artefact


def find_module_with_work(slug: str) -> tuple[Module, Artefact]:
    """The same for staff, who come from a person; raises NotFound."""
    module = catalogue().find_module_by_slug(slug)
    if module is None or module.artefact is None:
        raise NotFound("module_unknown")
    return module, module.artefact


def render_work(template: str, module: Module, artefact: Artefact, work: WorkState, **values: Any) -> Response:
    """A page of a piece of work, with the way back and on."""
    before, after = find_neighbours(module, artefact.id)
    return render(
        template,
        module=module,
        artefact=artefact,
        work=work,
        state=read_part(module, artefact.id),
        before_part=before,
        after_part=after,
        **values,
    )


def read_work(module: Module) -> WorkState:
    """Where the work stands."""
    versions = [] if is_preview() else list_versions(db(), get_learner(), module.id)
    return decide_work_state([it.version for it in versions])


def read_answers(module: Module, artefact: Artefact) -> dict[str, str]:
    """What stands in the draft."""
    draft = None if is_preview() else find_draft(db(), get_learner(), module.id, artefact.id)
    return dict(draft.answers) if draft is not None else {}


def find_file(module: Module, artefact: Artefact, *, with_reading: bool = False) -> Upload | None:
    """The file of the draft; no statement where the work takes none."""
    if artefact.file_field is None or is_preview():
        return None
    return find_latest_upload(db(), get_learner(), module.id, with_reading=with_reading)


def rating_part(artefact: Artefact) -> str:
    """The name of the draft that holds the student's own rating."""
    return f"{artefact.id}.rating"
