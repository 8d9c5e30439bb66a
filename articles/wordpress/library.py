"""The files of the media library that posts show by their number, such as the picture above a post and galleries."""

MOST = 100_000  # files, and references, that are kept in mind
LONGEST_ADDRESS = 1000  # characters


class Library:
    """Is told of each post, in any order. `beyond`: how many files and references it was told of, and did not keep."""

    def __init__(self):
        self.files = {}  # {number: (number of the post that it was uploaded to, or 0; address)}
        self.shown = {}  # {number of a file: number of the post that shows it}
        self.galleries = {}  # {number of a post: that of the one that shows all that was uploaded to it}
        self.beyond = 0

    def learn(self, attachment):
        """Take note of a `records.Post` that is a file."""
        if attachment.number and 0 < len(attachment.file) <= LONGEST_ADDRESS:
            self.keep(self.files, attachment.number, (attachment.parent, attachment.file))

    def refer(self, post, text):
        """Take note of what a post shows. `text`: its `text.Text`."""
        for number in filter(None, [post.picture, *text.shown]):
            self.keep(self.shown, number, post.number)
        for number in text.galleries:
            self.keep(self.galleries, number or post.number, post.number)

    def keep(self, kept, number, value):
        if number in kept or len(kept) < MOST:
            kept.setdefault(number, value)
        else:
            self.beyond += 1

    def listed(self):
        """{number of a post: [addresses of what it shows]}"""
        listed = {}
        for number, (parent, address) in self.files.items():
            if post := self.shown.get(number) or self.galleries.get(parent):
                listed.setdefault(post, []).append(address)
        return listed

    @property
    def missing(self):
        """How many files are shown that did not come, or were too many."""
        return len(self.shown.keys() - self.files.keys())
