"""R07-R14, R19, R20 and the dates and verbs under them."""

from datetime import date

import pytest

from lti_tool.artefacts.rules.bullets import has_result
from lti_tool.artefacts.rules.dates import find_span, list_dates
from lti_tool.artefacts.rules.language import find_person, find_person_in_heading
from lti_tool.artefacts.rules.spelling import is_known, suggest
from lti_tool.artefacts.rules.verbs import base_of, opening, tense
from tests.unit.artefacts.pages import ZOE, findings, quotes, resume, with_bullet, with_contact


def test_a_careful_page_has_no_finding() -> None:
    rules = ("R07", "R08", "R09", "R10", "R11", "R12", "R13", "R14", "R19", "R20")
    assert [quotes(resume(), rule) for rule in rules] == [[] for _ in rules]


@pytest.mark.parametrize(
    ("bullet", "said"),
    [
        ("Led a team of five", "past"),
        ("Quickly trained six drivers", "past"),
        ("Co-led a walk", "past"),
        ("Relabeled 90 boxes", "past"),
        ("Read to a class", "both"),
        ("Set a schedule", "both"),
        ("Teach chess", "present"),
        ("Manages the till", "present"),
        ("Tutor eight students", "present"),
        ("Organizes rides", "present"),
        ("Carries boxes", "present"),
        ("Watches over swimmers", "present"),
        ("Design of posters", ""),
        ("Lead barista", "present"),
        ("Team lead", ""),
        ("Research assistant", ""),
        ("Reports for the owner", ""),
        ("Plans the weekly menu", "present"),
        ("Managing the page", ""),
        ("Detailed notes", ""),
        ("Customer service", ""),
        ("Report", ""),
        ("Zumbaed", "past"),
        ("Apply makeup for plays", "present"),
        ("123", ""),
        ("Phone donors before the gala", "present"),
        ("Phone calls, e-mails and filing", ""),
        ("Phone and visit 40 shops", "present"),
        ("Email the board", "present"),
        ("Mail for two floors", ""),
        ("Walk 12 dogs", "present"),
        ("Page layout", ""),
        ("Fixes bikes for members", "present"),
        ("Stocks cold drinks", "present"),
        ("Plans and prints flyers", "present"),
        ("Tests and quizzes", ""),
        ("Records, files and notes", ""),
        ("Designs used by all", ""),
        ("Records office desk", ""),
        ("Mails letters", "present"),
        ("Mails", ""),
        ("Plan, design and print flyers", "present"),
        ("Research and development", ""),
        ("Weekly reports to the owner", ""),
        ("Weekly plan the menu", "present"),
        ("Daily stock 40 shelves", "present"),
        ("Friendly service at the bar", ""),
        ("Weekly cleaned two ovens", "past"),
        ("Redrew a map", "past"),
        ("Overhead projector", ""),
        ("Set of tools", ""),
        ("Phone them", "present"),
        ("Phone 12", ""),
    ],
)
def test_openings_have_a_tense(bullet: str, said: str) -> None:
    assert tense(*opening(bullet)) == said


def test_a_verb_has_one_base() -> None:
    assert [base_of(word) for word in ("led", "organizes", "planned", "carried", "zumba")] == [
        "lead",
        "organize",
        "plan",
        "carry",
        "zumba",
    ]


def test_r07_wants_a_verb_under_work_only() -> None:
    assert quotes(with_bullet("Great team player"), "R07") == ["Great team player"]
    assert quotes(with_bullet("Responsible for keys", "I swept floors", "Élaboré un plan"), "R07") == []
    skills = ZOE.replace("Excel, Audacity", "- Excel\n- Audacity")
    assert quotes(resume(skills), "R07") == []
    odd = ZOE.replace("Experience", "My Way") + "\nFun Facts\n- Cats\n"
    assert quotes(resume(odd.replace("- Sorted", "- Kind and calm\n- Sorted")), "R07") == ["Kind and calm"]
    assert quotes(resume("Zoë Müller\n- Cats\n- Sold cakes\n"), "R07") == ["Cats"]


