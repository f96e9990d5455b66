# ruff: noqa: SIM905 - long lists of words read better as text
"""R07's doubt: whether an opening word that is off the lists of verbs may be a verb where it stands."""

from functools import lru_cache

from lti_tool.artefacts.rules.spelling import BRITISH, COMMON, FREQUENT, is_listed, times_seen
from lti_tool.artefacts.rules.verbs import (
    AMBIGUOUS,
    BASES,
    JOINTS,
    MOST_READ,
    TOKEN,
    opening,
    tense,
)
from lti_tool.artefacts.rules.vocabulary import COMPOUND_HEADS, IRREGULAR, NOT_VERBS_IN_ED, ROLE_NOUNS

# How often the -ed and -ing forms are seen, over how often the word is: "team" 0.01, "image" 0.07, "prune" 0.6.
SHARE_OF_A_NOUN = 0.03  # below: only a determiner or a number after it makes a verb of it
SHARE_OF_A_VERB = 0.2  # from here on: nearly anything that can be its object
SHARE_OF_VERBS_ONLY = 1.0  # from here on: even without an object
SHARE_UNKNOWN = 0.1  # irregular verbs, verbs of the lists without regular forms, and rare words

# Never a verb at the start of a line, whatever their forms.
CLOSED = frozenset(
    "a an the all each every any some no this that these those my our their its his her i we it they one two three "
    "four five six seven eight nine ten up down out in on at by to for from with without as under over off during "
    "after before while when where which who and or but not of into since until through between among within".split()
)
OBJECT_FIRST = frozenset(
    "the a an all each every any some both our their its his her my your this that these those several many more most "
    "few one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty hundreds "
    "dozens thousands them people children men women patients guests what how whether".split()
)
PARTICLES = frozenset("up out off down away back together apart aside".split())
ENDS_OF_A_PHRASE = JOINTS | frozenset(
    "; : ( – — of on for in at by from with to into onto before after until through about over as than that which who "
    "when where while during across between among per under within against including via using so is are was were "
    "without".split()
)
# Words for a time: "Cashier every weekend" and "Barista 20 hours a week" have no object.
TIMES = frozenset(
    "hour hours day days night nights week weeks weekend weekends month months year years summer summers winter "
    "winters spring fall semester semesters term terms season seasons morning mornings evening evenings afternoon "
    "afternoons time times shift shifts monday tuesday wednesday thursday friday saturday sunday mondays tuesdays "
    "wednesdays thursdays fridays saturdays sundays".split()
)
VERBS_WITH_FOR = frozenset(
    "account advocate apply browse campaign care check cater fend fish hunt look listen lobby prep probe root scan "
    "scout screen search shop spot stand substitute sweep test vouch wait watch".split()
)
ADJECTIVES = frozenset(
    "bad big broken clean clear cold complex cooked cut damp dead dirty dry empty extra fast final fragile fresh full "
    "good heavy high hot incoming large late lost low loose live long main major minor missing new old open outgoing "
    "overdue raw ripe rough safe short sick simple small soft spare stale tall thick thin tight unpaid used warm wet "
    "whole wild worn young daily weekly monthly".split()
)
ENDINGS_OF_ADJECTIVES = ("al", "ive", "ous", "ful", "less", "able", "ible", "ed")
NOUNS_LIKE_ADJECTIVES = frozenset(
    "animal arrival capital festival hospital journal manual material meal medal metal oil pedal portal principal "
    "professional proposal recital rental signal table vegetable seed feed speed need shed bed".split()
)
PARTICIPLES = frozenset("existing growing incoming outgoing leaking missing remaining upcoming failing".split())
ENDINGS_OF_PEOPLE = ("er", "or", "ist", "ian", "ant", "man", "person")
MORE_IRREGULAR = {
    "arise": "arose", "awake": "awoke", "beat": "beat", "bet": "bet", "bid": "bid", "bite": "bit", "bleed": "bled",
    "burn": "burnt", "burst": "burst", "cling": "clung", "cost": "cost", "creep": "crept", "dream": "dreamt",
    "drink": "drank", "fall": "fell", "flee": "fled", "fling": "flung", "forbid": "forbade", "forget": "forgot",
    "forgive": "forgave", "have": "had", "hurt": "hurt", "kneel": "knelt", "lean": "leant", "leap": "leapt",
    "mean": "meant", "offset": "offset", "rid": "rid", "saw": "sawed", "shake": "shook", "shed": "shed",
    "shrink": "shrank", "sink": "sank", "slay": "slew", "slide": "slid", "sling": "slung", "slit": "slit",
    "smell": "smelt", "sow": "sowed", "speed": "sped", "spell": "spelt", "spill": "spilt", "spit": "spat",
    "spoil": "spoilt", "spring": "sprang", "steal": "stole", "sting": "stung", "stride": "strode", "string": "strung",
    "swear": "swore", "swell": "swelled", "swing": "swung", "thrust": "thrust", "tread": "trod", "weep": "wept",
    "wet": "wet", "wring": "wrung",
}  # fmt: skip
# Past forms that mean little else.
PASTS = (set(MORE_IRREGULAR.values()) | set(IRREGULAR.values())) - set(MORE_IRREGULAR) - BASES - {"bit", "fell"}
PREFIXES = ("re", "de", "un", "pre", "mis", "dis")  # those that make verbs, not nouns as in "intake" and "output"


