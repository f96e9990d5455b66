"""The way in: third-party login, launches, the binding to a browser, and our public keys."""
