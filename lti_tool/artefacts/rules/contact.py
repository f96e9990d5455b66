# ruff: noqa: SIM905 - long lists of words read better as text
"""R03, R04, R21, R22: ways to reach the student, the file's name, links."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePath

from lti_tool.artefacts.catalog import Finding
from lti_tool.artefacts.rules.dates import DATE
from lti_tool.artefacts.rules.outline import Outline
from lti_tool.artefacts.rules.texts import find
from lti_tool.artefacts.rules.vocabulary import MODIFIERS

EMAIL = re.compile(r"(?<![\w.+-])([\w.+'-]+)@((?:[\w-]+\.)+[^\W\d_]{2,})", re.UNICODE)
PHONE = re.compile(r"(?<![\w/.-])\+?\(?\d[\d\s().\-–/·]{6,18}\d(?!\w)")
SOCIAL_SECURITY = re.compile(r"\b\d{3}[- ]\d{2}[- ]\d{4}\b")
YEARS = re.compile(r"^\(?(?:19|20)\d\d\W+(?:19|20)\d\d$")
SCHOOL_DOMAIN = re.compile(r"\.(edu|ac)(\.|$)|\.k12\.|^(uni|univ|college|student|campus)", re.IGNORECASE)
NICKNAMES = re.compile(
    r"babe|baby(?!lon)|cutie|cutey|sexy|hott|hotstuff|\bhot|princess|prinz|angel(?=\d|face|girl|eyes)|"
    r"girl(?!ing)|boi\b|boy(?=\d|z|s?$)|"
    r"dude|gamer|gaming|ninja|dragon|wizard|unicorn|kitty|kitten|puppy|bunny|monster|killer|slayer|sniper|beast|"
    r"party|beer|vodka|tequila|weed|420|69|666|xoxo|xx|lover|love(?=\d|r|s|ly|$)|sk8|skater|swag|yolo|lol|rofl|"
    r"pimp|thug|gangsta|badass|player(?=\d|$)|playa|queen|king(?=\d|of)|diva|hippie|stoner|zombie|vampire|ghost|"
    r"chick|honey|sugar|sweet|candy|cupcake|pie\d|pie$|potato|taco|pizza|noodle|nugget|banana|waffle|pickle|"
    r"awesome|epic|crazy|lazy|sleepy|grumpy|pikachu|pokemon|minecraft|fortnite|naruto|batman|goku|jedi|yoda|"
    r"hogwarts|potterhead|swift(?=ie)|army4|fanboy|fangirl|soccerstar|baller|hoops|rockstar|superstar|superman|"
    r"metalhead|punk|emo|goth|fluffy|sparkle|rainbow|sunshine|moonchild|star(?=gazer|dust|light)|shadow|darth|"
    r"the(?:real|one|great|best|man)|"
    r"iam|itsme|its_me|noob|pwn|leet|1337|memelord|chillin|yeet|doge|bigboss|bossman|bossbabe|mrcool|coolguy|"
    r"cool(?=\d|kid|$)",
    re.IGNORECASE,
)
GENERIC = frozenset(
    "resume résumé cv curriculum vitae my the a new file document doc untitled scan scanned image img pdf docx txt "
    "college student job application internship work one page word export download draft final copy version updated "
    "update latest edited revised real last finished done finally template upload print microsoft canva "
    "page1 screenshot "
    "resumes old backup current sales accounting finance economics biology chemistry physics history english "
    "psychology sociology teaching nurse teacher engineer designer analyst science mechanical electrical civil "
    "chemical general master scholarship fair career".split()
)
VERSIONS = re.compile(
    r"(?<![a-z])(final\d*|v\d+|ver\d*|version\d*|draft\d*|copy\d*|new|updated?|latest|old|edited|revised|rev\d+|"
    r"fixed|backup|last|real|finished|done|corrected)(?![a-z])|\(\d+\)",
    re.IGNORECASE,
)
URL = re.compile(
    r"(?<!\w)[a-z]:\\[^\s|<>()\t]+"
    r"|(?<![@\w])(?:[a-z]{2,6}:/{0,3}|h?t?tps?:?/{1,3}|www[.,])[^\s|<>()\t]+"
    r"|(?<![@\w.-])(?:[\w-]+\.)+(?:com|org|net|edu|io|dev|me|co|info|app|gov|github|page|site|con|cmo|ocm|comm)"
    r"(?:/[^\s|<>()\t]*)?(?![\w@])"
    r"|(?<![@\w.-])[\w-]+\.\.+[a-z][\w./-]+"
    r"|(?<![\w.])(?:linkedin|github|behance|medium)(?:\s\.com|,\s?com|[,/]\s?(?=in/)|[/,](?=[a-z]))\s?/?\s?(?:in/)?[\w-]*(?=\s|$|\|)",
    re.IGNORECASE,
)
PLACEHOLDER = re.compile(
    r"your[-_]?(?:name|profile|user|site|handle|link|portfolio|url)|user-?name|firstname|lastname|first-?last|"
    r"example\.(?:com|org|net)|<|\[|xxx|placeholder|insert|profile-?url|\blink-?here|myname\b|portfolio-?link",
    re.IGNORECASE,
)
KNOWN_ENDING = re.compile(r"^[a-z]{2,24}$", re.IGNORECASE)
TYPED_ENDINGS = frozenset("con cmo ocm comm cim coom vom ogr orgg ent nte eduu ed local localhost html htm php".split())


def check_reach(outline: Outline) -> Iterable[Finding]:
    """R03: e-mail and phone in the body. R04: an address that sounds like a person."""
    body = [spot for spot in outline.spots if spot.line.kind not in ("header", "footer")]
    addresses = [(spot, match) for spot in body for match in EMAIL.finditer(spot.text)]
    if not addresses:
        yield find("R03", "email", quote="")
    if not any(_has_phone(spot.text) for spot in body):
        yield find("R03", "phone", quote="")
    for spot, match in addresses[:1]:
        if is_odd_address(match.group(1), match.group(2), outline.name):
            yield find("R04", "address", spot, match.group())


def _has_phone(text: str) -> bool:
    for match in PHONE.finditer(text):
        digits = sum(character.isdigit() for character in match.group())
        before = text[max(0, match.start() - 14) : match.start()].casefold()
        is_number = (
            9 <= digits <= 15 and not YEARS.match(match.group()) and not SOCIAL_SECURITY.fullmatch(match.group())
        )
        is_postcode = re.fullmatch(r"\d{5}-\d{4}", match.group())
        is_dates = is_postcode or len(DATE.findall(match.group())) > 1
        if (
            is_number
            and not is_dates
            and not re.search(r"\bid\b|number:?|isbn|account", before.replace("phone number", ""))
        ):
            return True
    return False


def is_odd_address(local: str, domain: str, name: str) -> bool:
    """Whether the part before the @ is a nickname, a joke or a row of numbers. School addresses are as they are."""
    if SCHOOL_DOMAIN.search(domain):
        return False
    folded, parts = fold(local), name_parts(name)
    rest = folded
    for part in sorted(parts, key=len, reverse=True):
        rest = rest.replace(part, "", 1)
    if NICKNAMES.search(rest) or NICKNAMES.search(re.sub(r"[._-]", "", rest)):
        return True
    if len(re.sub(r"\D", "", rest)) >= 5:
        return True
    letters = re.sub(r"[^a-z]", "", folded)
    if letters in ("hello", "hi", "contact", "mail", "me", "info") and any(part in fold(domain) for part in parts):
        return False  # a domain of one's own
    if not parts or not letters:
        return not letters
    return not _resembles(letters, parts)


def _resembles(letters: str, parts: list[str]) -> bool:
    """A name, the start of one, or initials."""
    if any(part[:3] in letters for part in parts if len(part) >= 3) or letters in parts:
        return True
    initials = "".join(part[0] for part in parts)
    return len(letters) <= 4 and all(letter in initials for letter in letters)


def fold(text: str) -> str:
    """Lower case without accents; ü as ue is tried by `name_parts`."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    return (
        "".join(character for character in plain if not unicodedata.combining(character))
        .replace("đ", "d")
        .replace("ı", "i")
    )