def may_open_with_a_verb(text: str) -> bool:
    """Whether a bullet may open with a verb that the lists do not know, judged by its forms and by what follows it."""
    word, after = opening(text)
    if word in CLOSED or _is_gerund(word):
        return False
    stem = word.rsplit("-", 1)[-1]
    if stem in PASTS or _is_short_past(stem):
        return True
    after = _without_names(text, after)
    return _is_verb(stem, after) or any(_is_verb(base, after, is_third=True) for base in _bases_of_third(stem))


def _is_verb(base: str, after: list[str], *, is_third: bool = False) -> bool:
    """Whether what follows can belong to a verb; with -s, a plural noun is likelier."""
    share = share_of_verb(base)
    following = after[0] if after else ""
    if share <= 0 or following == "of":
        return False
    if following in JOINTS:
        return share >= SHARE_OF_A_NOUN and _goes_on(after[1:], is_third=is_third)
    if following == "for" and base in VERBS_WITH_FOR and not is_third:
        return True
    if following in PARTICLES and after[1:2] != ["to"]:
        return share >= SHARE_OF_A_NOUN
    if has_object(after, is_sure=True):
        return True
    if share >= SHARE_OF_A_NOUN and has_object(after):
        return True
    return base not in AMBIGUOUS and _needs_little(share / 2.5 if is_third else share, after)


def _goes_on(after: list[str], *, is_third: bool) -> bool:
    """Whether "Pull and …" joins a verb of the same form that has an object."""
    rest = after[1:] if after[:1] and after[0] in JOINTS else after
    if not rest:
        return False
    word, after = rest[0], rest[1:]
    if is_third:
        return any(_is_verb(base, after, is_third=True) for base in _bases_of_third(word))
    return tense(word, after) in ("present", "both") or _is_verb(word, after)


def has_object(after: list[str], *, is_sure: bool = False) -> bool:
    """Whether something follows that is done something to: "the …", "30 …"; if less sure will do, "bank statements"."""
    phrase = _phrase(after)
    if not phrase or any(word in TIMES for word in phrase[:3]):
        return False
    first = phrase[0]
    if first in OBJECT_FIRST or (first[0].isdigit() and len(phrase) > 1):
        return True
    if is_sure or (first.endswith("ing") and first not in PARTICIPLES):
        return False
    return _is_plural(phrase[-1]) or _is_adjective(first) or first == NAME


def _needs_little(share: float, after: list[str]) -> bool:
    """Whether a word is a verb so often that a noun after it ("Bale hay"), or nothing, will do."""
    phrase = _phrase(after)
    if not phrase:
        return share >= SHARE_OF_VERBS_ONLY
    head = phrase[-1]
    is_compound = head in ROLE_NOUNS or head in COMPOUND_HEADS or head.endswith((*ENDINGS_OF_PEOPLE, "ing"))
    return share >= SHARE_OF_A_VERB and not is_compound and head not in TIMES


