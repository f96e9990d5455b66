"""A platform that takes scores, and a course on it; a file that needs others makes them under the same names."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.service.passback_course import TAG, Course, open_course
from tests.service.passback_platform import Platform


@pytest.fixture(params=["moodle"])
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    """The rules of Moodle; a test may ask for those of Canvas."""
    platform = Platform(request.param)
    yield platform
    platform.stop()


@pytest.fixture
def course(session: Session, platform: Platform) -> Course:
    """A course that has launched and has a column."""
    course = open_course(session, platform)
    platform.add_column(TAG, 10)
    return course