@pytest.mark.parametrize(
    ("bullet", "quoted"),
    [
        ("Responsible for answering phones", "Responsible for"),
        ("Was in charge of keys", "Was in charge of"),
        ("Helped customers", "Helped"),
        ("Also assisted with events", "Also assisted"),
        ("Worked on the site", "Worked on"),
        ("Ran the bar; responsible for stock", "responsible for"),
        ("Participated in meetings", "Participated in"),
    ],
)
def test_r08_quotes_words_that_hide_the_work(bullet: str, quoted: str) -> None:
    assert quotes(with_bullet(bullet), "R08") == [quoted]


def test_r08_leaves_others_duties_and_results_alone() -> None:
    assert (
        quotes(
            with_bullet("Sewed costumes that helped raise $400", "Drew a chart of who is responsible for keys"), "R08"
        )
        == []
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Served 80 customers", True),
        ("Trained two clerks", True),
        ("Wrote a guide that the owner still uses", True),
        ("Won a prize", True),
        ("Cleaned tables", False),
        ("Took CS 101 in 2024", False),
        ("Used Python 3 and Office 365", False),
        ("Opened the shop in May 2024", False),
    ],
)
def test_r09_knows_amounts_and_results(text: str, shown: bool) -> None:
    assert has_result(text) is shown


def test_r09_speaks_below_one_in_three() -> None:
    bare = [
        "Cleaned tables",
        "Filed papers",
        "Washed dishes",
        "Set tables",
        "Packed boxes",
        "Greeted people",
        "Swept floors",
    ]
    assert quotes(with_bullet(*bare), "R09") == []
    assert quotes(with_bullet(*bare, "Opened the shop", "Typed letters"), "R09") == ["Cleaned tables"]
    assert quotes(resume("Zoë Müller\n\nExperience\n- Cleaned tables\n- Filed papers\n"), "R09") == []


@pytest.mark.parametrize(
    "text",
    [
        "I organized the shelves",
        "Cleaned my station",
        "We painted the room",
        "Gave tours, which made me a better speaker",
        "Organized a trip; I booked rooms",
        "My goal is a project",
        "I’m calm",
        "Two of them thanked us",
        "Skills that I learned in class",
    ],
)
def test_r10_hears_the_first_person(text: str) -> None:
    assert find_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "Calculus I, Physics II",
        "Biology I and II",
        "Calculus I with honors",
        "Portland, ME",
        "Customers in the US",
        "Presented at We Are Water",
        "Wrote “My First Garden”",
        "Played in Our Town",
        "Tickets for Us and Them",
        "about.me/zoe",
        "I-95",
        "Called Me Too, a play",
        "Human Anatomy I",
    ],
)
def test_r10_does_not_mistake_names_and_numerals(text: str) -> None:
    assert find_person(text) is None


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("My Path", "My"),
        ("THINGS I HAVE DONE", "I"),
        ("Where I Shine", "I"),
        ("Who I Am", "I"),
        ("Who Am I", "I"),
        ("I’m Good At", "I’m"),
        ("What Drives Me", "Me"),
        ("Calculus I", None),
        ("Physics I Lab", None),
        ("Level I Work", None),
        ("US Experience", None),
        ("Camps in Portland, ME", None),
        ("Skills", None),
    ],
)
def test_r10_reads_headings_whatever_their_capitals(heading: str, said: str | None) -> None:
    assert find_person_in_heading(heading) == said


def test_r10_looks_at_headings() -> None:
    assert quotes(resume(ZOE.replace("Skills", "What I Bring")), "R10") == ["I"]


def test_r11_wants_the_past_for_what_is_over() -> None:
    assert quotes(with_bullet("Manage the shelves for nine people"), "R11") == ["Manage the shelves for nine people"]
    assert quotes(with_bullet("Is the voice of the museum"), "R11") == ["Is the voice of the museum"]
    assert quotes(with_bullet("Manage the shelves", past=False), "R11") == []
    assert quotes(resume("Zoë Müller\n\nExperience\n- Manage the till\n"), "R11") == []


