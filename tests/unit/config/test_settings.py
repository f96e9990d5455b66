"""Settings: defaults that just work, and one clear line for each wrong value."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lti_tool.config import Settings, load_settings
from lti_tool.errors import SettingError


def load(tmp_path: Path, **values: str) -> Settings:
    environ = {f"LTI_TOOL_{name}": value for name, value in values.items()}
    return load_settings({"LTI_TOOL_INSTANCE_DIR": str(tmp_path / "instance"), "HOME": "/nowhere", **environ})


def test_defaults_just_work(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path / 'instance' / 'lti_tool.db'}"
    assert settings.base_url == "http://localhost:8000"
    assert settings.launch_url == "http://localhost:8000/lti/launch"
    assert settings.login_url == "http://localhost:8000/lti/login"
    assert settings.jwks_url == "http://localhost:8000/lti/jwks.json"
    assert settings.upload_folder == tmp_path / "instance" / "uploads"
    assert settings.host == "localhost:8000"
    assert not settings.is_https
    assert len(settings.secret_key) >= 32


def test_the_generated_secret_is_kept_and_private(tmp_path: Path) -> None:
    first = load(tmp_path).secret_key
    assert load(tmp_path).secret_key == first
    assert (tmp_path / "instance" / "secret_key").stat().st_mode & 0o077 == 0


def test_values_are_read(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        DATABASE_URL="postgresql://prep:pw@db.example.edu/prep",
        BASE_URL="https://Prep.Example.edu/",
        SECRET_KEY="k" * 40,
        HOLD_NEW_DEPLOYMENTS="yes",
        TRUSTED_PROXIES="1",
        METRICS_NETWORKS="10.0.0.0/8, ::1/128",
        CONTENT_DIR=str(tmp_path),
        UPLOAD_DIR=str(tmp_path),
        ACCENT_COLOR="#7A0019",
        PRIVACY_URL="https://example.edu/privacy",
        LOG_FORMAT="text",
        PREVIOUS_SECRET_KEYS=f"{'o' * 40}  {'p' * 32}",
        ROSTER_MINUTES="0",
        KEEP_VISITS_DAYS="2",
        KEEP_CODES_DAYS="3",
        KEEP_DELIVERIES_DAYS="400",
        KEEP_UPLOADS_DAYS="7",
        LIMIT_UPLOADS="4",
    )
    assert settings.database_url == "postgresql+psycopg://prep:pw@db.example.edu/prep"
    assert settings.base_url == "https://prep.example.edu"
    assert settings.is_https
    assert settings.hold_new_deployments
    assert settings.trusted_proxies == 1
    assert [str(network) for network in settings.metrics_networks] == ["10.0.0.0/8", "::1/128"]
    assert settings.content_dir == tmp_path
    assert settings.upload_folder == tmp_path
    assert (settings.keep_uploads_days, settings.limit_uploads) == (7, 4)
    assert settings.log_format == "text"
    assert settings.roster_minutes == 0
    assert settings.secret_keys == ("k" * 40, "o" * 40, "p" * 32)
    assert (settings.keep_visits_days, settings.keep_codes_days, settings.keep_deliveries_days) == (2, 3, 400)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DATABASE_URL", "not a url", "not a database URL"),
        ("DATABASE_URL", "mysql://x/y", "SQLite and PostgreSQL"),
        ("BASE_URL", "prep.example.edu", "must be like https"),
        ("BASE_URL", "https://prep.example.edu/path", "no path"),
        ("BASE_URL", "http://prep.example.edu", "must be https"),
        ("BASE_URL", "http://localhost:abc", "must be like https"),
        ("BASE_URL", "http://localhost:99999", "must be like https"),
        ("BASE_URL", "https://[::1", "must be like https"),
        ("BASE_URL", "https://amara@prep.example.edu", "must be like https"),
        ("DATABASE_URL", "postgresql://tool@localhost:port/tool", "not a database URL"),
        ("SECRET_KEY", "short", "at least 32"),
        ("HOLD_NEW_DEPLOYMENTS", "perhaps", "true or false"),
        ("TRUSTED_PROXIES", "-1", "whole number"),
        ("LIMIT_LOGINS", "-1", "whole number"),
        ("LIMIT_CODES", "many", "whole number"),
        ("TRUSTED_PROXIES", "99", "0 to 10"),
        ("METRICS_NETWORKS", "10.0.0.0/99", "METRICS_NETWORKS"),
        ("CONTENT_DIR", "/no/such/folder", "names no folder"),
        ("ACCENT_COLOR", "red", "#7a0019"),
        ("ACCENT_COLOR", "#fff", "#7a0019"),
        ("PRIVACY_URL", "http://example.edu", "https://"),
        ("LOG_FORMAT", "xml", "one of json, text"),
        ("PREVIOUS_SECRET_KEYS", f"{'o' * 40} short", "at least 32"),
        ("KEEP_VISITS_DAYS", "0", "1 to 3650"),
        ("KEEP_DELIVERIES_DAYS", "ever", "whole number"),
        ("SECRET_KEYS", "x", "LTI_TOOL_SECRET_KEYS is not a setting"),
    ],
)
def test_a_wrong_setting_is_one_clear_line(tmp_path: Path, name: str, value: str, words: str) -> None:
    with pytest.raises(SettingError) as caught:
        load(tmp_path, **{name: value})
    assert words in caught.value.message
    assert "\n" not in caught.value.message


def test_a_secret_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "instance").write_text("a file stands where the folder should be")
    with pytest.raises(SettingError, match="cannot be kept"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://Prep.Example.edu:443/", "https://prep.example.edu"),
        ("https://prep.example.edu:8443", "https://prep.example.edu:8443"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_base_url_is_written_as_browsers_write_an_origin(tmp_path: Path, given: str, origin: str) -> None:
    assert load(tmp_path, BASE_URL=given).base_url == origin


@pytest.mark.parametrize("content", ["", "too-short"])
def test_a_cut_secret_stops_the_start(tmp_path: Path, content: str) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "secret_key").write_text(content)
    with pytest.raises(SettingError, match="at least 32"):
        load(tmp_path)


def test_processes_that_start_at_once_share_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: load(tmp_path).secret_key, range(32)))
    assert len(found) == 1
    assert [path.name for path in (tmp_path / "instance").iterdir()] == ["secret_key"]
    assert (tmp_path / "instance" / "secret_key").stat().st_mode & 0o077 == 0
