import unicodedata

# O'Brien is found as obrien, D.O. as do; letters with a stroke are no accents to Unicode.
LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"} | dict.fromkeys("'’‘`´.", ""))


def fold(text):
    """The text as names are searched: no accents, no capitals, words of letters and digits with one space between.

    Both databases compare the result byte by byte, so a name is found in the same way on each.
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join("".join(char if char.isalnum() else " " for char in kept).split())
