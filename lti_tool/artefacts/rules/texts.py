"""What each finding says. Fixed sentences, so that a catalogue of translations can hold each one."""

from lti_tool.artefacts.catalog import Finding, Where
from lti_tool.artefacts.rules.outline import Spot
from lti_tool.web.phrases import Phrase

# (rule, case) → title, why it matters, how to fix it
TEXTS: dict[tuple[str, str], tuple[Phrase, Phrase, Phrase]] = {
    ("R01", "scanned"): (
        Phrase("A page is a picture"),
        Phrase("Here a machine finds no text, and a host who searches for your name or a skill finds nothing either."),
        Phrase(
            "Go back to the program in which you wrote it and export a PDF from there. Do not scan or photograph paper."
        ),
    ),
    ("R01", "unmapped"): (
        Phrase("The letters cannot be read by a machine"),
        Phrase(
            "The page looks right, but the font does not say which letters it draws, so copied text comes "
            "out as nonsense."
        ),
        Phrase("Choose a common font, export the PDF again, and try to copy a line out of it."),
    ),
    ("R02", "pages"): (
        Phrase("Longer than it needs to be"),
        Phrase(
            "A host gives a first look of seconds. For a first-year student one page holds what matters; two are "
            "for people "
            "with more than five roles."
        ),
        Phrase("Cut what does not answer this posting, oldest first, until it fits on one page."),
    ),
    ("R03", "email"): (
        Phrase("No e-mail address in the text"),
        Phrase("If a machine or a host cannot find your address in the body of the page, nobody can write to you."),
        Phrase("Put your e-mail address as text under your name. Do not leave it to an icon, a header or a link."),
    ),
    ("R03", "phone"): (
        Phrase("No phone number in the text"),
        Phrase("Some hosts call before they write, and application forms look for a number."),
        Phrase("Put your phone number as text under your name, with the area or country code."),
    ),
    ("R04", "address"): (
        Phrase("An e-mail address that does not sound like you"),
        Phrase(
            "The address is the first thing that a host types. A joke or a row of numbers makes them wonder "
            "who you are."
        ),
        Phrase("Set up an address made of your name and use it on everything that you send."),
    ),
    ("R05", "unusual"): (
        Phrase("An unusual heading"),
        Phrase(
            "People and machines look for a few known words. Under another heading they may miss what stands there."
        ),
        Phrase("Use a usual word: Education, Experience, Projects, Activities, Skills, Awards."),
    ),
    ("R05", "spaced"): (
        Phrase("Blanks between the letters of a heading"),
        Phrase("A machine reads single letters here and no word, so it does not see that a new part begins."),
        Phrase("Type the word without blanks. If you want wide letters, set the letter spacing of the font instead."),
    ),
    ("R05", "none"): (
        Phrase("No headings found"),
        Phrase(
            "Without headings nobody can jump to what they look for, and a machine cannot tell a school from a job."
        ),
        Phrase(
            "Put each part under a heading of its own, such as Education, Experience and Skills, on a line by itself."
        ),
    ),
    ("R06", "date"): (
        Phrase("Education without a month and year"),
        Phrase("A host wants to know when you finish, to plan a project around it."),
        Phrase("Give the month and year in which you expect to finish, such as “Expected May 2027”."),
    ),
    ("R06", "section"): (
        Phrase("No education found"),
        Phrase("A student's school and field come first for most hosts."),
        Phrase(
            "Add a heading Education with your school, your field, and the month and year in which you "
            "expect to finish."
        ),
    ),
    ("R07", "start"): (
        Phrase("A bullet that does not start with an action"),
        Phrase("The first word is what a skimming reader sees. A verb tells what you did; a noun only names a topic."),
        Phrase("Begin with the verb that names your own part: sorted, taught, built, wrote, counted."),
    ),
    ("R08", "duty"): (
        Phrase("Words that hide what you did"),
        Phrase("These words say that you were near the work, but not what you did there."),
        Phrase(
            "Say what you did. If helping was your part, name the help: “Carried and set up chairs for 12 concerts”."
        ),
    ),
    ("R09", "results"): (
        Phrase("Few bullets show a size or a result"),
        Phrase("Duties look the same on every résumé. How many, how often, and what came of it show your own work."),
        Phrase(
            "For your strongest bullets ask: how many, how often, for whom, and what was different afterwards? "
            "Write only what "
            "you can stand behind."
        ),
    ),
    ("R10", "person"): (
        Phrase("“I”, “my” or “we”"),
        Phrase("The whole page is about you already, so these words only take room."),
        Phrase("Leave the word out and begin with the verb."),
    ),
    ("R11", "tense"): (
        Phrase("Finished work in the present tense"),
        Phrase("The dates say that this is over. The present tense makes a reader wonder which of the two is wrong."),
        Phrase("Put it in the past tense, or correct the end date if you still do it."),
    ),
    ("R12", "repeat"): (
        Phrase("The same verb opens more than three bullets"),
        Phrase("By the fourth time a reader skips the line. Each verb can show another side of what you can do."),
        Phrase("Keep the verb where it fits best, and choose a more exact one elsewhere."),
    ),
    ("R13", "dates"): (
        Phrase("Dates in more than one form"),
        Phrase("Mixed dates look hasty, and a machine may read one of the forms wrongly."),
        Phrase("Choose one form, such as “Sep 2025 – May 2026”, and use it everywhere."),
    ),
    ("R14", "long"): (
        Phrase("A bullet longer than two lines"),
        Phrase("A skimming reader gives a bullet two lines. What stands in the third is lost."),
        Phrase("Split it in two, or cut everything that does not say what you did and what came of it."),
    ),
    ("R15", "columns"): (
        Phrase("Text in columns"),
        Phrase("Some machines read straight across the page, so the lines of both columns get mixed."),
        Phrase("Put everything in one column. The preview shows the order in which a machine reads it."),
    ),
    ("R15", "order"): (
        Phrase("A machine reads your page in another order"),
        Phrase(
            "The file does not keep the text in the order that you see, so parts can end up under the wrong heading."
        ),
        Phrase(
            "Write it in a text program from top to bottom, without boxes that you move around, and export it again."
        ),
    ),
    ("R16", "text_box"): (
        Phrase("Text in a text box"),
        Phrase("Many machines skip text boxes, or read them at the end."),
        Phrase("Move the text out of the box into the page itself."),
    ),
    ("R16", "table"): (
        Phrase("Text in a table"),
        Phrase("Machines read tables cell by cell, which can tear dates and titles apart."),
        Phrase("Use plain lines, with a tab stop where a date should stand at the right."),
    ),
    ("R17", "margin"): (
        Phrase("Text in the header or footer"),
        Phrase(
            "Many machines leave out headers and footers. If your name or number is there, they have no name or number."
        ),
        Phrase("Move it to the top of the page itself."),
    ),
    ("R18", "small"): (
        Phrase("Text smaller than 10 points"),
        Phrase("Small text is hard to read on a phone and on paper, and it tells a reader that the page is too full."),
        Phrase("Set it to 10 to 12 points. If it does not fit then, cut words and not size."),
    ),
    ("R19", "private"): (
        Phrase("Something private that a résumé does not need"),
        Phrase("Résumés travel. In the United States hosts do not want to know this, and others could misuse it."),
        Phrase("Take it out. If a form asks for it later, give it there."),
    ),
    ("R19", "photo"): (
        Phrase("A photo"),
        Phrase(
            "In the United States a résumé has no photo, and employers are told not to ask for one. Some "
            "countries differ: "
            "your career office knows."
        ),
        Phrase("Take the photo out."),
    ),
    ("R20", "spelling"): (
        Phrase("Perhaps a spelling slip"),
        Phrase("A slip costs trust. This is only a guess, and names and terms of a field are often right."),
        Phrase("Look the word up. If it is right, ignore this."),
    ),
    ("R21", "name"): (
        Phrase("A file name that is not yours"),
        Phrase("A host who downloads twelve files called “resume” will not find yours again."),
        Phrase("Name the file after yourself, such as Imbert-Rosa-Resume.pdf."),
    ),
    ("R21", "version"): (
        Phrase("A file name that tells of drafts"),
        Phrase("“final2” or “copy” tells a host about your drafts and not about you."),
        Phrase("Name the file after yourself, without the version, such as Imbert-Rosa-Resume.pdf."),
    ),
    ("R22", "link"): (
        Phrase("A link that looks dead"),
        Phrase(
            "A link that leads nowhere is worse than none. Nobody has opened it; it only looks wrong as it is written."
        ),
        Phrase("Copy the address from your browser again and try it in a private window."),
    ),
}


def find(rule: str, case: str, spot: Spot | None = None, quote: str | None = None, detail: str = "") -> Finding:
    """A finding at a place; the quote is the whole line unless given."""
    title, why, fix = TEXTS[rule, case]
    where = None if spot is None else Where(spot.page, spot.number)
    shown = quote if quote is not None else (spot.text if spot is not None else "")
    return Finding(rule, title, why, fix, shown, where, detail or case)
