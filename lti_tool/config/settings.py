"""The typed list of settings; `docs/operate.md` documents each under the same name.

Every setting has a default that works on one machine with SQLite. A wrong value raises `SettingError` with the one
line that the operator needs.
"""

import contextlib
import ipaddress
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from lti_tool.errors import SettingError

PREFIX = "LTI_TOOL_"
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_MIN_SECRET = 32

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Settings:
    """Everything that differs between two installations."""

    # Where SQLite, the generated secret and, unless `upload_dir` is set, the files of students live.
    instance_dir: Path
    # SQLAlchemy URL; SQLite in the instance folder unless set.
    database_url: str
    # What platforms and browsers call this tool: scheme, host and port, no path.
    base_url: str
    # Seals visits, forms and the private keys at rest. Made and kept in the instance folder unless set.
    secret_key: str
    # Former values of it, newest first: what they sealed is still read, nothing is sealed with them.
    previous_secret_keys: tuple[str, ...] = ()
    # Name shown in the page header and sent at registration.
    tool_name: str = "Micro-Internship Prep"
    # Whom a student may ask, shown on every page.
    help_text: str = "Ask your instructor or your career center."
    # The institution's color, #rrggbb; shades with enough contrast are made of it. Ours where it is empty.
    accent_color: str = ""
    # Address of the institution's privacy notice; a built-in page is linked where it is empty.
    privacy_url: str = ""
    # Extra folder of modules/ that overrides ours by id.
    content_dir: Path | None = None
    # Folder of the files that students upload, outside of everything that is served; see `upload_folder`.
    upload_dir: Path | None = None
    # Deployments that a known client sends for the first time: accepted, or held until an operator accepts them.
    hold_new_deployments: bool = False
    # Platforms on loopback, private addresses or plain http: for the demo and tests only.
    allow_private_platforms: bool = False
    # Reverse proxies in front whose X-Forwarded-* headers are believed (0 = none).
    trusted_proxies: int = 0
    # Prometheus metrics: who may read them. Nobody unless one of the two is set.
    metrics_networks: tuple[Network, ...] = ()
    metrics_token: str = ""
    # What may come in a minute, sustained; five times that at once. 0 switches a limit off.
    # From one address (IPv6: one /64 network), behind which a whole campus may sit.
    limit_logins: int = 1000
    limit_launches: int = 1000
    # Forged or foreign messages from one address; genuine launches beside them are never turned away.
    limit_refused: int = 100
    # Registrations from one address, among them guesses of an invitation.
    limit_registrations: int = 10
    # Staff codes that one person tries.
    limit_codes: int = 5
    # Files that one person uploads.
    limit_uploads: int = 10
    # Seconds that any request to a platform may take.
    platform_timeout: float = 10.0
    # Minutes after which a launch has the course's list of members read again; 0 = never.
    roster_minutes: int = 30
    # Days during which an invitation to register may be used.
    invite_days: int = 7
    # Days that these are kept after they are over: logins and visits; invitations and staff codes that nobody used;
    # scores that arrived and were replaced by later ones; files that were replaced before they were handed in.
    keep_visits_days: int = 1
    keep_codes_days: int = 30
    keep_deliveries_days: int = 90
    keep_uploads_days: int = 30
    # Plain lines for a terminal, or JSON for a log collector.
    log_format: str = "json"
    log_level: str = "INFO"

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The secret, and after it the former ones that are still read."""
        return (self.secret_key, *self.previous_secret_keys)

    @property
    def upload_folder(self) -> Path:
        """Where files of students stand: a folder of the operator's, or one in the instance folder."""
        return self.upload_dir or self.instance_dir / "uploads"

    @property
    def template_folder(self) -> Path:
        """Where compiled templates are kept between starts; it may be emptied at any time."""
        return self.instance_dir / "cache" / "templates"

    @property
    def host(self) -> str:
        """Host and port of `base_url`, as dynamic registration's `domain` wants it."""
        return urlsplit(self.base_url).netloc

    @property
    def is_https(self) -> bool:
        """Whether browsers reach this tool by https."""
        return self.base_url.startswith("https://")

    @property
    def launch_url(self) -> str:
        """The one redirect URI: platforms compare it literally with what was registered."""
        return self.base_url + "/lti/launch"

    @property
    def login_url(self) -> str:
        """Where platforms start the third-party login."""
        return self.base_url + "/lti/login"

    @property
    def jwks_url(self) -> str:
        """Where platforms read our public keys."""
        return self.base_url + "/lti/jwks.json"


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read and check all settings; an unknown `LTI_TOOL_` name is refused, since it is a spelling mistake."""
    given = {key.removeprefix(PREFIX): value.strip() for key, value in environ.items() if key.startswith(PREFIX)}
    unknown = sorted(set(given) - _NAMES)
    if unknown:
        raise SettingError(f"{PREFIX}{unknown[0]} is not a setting. See docs/operate.md for the list.")
    instance = Path(given.get("INSTANCE_DIR") or "instance").absolute()
    return Settings(
        instance_dir=instance,
        database_url=_database_url(given.get("DATABASE_URL", ""), instance),
        base_url=_base_url(given.get("BASE_URL") or "http://localhost:8000"),
        secret_key=_secret_key(given.get("SECRET_KEY", ""), instance),
        previous_secret_keys=_previous_secrets(given.get("PREVIOUS_SECRET_KEYS", "")),
        tool_name=given.get("TOOL_NAME") or Settings.tool_name,
        help_text=given.get("HELP_TEXT") or Settings.help_text,
        accent_color=_color("ACCENT_COLOR", given.get("ACCENT_COLOR", "")),
        privacy_url=_web_address("PRIVACY_URL", given.get("PRIVACY_URL", "")),
        content_dir=_folder("CONTENT_DIR", given.get("CONTENT_DIR", "")),
        upload_dir=_folder("UPLOAD_DIR", given.get("UPLOAD_DIR", "")),
        hold_new_deployments=_flag("HOLD_NEW_DEPLOYMENTS", given),
        allow_private_platforms=_flag("ALLOW_PRIVATE_PLATFORMS", given),
        trusted_proxies=_whole("TRUSTED_PROXIES", given, Settings.trusted_proxies, low=0, high=10),
        metrics_networks=_networks("METRICS_NETWORKS", given.get("METRICS_NETWORKS", "")),
        metrics_token=given.get("METRICS_TOKEN", ""),
        limit_logins=_limit("LIMIT_LOGINS", given, Settings.limit_logins),
        limit_launches=_limit("LIMIT_LAUNCHES", given, Settings.limit_launches),
        limit_refused=_limit("LIMIT_REFUSED", given, Settings.limit_refused),
        limit_registrations=_limit("LIMIT_REGISTRATIONS", given, Settings.limit_registrations),
        limit_codes=_limit("LIMIT_CODES", given, Settings.limit_codes),
        limit_uploads=_limit("LIMIT_UPLOADS", given, Settings.limit_uploads),
        platform_timeout=float(_whole("PLATFORM_TIMEOUT", given, 10, low=1, high=120)),
        roster_minutes=_whole("ROSTER_MINUTES", given, Settings.roster_minutes, low=0, high=10_080),
        invite_days=_whole("INVITE_DAYS", given, Settings.invite_days, low=1, high=90),
        keep_visits_days=_whole("KEEP_VISITS_DAYS", given, Settings.keep_visits_days, low=1, high=3650),
        keep_codes_days=_whole("KEEP_CODES_DAYS", given, Settings.keep_codes_days, low=1, high=3650),
        keep_deliveries_days=_whole("KEEP_DELIVERIES_DAYS", given, Settings.keep_deliveries_days, low=1, high=3650),
        keep_uploads_days=_whole("KEEP_UPLOADS_DAYS", given, Settings.keep_uploads_days, low=1, high=3650),
        log_format=_one_of("LOG_FORMAT", given, ("json", "text")),
        log_level=_one_of(
            "LOG_LEVEL",
            {**given, "LOG_LEVEL": given.get("LOG_LEVEL", "").upper()},
            ("INFO", "DEBUG", "WARNING", "ERROR"),
        ),
    )


_NAMES = frozenset(field.name.upper() for field in fields(Settings))


def _database_url(value: str, instance: Path) -> str:
    if not value:
        return f"sqlite:///{instance / 'lti_tool.db'}"
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        raise SettingError(f"{PREFIX}DATABASE_URL is not a database URL, such as sqlite:////srv/tool.db.") from None
    backend = url.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        raise SettingError(f"{PREFIX}DATABASE_URL names {backend}; SQLite and PostgreSQL are supported.")
    if backend == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return url.render_as_string(hide_password=False)


def _base_url(value: str) -> str:
    wrong = SettingError(f"{PREFIX}BASE_URL must be like https://prep.example.edu (no path); it is {value!r}.")
    try:
        parts = urlsplit(value.rstrip("/"))
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise wrong
    if parts.path or parts.query or parts.fragment:
        raise wrong
    if parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS:
        raise SettingError(f"{PREFIX}BASE_URL must be https: browsers keep no cookies for plain http in a frame.")
    # As browsers write it in `Origin`: without the scheme's own port.
    own = {"http": 80, "https": 443}[parts.scheme]
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if port in (None, own) else f":{port}")


def _secret_key(value: str, instance: Path) -> str:
    if value:
        if len(value) < _MIN_SECRET:
            raise SettingError(f"{PREFIX}SECRET_KEY needs at least {_MIN_SECRET} characters.")
        return value
    path = instance / "secret_key"
    try:
        if not path.exists():
            _make_secret(path)
        kept = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingError(
            f"{PREFIX}SECRET_KEY is not set and {path} cannot be kept ({error.strerror}); set it or make it writable."
        ) from None
    if len(kept) < _MIN_SECRET:
        raise SettingError(f"{path} holds no secret of at least {_MIN_SECRET} characters. Restore it from a backup.")
    return kept


def _previous_secrets(value: str) -> tuple[str, ...]:
    found = tuple(value.split())
    if any(len(one) < _MIN_SECRET for one in found):
        raise SettingError(
            f"{PREFIX}PREVIOUS_SECRET_KEYS holds former secrets of at least {_MIN_SECRET} characters each, with spaces"
            " between them."
        )
    return found


def _make_secret(path: Path) -> None:
    """Web and worker start at once: the file appears whole, and the first one to make it wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)