def _phrase(after: list[str]) -> list[str]:
    """The words up to the next preposition, joint or mark."""
    end = next((place for place, word in enumerate(after) if word in ENDS_OF_A_PHRASE), len(after))
    return after[:end]


def _is_plural(word: str) -> bool:
    is_plural = word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "us", "is", "'s", "ics"))
    return is_plural and word not in COMPOUND_HEADS


def _is_adjective(word: str) -> bool:
    return word in ADJECTIVES or (word.endswith(ENDINGS_OF_ADJECTIVES) and word not in NOUNS_LIKE_ADJECTIVES)


NAME = "\N{REPLACEMENT CHARACTER}"  # stands for a name: "Wire Arduino boards"


def _without_names(text: str, after: list[str]) -> list[str]:
    """With a mark instead of a word that stands in capitals and in no list; a line all in capitals has no names."""
    written = TOKEN.findall(text[:MOST_READ])
    rest = written[len(written) - len(after) :]
    if not any(word[0].islower() and len(word) > 3 for word in rest):
        return after
    return [NAME if raw[0].isupper() and not is_listed(word) else word for raw, word in zip(rest, after, strict=True)]


@lru_cache(maxsize=4096)
def share_of_verb(base: str) -> float:
    """How often a word's -ed and -ing forms are seen for each time it is seen itself; 0 for one that is no verb."""
    share = max(_share(form) for form in _spellings(base))
    if share:
        return share
    if base in BASES or base in MORE_IRREGULAR:
        return SHARE_UNKNOWN
    return SHARE_UNKNOWN if len(base) > 2 and _is_doubtful(base) else 0.0


def _is_doubtful(base: str) -> bool:
    """Of rare words, and of verbs with a prefix that is put before any verb, missing forms say nothing."""
    stripped = [base.removeprefix(prefix) for prefix in PREFIXES if base.startswith(prefix)]
    is_prefixed = any(len(rest) > 2 and (rest in BASES or _share(rest) >= SHARE_OF_A_VERB) for rest in stripped)
    return times_seen(base) < (FREQUENT if is_prefixed else COMMON)


def _share(base: str) -> float:
    past = max(times_seen(form) for form in _forms(base, "ed"))
    continuous = max(times_seen(form) for form in _forms(base, "ing"))
    return (past + continuous) / max(1, times_seen(base)) if past and continuous else 0.0


def _spellings(base: str) -> list[str]:
    """The word, and the American forms of a British one."""
    return [base, *(base.replace(british, american) for british, american in BRITISH if british in base)]


def _forms(base: str, ending: str) -> list[str]:
    if base.endswith("e"):
        return [base + ending[1:] if ending == "ed" else base[:-1] + ending, base + ending]
    if base.endswith("y") and ending == "ed" and base[-2:-1] not in tuple("aeiou"):
        return [base[:-1] + "ied"]
    doubled = [base + base[-1] + ending] if base[-1:] not in tuple("aeiouwxy") else []
    return [base + ending, *doubled]


def _bases_of_third(word: str) -> list[str]:
    if not word.endswith("s") or word.endswith(("ss", "us", "is")) or len(word) < 4:
        return []
    if word.endswith("ies"):
        return [word[:-3] + "y"]
    is_hissed = word.endswith(("shes", "ches", "xes", "zes", "ses", "oes"))
    return [word[:-1], word[:-2]] if is_hissed else [word[:-1]]


def _is_gerund(word: str) -> bool:
    """As in "Managing", but not in "String" and "Swing"."""
    return word.endswith("ing") and word not in BASES and word not in MORE_IRREGULAR and not times_seen(word + "ing")


def _is_short_past(word: str) -> bool:
    """As in "Iced": shorter than the -ed forms that are taken for verbs anyway."""
    is_short = len(word) == 4 and word.endswith("ed") and not word.endswith("eed")
    return is_short and word not in NOT_VERBS_IN_ED and any(_share(base) for base in (word[:-1], word[:-2]))
