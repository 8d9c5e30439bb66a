"""The bytes of an export file as text that an XML parser takes, a piece at a time."""

import codecs
import gzip
import os
import re
import zlib
from contextlib import ExitStack, contextmanager
from html.entities import html5
from pathlib import Path

BLOCK = 64 * 1024  # bytes
BROKEN = (OSError, EOFError, ValueError, zlib.error)
MARKS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like the next one
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
]
BARE_UTF16 = [("<\0?\0".encode("latin-1"), "utf-16-le"), ("\0<\0?".encode("latin-1"), "utf-16-be")]
DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z][\w.:-]{0,39})[\"']")
# Python's names of those that are encodings of text, and in which the declaration can be read as ASCII.
ENCODINGS = re.compile(
    r"ascii|utf-8|iso8859-\d+|cp\d+|koi8-[rut]|mac-\w+|big5\w*|gb\w+|euc_\w+|shift_jis\w*|iso2022_\w+|hz|johab|tis-620"
)
TAKEN_FOR = {"ascii": "cp1252", "iso8859-1": "cp1252"}  # as browsers do: files that say so mean Windows' own
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
REFERENCE = re.compile(r"&(?:#(\d{1,9})|#[xX]([0-9a-fA-F]{1,8})|([A-Za-z][A-Za-z0-9]{0,31}));")
# What the next piece may end: a reference, or a tag of the name below.
UNFINISHED = re.compile(r"(?:&#?\w{0,32}|</?\w{0,4})\Z")
LONGEST_UNFINISHED = 40  # characters
POST_EDGE = "item>"  # the end of the tag that a post begins with, and of the one that it ends with
OF_XML = {"amp", "lt", "gt", "quot", "apos"}


class Unreadable(Exception):
    """The file cannot be read, or not to its end, or is another one than is wanted. As text: why, as a sentence."""


class Pieces:
    """Iterates over the text of a file. Bytes that are none in its encoding become U+FFFD, `unreadable` counts them;
    characters that no XML may hold are left out, `forbidden` counts those: of all up to the piece that was given last.
    A piece ends where a post begins or ends, so that both tell how much of it is damaged. Raises Unreadable."""

    def __init__(self, stream, on_read=None):
        """`on_read` is called after each block."""
        self.stream, self.on_read = stream, on_read
        self.unreadable = self.forbidden = 0

    def __iter__(self):
        decoder, rest, block = None, "", self.read()
        while block:
            if decoder is None:
                mark, encoding = encoding_of(block)
                decoder, block = codecs.getincrementaldecoder(encoding)("replace"), block[len(mark) :]
            text, rest = finished(rest + decoder.decode(block))
            yield from self.cleaned_parts(text)
            block = self.read()
        if decoder:
            yield from self.cleaned_parts(rest + decoder.decode(b"", final=True))

    def read(self):
        try:
            block = self.stream.read(BLOCK)
        except BROKEN as error:
            raise Unreadable(f"The file cannot be read to its end: {error}.") from error
        if self.on_read:
            self.on_read()
        return block

    @property
    def damage(self):
        return self.unreadable + self.forbidden

    def cleaned_parts(self, text):
        *ended, last = text.split(POST_EDGE)
        for part in ended:
            yield self.cleaned(f"{part}{POST_EDGE}")
        yield self.cleaned(last)

    def cleaned(self, text):
        self.unreadable += text.count("\ufffd")
        text, dropped = NO_XML.subn("", text)
        self.forbidden += dropped
        return REFERENCE.sub(self.understood, text) if "&" in text else text

    def understood(self, reference):
        """A reference that XML knows. Those of HTML become what they stand for; where the text is HTML anyway, that is
        the same."""
        decimal, hexadecimal, name = reference.groups()
        if name:
            stands_for = html5.get(f"{name};", "")
            if name in OF_XML:
                return reference[0]
            return stands_for if stands_for and not set("<>&\"'") & set(stands_for) else f"&amp;{name};"
        code = int(decimal) if decimal else int(hexadecimal, 16)
        if code > 0x10FFFF or NO_XML.match(chr(code)):
            self.forbidden += 1
            return ""
        return reference[0]


def encoding_of(block):
    """(mark to be skipped, encoding) of a file that begins like this: as its mark or its declaration says, else UTF-8.
    Raises Unreadable."""
    for mark, encoding in MARKS:
        if block.startswith(mark):
            return mark, encoding
    for beginning, encoding in BARE_UTF16:
        if block.startswith(beginning):
            return b"", encoding
    declared = DECLARED.match(block)
    return b"", known(declared[1].decode("ascii")) if declared else "utf-8"


def known(declared):
    try:
        name = codecs.lookup(declared).name
    except LookupError as error:
        raise Unreadable(f"Its encoding, {declared}, is not known here: save it as UTF-8.") from error
    if name.startswith(("utf-16", "utf-32")):  # it cannot be: the declaration was read a byte a character
        return "utf-8"
    if not ENCODINGS.fullmatch(name):
        raise Unreadable(f"Its encoding, {declared}, is none of text: save it as UTF-8.")
    return TAKEN_FOR.get(name, name)


def finished(text):
    """(text, rest): the rest may be the beginning of something that the next piece ends."""
    found = UNFINISHED.search(text, max(0, len(text) - LONGEST_UNFINISHED))
    return (text[: found.start()], found[0]) if found else (text, "")


@contextmanager
def opened(path, progress=None):
    """The Pieces of a file, which may be packed with gzip. `progress` is called with (bytes read, of how many). Raises
    Unreadable."""
    path = Path(path)
    with ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("rb"))
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            size = os.fstat(file.fileno()).st_size
            stream = stack.enter_context(gzip.GzipFile(fileobj=file)) if packed else file
        except BROKEN as error:
            raise Unreadable(f"{path.name} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
        yield Pieces(stream, progress and (lambda: progress(file.tell(), size)))
