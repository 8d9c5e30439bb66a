"""How many there are of each, of a file that may have any number of names."""

from collections import Counter

MOST = 200  # names, each counted for itself
OTHERS = "others"


class Counts(Counter):
    """A Counter that stays small: once it has MOST names, whatever has another is counted under OTHERS. To be fed with
    names, or with other Counts: an empty Counter copies what it is given whole."""

    def __setitem__(self, name, number):
        if name in self or len(self) < MOST:
            super().__setitem__(name, number)
        else:
            super().__setitem__(OTHERS, self[OTHERS] + number)
