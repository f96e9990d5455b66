"""Bullet marks at the start of a line, and page numbers: known to the readers and to the rules."""

import re

BULLET = re.compile(
    r"^\s*(?:[•●▪■◦‣⁃∙·○◆◇►▸▶➢➤❖✓✔✦\x80-\x9f\uf0b7\uf0a7\uf076\uf0d8\u2212\uf02d\uffed]\s*"
    r"|[-–—*>]\s+(?!(?:[A-Z][a-z]{2,8}\.? )?(?:19|20)\d\d\b|present\b|Present\b|current\b|Current\b)|"
    r"o\s+(?=[A-Z]))(?=\S)"
)

# "2", "Page 2 of 3": not text that anybody would miss.
PAGE_WORDS = re.compile(r"^\W*(page)?\W*\d*\W*(of|/)?\W*\d*\W*$", re.IGNORECASE)


def bullet_length(text: str) -> int:
    """How many characters the mark at the start takes; 0 without a mark."""
    match = BULLET.match(text)
    return match.end() if match else 0
