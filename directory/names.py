"""Names as people write them: with titles, degrees and middle names, or without."""

from dataclasses import dataclass
from itertools import product

from crpsinfo.folding import fold

TITLES = {"dr", "doctor", "prof", "professor", "mr", "mrs", "ms", "miss"}
SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}
DEGREES = {"md", "do", "phd", "mph", "mba", "ms", "msc", "facp", "faap", "dpm", "dds", "dmd", "np", "pa", "rn", "crna"}
MOST_WORDS = 8  # of a name that is taken apart


@dataclass(frozen=True)
class Name:
    """The parts of a doctor's name, as a Doctor has them."""

    first: str = ""
    middle: str = ""
    last: str = ""
    suffix: str = ""
    credentials: str = ""

    def __str__(self):
        return " ".join(filter(None, [self.first, self.middle, self.last, self.suffix]))

    @property
    def forms(self):
        """The folded forms under which somebody of this name may be known: with the middle name, its initial or
        neither, each with and without the suffix. Two who have one in common may be the same."""
        middles, suffixes = {"", self.middle[:1], self.middle}, {"", self.suffix}
        written = {fold(f"{self.first} {middle} {self.last} {suffix}") for middle, suffix in product(middles, suffixes)}
        return written - {""}


def parts_of(typed):
    """The Name in what somebody typed, such as "Dr. Alma B. Tester Jr., MD". A guess, for an editor to put right."""
    said, *after = [part.strip() for part in typed.split(",")]
    words = said.split()
    if not words:
        return Name(last=typed.strip()[:80])
    while len(words) > 1 and fold(words[0]) in TITLES:
        words.pop(0)
    credentials = [part for part in after if fold(part) not in SUFFIXES]
    suffix = next((part for part in after if fold(part) in SUFFIXES), "")
    while len(words) > 1 and fold(words[-1]) in DEGREES:
        credentials.insert(0, words.pop())
    if len(words) > 1 and fold(words[-1]) in SUFFIXES:
        suffix = words.pop()
    first, middle, last = (words[0], " ".join(words[1:-1]), words[-1]) if len(words) > 1 else ("", "", " ".join(words))
    return Name(first[:60], middle[:60], last[:80], suffix[:20], ", ".join(filter(None, credentials))[:40])


def forms_of(row):
    """The folded forms of the name of a Doctor or a RegisterEntry; that of a clinic has but one."""
    if row.organization:
        return {fold(row.organization)} - {""}
    return Name(row.first_name, row.middle_name, row.last_name, row.suffix).forms


def typed_forms(typed):
    """The folded forms of a name that somebody typed; also as it stands, as that of a clinic."""
    return parts_of(typed).forms | {fold(typed)} - {""}


def sorted_beginnings(typed):
    """What the `sort_name` of a listing of somebody of this name can begin with: last names first, however many of the
    words belong to them; or the whole, as that of a clinic."""
    words = fold(str(parts_of(typed))).split()[:MOST_WORDS]
    words = [word for word in words if word not in SUFFIXES] or words
    if len(words) < 2:
        return set(words)
    return {f"{' '.join(words[place:])} {words[0]}" for place in range(1, len(words))} | {" ".join(words)}
