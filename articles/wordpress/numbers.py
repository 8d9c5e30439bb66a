"""Which numbers have come, of a file of any size."""


class Numbers:
    """A set of whole numbers, most of which follow one another: a bit each."""

    SPAN = 512

    def __init__(self):
        self.spans = {}

    def __contains__(self, number):
        span, place = divmod(number, self.SPAN)
        return bool(self.spans.get(span, 0) >> place & 1)

    def update(self, numbers):
        for number in numbers:
            span, place = divmod(number, self.SPAN)
            self.spans[span] = self.spans.get(span, 0) | 1 << place
