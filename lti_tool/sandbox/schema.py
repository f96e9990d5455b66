"""Tables of the sandbox. Columns ending in `_json` hold JSON and are read under the name without the ending."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS signing_key (
  id INTEGER PRIMARY KEY, kid TEXT NOT NULL UNIQUE, private_pem TEXT NOT NULL, created_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS person (
  id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, username TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  name TEXT NOT NULL, given TEXT NOT NULL, family TEXT NOT NULL, email TEXT NOT NULL, note TEXT NOT NULL DEFAULT '',
  sourcedid TEXT NOT NULL DEFAULT '', private INTEGER NOT NULL DEFAULT 0, rtl INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS course (
  id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, label TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
  blurb TEXT NOT NULL, concluded INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS enrolment (
  course_id INTEGER NOT NULL, person_id INTEGER NOT NULL, role TEXT NOT NULL, PRIMARY KEY (course_id, person_id));
CREATE TABLE IF NOT EXISTS tool (
  id INTEGER PRIMARY KEY, client_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, description TEXT NOT NULL,
  initiate_login_uri TEXT NOT NULL, redirect_uris_json TEXT NOT NULL, target_link_uri TEXT NOT NULL,
  deep_link_uri TEXT NOT NULL, jwks_uri TEXT NOT NULL, domain TEXT NOT NULL, logo_uri TEXT NOT NULL,
  scopes_json TEXT NOT NULL, custom_json TEXT NOT NULL, placements_json TEXT NOT NULL, privacy TEXT NOT NULL,
  state TEXT NOT NULL, created_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deployment (
  id INTEGER PRIMARY KEY, tool_id INTEGER NOT NULL, course_id INTEGER, deployment_id TEXT NOT NULL,
  UNIQUE (tool_id, deployment_id));
CREATE TABLE IF NOT EXISTS item (
  id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, course_id INTEGER NOT NULL, tool_id INTEGER NOT NULL,
  module TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, url TEXT NOT NULL, custom_json TEXT NOT NULL,
  new_window INTEGER NOT NULL, published INTEGER NOT NULL, graded INTEGER NOT NULL, due TEXT NOT NULL,
  position INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS lineitem (
  id INTEGER PRIMARY KEY, course_id INTEGER NOT NULL, tool_id INTEGER NOT NULL, item_id INTEGER, own INTEGER NOT NULL,
  label TEXT NOT NULL, maximum REAL NOT NULL, tag TEXT NOT NULL, resource_id TEXT NOT NULL,
  review_url TEXT NOT NULL DEFAULT '', review_custom_json TEXT NOT NULL DEFAULT '{}',
  launch_url TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS result (
  id INTEGER PRIMARY KEY, lineitem_id INTEGER NOT NULL, person_id INTEGER NOT NULL, raw REAL, score REAL,
  comment TEXT NOT NULL DEFAULT '', comments_json TEXT NOT NULL DEFAULT '[]', source TEXT NOT NULL,
  overridden INTEGER NOT NULL DEFAULT 0, activity_progress TEXT NOT NULL DEFAULT '',
  grading_progress TEXT NOT NULL DEFAULT '', stamp TEXT NOT NULL, changed_at TEXT NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0, submitted_at TEXT NOT NULL DEFAULT '', submission_url TEXT NOT NULL DEFAULT '',
  UNIQUE (lineitem_id, person_id));
CREATE TABLE IF NOT EXISTS session (
  token TEXT PRIMARY KEY, person_id INTEGER NOT NULL, sesskey TEXT NOT NULL, flash TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS launch (
  token TEXT PRIMARY KEY, person_id INTEGER NOT NULL, tool_id INTEGER NOT NULL, plan_json TEXT NOT NULL,
  created_at TEXT NOT NULL, used INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS picking (
  token TEXT PRIMARY KEY, person_id INTEGER NOT NULL, tool_id INTEGER NOT NULL, course_id INTEGER NOT NULL,
  deployment_id TEXT NOT NULL, nonce TEXT NOT NULL DEFAULT '', used INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS access_token (
  token_hash TEXT PRIMARY KEY, tool_id INTEGER NOT NULL, scopes_json TEXT NOT NULL, expires_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS assertion (tool_id INTEGER NOT NULL, jti TEXT NOT NULL, PRIMARY KEY (tool_id, jti));
CREATE TABLE IF NOT EXISTS registration_token (client_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS fault (
  kind TEXT NOT NULL, course_id INTEGER NOT NULL, share REAL NOT NULL, amount REAL, PRIMARY KEY (kind, course_id));
CREATE TABLE IF NOT EXISTS service_call (
  id INTEGER PRIMARY KEY, at TEXT NOT NULL, service TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
  status INTEGER NOT NULL, tool TEXT NOT NULL, note TEXT NOT NULL);
"""

ADDED = (
    ("service_call", "subject", "TEXT NOT NULL DEFAULT ''"),
    ("service_call", "fault", "TEXT NOT NULL DEFAULT ''"),
    ("service_call", "answer", "TEXT NOT NULL DEFAULT ''"),
    ("service_call", "retry_after", "REAL NOT NULL DEFAULT 0"),
    ("service_call", "lineitem_id", "INTEGER"),
    ("service_call", "person_id", "INTEGER"),
    ("service_call", "stamp", "TEXT NOT NULL DEFAULT ''"),
    ("service_call", "given", "REAL"),
    ("service_call", "maximum", "REAL"),
    ("service_call", "applied", "INTEGER NOT NULL DEFAULT 0"),
)
"""Columns that a kept state of an earlier version lacks: table, name, definition."""
