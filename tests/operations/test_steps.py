"""An operator follows docs/operate.md word for word, with scores on their way."""

import shutil
import socket
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, select, text

from lti_tool import clock
from lti_tool.app.migrations import list_revisions
from lti_tool.db import make_session_factory
from lti_tool.passback.models import Delivery
from lti_tool.passback.service import queue_score
from lti_tool.registration.models import Registration, ToolKey
from lti_tool.roster.models import Membership, User
from tests.builders import make_context, make_member
from tests.operations.document import ROOT, read_blocks
from tests.operations.place import Place, wait_until
from tests.service.passback_platform import Platform

PEOPLE = ("Zoë", "Amara", "Priya", "José", "Søren")
_FUTURE = '''"""What a later version adds."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("of_tomorrow", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("registration", sa.Column("of_tomorrow", sa.String(255), nullable=True))


def downgrade() -> None:
    op.drop_column("registration", "of_tomorrow")
    op.drop_table("of_tomorrow")
'''


@pytest.fixture
def platform() -> Iterator[Platform]:
    platform = Platform("moodle")
    yield platform
    platform.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Place, Place]]:
    """The place that works today, and an empty one for the restore."""
    urls = {"old": "", "new": ""}
    admin = None
    if request.param == "postgresql":
        server = make_url(request.getfixturevalue("postgres_database"))
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        for name in urls:
            database = f"{server.database}_{name}"
            with admin.connect() as connection:
                connection.execute(text(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)"))
                connection.execute(text(f"CREATE DATABASE {database}"))
            address = server.set(database=database, drivername="postgresql")
            urls[name] = address.render_as_string(hide_password=False)
    old, new = (Place(tmp_path / name, request.param, url) for name, url in urls.items())
    yield old, new
    old.stop()
    new.stop()
    if admin is not None:
        for url in urls.values():
            with admin.connect() as connection:
                connection.execute(text(f"DROP DATABASE {make_url(url).database} WITH (FORCE)"))
        admin.dispose()


def install(place: Place, platform: Platform) -> None:
    """A tool with one platform, one course and a class."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"LTI_TOOL_BASE_URL": f"http://127.0.0.1:{port}", "LTI_TOOL_ALLOW_PRIVATE_PLATFORMS": "1"}
    if place.url:
        settings |= {
            "LTI_TOOL_DATABASE_URL": place.url,
            "LTI_TOOL_SECRET_KEY": "a-secret-for-tests-only-0123456789abcdef",
        }
    place.write_settings(**settings)
    place.do(
        "lti-tool db upgrade && lti-tool platform add --family moodle --name Riverbend --client-id client-1"
        f" --issuer {platform.base} --auth-url {platform.base}/auth --token-url {platform.base}/token"
        f" --jwks-url {platform.base}/jwks --deployment-id 1"
    )
    engine = place.engine()
    with make_session_factory(engine).begin() as session:
        registration = session.scalars(select(Registration)).one()
        context = make_context(session, registration=registration, lineitems_url=platform.lineitems_url)
        for name in PEOPLE:
            make_member(session, name, context=context)
    engine.dispose()


def score_all(place: Place, given: float) -> dict[str, float]:
    """Everybody hands something in; who has which score."""
    engine = place.engine()
    now = clock.now()
    with make_session_factory(engine).begin() as session:
        members = session.execute(select(Membership, User.sub).join(User, User.id == Membership.user_id)).all()
        for member, _ in members:
            queue_score(
                session,
                context_id=member.context_id,
                user_id=member.user_id,
                tag="module:expectations",
                label="What a micro-internship is",
                score_given=given,
                score_maximum=10,
                comment="Well done.",
                submitted_at=now,
                now=now,
            )
    engine.dispose()
    return {sub: given for _, sub in members}


def break_down(platform: Platform) -> int:
    """The platform takes no score from now on; where its later calls begin."""
    platform.fail("scores", status=503, times=100_000)
    return len(platform.scores)


def stamps_since(platform: Platform, begin: int) -> dict[str, set[str]]:
    """The timestamps with which each person's score was tried."""
    found: dict[str, set[str]] = {}
    for body in platform.scores[begin:]:
        found.setdefault(body["userId"], set()).add(body["timestamp"])
    return found


def expect_delivery(place: Place, platform: Platform, wanted: dict[str, float], tried: dict[str, set[str]]) -> None:
    """The platform works again: each score arrives, once, with the timestamp of its first try."""
    platform.faults.clear()
    begin = len(platform.scores)
    place.do("lti-tool passback retry --waiting --yes")
    wait_until(lambda: held(platform) == wanted, place, "scores did not arrive")
    wait_until(lambda: states(place) <= {"delivered", "superseded"}, place, "deliveries were not noted")
    sent = Counter(body["userId"] for body in platform.scores[begin:])
    assert sent == dict.fromkeys(wanted, 1)
    assert stamps_since(platform, begin) == tried
    assert all(len(stamps) == 1 for stamps in tried.values())


def held(platform: Platform) -> dict[str, float]:
    return {sub: cell["score"] for (_, sub), cell in list(platform.cells.items())}


def states(place: Place) -> set[str]:
    engine = place.engine()
    with make_session_factory(engine)() as session:
        found = set(session.scalars(select(Delivery.state)))
    engine.dispose()
    return found


def fail_for_a_while(place: Place, platform: Platform, given: float) -> tuple[dict[str, float], dict[str, set[str]]]:
    """Everybody's score is tried in vain; the scores, and the timestamps of the tries."""
    begin = break_down(platform)
    wanted = score_all(place, given)
    wait_until(lambda: set(stamps_since(platform, begin)) == set(wanted), place, "scores were not tried")
    return wanted, stamps_since(platform, begin)


def make_next_version(folder: Path) -> Path:
    """The present version with one more migration."""
    (folder / "migrations" / "versions").mkdir(parents=True)
    for name in ("lti_tool", "modules", "rubrics"):
        (folder / name).symlink_to(ROOT / name)
    for path in (ROOT / "migrations").glob("*.*"):
        (folder / "migrations" / path.name).symlink_to(path)
    for path in (ROOT / "migrations" / "versions").glob("*.py"):
        (folder / "migrations" / "versions" / path.name).symlink_to(path)
    before = list_revisions()[0]
    revision = f"{int(before) + 1:04}"
    added = folder / "migrations" / "versions" / f"{revision}_of_tomorrow.py"
    added.write_text(_FUTURE.format(revision=revision, before=before))
    return folder


def restore_elsewhere(old: Place, new: Place) -> None:
    """The section on backup and restore, from its first to its last command."""
    resume = Path("instance", "uploads", "0a", "0a" * 16)
    (old.folder / resume).parent.mkdir(parents=True)
    (old.folder / resume).write_bytes(b"A student's file")
    for block in read_blocks("Back up and restore"):
        if "settings" in block.tags or not block.is_for(old.database):
            continue
        if "new" not in block.tags:
            old.follow(block)
            continue
        if not any((new.folder / "backup").iterdir()):
            # Somebody carries it over.
            shutil.copytree(old.folder / "backup", new.folder / "backup", dirs_exist_ok=True)
        new.follow(block)
        if new.url:
            new.write_settings(LTI_TOOL_DATABASE_URL=new.url)
    assert (new.folder / resume).read_bytes() == b"A student's file"


def upgrade_with_workers_running(place: Place, tmp_path: Path) -> None:
    place.use_version(make_next_version(tmp_path / "next"))
    bring_up, start = read_blocks("Upgrade")
    place.follow(bring_up)
    wait_until(lambda: place.exit_code("lti-tool-worker") is not None, place, "the old worker did not end")
    assert place.exit_code("lti-tool-worker") == 3
    assert place.get("/readyz") == (200, {"status": "ready", "schema": "ahead"})
    assert place.get("/lti/jwks.json")[0] == 200
    place.use_version(ROOT)
    for command in ("lti-tool worker --once", "lti-tool db upgrade", "lti-tool serve"):
        refused = place.run(command)
        assert refused.returncode == 2
        assert refused.stderr.startswith("Error: The database belongs to a newer version of the tool.")
        assert refused.stderr.count("\n") == 1
    place.use_version(tmp_path / "next")
    place.follow(start)
    assert place.get("/readyz") == (200, {"status": "ready", "schema": "current"})


def change_the_secret(place: Place) -> None:
    for block in read_blocks("Change the secret"):
        if block.is_for(place.database):
            place.follow(block)
    settings = (place.folder / "lti-tool.env").read_text()
    assert settings.count("LTI_TOOL_SECRET_KEY=") == 1
    assert "PREVIOUS" not in settings
    assert not (place.folder / "instance" / "secret_key").exists()


def rotate_keys(place: Place) -> None:
    before = place.do("lti-tool keys list").splitlines()
    engine = place.engine()
    with make_session_factory(engine).begin() as session:
        for key in session.scalars(select(ToolKey)):
            key.created_at -= timedelta(days=2)
    engine.dispose()
    for block in read_blocks("Keys"):
        place.follow(block)
    _, current, _ = (line.split()[1] for line in before)
    published = place.get("/lti/jwks.json")[1]["keys"]
    assert isinstance(published, list)
    assert len(published) == 3
    assert current in {key["kid"] for key in published}
    after = {line.split()[0]: line.split()[1] for line in place.do("lti-tool keys list").splitlines()}
    assert after["current"] == before[2].split()[1]
    assert after["retired"] == current


def test_the_steps_of_the_document(places: tuple[Place, Place], platform: Platform, tmp_path: Path) -> None:
    old, new = places
    install(old, platform)
    old.do("systemctl start lti-tool-web lti-tool-worker")
    wanted, tried = fail_for_a_while(old, platform, 4)
    restore_elsewhere(old, new)
    assert new.do("lti-tool keys list") == old.do("lti-tool keys list")
    for block in read_blocks("Grades that wait"):
        said = new.follow(block)
        assert said
    expect_delivery(new, platform, wanted, tried)

    wanted, tried = fail_for_a_while(new, platform, 6)
    upgrade_with_workers_running(new, tmp_path)
    expect_delivery(new, platform, wanted, tried)

    wanted, tried = fail_for_a_while(new, platform, 8)
    change_the_secret(new)
    expect_delivery(new, platform, wanted, tried)

    wanted, tried = fail_for_a_while(new, platform, 10)
    rotate_keys(new)
    expect_delivery(new, platform, wanted, tried)

    for block in read_blocks("What is deleted"):
        assert "replaced scores" in new.follow(block)
