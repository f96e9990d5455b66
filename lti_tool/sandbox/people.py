"""The people and courses of Riverbend University."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Seed:
    """One person; `kind` is student, teacher, ta, observer, staff, admin or test."""

    username: str
    kind: str
    given: str
    family: str
    note: str = ""
    rtl: bool = False

    @property
    def name(self) -> str:
        """The name as it is shown."""
        return f"{self.given} {self.family}".strip()


STAFF = (
    Seed("helena.marsh", "teacher", "Helena", "Marsh", "Teaches both courses"),
    Seed("priya.raman", "ta", "Priya", "Raman", "Assists in MIR 101, studies in BUS 240"),
    Seed("joan.okafor", "observer", "Joan", "Okafor", "Observes Amara Okafor"),
    Seed("marcus.bell", "staff", "Marcus", "Bell", "Career centre, in no course"),
    Seed("ines.valverde", "admin", "Inês", "Valverde", "Connects tools, changes the rules"),
    Seed("test.student", "test", "Test", "Student", "What a teacher sees in student view"),
)

STUDENTS = tuple(
    Seed(username, "student", given, family, note, rtl)
    for username, given, family, note, rtl in (
        ("amara.okafor", "Amara", "Okafor", "Marketing, second year", False),
        ("zoe.nunez", "Zoë", "Núñez-Øster", "Graphic design, third year", False),
        ("nour.haddad", "نور", "الحداد", "Computer science, second year", True),
        ("suharto", "Suharto", "", "Economics, exchange", False),
        (
            "maria.fernandes",
            "Maria Antónia da Conceição",
            "Albuquerque de Vasconcelos e Fernandes",
            "History, first year",
            False,
        ),
        ("liam.obrien", "Liam", "O’Brien", "Finance, third year", False),
        ("mei.lin", "Mei-Ling", "Chén", "Data science, second year", False),
        ("aleksandra.w", "Aleksandra", "Wiśniewska", "Biology, second year", False),
        ("tane.ruia", "Tāne", "Ruia", "Environmental studies, first year", False),
        ("ngoc.nguyen", "Ngọc Ánh", "Nguyễn", "Accounting, third year", False),
        ("dwayne.carter", "Dwayne", "Carter", "Sport management, second year", False),
        ("soren.kjaer", "Søren", "Kjær", "Philosophy, third year", False),
        ("fatima.alsayed", "Fatima", "al-Sayed", "Public health, second year", False),
        ("rohan.iyer", "Rohan", "Iyer", "Mechanical engineering, first year", False),
        ("chloe.lefevre", "Chloé", "Lefèvre", "French and theatre, second year", False),
        ("kwame.mensah", "Kwame", "Mensah", "Political science, third year", False),
        ("yuki.tanaka", "Yūki", "Tanaka", "Music technology, second year", False),
        ("elif.sahin", "Elif", "Şahin", "Architecture, first year", False),
        ("diego.ramirez", "Diego", "Ramírez Solís", "Supply chain, third year, reads Spanish", False),
        ("hannah.goldberg", "Hannah", "Goldberg", "Psychology, second year", False),
        ("ioana.popescu", "Ioana", "Popescu", "Linguistics, second year", False),
        ("tyrell.washington", "Tyrell", "Washington", "Nursing, first year", False),
        ("sinead.ni", "Sinéad", "Ní Dhomhnaill", "English, third year", False),
        ("oleksandr.k", "Олександр", "Коваленко", "Cybersecurity, second year", False),
        ("leilani.kahale", "Leilani", "Kahale", "Hospitality, third year", False),
    )
)

# Who has set another language than English in the LMS.
_LOCALES = {"diego.ramirez": "es"}


def locale_of(username: str) -> str:
    """The language in which the LMS shows its pages to a person."""
    return _LOCALES.get(username, "en")


COURSES = (
    (
        "MIR 101",
        "Micro-internship readiness",
        "Everything to finish before your first paid project with a host.",
    ),
    ("BUS 240", "Professional communication", "Writing, speaking and working with people who are not your teachers."),
)
