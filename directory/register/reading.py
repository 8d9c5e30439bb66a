"""Large CSV files, read in constant memory: from inside a ZIP, which is never unpacked, or as they are."""

import csv
import os
import re
import zipfile
import zlib
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

BLOCK = 64 * 1024  # bytes that are read at once, few enough for a processor's cache; and that a line may have
LARGEST = 64 * 2**30  # bytes: five times what the registry's file had in 2026
LOCKED = 1  # the flag of an encrypted member
READABLE = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
BROKEN = (OSError, EOFError, ValueError, NotImplementedError, zlib.error, zipfile.BadZipFile)
UTF8_MARK = b"\xef\xbb\xbf"


class Unreadable(Exception):
    """The file cannot be read, or is another one than is wanted. As text: why, as a sentence."""


class Refused(Exception):
    """A line that nothing can be learned from. As text: the reason, in a few words that many lines may share."""


@dataclass(frozen=True)
class Source:
    """An open CSV file: its name, its size in bytes, and the day its file (or ZIP) was last written here."""

    stream: BinaryIO
    name: str
    size: int
    written_on: date


@contextmanager
def opened(path, member):
    """The Source of the file: itself, or if it is a ZIP, the one in it whose name (without folders) the pattern
    `member` matches. Nothing is ever written to the disk. Raises Unreadable."""
    path = Path(path)
    with ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("rb"))
            written_on = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC).date()
            if file.read(2) == b"PK":
                entry, stream = opened_member(stack.enter_context(zipfile.ZipFile(path)), member, stack)
                source = Source(stream, PurePosixPath(entry.filename).name, entry.file_size, written_on)
            else:
                size = file.seek(0, os.SEEK_END)
                file.seek(0)
                source = Source(file, path.name, size, written_on)
        except BROKEN as error:
            raise Unreadable(f"{path.name} cannot be read, or is not complete: {in_words(error)}.") from error
        yield source


def opened_member(archive, member, stack):
    found = [entry for entry in archive.infolist() if re.fullmatch(member, PurePosixPath(entry.filename).name)]
    if len(found) != 1:
        raise Unreadable(f"The ZIP holds {len(found) or 'no'} files with the name that is looked for, not one.")
    entry = found[0]
    if entry.flag_bits & LOCKED:
        raise Unreadable("The ZIP is locked with a password.")
    if entry.compress_type not in READABLE:
        raise Unreadable("The ZIP is packed in a way that cannot be read here: unpack it, and give the CSV file.")
    if entry.file_size > LARGEST:
        raise Unreadable(f"The ZIP claims to hold {entry.file_size:,} bytes: more than such a file can have.")
    return entry, stack.enter_context(archive.open(entry))


def in_words(error):
    return getattr(error, "strerror", None) or str(error).rstrip(".") or type(error).__name__


class Table:
    """A CSV file's `columns`, and its lines, of which no more than a block is in memory. Raises Unreadable."""

    def __init__(self, source, progress=None):
        """`progress` is called with (bytes read, of how many), often."""
        self.source, self.progress, self.done, self.needed = source, progress, 0, None
        header = self.rest_of_line().removeprefix(UTF8_MARK)
        if not header.strip():
            raise Unreadable("The file is empty.")
        try:
            self.columns = [name.strip() for name in cells(header)[0]]
        except Refused as error:
            raise Unreadable("Its first line is no list of column names: this is not a CSV file.") from error

    def places(self, needed):
        """{name: its place among the columns}, for each of the needed names. Raises Unreadable."""
        places = {name: place for place, name in enumerate(self.columns)}
        missing = [name for name in needed if name not in places]
        if missing:
            some = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
            raise Unreadable(f"This is not the file that is wanted. It lacks columns: {some}.")
        twice = {name for name in self.columns if self.columns.count(name) > 1}
        if twice:
            raise Unreadable(f"It has columns twice: {', '.join(sorted(twice))}.")
        self.needed = max(places[name] for name in needed) + 1
        return places

    def blocks(self):
        """All lines below the header, as blocks of bytes: whole lines, each with its newline."""
        while block := self.read(self.source.stream.read):
            if not block.endswith(b"\n"):
                block += self.rest_of_line()
            if not block.endswith(b"\n"):
                self.refuse_if_cut_off(block[block.rfind(b"\n") + 1 :])
                block += b"\n"
            if not block.isspace():
                yield block
            elif len(block) >= BLOCK:
                raise Unreadable(f"It goes on for {BLOCK:,} bytes without a row: this is not the file that is wanted.")

    def lines(self):
        """(number of the line in the file, line as bytes), without blank ones."""
        before = 1
        for block in self.blocks():
            lines = block[:-1].split(b"\n")
            yield from ((number, line) for number, line in enumerate(lines, before + 1) if line.strip())
            before += len(lines)

    def values(self, line):
        """The values of a line as far as they are needed, when it has one for each column. Raises Refused."""
        values, count = cells(line, self.needed)
        if count != len(self.columns):
            raise Refused("too many columns" if count > len(self.columns) else "too few columns")
        return values

    def refuse_if_cut_off(self, line):
        """A last line without an end may be where a download broke off."""
        try:
            self.values(line)
        except Refused as error:
            raise Unreadable("It breaks off in the middle of its last line: fetch it again.") from error

    def rest_of_line(self):
        rest = self.read(self.source.stream.readline)
        if len(rest) >= BLOCK and not rest.endswith(b"\n"):
            raise Unreadable(f"It has a line of more than {BLOCK:,} bytes: this is not the file that is wanted.")
        return rest

    def read(self, how):
        """A block, or a line as far as it fits into one."""
        try:
            found = how(BLOCK)
        except BROKEN as error:
            raise Unreadable(f"{self.source.name} cannot be read to its end: {in_words(error)}.") from error
        self.done += len(found)
        if self.progress:
            self.progress(self.done, self.source.size)
        return found


def cells(line, needed=None):
    """(at least so many of the line's values as are needed, how many it has). Raises Refused if it is no CSV."""
    text = line.strip(b"\r\n").decode("utf-8", "replace")
    if "\0" in text:
        raise Refused("unreadable")  # no database keeps such text
    if needed and text[:1] == '"' == text[-1:]:
        values = text[1:-1].split('","', needed)
        count = len(values) + values[-1].count('","') * (len(values) > needed)
        if text.count('"') == 2 * count:  # each in quotes, and no quotes within: three times as fast as csv
            return values, count
    try:
        values = next(csv.reader([text], strict=True), [])
    except csv.Error as error:
        raise Refused("unreadable") from error
    return values, len(values)
