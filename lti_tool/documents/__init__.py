"""Files that people write: YAML with its line numbers, Markdown, and Markdown that begins with YAML.

A reader notes every fault with file, line and reason, and goes on.
"""
