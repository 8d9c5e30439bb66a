"""Which lines of the registry's file are worth parsing: in a hundred, one or two are."""

import re
from bisect import bisect


class Sieve:
    """Keeps the lines that start with one of the NPIs, or hold one of the codes anywhere. It looks at the bytes of many
    lines together: to parse each, or only to copy it, would take many times as long."""

    def __init__(self, npis, codes):
        """`npis` and `codes` are texts; the codes of ten characters of which the last is an X, as all of NUCC's are."""
        self.npis = {npi.encode() for npi in npis}
        codes = sorted(code.encode() for code in codes)
        # An X is rare, and what stands five places before it is telling: so few are compared with all the codes.
        fifth = re.escape(bytes({code[4] for code in codes}))
        self.codes = re.compile(b"X(?<=[%b].{5})(?<=%b)" % (fifth, b"|".join(map(re.escape, codes))))

    def __call__(self, block):
        """(how many lines the block has, [(which of them, from 0; the line)]). Each line ends with a newline, and all
        have the NPI in quotes, or none has."""
        npis, find, starts, kept = self.npis, block.find, [], set()
        quote, at, end = block.startswith(b'"'), 0, len(block)
        while at < end:
            first = at + quote
            if block[first : first + 10] in npis:
                kept.add(len(starts))
            starts.append(at)
            at = find(b"\n", at) + 1
        kept |= {bisect(starts, code.start()) - 1 for code in self.codes.finditer(block)}
        starts.append(end)
        return len(starts) - 1, [(which, block[starts[which] : starts[which + 1]]) for which in sorted(kept)]
