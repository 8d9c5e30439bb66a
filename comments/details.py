"""What a text gives away, or advertises: pure functions of plain text.

They point something out to a writer, or have a person look first. So they may find too much now and then; they must not
cry wolf at every number. Phone numbers are those of North America, and others with a + before them; street addresses
those of the United States."""

import re
import unicodedata
from typing import NamedTuple

from crpsinfo.folding import normal


class Detail(NamedTuple):
    kind: str  # what it is, in words for its writer
    found: list  # of the places in the text, each once


NUMBER_WORDS = (
    "half|one|two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    "|hundred|thousand"
)
NUMBER = rf"(?<!\w)(?:\.?\d(?:[\d.,]{{0,10}}\d)?|(?:{NUMBER_WORDS})(?: an?)?\b)"
UNIT = r"(?:mg|mcg|[µμu]g|ml|cc|iu|units?|(?:milli|micro)?gram(?:me)?s?|millilit(?:er|re)s?|(?-i:g))\b"
DOSE = re.compile(rf"{NUMBER} ?-? ?{UNIT}", re.IGNORECASE)
CURRENCY = r"(?:dollars?|bucks|euros?|usd|eur|gbp|cad|aud)\b"
PRICE = re.compile(
    rf"[$€£] ?\d|{NUMBER} ?-? ?(?:(?:k|hundred|thousand)\b ?)?{CURRENCY}|\b{CURRENCY} ?\d", re.IGNORECASE
)
ENDINGS = "com|org|net|info|biz|edu|gov|shop|store|online|site|xyz|ru|cn|icu|co\\.uk|org\\.uk|com\\.au"
LINK = re.compile(
    rf"https?://\S|\bwww\.\w|(?<![\w-])[\w-]{{1,63}}\.(?:{ENDINGS})\b|\b(?:t\.me|wa\.me|bit\.ly)/", re.IGNORECASE
)
BETWEEN = re.compile(r"[\s,;<>\"']+")
START = re.compile(r"(?<!/)https?://", re.IGNORECASE)
WEB_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)

EMAIL = re.compile(
    r"(?<![\w.+'-])[\w.+'-]{1,64}"
    r"(?: ?@ ?[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"
    r"| ?[(\[] ?at ?[)\]] ?[\w-]{1,63}(?: ?(?:\.|[(\[] ?dot ?[)\]]) ?[\w-]{1,63}){1,4}"
    r"| at [\w-]{1,63}(?: dot [\w-]{1,63}){1,4})",
    re.IGNORECASE,
)
PHONE = re.compile(
    r"(?<![\w.+-])(?:"
    r"(?:\+?1[-. ]?)?(?:\([2-9]\d\d\) ?|[2-9]\d\d[-. /])\d{3}[-. ]?\d{4}"  # North America
    r"|(?:\+?1)?[2-9]\d\d[2-9]\d{6}"  # the same in one piece
    r"|\+\d(?:[-. ()/]{0,2}\d){7,13}"  # elsewhere
    r")(?![\d-])"
)
# Seven digits are a phone number where the words say so: "200-4000" alone may be anything.
LOCAL_PHONE = re.compile(
    r"\b(?:call|phone|tel|text|cell|mobile|fax|my number)\b\D{0,20}\b([2-9]\d\d[-. ]\d{4})\b", re.I
)
A_MEASURE = re.compile(rf" ?(?:{UNIT}|%)", re.IGNORECASE)  # after numbers that only look like a phone's

COMPASS = r"(?:(?i:north|south|east|west|[ns][ew]|[nsew])\b\.? )?"
WAYS = r"Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Parkway|Pkwy|Highway|Hwy|Turnpike|Tpke"
MORE_WAYS = r"Drive|Dr|Court|Ct|Place|Pl|Way|Terrace|Ter|Circle|Cir|Square|Sq|Trail|Trl|Loop|Plaza"  # words as well
STREET = re.compile(
    r"(?<![\w.,$#/-])\d{1,6}[A-Za-z]? " + COMPASS + r"(?:"
    rf"(?:(?:[A-Z][\w'’-]*|\d+(?:st|nd|rd|th))\.? ){{1,3}}(?:{WAYS}|{MORE_WAYS})"
    rf"|(?i:(?:(?!the\b|an?\b|of\b|on\b|this\b)[a-z'’-]+|\d+(?:st|nd|rd|th)) (?:{WAYS}))"
    r")\b"
)
BOX = re.compile(r"\b(?:p\.? ?o\.? ?|post office )box #?\d+", re.IGNORECASE)


def gives_away(text):
    """The Details that tell where or how to reach the writer."""
    text = plain(text)
    without_links = WEB_ADDRESS.sub(" ", text)
    details = [
        Detail("Phone number", phone_numbers(without_links)),
        Detail("E-mail address", places(EMAIL, text)),
        Detail("Street address", places(STREET, without_links) + places(BOX, without_links)),
    ]
    return [detail for detail in details if detail.found]


def has_links(text):
    """Whether there is an address on the web or of e-mail, with or without https://."""
    return bool(LINK.search(plain(text)))


def count_links(text):
    """How many addresses on the web or of e-mail there are."""
    words = sum(1 for word in BETWEEN.split(plain(text)) if LINK.search(word))
    return max(words, len(START.findall(text)))


def has_phone(text):
    return bool(phone_numbers(WEB_ADDRESS.sub(" ", plain(text))))


def has_price(text):
    """Whether an amount of money is named: $300, 300 dollars, USD 300."""
    return bool(PRICE.search(plain(text)))


def has_dose(text):
    """Whether an amount of a drug is named: 200mg, 0.5 mg per hour, 40 units."""
    return bool(DOSE.search(plain(text)))


def phone_numbers(text):
    """The phone numbers in a plain text, as they stand there."""
    found = [*PHONE.finditer(text), *LOCAL_PHONE.finditer(text)]
    return list(dict.fromkeys(match[match.lastindex or 0] for match in found if not A_MEASURE.match(text, match.end())))


def places(pattern, text):
    return list(dict.fromkeys(match[0] for match in pattern.finditer(text)))


def plain(text):
    """The text in one line, without what nobody sees, and with one shape for characters that have several: １ is 1."""
    text = normal("NFKC", text)
    text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return " ".join(re.sub(r"[\u2010-\u2015\u2212]", "-", text).split())
