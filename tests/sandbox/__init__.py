"""The sandbox LMS, with a throw-away tool built on plain PyJWT."""
