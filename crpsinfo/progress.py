"""How far a long command is, for whoever sits in front of it."""


class Progress:
    """Writes the percentage into one line of a terminal, and nothing anywhere else. Called with (done, of how many)."""

    def __init__(self, stream):
        self.stream, self.shown = stream, None

    def __call__(self, done, total):
        percent = min(100 * done // total, 100) if total else 100
        if percent != self.shown and self.stream.isatty():
            self.shown = percent
            self.write(f"\r{percent:3d} % read")

    def end(self):
        """Leave the line as if nothing had been there."""
        if self.shown is not None:
            self.write("\r" + " " * len("100 % read") + "\r")

    def write(self, text):
        self.stream.write(text, str, ending="")
        self.stream.flush()