def name_parts(name: str) -> list[str]:
    """The parts of a name in the Latin alphabet, each also with ä, ö, ü written out."""
    plain = re.sub(r"\(.*?\)", lambda match: "" if "/" in match.group() else match.group(), name)
    spelled = plain.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("å", "aa")
    words = re.findall(r"[a-z]{2,}", fold(plain)) + re.findall(r"[a-z]{2,}", fold(spelled))
    joined = re.findall(r"[a-z]+(?:[-'’][a-z]+)+", fold(plain))
    return list(dict.fromkeys([*words, *(re.sub(r"[^a-z]", "", word) for word in joined)]))


def check_file_name(outline: Outline, name: str) -> Iterable[Finding]:
    """R21: the file is named after a person, without marks of drafts."""
    stem = PurePath(name.replace("\\", "/")).name
    stem = re.sub(r"\.(pdf|docx?|txt|text|md)$", "", stem, flags=re.IGNORECASE)
    if not stem:
        return
    words = re.findall(r"[^\W\d_]+", re.sub(r"([a-zà-ÿ])([A-Z])", r"\1 \2", stem))
    folded = [fold(word) for word in words]
    parts = [part for part in name_parts(outline.name) if len(part) > 1]
    if parts:
        joined = "".join(folded)
        is_named = any(part in folded or (len(part) >= 4 and part in joined) for part in parts)
    else:
        is_named = any(word not in GENERIC | MODIFIERS and len(word) > 1 for word in folded)
    separated = re.sub(r"([a-z])([A-Z])", r"\1 \2", stem).replace("_", " ").replace("-", " ")
    if not is_named:
        yield find("R21", "name", quote=name)
    elif VERSIONS.search(separated):
        yield find("R21", "version", quote=name)


