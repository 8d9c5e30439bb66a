"""Names as people type them: with titles, degrees and middle names, or without."""

from dataclasses import dataclass

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


def ways_to_write(typed):
    """The folded forms under which somebody of this name may be known: with and without what stands between the first
    and the last word."""
    name = parts_of(typed)
    return {form for form in (fold(str(name)), fold(f"{name.first} {name.last}"), fold(typed)) if form}


def sorted_beginnings(typed):
    """What the `sort_name` of a listing of somebody of this name can begin with: last names first, however many of the
    words belong to them; or the whole, as that of a clinic."""
    words = fold(str(parts_of(typed))).split()[:MOST_WORDS]
    words = [word for word in words if word not in SUFFIXES] or words
    if len(words) < 2:
        return set(words)
    return {f"{' '.join(words[place:])} {words[0]}" for place in range(1, len(words))} | {" ".join(words)}
