"""The ZIP package of a DOCX: bounded unpacking, and what must not be inside."""

import io
import zipfile
import zlib

from lxml import etree

from lti_tool.artefacts.reader.limits import MAX_ENTRIES, MAX_PART_BYTES, MAX_RATIO, MAX_UNPACKED_BYTES, Refusal

ACTIVE_PARTS = ("word/activex/", "word/embeddings/oleobject", "customui/")


class Package:
    """The parts of a DOCX; raises Refusal for bombs, macros and active content."""

    def __init__(self, data: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise Refusal("damaged") from error
        entries = self._archive.infolist()
        if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
            raise Refusal("bomb")
        for entry in entries:
            self._check_entry(entry)
        self.names = {entry.filename for entry in entries}
        if b"macroenabled" in self.read("[Content_Types].xml").lower():
            raise Refusal("macros")

    @staticmethod
    def _check_entry(entry: zipfile.ZipInfo) -> None:
        name = entry.filename.lower()
        if entry.flag_bits & 0x1:
            raise Refusal("encrypted")
        if entry.file_size > 1_000_000 and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise Refusal("bomb")
        if "vbaproject" in name or "vbadata" in name:
            raise Refusal("macros")
        if name.startswith(ACTIVE_PARTS):
            raise Refusal("active_content")

    def read(self, name: str) -> bytes:
        """A part's bytes, b"" without such a part; counts what really comes out, not what the entry declares."""
        if name not in self.names:
            return b""
        try:
            with self._archive.open(name) as part:
                content = part.read(MAX_PART_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
            raise Refusal("damaged") from error
        if len(content) > MAX_PART_BYTES:
            raise Refusal("bomb")
        return content

    def parse(self, name: str) -> "etree._Element | None":
        """A part's XML, None without such a part. A document type declaration is refused: Word never writes one."""
        content = self.read(name)
        if not content:
            return None
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
        )
        try:
            root = etree.fromstring(content, parser)
        except etree.XMLSyntaxError as error:
            raise Refusal("damaged") from error
        if root.getroottree().docinfo.internalDTD is not None:
            raise Refusal("active_content")
        return root