def check_links(outline: Outline) -> Iterable[Finding]:
    """R22: addresses that cannot work as they are written. Nothing is opened."""
    seen: set[str] = set()
    for spot in outline.spots:
        if not any(sign in spot.text for sign in "./\\"):
            continue
        text = EMAIL.sub(lambda match: " " * len(match.group()), spot.text)
        for match in URL.finditer(text):
            link = match.group().rstrip(".,;)")
            if link not in seen and is_dead(link):
                seen.add(link)
                yield find("R22", "link", spot, link)
    for link in outline.reading.links:
        if link.casefold().startswith(("http", "www", "file:")) and link not in seen and is_dead(link):
            yield find("R22", "link", None, link)


def is_dead(link: str) -> bool:
    """Whether an address cannot work: a broken scheme or host, a blank, a placeholder, a profile without a name."""
    if re.match(r"file:|[a-z]:\\", link, re.IGNORECASE):
        return True
    if re.match(r"(mailto|tel):", link, re.IGNORECASE):
        return False
    has_scheme = re.match(r"[a-z]{2,6}:?/{1,3}|[a-z]{2,6}:", link, re.IGNORECASE)
    if has_scheme and not re.match(r"https?://[^/]", link, re.IGNORECASE) and not re.match(r"[\w-]+/", link):
        return True
    if re.match(r"(h?t?tps?|htp|htt|hhtps?)/{1,2}", link, re.IGNORECASE):
        return True
    rest = re.sub(r"^https?://", "", link, flags=re.IGNORECASE)
    host, _, path = rest.partition("/")
    return _is_dead_host(host) or bool(PLACEHOLDER.search(rest)) or _is_empty_profile(host, path) or path.endswith("…")


def _is_dead_host(host: str) -> bool:
    if re.search(r"\s|,|\.\.|^\.|\.$|…", host) or "." not in host:
        return True
    labels = host.split(":")[0].split(".")
    if host.startswith(("127.", "192.168.", "10.0.")):
        return True
    return labels[-1].casefold() in TYPED_ENDINGS or not KNOWN_ENDING.match(labels[-1]) or labels == ["www", labels[-1]]


def _is_empty_profile(host: str, path: str) -> bool:
    site = host.casefold().removeprefix("www.")
    path = path.strip("/").casefold()
    if site == "linkedin.com":
        return not re.match(r"(in|pub|company|school|posts|learning)/[^/]+", path)
    return (
        site in ("github.com", "behance.net", "medium.com", "twitter.com", "instagram.com", "gitlab.com") and not path
    )
