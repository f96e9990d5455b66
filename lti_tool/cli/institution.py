"""Which institution a command is about."""

from datetime import datetime

from sqlalchemy.orm import Session

from lti_tool.errors import SettingError
from lti_tool.registration.models import Institution
from lti_tool.registration.queries import find_institution, list_institutions
from lti_tool.registration.service import get_institution_named


def choose_institution(session: Session, name: str, now: datetime, *, may_make: bool) -> Institution:
    """The named institution, else the only one there is; raises `SettingError` where that is not clear."""
    if name.strip():
        found = find_institution(session, name.strip())
        if found is None and not may_make:
            raise SettingError(f"There is no institution {name!r}. {_names(session)}")
        return found or get_institution_named(session, name, now)
    known = list_institutions(session)
    if len(known) == 1:
        return known[0]
    raise SettingError(f"Name the institution with --institution. {_names(session)}")


def _names(session: Session) -> str:
    names = sorted({institution.name for institution in list_institutions(session)})
    return f"Known: {', '.join(names)}." if names else "None is known yet."