def test_r12_counts_a_verb_in_any_tense() -> None:
    four = ("Organized a list", "Organize 20 files", "Organized shelves", "Organizes the notes")
    found = findings(with_bullet(*four), "R12")
    assert [(finding.quote, finding.detail) for finding in found] == [("Organizes the notes", "organize")]
    assert findings(with_bullet(*four[:3], "Cats"), "R12") == []


@pytest.mark.parametrize(
    ("dates", "quoted"),
    [
        ("Sep 2024 – May 2025", []),
        ("Sept. 2024 – May 2025", []),
        ("September 2024 – May 2025", ["September 2024"]),
        ("09/2024 – 05/2025", ["09/2024"]),
        ("2024-09 – 2025-05", ["2024-09"]),
        ("Sep ’24 – May ’25", ["Sep ’24"]),
        ("2024 – 2025", []),
        ("Fall 2024", []),
        ("Sep – October 2025", ["October 2025"]),
        ("09.2024 – 05.2025", ["09.2024"]),
        ("May – Aug 2025", []),
        ("June 2024 – July 2025", ["June 2024"]),
    ],
)
def test_r13_compares_forms(dates: str, quoted: list[str]) -> None:
    assert quotes(resume(ZOE.replace("Sep 2024 – May 2025", dates)), "R13") == quoted


def test_r13_knows_how_newspapers_shorten() -> None:
    body = ZOE.replace("Jun 2025", "Sept 2025")
    assert quotes(resume(body.replace("Sep 2024", "June 2024")), "R13") == []
    assert quotes(resume(body.replace("Sep 2024", "August 2024")), "R13") == ["August 2024"]


def test_r13_knows_how_the_mla_handbook_shortens() -> None:
    body = ZOE.replace("Jun 2025", "Apr 2025")
    assert quotes(resume(body.replace("Sep 2024", "June 2024")), "R13") == []
    assert quotes(resume(body.replace("Sep 2024", "March 2024")), "R13") == ["March 2024"]
    assert quotes(resume(body.replace("Sep 2024", "April 2024")), "R13") == ["April 2024"]


def test_r13_leaves_a_birth_date_to_r19() -> None:
    reading = with_contact("zoe@mail.com | 503 555 0142 | Date of birth: 14 March 2007")
    assert quotes(reading, "R13") == []
    assert quotes(reading, "R19") == ["Date of birth"]


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("May 2024 – Present", None),
        ("May 2024 – Aug 2024", date(2024, 8, 31)),
        ("Summer 2024", date(2024, 8, 31)),
        ("2022 – 2023", date(2023, 12, 31)),
        ("May 2024 –", None),
        ("02/2024", date(2024, 2, 29)),
        ("Jun – Aug 2025", date(2025, 8, 31)),
        ("March 3, 2024", date(2024, 3, 31)),
        ("from Jun 2023 until Jul 2023", date(2023, 7, 31)),
    ],
)
def test_spans_end(text: str, end: date | None) -> None:
    span = find_span(text)
    assert span is not None and span.end == end


def test_no_date_is_no_span() -> None:
    assert find_span("Barista, Blue Door Café") is None
    assert [written.form for written in list_dates("Expected 2028, call 503-555-2028, zoe@2024.com")] == ["year"]


def test_r14_counts_lines_on_paper() -> None:
    assert findings(with_bullet("Wrote " + "a very long guide " * 10), "R14") == []
    assert len(findings(with_bullet("Wrote " + "a very long guide " * 14), "R14")) == 1


