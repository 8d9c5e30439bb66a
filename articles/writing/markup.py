"""Slips in the Markdown of a text that would go unnoticed: they are shown as if they were words."""

import re

from articles.markdown import CALLOUTS, LISTS

FENCE = re.compile(r"^:::+[ \t]*(?P<name>[\w-]*)", re.MULTILINE)
CITED = re.compile(r"\[\^([^\]\s]+)\](?!:)")
NOTED = re.compile(r"^\[\^([^\]\s]+)\]:", re.MULTILINE)


def markup_troubles(text):
    """What is wrong with the notes and call-outs of a Markdown text, in words."""
    cited, noted = dict.fromkeys(CITED.findall(text)), dict.fromkeys(NOTED.findall(text))
    yield from (f"Note [^{name}] has no line that begins with [^{name}]: below." for name in cited.keys() - noted)
    yield from (f"Note [^{name}] is cited nowhere, so nobody sees it." for name in noted.keys() - cited)
    fences = [match["name"] for match in FENCE.finditer(text)]
    unknown = {name for name in fences if name} - {*CALLOUTS, *LISTS}
    yield from (f"There is no call-out “::: {name}”." for name in sorted(unknown))
    if fences.count("") != len(fences) - fences.count(""):
        yield "Each call-out begins with ::: and its name, and ends with a line of ::: alone."
