"""A line of the registry's main file, as a RegisterEntry. No database is asked."""

import re
from datetime import date
from functools import lru_cache
from operator import itemgetter

from directory.models import RegisterEntry
from directory.npi import is_npi
from directory.register import layout
from directory.register.reading import Refused, Unreadable
from directory.states import STATES

PERSON, ORGANIZATION = "1", "2"
OF_PEOPLE = ("last_name", "first_name", "middle_name", "suffix", "credentials")
DATE = re.compile(r"(\d\d)/(\d\d)/(\d{4})", re.ASCII)
ZIP_CODE = re.compile(r"(\d{5})(\d{4})?", re.ASCII)
BLANK = {field.attname: field.get_default() for field in RegisterEntry._meta.concrete_fields}
LONGEST = {name: RegisterEntry._meta.get_field(name).max_length for name in layout.TEXTS}


class Rows:
    """Parses the lines of a Table. Raises Unreadable if it is not the registry's main file."""

    def __init__(self, table, codes):
        """`codes`: the taxonomy codes that are looked for."""
        places = table.places(layout.NEEDED)
        if places[layout.NPI] != 0:  # the sieve looks for it there
            raise Unreadable("Its first column is not the NPI.")
        self.values, self.codes, self.entity = table.values, frozenset(codes), places[layout.ENTITY]
        self.texts, self.dates = columns(places, layout.TEXTS.values()), columns(places, layout.DATES.values())
        self.slots, self.switches = columns(places, layout.CODES), columns(places, layout.SWITCHES)
        self.other_name = columns(places, [layout.OTHER_FIRST, layout.OTHER_LAST])

    def parse(self, line):
        """The line's RegisterEntry, without `seen_on` and `search_text`; of a deactivated provider often nothing but
        the NPI and dates. Raises Refused."""
        values = self.values(line)
        npi, entity = values[0], values[self.entity]
        if not is_npi(npi):
            raise Refused("bad NPI")
        dates = {name: day(text) for name, text in zip(layout.DATES, self.dates(values), strict=True) if text}
        if entity not in (PERSON, ORGANIZATION):
            entry = RegisterEntry(**BLANK | dates | {"npi": npi})
            if entity or entry.is_active:
                raise Refused("neither a person nor an organization")
            return entry
        kind = {"npi": npi, "is_organization": entity == ORGANIZATION}
        said = self.said(values, kind["is_organization"])
        return RegisterEntry(*(BLANK | kind | said | dates | self.taxonomies(values)).values())  # in the fields' order

    def said(self, values, is_organization):
        """Name and address. Raises Refused."""
        texts = {}
        for (name, longest), text in zip(LONGEST.items(), self.texts(values), strict=True):
            if text:
                texts[name] = text = " ".join(text.split())
                if len(text) > longest and name not in ("state", "zip_code"):
                    raise Refused("a value is too long")
        if not is_organization:
            texts["other_name"] = " ".join(filter(None, self.other_name(values)))[: LONGEST["other_name"]]
        for name in OF_PEOPLE if is_organization else ("organization",):
            texts.pop(name, None)
        if not texts.get("organization" if is_organization else "last_name"):
            raise Refused("no name")
        return texts | place(texts.get("state", ""), texts.get("zip_code", ""))

    def taxonomies(self, values):
        """Those of our codes that are in any of the places, and the code that the provider calls the first one."""
        slots, switches = self.slots(values), self.switches(values)
        primary = slots[switches.index("Y")][:10] if "Y" in switches else ""
        return {"taxonomies": " ".join(sorted(self.codes.intersection(slots))), "primary_taxonomy": primary}


def columns(places, names):
    return itemgetter(*(places[name] for name in names))


def place(state, zip_code):
    """State and ZIP code, if it is in one of the 56: elsewhere both mean something else."""
    state, five = state.upper(), ZIP_CODE.fullmatch(zip_code)
    if state not in STATES:
        return {"state": "", "zip_code": ""}
    return {"state": state, "zip_code": five[1] if five else ""}


@lru_cache(maxsize=20_000)  # of the days since the registry began, each comes up again and again
def day(text):
    """The date that is written MM/DD/YYYY. Raises Refused."""
    written = DATE.fullmatch(text)
    try:
        return date(int(written[3]), int(written[1]), int(written[2]))
    except (TypeError, ValueError) as error:
        raise Refused("a date that is none") from error