@pytest.mark.parametrize(
    "contact",
    [
        "SSN 123-45-6789",
        "Marital status: single",
        "Nationality: Canadian",
        "F-1 visa",
        "Age: 19",
        "U.S. citizen",
        "4127 Maple Street, Apt 3",
        "Green card holder",
        "Student ID 900123456",
        "Born on 5 May 2006",
        "Gender: female",
        "Valid work permit until 2028",
        "Work authorization: yes",
        "Citizen of Mexico",
        "Citizenship Mexican",
        "DACA recipient",
        "On an F-1 student visa",
    ],
)
def test_r19_names_private_things(contact: str) -> None:
    found = quotes(with_contact(f"zoe@mail.com | 503 555 0142 | {contact}"), "R19")
    assert len(found) == 1 and found[0].casefold() in contact.casefold()


def test_r19_leaves_work_with_such_things_alone() -> None:
    harmless = (
        "Taught a citizenship class of 12",
        "Took 80 visa and passport photos",
        "Counted birds for Citizen Science",
        "Ran a birthday party program",
        "Delivered 30 boxes to 88 Oak Avenue",
        "Sat on a panel about work permits",
        "Typed the date of birth of 300 patients into a form",
        "Explained student visas to two families",
        "Coached a team of players 10 years old",
    )
    assert quotes(with_bullet(*harmless), "R19") == []


@pytest.mark.parametrize(
    "line",
    [
        "Work Permit Clinic Volunteer",
        "Courses: Statistics, Citizenship and Law",
        "Visa, Mastercard",
        "Citizenship, Art",
    ],
)
def test_r19_leaves_titles_with_such_words_alone(line: str) -> None:
    assert quotes(resume(ZOE.replace("Excel, Audacity", line)), "R19") == []


def test_r19_hears_the_student_speak_in_a_bullet() -> None:
    assert quotes(with_bullet("Hold a work permit", "Passport No. X1234567"), "R19") == ["work permit", "Passport No"]


def test_r20_guesses_only_where_a_common_word_is_near() -> None:
    assert [f.detail for f in findings(with_bullet("Kept the managment notes for 9 people"), "R20")] == [
        "managment → management"
    ]
    assert [f.detail for f in findings(with_bullet("Greeted costumers and costumers"), "R20")] == [
        "costumers → customers"
    ]
    assert quotes(with_bullet("Visited Kowalski’s managmnt office for Xqzwv and zzyzxqqq"), "R20") != ["Xqzwv"]
    assert findings(with_bullet("Used the managment tool"), "R20") and not findings(
        with_bullet("Used the managment tool"), "R20", posting="Know managment"
    )
    assert quotes(with_bullet("Ran managment", "Led managment", "Sold managment"), "R20") == []


def test_r20_leaves_other_languages_alone() -> None:
    assert quotes(with_bullet("Organicé talleres semanales para veinte estudiantes durante primavera"), "R20") == []


def test_r20_leaves_divided_words_alone() -> None:
    divided = ZOE.replace("a public exhibit", "a pub-\nlicc exhibit with managment")
    assert quotes(resume(divided), "R20") == ["managment"]


def test_r20_stops_after_a_dozen() -> None:
    slips = (
        "recieved seperate occured experiance definately managment sucessfully commited begining knowlege profesional "
        "accomodate maintainance enviroment"
    )
    bullets = [f"Wrote about the {slip} of people here" for slip in slips.split()]
    assert len(findings(with_bullet(*bullets), "R20")) == 12


@pytest.mark.parametrize(
    "word",
    [
        "organised",
        "colour",
        "workflow",
        "reshelved",
        "programme",
        "matplotlib",
        "analysed",
        "tutees",
        "go",
        "customising",
        "microplastics",
    ],
)
def test_words_that_are_right(word: str) -> None:
    assert is_known(word)


def test_a_slip_of_a_frequent_word_is_no_compound() -> None:
    assert not is_known("wellcome")


def test_two_letters_apart_counts_for_long_words_only() -> None:
    assert suggest("maintainance") == "maintenance"
    assert suggest("qzxvbnm") is None
    assert [suggest(word) for word in ("schedual", "vehical", "desicion")] == ["schedule", "vehicle", "decision"]
    assert suggest("qzxvbnmqwrt") is None