def _color(name: str, value: str) -> str:
    if value and not re.fullmatch("#[0-9a-fA-F]{6}", value):
        raise SettingError(f"{PREFIX}{name} is a color such as #7a0019, not {value!r}.")
    return value.lower()


def _web_address(name: str, value: str) -> str:
    if value and not value.startswith("https://"):
        raise SettingError(f"{PREFIX}{name} must begin with https://.")
    return value


def _folder(name: str, value: str) -> Path | None:
    if not value:
        return None
    if not Path(value).is_dir():
        raise SettingError(f"{PREFIX}{name} names no folder: {value}.")
    return Path(value)


def _flag(name: str, given: Mapping[str, str]) -> bool:
    value = given.get(name, "").lower()
    if value not in ("", "0", "1", "true", "false", "yes", "no"):
        raise SettingError(f"{PREFIX}{name} is true or false, not {value!r}.")
    return value in ("1", "true", "yes")


def _limit(name: str, given: Mapping[str, str], default: int) -> int:
    return _whole(name, given, default, low=0, high=1_000_000)


def _whole(name: str, given: Mapping[str, str], default: int, *, low: int, high: int) -> int:
    value = given.get(name, "")
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
        raise SettingError(f"{PREFIX}{name} is a whole number from {low} to {high}, not {value!r}.")
    return int(value)


def _one_of(name: str, given: Mapping[str, str], choices: tuple[str, ...]) -> str:
    value = given.get(name) or choices[0]
    if value not in choices:
        raise SettingError(f"{PREFIX}{name} is one of {', '.join(choices)}, not {value!r}.")
    return value


def _networks(name: str, value: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part) for part in value.replace(",", " ").split())
    except ValueError as error:
        raise SettingError(f"{PREFIX}{name}: {error}.") from None
