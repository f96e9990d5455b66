"""Make the corpus again: `python -m tests.artefacts.make_corpus` in an environment of its own.

Needs reportlab, fpdf2 and python-docx, and the programs pdflatex, soffice and pdftoppm. Tests do not: they read the
files in `corpus/`. The seed is fixed, so files change only where this program or its texts change.
"""

import copy
import json
import random
import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from tests.artefacts import faults, people
from tests.artefacts.renderers import (
    docx_file,
    fpdf_file,
    latex_file,
    libreoffice_files,
    reportlab_file,
    scan_file,
    txt_file,
)

HERE = Path(__file__).parent
TEXT_RULES = ["R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10", "R11", "R12", "R13", "R14", "R19", "R20", "R22"]
HEADINGS = [
    ("Education", "Experience", "Projects", "Skills"),
    ("EDUCATION", "WORK EXPERIENCE", "ACADEMIC PROJECTS", "SKILLS AND LANGUAGES"),
    ("Education", "Relevant Experience", "Class Projects", "Technical Skills & Languages"),
    ("Education:", "Employment History:", "Projects:", "Skills:"),
]
PLAN = {  # kind of file → how many
    "txt": 20, "docx": 24, "reportlab": 16, "fpdf": 8, "latex": 7, "libreoffice": 9, "scan": 15,
}  # fmt: skip
LAYOUTS = {  # what each maker can do wrong with the page
    "docx": ["R15-cols", "R15-table", "R16-table", "R16-box", "R17-header", "R17-footer", "R18", "R02", "R19-photo"],
    "reportlab": ["R15-row", "R15-col", "R16-grid", "R18", "R02", "R17-repeat", "R19-photo"],
    "fpdf": ["R18", "R02", "R17-repeat", "R16-grid"],
    "latex": ["R15-minipage", "R18", "R02"],
    "libreoffice": ["R15-table", "R16-grid", "R18", "R02"],
    "txt": ["R02"],
}
MONTHS = {"Jan": "January", "Feb": "February", "Mar": "March", "Apr": "April", "Jun": "June", "Jul": "July",
          "Aug": "August", "Sep": "September", "Oct": "October", "Nov": "November", "Dec": "December"}  # fmt: skip


def build(person: dict[str, Any], heads: tuple[str, str, str, str]) -> dict[str, Any]:
    """The résumé of a person before anything is wrong with it."""
    p = copy.deepcopy(person)
    school = {"left": p["school"][0], "right": p["school"][1], "lines": p["school"][2], "bullets": []}
    jobs = [{"left": a, "right": b, "lines": [], "bullets": c} for a, b, c in p["jobs"]]
    projects = [{"left": a, "right": b, "lines": [], "bullets": c} for a, b, c in p["projects"]]
    sections = [(heads[0], [school]), (heads[1], jobs)]
    if projects:
        sections.append((heads[2], projects))
    sections.append((heads[3], [{"left": "", "right": "", "lines": p["skills"], "bullets": []}]))
    for title, lines in p["extra"]:
        shown = title.upper() if heads[0].isupper() else title + (":" if heads[0].endswith(":") else "")
        sections.append((shown, [{"left": "", "right": "", "lines": lines, "bullets": []}]))
    return {"name": p["name"], "contact": p["contact"], "sections": sections, "file": p["file"], "options": {}}


