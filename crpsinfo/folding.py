"""A text with its capitals, accents and disguises taken off, so that two ways to write the same compare as equal."""

import re
import unicodedata
from string import ascii_lowercase

UNWRITTEN = re.compile("['’‘`´.]+")  # O'Brien is found as obrien, D.O. as do
# Letters with a stroke are no accents to Unicode.
LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})

# Letters of other alphabets, and signs, that pass for Latin ones. The idea is that of Unicode's Technical Standard 39
# (confusables); the choice is our own: what keyboards and fonts of everyday phones offer. Capitals stand apart, since
# some look like another letter than their small one does: Greek Ν and ν, Cyrillic Н and н.
LOOKALIKES = {
    "АВСЕНІЈКМОРЅТУХҮӀԌԚԜѴ": "ABCEHIJKMOPSTYXYIGQWV",  # Cyrillic
    "авгеикмнопрстухєѕіјһӏԁԛԝѵ": "abreukmhonpctyxesijhldqwv",
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ": "ABEZHIKMNOPTYX",  # Greek
    "αβγεηικμνορσςτυχω": "abyenikuvopoctuxw",
    "օոսհցյզ": "onuhgjq",  # Armenian
    "ᎪᏴᏟᎠᎬᏀᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃᏋᏖᏗᎥᏁ": "ABCDEGHJKLMPRSTVWZETAIN",  # Cherokee
    "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ": "abcdefghijklmnoprstuvwyz",  # small capitals
    "ɑɡɩɛǀ@$|€¢!¡": "agielaslecii",
    "ΛʌɐᗩꓮʍɱⲘꓟɗƒ": "aaaaammmmdf",
    "ĸƙŧƭħɨŋƞƥƀɓɇȼɉʈ₭₮₳₥₦₱₩₴₵₲": "kktthinnpbbecjtktamnpwscg",
}
OUTSIDERS = {ord(looks): like for row, latin in LOOKALIKES.items() for looks, like in zip(row, latin, strict=True)}
for first in (0x1F150, 0x1F170, 0x1F1E6):  # white letters in circles, in squares, and those that make flags
    OUTSIDERS |= {first + place: letter for place, letter in enumerate(ascii_lowercase)}
SAME_STROKE = str.maketrans("i013457", "loleast")  # i, l, I, 1 and | are one stroke in many fonts
UNSEEN = ("Mn", "Me", "Cf")  # accents, and what has no width at all
NOT_ASCII = re.compile(r"[^\x00-\x7f]+")  # looked at one by one; most texts have few
NOT_A_WORD = re.compile(r"[\W_]+")

# One character stands for a word or a sentence: spelled out, a text of such would be eighteen times as long.
SENTENCES = dict.fromkeys([*range(0xFDF0, 0xFDFD), *range(0x3300, 0x3358)], " ")


def normal(form, text):
    """`unicodedata.normalize`, but for characters that stand for whole words, which are no letters to anybody here."""
    return unicodedata.normalize(form, text.translate(SENTENCES))


def fold(text):
    """The text as names are searched: no accents, no capitals, words of letters and digits with one space between.

    Both databases compare the result byte by byte, so a name is found in the same way on each.
    """
    plain = NOT_ASCII.sub(bare, UNWRITTEN.sub("", text.casefold()))
    return NOT_A_WORD.sub(" ", plain).strip()


def bare(run):
    """A match's characters without accents and capitals: some are known as such only in their plain shape (𝐊 is K)."""
    letters = normal("NFKD", run[0]).casefold().translate(LETTERS)
    return "".join(char for char in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(char))


def visible(text):
    """The text without accents and without what has no width, each letter in its plain shape: 𝓪 and ａ are a."""
    seen = normal("NFKD", text)
    return NOT_ASCII.sub(lambda run: "".join(char for char in run[0] if unicodedata.category(char) not in UNSEEN), seen)


def strokes(text):
    """The text folded, each look-alike written as the Latin letter it passes for, and what is one stroke in many fonts
    as one letter. "Adm1n" and "Аdmin" with a Cyrillic А become what "admin" becomes, and so does "admln".

    No form to show or to store: compare it with another one, never with a plain word.
    """
    latin = visible(text).translate(OUTSIDERS).casefold().translate(OUTSIDERS)  # some are capitals; casefold hides that
    return fold(latin).translate(SAME_STROKE)


def skeleton(text):
    """What is left of the text when everything that looks the same is the same: its strokes, and letters that look like
    another when they stand together. "rnoderator" becomes what "moderator" becomes.

    As with strokes, compare it with another skeleton only.
    """
    return strokes(text).replace("rn", "m").replace("vv", "w")
