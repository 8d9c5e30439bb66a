"""Our own spam rules: what they look for, and which of them match what a reader sent. No database, no network.

A rule has a kind and a value:

- "phrase": whole words in the text, the author's name or the website, however they are written or hidden (see
  `crpsinfo.disguises`); * at the end of a word stands for any ending;
- "email": an address, or a domain with all below it; the author's, or one in the text, the name or the website;
- "link": a domain with all below it, of a link in the text, the name or the website, with or without https://;
- "network": one address, or a network such as 192.0.2.0/24.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from crpsinfo import disguises, phrases
from crpsinfo.spam.addresses import (
    BROADEST,
    TOKEN,
    address,
    and_above,
    is_domain,
    network,
    networks_of,
    places,
    written,
)

APOSTROPHES = str.maketrans(dict.fromkeys("’‘´`", "'"))
NO_KIND = "There is no such kind of rule."
MAILBOX = "That is an e-mail address: choose that kind, so that it is kept no longer than need be."
NO_EMAIL = "That is no e-mail address or domain. Write one, like pat@example.com or example.com."
NO_LINK = "That is no domain. Write one, like example.com. What is below it, like shop.example.com, is found, too."
NO_NETWORK = "That is no network. Write one address, like 192.0.2.7, or a network, like 192.0.2.0/24."


def matching(submission, rules):
    """Those of the rules, objects with `kind` and `value`, that match a Submission; in their order."""
    rules = list(rules)
    values = defaultdict(set)
    for rule in rules:
        values[rule.kind].add(normalised(rule.kind, rule.value))
    found = {kind: KINDS[kind].find(submission, looked_for) for kind, looked_for in values.items()}
    return [rule for rule in rules if normalised(rule.kind, rule.value) in found[rule.kind]]


@lru_cache(maxsize=10_000)
def normalised(kind, value):
    """A value in the form in which it is stored and compared."""
    return KINDS[kind].normalise(value)


def trouble(kind, value):
    """What is wrong with a value, in words for whoever typed it; None if nothing is."""
    return KINDS[kind].trouble(value) if kind in KINDS else NO_KIND


# --- Which of the values are in a Submission ------------------------------------------------------


def typed(submission):
    return [submission.author, submission.text, submission.url]


def phrases_in(submission, values):
    return disguises.search(values, typed(submission))


def mail_in(submission, values):
    author = address(submission.email.rpartition("@")[::2])
    mailboxes = {*places("\n".join(typed(submission))).mailboxes, author} - {None}
    return values & (mailboxes | and_above(mailbox.rpartition("@")[2] for mailbox in mailboxes))


def links_in(submission, values):
    return values & and_above(places("\n".join(typed(submission))).hosts)


def networks_in(submission, values):
    return values & networks_of(submission.ip)


# --- Values ---------------------------------------------------------------------------------------


def plain_phrase(value):
    """As it was typed, in small letters, each in its plain shape."""
    folded = unicodedata.normalize("NFKC", phrases.NOTHING.sub("", value).translate(APOSTROPHES)).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def plain_email(value):
    found = places(value.strip().removeprefix("@"))
    return next(iter(found.mailboxes + found.hosts), value.strip().lower())


def plain_domain(value):
    """Of an address that was pasted, the domain."""
    host = next(iter(places(value).hosts), value.strip().lower())
    bare = host.removeprefix("www.")
    return bare if "." in bare else host


def plain_network(value):
    try:
        return written(network(value))
    except ValueError:
        return value.strip().lower()


def trouble_with_phrase(value):
    if places(plain_phrase(value)).mailboxes:
        return MAILBOX
    wrong = phrases.trouble(plain_phrase(value))
    return wrong and wrong[0].upper() + wrong[1:]


def trouble_with_email(value):
    is_plain = TOKEN.fullmatch(value.strip()) and "*" not in value and value.count("@") < 2
    is_one = is_plain and is_domain(plain_email(value).rpartition("@")[2])
    return None if is_one else NO_EMAIL


def trouble_with_link(value):
    is_one = len(value.split()) == 1 and is_domain(plain_domain(value))
    return None if is_one else NO_LINK


def trouble_with_network(value):
    try:
        net = network(value)
    except ValueError:
        return NO_NETWORK
    if "%" in value:  # a zone, which only means something on one machine
        return NO_NETWORK
    if net.prefixlen < (broadest := BROADEST[net.version]):
        return f"{net} is too broad: it would catch many who have nothing to do with it. /{broadest} is the broadest."
    return None


class Kind(NamedTuple):
    find: Callable  # (submission, values): the set of those values that are in it
    normalise: Callable
    trouble: Callable


KINDS = {
    "phrase": Kind(phrases_in, plain_phrase, trouble_with_phrase),
    "email": Kind(mail_in, plain_email, trouble_with_email),
    "link": Kind(links_in, plain_domain, trouble_with_link),
    "network": Kind(networks_in, plain_network, trouble_with_network),
}
