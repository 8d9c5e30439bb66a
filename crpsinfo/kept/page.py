"""A kept page: answers that are ready to be sent."""

import gzip
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import NamedTuple

import brotli

# Levels: a little larger than the best, and made in a tenth of the time.
ENCODE = {"br": partial(brotli.compress, quality=5), "gzip": partial(gzip.compress, compresslevel=6, mtime=0)}
DECODE = {"br": brotli.decompress, "gzip": gzip.decompress}
CODINGS = tuple(ENCODE)  # the best first
MADE_ANEW = ("Content-Encoding", "Content-Length", "ETag")  # of the headers
OF_THE_UNCHANGED = ("Cache-Control", "ETag", "Vary")  # https://www.rfc-editor.org/rfc/rfc9110#name-304-not-modified


class Answer(NamedTuple):
    """What WSGI sends."""

    status: str
    headers: list  # of (name, value)
    body: bytes


class Coded(NamedTuple):
    """A page in one coding: for who has it not, and for who has it and asks whether it changed."""

    mark: str  # the ETag
    whole: Answer
    unchanged: Answer


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as it was at a version, in each coding that somebody has asked for; "" is the bytes as they are."""

    version: tuple
    mark: str  # the same for the same bytes, in every process
    headers: dict
    coded: dict

    @classmethod
    def of(cls, response, version, coding=CODINGS[0]):
        """What a view has answered."""
        body = response.content
        headers = {name: value for name, value in response.items() if name not in MADE_ANEW}
        return cls(version, sha256(body).hexdigest()[:32], headers, {}).with_coding(coding, body)

    def with_coding(self, coding, body=None):
        """The same page with one more coding; `body` is its bytes as they are, if they are at hand."""
        coded, own = self.plain() if body is None else body, {"ETag": f'"{self.mark}"'}
        if coding:
            coded, own = ENCODE[coding](coded), {"ETag": f'"{self.mark}-{coding}"', "Content-Encoding": coding}
        headers = self.headers | own | {"Content-Length": str(len(coded))}
        kept = [(name, headers[name]) for name in OF_THE_UNCHANGED if name in headers]
        whole, unchanged = Answer("200 OK", [*headers.items()], coded), Answer("304 Not Modified", kept, b"")
        return replace(self, coded=self.coded | {coding: Coded(own["ETag"], whole, unchanged)})

    def plain(self):
        coding, coded = next(iter(self.coded.items()))
        return DECODE[coding](coded.whole.body)

    def answer(self, coding, known):
        """The Answer in a coding that it has, to who knows these marks (`If-None-Match`)."""
        mark, whole, unchanged = self.coded[coding]
        return unchanged if mark in known or known == "*" else whole

    def size(self, key):
        """About how many bytes of memory it takes below this key."""
        return 4096 + len(key[0]) + len(key[1]) + sum(len(coded.whole.body) for coded in self.coded.values())