class Spoiler:
    """Puts faults into résumés, the variants of a rule in turn."""

    def __init__(self, bank: faults.Bank, tricky: list[str], rng: random.Random) -> None:
        self.bank, self.tricky, self.rng = bank, tricky, rng
        self.turns: dict[str, int] = {}

    def variant(self, rule: str) -> Any:
        turn = self.turns.get(rule, 0)
        self.turns[rule] = turn + 1
        return self.bank[rule][turn % len(self.bank[rule])]

    def spoil(self, doc: dict[str, Any], rule: str) -> None:
        getattr(self, rule.lower())(doc, self.variant(rule))

    def jobs(self, doc: dict[str, Any]) -> list[dict[str, Any]]:
        jobs: list[dict[str, Any]] = doc["sections"][1][1]
        return jobs

    def add(self, doc: dict[str, Any], line: str, past: bool = False) -> None:
        jobs = [job for job in self.jobs(doc) if not past or "Present" not in job["right"]]
        job = self.rng.choice(jobs)
        job["bullets"].insert(self.rng.randint(0, len(job["bullets"])), line)

    def add_tricky(self, doc: dict[str, Any]) -> None:
        for line in self.rng.sample(self.tricky, 2):
            self.add(doc, line)

    def replace_contact(self, doc: dict[str, Any], sign: str, new: str) -> None:
        parts = []
        for line in doc["contact"]:
            for part in line.replace("•", "|").replace("·", "|").split("|"):
                is_it = (
                    "@" in part
                    if sign == "@"
                    else sum(c.isdigit() for c in part) >= 9
                    and "SSN" not in part
                    and " ID " not in part
                    and "No." not in part
                )
                parts.append(new if is_it else part.strip())
        doc["contact"] = [" | ".join(part for part in parts if part)]

    def r03(self, doc: dict[str, Any], how: str) -> None:
        if how == "no phone" or how == "phone on request":
            self.replace_contact(doc, "#", "Phone on request" if "request" in how else "")
        else:
            self.replace_contact(doc, "@", "e-mail address on request" if "words" in how else "")

    def r04(self, doc: dict[str, Any], address: str) -> None:
        self.replace_contact(doc, "@", address)

    def r05(self, doc: dict[str, Any], title: str) -> None:
        index = self.rng.choice([*range(1, len(doc["sections"]))])
        old, entries = doc["sections"][index]
        new = title.upper() if old.isupper() else title + (":" if old.endswith(":") else "")
        doc["sections"][index] = (new, entries)

    def r06(self, doc: dict[str, Any], right: str) -> None:
        doc["sections"][0][1][0]["right"] = right

    def r07(self, doc: dict[str, Any], line: str) -> None:
        self.add(doc, line)

    r08 = r07
    r10 = r07
    r14 = r07

    def r09(self, doc: dict[str, Any], _: str) -> None:
        pool = self.rng.sample(faults.BARE, len(faults.BARE))
        for _title, entries in doc["sections"][1:3]:
            for entry in entries:
                entry["bullets"] = [pool.pop() for _ in entry["bullets"] if pool]

    def r11(self, doc: dict[str, Any], line: str) -> None:
        self.add(doc, line, past=True)

    def r12(self, doc: dict[str, Any], verb: str) -> None:
        for rest in (
            "20 files for the office",
            "a list of 35 members",
            "two shelves in the club room",
            "notes for nine meetings",
        ):
            self.add(doc, f"{verb} {rest}", past=True)

    def r13(self, doc: dict[str, Any], _: str) -> None:
        job = self.jobs(doc)[-1]
        full = {value: key for key, value in MONTHS.items()}
        for old in (*full, *MONTHS):
            if old in job["right"]:
                other = full.get(old) or MONTHS[old]
                job["right"] = job["right"].replace(old, other, 1) if other != old else job["right"]
                return
        job["right"] = "May 2024 – Aug 2024"
        doc["sections"][0][1][0]["right"] = "Expected June 2028"

    def r19(self, doc: dict[str, Any], line: str) -> None:
        doc["contact"] = [*doc["contact"], line]

    def r20(self, doc: dict[str, Any], word: str) -> None:
        line = faults.SLIP_LINES[self.turns["R20"] % len(faults.SLIP_LINES)]
        self.add(
            doc,
            line.format(w=word) if " " not in word or word.islower() else "Noted who was definately away on 12 days",
        )

    def r22(self, doc: dict[str, Any], link: str) -> None:
        doc["contact"] = [*doc["contact"], link]


