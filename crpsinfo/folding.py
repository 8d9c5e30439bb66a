"""A text with its capitals, accents and disguises taken off, so that two ways to write the same compare as equal."""

import unicodedata
from string import ascii_lowercase

# O'Brien is found as obrien, D.O. as do; letters with a stroke are no accents to Unicode.
LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"} | dict.fromkeys("'’‘`´.", ""))

# Letters of other alphabets, and signs, that pass for Latin ones. The idea is that of Unicode's Technical Standard 39
# (confusables); the choice is our own: what keyboards and fonts of everyday phones offer. Capitals stand apart, since
# some look like another letter than their small one does: Greek Ν and ν, Cyrillic Н and н.
LOOKALIKES = {
    "АВСЕНІЈКМОРЅТУХҮӀԌԚԜѴ": "ABCEHIJKMOPSTYXYIGQWV",  # Cyrillic
    "авгеикмнопрстухєѕіјһӏԁԛԝѵ": "abreukmhonpctyxesijhldqwv",
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ": "ABEZHIKMNOPTYX",  # Greek
    "αβγεηικμνορσςτυχω": "abyenikuvopoctuxw",
    "օոսհցյզ": "onuhgjq",  # Armenian
    "ᎪᏴᏟᎠᎬᏀᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃ": "ABCDEGHJKLMPRSTVWZ",  # Cherokee
    "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ": "abcdefghijklmnoprstuvwyz",  # small capitals
    "ɑɡɩɛǀ@$|€¢!¡": "agielaslecii",
    "ΛʌɐᗩꓮʍɱⲘꓟɗƒ": "aaaaammmmdf",
}
OUTSIDERS = {ord(looks): like for row, latin in LOOKALIKES.items() for looks, like in zip(row, latin, strict=True)}
for first in (0x1F150, 0x1F170, 0x1F1E6):  # white letters in circles, in squares, and those that make flags
    OUTSIDERS |= {first + place: letter for place, letter in enumerate(ascii_lowercase)}
SAME_STROKE = str.maketrans("i013457", "loleast")  # i, l, I, 1 and | are one stroke in many fonts
UNSEEN = ("Mn", "Me", "Cf")  # accents, and what has no width at all


def fold(text):
    """The text as names are searched: no accents, no capitals, words of letters and digits with one space between.

    Both databases compare the result byte by byte, so a name is found in the same way on each.
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join("".join(char if char.isalnum() else " " for char in kept).split())


def skeleton(text):
    """What is left of the text when everything that looks the same is the same: fold it, and write each look-alike as
    the Latin letter it passes for. "Adm1n", "Аdmin" with a Cyrillic А and "rnoderator" become what "admin" and
    "moderator" become.

    No form to show or to store: compare it with another skeleton, never with a plain word.
    """
    seen = "".join(char for char in unicodedata.normalize("NFKD", text) if unicodedata.category(char) not in UNSEEN)
    latin = seen.translate(OUTSIDERS).casefold().translate(OUTSIDERS)  # some are capitals that casefold makes small
    return fold(latin).translate(SAME_STROKE).replace("rn", "m").replace("vv", "w")
