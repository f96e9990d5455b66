"""What each finding says. Fixed sentences, so that a catalogue of translations can hold each one."""

from lti_tool.artefacts.catalog import Finding, Where
from lti_tool.artefacts.rules.outline import Spot

# (rule, case) → title, why it matters, how to fix it
TEXTS: dict[tuple[str, str], tuple[str, str, str]] = {
    ("R01", "scanned"): (
        "A page is a picture",
        "Here a machine finds no text, and a host who searches for your name or a skill finds nothing either.",
        "Go back to the program in which you wrote it and export a PDF from there. Do not scan or photograph paper.",
    ),
    ("R01", "unmapped"): (
        "The letters cannot be read by a machine",
        "The page looks right, but the font does not say which letters it draws, so copied text comes out as nonsense.",
        "Choose a common font, export the PDF again, and try to copy a line out of it.",
    ),
    ("R02", "pages"): (
        "Longer than it needs to be",
        "A host gives a first look of seconds. For a first-year student one page holds what matters; two are "
        "for people "
        "with more than five roles.",
        "Cut what does not answer this posting, oldest first, until it fits on one page.",
    ),
    ("R03", "email"): (
        "No e-mail address in the text",
        "If a machine or a host cannot find your address in the body of the page, nobody can write to you.",
        "Put your e-mail address as text under your name. Do not leave it to an icon, a header or a link.",
    ),
    ("R03", "phone"): (
        "No phone number in the text",
        "Some hosts call before they write, and application forms look for a number.",
        "Put your phone number as text under your name, with the area or country code.",
    ),
    ("R04", "address"): (
        "An e-mail address that does not sound like you",
        "The address is the first thing that a host types. A joke or a row of numbers makes them wonder who you are.",
        "Set up an address made of your name and use it on everything that you send.",
    ),
    ("R05", "unusual"): (
        "An unusual heading",
        "People and machines look for a few known words. Under another heading they may miss what stands there.",
        "Use a usual word: Education, Experience, Projects, Activities, Skills, Awards.",
    ),
    ("R05", "spaced"): (
        "Blanks between the letters of a heading",
        "A machine reads single letters here and no word, so it does not see that a new part begins.",
        "Type the word without blanks. If you want wide letters, set the letter spacing of the font instead.",
    ),
    ("R05", "none"): (
        "No headings found",
        "Without headings nobody can jump to what they look for, and a machine cannot tell a school from a job.",
        "Put each part under a heading of its own, such as Education, Experience and Skills, on a line by itself.",
    ),
    ("R06", "date"): (
        "Education without a month and year",
        "A host wants to know when you finish, to plan a project around it.",
        "Give the month and year in which you expect to finish, such as “Expected May 2027”.",
    ),
    ("R06", "section"): (
        "No education found",
        "A student's school and field come first for most hosts.",
        "Add a heading Education with your school, your field, and the month and year in which you expect to finish.",
    ),
    ("R07", "start"): (
        "A bullet that does not start with an action",
        "The first word is what a skimming reader sees. A verb tells what you did; a noun only names a topic.",
        "Begin with the verb that names your own part: sorted, taught, built, wrote, counted.",
    ),
    ("R08", "duty"): (
        "Words that hide what you did",
        "These words say that you were near the work, but not what you did there.",
        "Say what you did. If helping was your part, name the help: “Carried and set up chairs for 12 concerts”.",
    ),
    ("R09", "results"): (
        "Few bullets show a size or a result",
        "Duties look the same on every résumé. How many, how often, and what came of it show your own work.",
        "For your strongest bullets ask: how many, how often, for whom, and what was different afterwards? "
        "Write only what "
        "you can stand behind.",
    ),
    ("R10", "person"): (
        "“I”, “my” or “we”",
        "The whole page is about you already, so these words only take room.",
        "Leave the word out and begin with the verb.",
    ),
    ("R11", "tense"): (
        "Finished work in the present tense",
        "The dates say that this is over. The present tense makes a reader wonder which of the two is wrong.",
        "Put it in the past tense, or correct the end date if you still do it.",
    ),
    ("R12", "repeat"): (
        "The same verb opens more than three bullets",
        "By the fourth time a reader skips the line. Each verb can show another side of what you can do.",
        "Keep the verb where it fits best, and choose a more exact one elsewhere.",
    ),
    ("R13", "dates"): (
        "Dates in more than one form",
        "Mixed dates look hasty, and a machine may read one of the forms wrongly.",
        "Choose one form, such as “Sep 2025 – May 2026”, and use it everywhere.",
    ),
    ("R14", "long"): (
        "A bullet longer than two lines",
        "A skimming reader gives a bullet two lines. What stands in the third is lost.",
        "Split it in two, or cut everything that does not say what you did and what came of it.",
    ),
    ("R15", "columns"): (
        "Text in columns",
        "Some machines read straight across the page, so the lines of both columns get mixed.",
        "Put everything in one column. The preview shows the order in which a machine reads it.",
    ),
    ("R15", "order"): (
        "A machine reads your page in another order",
        "The file does not keep the text in the order that you see, so parts can end up under the wrong heading.",
        "Write it in a text program from top to bottom, without boxes that you move around, and export it again.",
    ),
    ("R16", "text_box"): (
        "Text in a text box",
        "Many machines skip text boxes, or read them at the end.",
        "Move the text out of the box into the page itself.",
    ),
    ("R16", "table"): (
        "Text in a table",
        "Machines read tables cell by cell, which can tear dates and titles apart.",
        "Use plain lines, with a tab stop where a date should stand at the right.",
    ),
    ("R17", "margin"): (
        "Text in the header or footer",
        "Many machines leave out headers and footers. If your name or number is there, they have no name or number.",
        "Move it to the top of the page itself.",
    ),
    ("R18", "small"): (
        "Text smaller than 10 points",
        "Small text is hard to read on a phone and on paper, and it tells a reader that the page is too full.",
        "Set it to 10 to 12 points. If it does not fit then, cut words and not size.",
    ),
    ("R19", "private"): (
        "Something private that a résumé does not need",
        "Résumés travel. In the United States hosts do not want to know this, and others could misuse it.",
        "Take it out. If a form asks for it later, give it there.",
    ),
    ("R19", "photo"): (
        "A photo",
        "In the United States a résumé has no photo, and employers are told not to ask for one. Some countries differ: "
        "your career office knows.",
        "Take the photo out.",
    ),
    ("R20", "spelling"): (
        "Perhaps a spelling slip",
        "A slip costs trust. This is only a guess, and names and terms of a field are often right.",
        "Look the word up. If it is right, ignore this.",
    ),
    ("R21", "name"): (
        "A file name that is not yours",
        "A host who downloads twelve files called “resume” will not find yours again.",
        "Name the file after yourself, such as Imbert-Rosa-Resume.pdf.",
    ),
    ("R21", "version"): (
        "A file name that tells of drafts",
        "“final2” or “copy” tells a host about your drafts and not about you.",
        "Name the file after yourself, without the version, such as Imbert-Rosa-Resume.pdf.",
    ),
    ("R22", "link"): (
        "A link that looks dead",
        "A link that leads nowhere is worse than none. Nobody has opened it; it only looks wrong as it is written.",
        "Copy the address from your browser again and try it in a private window.",
    ),
}


def find(rule: str, case: str, spot: Spot | None = None, quote: str | None = None, detail: str = "") -> Finding:
    """A finding at a place; the quote is the whole line unless given."""
    title, why, fix = TEXTS[rule, case]
    where = None if spot is None else Where(spot.page, spot.number)
    shown = quote if quote is not None else (spot.text if spot is not None else "")
    return Finding(rule, title, why, fix, shown, where, detail or case)
