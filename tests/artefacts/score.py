"""Precision and recall per rule: `python -m tests.artefacts.score known` (or held_out, fresh, a path to a labels file).

`python -m tests.artefacts.score openings` counts lines instead: for R07, each as the only bullet of a page.

`python -m tests.artefacts.score time` times reading and checking, each file of the known half in a process of its own.

A labels file maps each file's name to the rules that should speak about it: {"001.txt": ["R04", "R08"], …}.
`first.json` keeps the figures of the first scoring: {"R01": [positive, negative, precision, recall], …}.
"""

import json
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lti_tool.artefacts.catalog import Finding, Reading
from lti_tool.artefacts.reader.read import read_bytes
from lti_tool.artefacts.rules import check_resume
from lti_tool.artefacts.service import read_file

CORPUS = Path(__file__).parent / "corpus"
RULES = [f"R{number:02d}" for number in range(1, 23)]
NOW = datetime(2026, 11, 23, tzinfo=UTC)  # the day on which the people of the corpus hand in


@dataclass
class Score:
    """Counts of files for one rule."""

    hits: int = 0
    false: int = 0
    missed: int = 0
    quiet: int = 0

    @property
    def precision(self) -> float:
        """Of the files that the rule names, the share that it should name."""
        return self.hits / (self.hits + self.false) if self.hits + self.false else 1.0

    @property
    def recall(self) -> float:
        """Of the files that the rule should name, the share that it names."""
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 1.0


def read_corpus_file(path: Path) -> Reading:
    """A file of the corpus, read in this process."""
    return Reading.from_json(read_bytes(path.read_bytes(), path.suffix))


def findings_of(path: Path, name: str) -> tuple[Finding, ...]:
    """What the rules say about a file of the corpus."""
    return check_resume(read_corpus_file(path), name=name, now=NOW)


def first_figures(folder: Path) -> dict[str, tuple[int, int, float, float]]:
    """What the first scoring of a part of the corpus gave; empty for a part without such a record."""
    record = folder / "first.json"
    return json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}


def score(labels_file: Path, folder: Path) -> tuple[dict[str, Score], list[str]]:
    """The counts per rule, and each file where rule and label differ."""
    labels: dict[str, list[str]] = json.loads(labels_file.read_text(encoding="utf-8"))
    names: dict[str, str] = json.loads((folder / "names.json").read_text(encoding="utf-8"))
    rules = list(first_figures(folder)) or RULES  # the fresh set is labelled for some rules only
    scores = {rule: Score() for rule in rules}
    differences = []
    for file, expected in sorted(labels.items()):
        found: dict[str, list[str]] = {}
        for finding in findings_of(folder / file, names[file]):
            found.setdefault(finding.rule, []).append(f"{finding.quote!r} ({finding.detail})")
        for rule in rules:
            if rule in found and rule in expected:
                scores[rule].hits += 1
            elif rule in found:
                scores[rule].false += 1
                differences.append(f"{file} {rule} false: {'; '.join(found[rule])}")
            elif rule in expected:
                scores[rule].missed += 1
                differences.append(f"{file} {rule} missed")
            else:
                scores[rule].quiet += 1
    return scores, differences


def score_openings() -> tuple[Score, list[str]]:
    """The counts of R07 by lines, and each line where rule and label differ."""
    lines: dict[str, list[str]] = json.loads((CORPUS / "openings" / "lines.json").read_text(encoding="utf-8"))
    counts, differences = Score(), []
    for is_labelled, line in [(label == "speaks", line) for label in lines for line in lines[label]]:
        page = f"Zoë Müller\n\nExperience\nAide, Hill House    Sep 2025 – Present\n- {line}\n"
        reading = Reading.from_json(read_bytes(page.encode(), ".txt"))
        is_named = any(finding.rule == "R07" for finding in check_resume(reading, name="zoe-mueller.txt", now=NOW))
        counts.hits += is_named and is_labelled
        counts.false += is_named and not is_labelled
        counts.missed += is_labelled and not is_named
        counts.quiet += not is_labelled and not is_named
        if is_named != is_labelled:
            differences.append(f"R07 {'false' if is_named else 'missed'}: {line!r}")
    return counts, differences


def table(scores: dict[str, Score]) -> str:
    """A Markdown table."""
    rows = ["| Rule | Positive | Negative | Precision | Recall |", "| --- | ---: | ---: | ---: | ---: |"]
    for rule, counts in scores.items():
        rows.append(
            f"| {rule} | {counts.hits + counts.missed} | {counts.false + counts.quiet} "
            f"| {counts.precision:.2f} | {counts.recall:.2f} |"
        )
    return "\n".join(rows)


def table_of_both(first: dict[str, tuple[int, int, float, float]], scores: dict[str, Score]) -> str:
    """A Markdown table of the first figures beside those of today."""
    rows = [
        "| Rule | Positive | Negative | Precision, blind | Recall, blind | Precision, after mending "
        "| Recall, after mending |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for rule, (positive, negative, precision, recall) in first.items():
        now = scores[rule]
        rows.append(
            f"| {rule} | {positive} | {negative} | {precision:.2f} | {recall:.2f} "
            f"| {now.precision:.2f} | {now.recall:.2f} |"
        )
    return "\n".join(rows)


def times() -> str:
    """Seconds a page of reading and checking over the known half."""
    taken = []
    for path in sorted(path for path in (CORPUS / "known").iterdir() if path.suffix != ".json"):
        began = time.monotonic()
        reading = read_file(path.read_bytes(), path.name)
        if isinstance(reading, Reading):
            check_resume(reading, name=path.name, now=NOW)
            taken.append((time.monotonic() - began) / max(1, len(reading.pages)))
    taken.sort()
    middle, high = taken[len(taken) // 2], taken[int(len(taken) * 0.95)]
    return f"{len(taken)} files, seconds a page: median {middle:.2f}, 95th percentile {high:.2f}, most {taken[-1]:.2f}"


def main(what: str) -> str:
    """What the command prints."""
    if what == "time":
        return times()
    if what == "blank":
        names = json.loads((CORPUS / "held_out" / "names.json").read_text(encoding="utf-8"))
        return "{\n" + ",\n".join(f' "{file}": []' for file in names) + "\n}"
    if what == "openings":
        counts, wrong = score_openings()
        return "\n".join([table({"R07": counts}), "", *wrong])
    is_file = what.endswith(".json")
    folder = CORPUS / ("held_out" if is_file else what)
    scores, differences = score(Path(what) if is_file else folder / "labels.json", folder)
    shown = table_of_both(first_figures(folder), scores) if folder.name == "held_out" else table(scores)
    return "\n".join([shown, "", *differences])


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1] if len(sys.argv) > 1 else "known") + "\n")
