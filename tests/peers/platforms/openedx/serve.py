"""A small campus around Open edX's own LTI component: `serve.py HOST TOOL_URL`, ended by closing standard input.

Runs in the environment of requirements/peers.txt. What is Open edX's: login start, authorisation, key set, tokens,
line items, scores, results, names and roles, deep linking, their storage, and when a score reaches the grade book.
What is ours (in `campus`): the course, its people, and the grade book's table.
"""

import json
import logging
import shutil
import sys
import tempfile
import threading
from hashlib import sha256
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

FOLDER = Path(__file__).parent
# All tables and no rows, kept beside the libraries that made it; our own tables are part of the name.
EMPTY = Path(sys.prefix) / f"openedx-{sha256((FOLDER / 'campus' / 'models.py').read_bytes()).hexdigest()[:8]}.db"


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def address_string(self):
        return self.client_address[0]

    def log_message(self, *_):
        pass


def configure(base, tool, database):
    from django.conf import settings

    settings.configure(
        SECRET_KEY="for-tests-only",
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database, "OPTIONS": {"timeout": 10}}},
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "lti_consumer",
            "campus",
        ],
        # The order matters: the cache of the request first, and the tiered one needs the user.
        MIDDLEWARE=[
            "edx_django_utils.cache.middleware.RequestCacheMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "edx_django_utils.cache.middleware.TieredCacheMiddleware",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        SESSION_COOKIE_SAMESITE="None",
        SESSION_COOKIE_SECURE=True,
        ROOT_URLCONF="campus.urls",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        STATIC_URL="/static/",
        REST_FRAMEWORK={"PAGE_SIZE": 10},
        USAGE_ID_PATTERN=r"(?P<usage_id>(?:i4x://?[^/]+/[^/]+/[^/]+/[^@]+(?:@[^/]+)?)|(?:[^/]+))",
        LMS_ROOT_URL=base,
        PLATFORM_NAME="Lakeside College",
        LEARNING_MICROFRONTEND_URL=base,
        FEATURES={},
        TOOL_URL=tool,
        LOGGING_CONFIG=None,
    )


def keep_empty(database):
    from django.db import connection

    connection.close()
    with tempfile.NamedTemporaryFile(dir=EMPTY.parent, delete=False) as draft:
        shutil.copy(database, draft.name)
    Path(draft.name).replace(EMPTY)


def main(host, tool):
    logging.disable(logging.ERROR)
    sys.path.insert(0, str(FOLDER))
    with tempfile.TemporaryDirectory(prefix="openedx-") as folder:
        database = Path(folder) / "campus.db"
        if EMPTY.exists():
            shutil.copy(EMPTY, database)
        server = make_server(host, 0, None, server_class=Server, handler_class=Quiet)
        base = f"http://{host}:{server.server_port}"
        configure(base, tool, str(database))
        import django
        from django.core.management import call_command
        from django.core.wsgi import get_wsgi_application

        django.setup()
        if not EMPTY.exists():
            call_command("migrate", run_syncdb=True, verbosity=0)
            keep_empty(database)
        from campus.course import open_course

        known = open_course()
        server.set_app(get_wsgi_application())
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        sys.stdout.write(json.dumps({"base": base, **known}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
        server.shutdown()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
