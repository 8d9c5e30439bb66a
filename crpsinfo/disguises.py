"""Finding phrases whose writer may hide them: in look-alike letters and signs, in pieces, or letter by letter.

Phrases are looked for in several readings of a text. In the first, each word stands as it is typed. In the others a
word in disguise stands as its strokes, in capitals, which no word has there otherwise: so "fall" is found in "f@11",
but not in "fail", although i and l may be one stroke.
"""

import re
from collections import defaultdict
from functools import lru_cache
from itertools import chain, groupby

from crpsinfo.folding import OUTSIDERS, strokes, visible
from crpsinfo.phrases import NOTHING, doubling, ending, plain, shortened

LETTER = r"[^\W\d_]"
SIGNS = "@$|€¢"  # pass for letters next to one; ! and ¡ between two only
OTHERS = re.escape("".join(chr(code) for code in OUTSIDERS if chr(code) not in f"{SIGNS}!¡"))
PART = rf"(?:[^\W_]|[{OTHERS}{SIGNS}]|(?<=[^\W_])[!¡](?=[^\W_]))"
# What gives a disguise away. A number before or after a few letters does not: 200mg, 3rd, B12, day5.
GIVEAWAY = re.compile(
    "|".join(
        [
            rf"[{OTHERS}]",
            rf"(?<={LETTER})[{SIGNS}]|[{SIGNS}](?={LETTER})|(?<={LETTER})[!¡](?={LETTER})",
            rf"(?<={LETTER})[013457]+(?={LETTER})",  # ket4mine
            rf"(?<![^\W_])[013457]+(?={LETTER}{{4}})|(?<={LETTER}{{4}})[013457]+(?![^\W_])",  # 0xycodone, pill5
            rf"(?<={LETTER})0(?![^\W_])",  # n0
            r"(?<=[a-z])I(?=[a-z])|(?<=[A-Z])l(?=[A-Z])",  # pilIs, PlLLS
        ]
    )
)
DISGUISED = re.compile(rf"(?<![^\W_])(?<![{OTHERS}{SIGNS}]){PART}*?(?:{GIVEAWAY.pattern}){PART}*")
HUMP = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z]{2})")  # BuyPillsOnline
JOINT = re.compile(r"(?<=\S)[-\u2010-\u2012.·•_*~^]+(?=\S)")  # ke-ta-mine
SPELLED_OUT = 4  # letters from which a phrase is found letter by letter
LETTERS_APART = re.compile(rf"(?<!\S)\S(?: \S(?!\S)){{{SPELLED_OUT - 1},}}")  # k 3 t a m 1 n e
AROUND = ".,;:!?()[]\"'“”‘’…*-–—"  # words of an ordinary text
LONGEST_MATCH = 200  # characters; with all its letters doubled a phrase is shorter


def search(phrases, texts):
    """The set of those phrases that stand in one of the texts. Phrases are written as in `crpsinfo.phrases`."""
    return compiled(frozenset(phrases)).search("\n".join(map(readings, texts)))


# --- Texts ----------------------------------------------------------------------------------------


def readings(text):
    """The words of a text as they are typed and, on lines of their own, as they read when each disguised word counts
    for what it looks like, and when what is joined by dots or hyphens, or stands letter by letter, is one word. Each
    word has a space on both sides."""
    text = seen(text)
    lines = [plain(text)]
    if HUMP.search(text) or not all(map(is_plain, text.split())):
        lines.append(undisguised(HUMP.sub(" ", text)))
    if JOINT.search(text) or LETTERS_APART.search(text):
        lines.append(undisguised(joined(text)))
    return "\n".join(f" {line} " for line in dict.fromkeys(lines))


def seen(text):
    return NOTHING.sub("", visible(text.replace("´", "'")))


def joined(text):
    return LETTERS_APART.sub(lambda letters: letters[0].replace(" ", ""), JOINT.sub("", text))


def is_plain(token):
    """Whether no word in it is disguised."""
    word = token.strip(AROUND)
    is_ordinary = word.isascii() and word.isalpha() and (word.islower() or word.istitle() or word.isupper())
    return is_ordinary or not GIVEAWAY.search(token)


def undisguised(text):
    """The words as they are typed, but disguised ones as what they look like."""
    groups = groupby(text.split(), is_plain)
    pieces = (pieces_of(" ".join(tokens), are_plain) for are_plain, tokens in groups)
    return " ".join(filter(None, chain.from_iterable(pieces)))


def pieces_of(text, are_plain):
    end = 0
    for match in () if are_plain else DISGUISED.finditer(text):
        yield from (plain(text[end : match.start()]), looks(match[0]))
        end = match.end()
    yield plain(text[end:])


def looks(word):
    """What a word looks like, in capitals."""
    return shortened(strokes(word)).replace(" ", "").upper()


# --- Phrases --------------------------------------------------------------------------------------


class Finder:
    """Looks for many phrases at once, and then, only where one begins, for each of them."""

    def __init__(self, phrases):
        self.by_letter = defaultdict(list)  # with which they may begin: far fewer to try at each word
        for phrase in phrases:
            for letter in {form[0] for first in forms(phrase)[:1] for form in first}:
                self.by_letter[letter].append(phrase)
        groups = [
            letter + any_of(after(letter, phrase) for phrase in group) for letter, group in self.by_letter.items()
        ]
        self.any = re.compile(f" (?={one_of(groups)} )" if groups else "(?!)")

    def search(self, lines):
        starts = {lines[hit.end() : hit.end() + LONGEST_MATCH]: hit.end() for hit in self.any.finditer(lines)}
        return {
            phrase
            for start in starts.values()
            for phrase in self.by_letter[lines[start]]
            if pattern(phrase).match(lines, start)
        }


compiled = lru_cache(maxsize=16)(Finder)  # by the phrases themselves, so never out of date


def after(letter, phrase):
    """The patterns of a phrase's words where it begins with that letter, without the letter."""
    first, *others = forms(phrase)
    return one_of(form[1:] for form in first if form[0] == letter), *map(one_of, others)


def any_of(phrases):
    """The pattern of several phrases, each a row of patterns of words. What begins alike is tried once."""
    following = defaultdict(list)
    for first, *others in phrases:
        following[first].append(others)
    return one_of(first if [] in others else f"{first} {any_of(others)}" for first, others in following.items())


@lru_cache(maxsize=5_000)
def pattern(phrase):
    return re.compile(" ".join(map(one_of, forms(phrase))) + " ")


@lru_cache(maxsize=5_000)
def forms(phrase):
    """For each word of a phrase the patterns of how it may stand in a reading."""
    words = [word for word in seen(phrase).split() if plain(word)]
    is_long = sum(len(plain(word)) for word in words) >= SPELLED_OUT
    return [forms_of(word, is_long) for word in words]


def forms_of(word, may_be_spelled_out):
    typed = plain(word)
    found = [doubling(typed) + ending(word), doubling(looks(word.strip("!¡"))) + ending(word)]
    if may_be_spelled_out:
        found.append(" ".join(typed.replace(" ", "")))
    return found


def one_of(patterns):
    return f"(?:{'|'.join(patterns)})"
