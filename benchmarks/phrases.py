"""Words for invented comments."""

import random

PHRASES = (
    *("the first infusion", "my left hand", "after a long winter", "the waiting room", "a very kind nurse"),
    *(
        "mirror exercises every morning",
        "nobody had told me",
        "a letter from the insurance",
        "much better since spring",
    ),
    *(
        "what helped most",
        "slowly, with breaks",
        "cold weather",
        "my physiotherapist",
        "three weeks later",
        "and sleep",
    ),
)


def text_of(number):
    """Some 400 characters: a different text for each number, and always the same."""
    phrases = random.Random(number).choices(PHRASES, k=20)  # noqa: S311 - nothing secret
    return f"{', '.join(phrases[:10])}.\n\n{', '.join(phrases[10:])}."
