"""What became of lines that nothing could be learned from."""

from collections import Counter, defaultdict

SHOWN = 3


class Rejects:
    """How many lines were refused for which reason, and the numbers of the first few of each."""

    def __init__(self):
        self.counts, self.lines = Counter(), defaultdict(list)

    def add(self, reason, number):
        self.counts[reason] += 1
        if self.counts[reason] <= SHOWN:
            self.lines[reason].append(number)

    def __len__(self):
        return self.counts.total()

    def __str__(self):
        """3 (bad NPI: 2, lines 17 and 99; unreadable: 1, line 5)"""
        each = "; ".join(f"{reason}: {count:,}, {self.where(reason)}" for reason, count in self.counts.most_common())
        return f"{len(self):,} ({each})" if each else "0"

    def where(self, reason):
        numbers = [f"{number:,}" for number in self.lines[reason]]
        if self.counts[reason] > len(numbers):
            return f"lines {', '.join(numbers)} …"
        return f"line {numbers[0]}" if len(numbers) == 1 else f"lines {', '.join(numbers[:-1])} and {numbers[-1]}"
