"""Why a file is not read, and what to do next. Fixed sentences: a catalogue of translations can hold each one."""

from lti_tool.artefacts.catalog import Refused
from lti_tool.web.phrases import Phrase

_EXPORT = Phrase("Open it where you wrote it, export it as a PDF or save it as DOCX, and upload that file.")

# Each in one or two sentences that are said one after the other.
REFUSALS: dict[str, tuple[Phrase, ...]] = {
    "empty": (Phrase("This file is empty. Check that you chose the right one and that it has finished downloading."),),
    "too_large": (
        Phrase("This file is larger than 5 MB. Take out large pictures, export it as a PDF again, and upload that."),
    ),
    "picture": (Phrase("This is a picture, so no text can be read in it."), _EXPORT),
    "old_word": (
        Phrase(
            "This is the old Word format (DOC). In Word or Google Docs choose “Save as” DOCX or PDF, and upload that."
        ),
    ),
    "open_document": (
        Phrase("This is an OpenDocument file (ODT). Choose “Save as” DOCX or export it as a PDF, and upload that."),
    ),
    "rich_text": (
        Phrase("This is a rich text file (RTF). Open it in a text program, save it as DOCX or PDF, and upload that."),
    ),
    "pages": (Phrase("This is an Apple Pages file. In Pages choose “Export to” PDF or Word, and upload that."),),
    "web_page": (
        Phrase(
            "This is a web page. Print it to a PDF from your browser, or copy its text into a document of your own."
        ),
    ),
    "other_office": (
        Phrase("This is a spreadsheet or a presentation. Put your résumé into a text document and export a PDF."),
    ),
    "archive": (Phrase("This is a ZIP archive. Unpack it and upload the résumé itself, as PDF, DOCX or TXT."),),
    "unknown_kind": (Phrase("This is not a PDF, DOCX or TXT file."), _EXPORT),
    "wrong_name": (
        Phrase("The ending of the file's name does not fit what is inside, so a host may not be able to open it."),
        _EXPORT,
    ),
    "encrypted": (
        Phrase(
            "This file is protected by a password or by restrictions. Save a copy without protection, and upload that."
        ),
    ),
    "macros": (
        Phrase("This Word file carries macros (small programs). Save it as a plain DOCX or as a PDF, and upload that."),
    ),
    "active_content": (
        Phrase("This file carries programs or other files inside it. A host's computer would block it."),
        _EXPORT,
    ),
    "bomb": (Phrase("This file unpacks to far more than a résumé can hold."), _EXPORT),
    "too_many_pages": (Phrase("This file has far more pages than a résumé. Upload only the résumé."),),
    "too_complex": (Phrase("This file is built in too complicated a way to be read safely."), _EXPORT),
    "damaged": (Phrase("This file is damaged or incomplete."), _EXPORT),
    "too_slow": (Phrase("Reading this file took too long, so it was stopped."), _EXPORT),
    "too_many": (Phrase("You have uploaded many files in a short time. Wait a minute, then upload this one again."),),
    "not_kept": (
        Phrase(
            "We could not store this file, through a fault on our side that is noted. Upload it again in a few minutes."
        ),
    ),
    "busy": (
        Phrase("Many files are being read at the moment. Wait a minute and upload yours again; nothing is lost."),
    ),
}


def refuse(reason: str) -> Refused:
    """The refusal for a reason of the list above, its words in English."""
    return Refused(reason, " ".join(REFUSALS[reason]))