def main() -> None:
    """Both halves, and labels for the half that we label ourselves."""
    rng = random.Random(20261123)
    corpus = HERE / "corpus"
    for half, folk, bank, tricky in (
        ("known", people.KNOWN, faults.KNOWN, faults.TRICKY_KNOWN),
        ("held_out", people.HELD_OUT, faults.HELD_OUT, faults.TRICKY_HELD_OUT),
    ):
        folder = corpus / half
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        labels = make_half(folder, folk, Spoiler(bank, tricky, rng), rng)
        names = {number: name for number, (name, _) in labels.items()}
        (folder / "names.json").write_text(json.dumps(names, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        if half == "known":
            found = {number: sorted(rules) for number, (_, rules) in labels.items()}
            (folder / "labels.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


MAKERS = {"txt": txt_file, "docx": docx_file, "reportlab": reportlab_file, "fpdf": fpdf_file, "latex": latex_file}


def make_half(folder: Path, folk: list[Any], spoiler: Spoiler, rng: random.Random) -> dict[str, tuple[str, set[str]]]:
    """The files of one half; file → (the name that the student gave it, the rules that should speak)."""
    labels: dict[str, tuple[str, set[str]]] = {}
    layouts: Counter[str] = Counter()
    given: Counter[str] = Counter()
    later: list[tuple[Path, dict[str, Any]]] = []
    for kind, index in [(kind, index) for kind, count in PLAN.items() for index in range(count)]:
        number = len(labels) + 1
        doc = build(folk[number % len(folk)], HEADINGS[rng.randrange(len(HEADINGS))])
        rules: set[str] = set()
        spoiler.add_tricky(doc)
        for _ in range(4 if kind != "scan" else 0):
            fitting = [rule for rule in TEXT_RULES if fits(rule, rules, doc)]
            rule = min(fitting, key=lambda rule: (given[rule], rng.random()))
            given[rule] += 1
            spoiler.spoil(doc, rule)
            rules.add(rule)
        for _ in range(2 if kind != "txt" else index % 4 == 0):
            lay_out(doc, kind, layouts, rules)
        ending = {"txt": "txt", "docx": "docx"}.get(kind, "pdf")
        name = f"{doc['file']}.{ending}"
        if index % 4 == 1:
            name = spoiler.variant("R21").format(file=doc["file"]).rsplit(".", 1)[0] + "." + ending
            rules.add("R21")
        path = folder / f"{number:03d}.{ending}"
        if kind == "libreoffice":
            later.append((path, doc))
        elif kind == "scan":
            rules.add("R01")
            scan_file(path, doc, index)
        else:
            MAKERS[kind](path, doc)
        if kind != "scan" and max(count_openings(doc).values()) > 3:
            rules.add("R12")
        labels[path.name] = (name, rules)
    with tempfile.TemporaryDirectory() as scratch:
        libreoffice_files(later, Path(scratch))
    add_lengths(folder, labels)
    return labels


def lay_out(doc: dict[str, Any], kind: str, layouts: Counter[str], rules: set[str]) -> None:
    """The next fault of layout that this maker can draw, unless it does not fit with the last one."""
    choices = LAYOUTS.get(kind, [])
    if not choices:
        return
    layout = choices[layouts[kind] % len(choices)]
    layouts[kind] += 1
    kinds = {other.split("-")[0] for other in doc["options"]}
    if layout.split("-")[0] in kinds or {"R15", "R16"} <= {*kinds, layout.split("-")[0]}:
        return
    doc["options"][layout] = True
    rules.add(layout.split("-")[0])
    if layout == "R15-table" and kind == "docx":
        rules.add("R16")
    if layout == "R17-header" and "R16-box" not in doc["options"]:
        rules.add("R03")
    if layout == "R17-repeat":
        rules.add("R02")


def add_lengths(folder: Path, labels: dict[str, tuple[str, set[str]]]) -> None:
    """R02 where the text ran over to a second page by itself."""
    for name, (_, rules) in labels.items():
        if name.endswith(".pdf"):
            told = subprocess.run(["pdfinfo", folder / name], capture_output=True, text=True, check=True).stdout
            if int(told.split("Pages:")[1].split()[0]) > 1:
                rules.add("R02")


# Faults that would hide each other do not meet in a file.
APART = [
    {"R03", "R04"},
    {"R06", "R13"},
    {"R13", "R19"},
    *({"R09", rule} for rule in ("R07", "R08", "R10", "R11", "R12", "R14", "R20")),
]


def fits(rule: str, rules: set[str], doc: dict[str, Any]) -> bool:
    """Whether a fault can be put into a file beside those that it has."""
    return rule not in rules and not any(rule in pair and pair & rules for pair in APART)


def count_openings(doc: dict[str, Any]) -> Counter[str]:
    """How often each word opens a bullet: people of the corpus may use a verb four times without a fault's help."""
    return Counter(
        bullet.split()[0].casefold()
        for _, entries in doc["sections"]
        for entry in entries
        for bullet in entry["bullets"]
    )


if __name__ == "__main__":
    subprocess.run(["pdflatex", "--version"], check=True, stdout=subprocess.DEVNULL)
    main()
