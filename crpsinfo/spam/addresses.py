"""Where the links and mail addresses in a text lead, and which networks a client is in: as they are compared."""

import ipaddress
import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import unquote

from crpsinfo.folding import normal
from crpsinfo.mail import mailbox
from crpsinfo.phrases import NOTHING

# As browsers read it: any number of slashes of both kinds, and the host after the last @ before the path.
LINK = re.compile(r"\b(?:https?|hxxps?|ftp):[/\\]*([^\s/\\?#<>\"]*)", re.IGNORECASE)
TOKEN = re.compile(r"[^\s<>()\[\]{},;:\"“”|\\/?#=&]+")
NAME = r"[\w\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0fff-]"  # of a host, with the marks of some scripts
HOST = re.compile(rf"(?<!{NAME}){NAME}+(?:\.{NAME}+)+")
LONGEST_HOST, LONGEST_LABEL = 253, 63  # characters
DOMAIN = re.compile(rf"(?:(?!-){NAME}{{1,63}}(?<!-)\.)+[^\W\d_]{NAME}{{0,62}}(?<!-)")
FOUR_NUMBERS = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")  # an IPv4 address
# How people hide addresses: "pat (at) example[.]com", "pat at example dot com", "example .com".
AT = re.compile(r" ?[\[({] ?(?:at|@) ?[\])}] ?|(?<=\w) at (?=[\w-]{1,63} dot \w)", re.IGNORECASE)
DOT = re.compile(
    r" ?[\[({] ?(?:(?i:dot)|\.) ?[\])}] ?|(?<=\w) (?i:dot) (?=\w)"
    r"|(?<=\w)(?: \. ?|\. )(?=(?:com|net|org|info|shop|xyz)\b)"  # not of a sentence, which begins with a capital
)
BROADEST = {4: 16, 6: 32}  # a network of a rule, by the number after its slash


class Places(NamedTuple):
    hosts: tuple  # of links, with or without https://
    mailboxes: tuple  # mail addresses


@lru_cache(maxsize=2)  # mail and links are looked for in the same text
def places(text):
    """The Places that a text names, each as it is compared."""
    shown = unquote(DOT.sub(".", AT.sub("@", plain(text).replace("。", "."))))
    tokens = [token.split("@") for token in TOKEN.findall(LINK.sub(" ", shown))]
    hosts = [host for link in LINK.finditer(shown) for host in HOST.findall(link[1].rpartition("@")[2])[:1]]
    hosts += [host for token, *more in tokens if not more for host in HOST.findall(token)]
    mailboxes = [address(parts) for token in tokens for parts in pairwise(token)]
    return Places(tuple(map(domain, hosts)), tuple(filter(None, mailboxes)))


def plain(text):
    return NOTHING.sub("", normal("NFKC", text))


def address(local_and_host):
    """The mail address of what stands before and after an @, without a tag (pat+tag@…); None if it is none."""
    local, host = local_and_host
    local, host = local.strip("'*`+"), HOST.match(host)
    return mailbox(f"{local}@{domain(host[0])}") if local and host else None


def domain(host):
    """A host as it is compared: xn--bcher-kva.example and BÜCHER.example are bücher.example."""
    return ".".join(map(in_unicode, plain(host).strip("._-").lower().split(".")))


def in_unicode(label):
    """A part of a host's name without Punycode (https://www.rfc-editor.org/rfc/rfc3492)."""
    if not label.startswith("xn--") or len(label) > LONGEST_LABEL:
        return label
    try:
        name = plain(label[4:].encode("ascii").decode("punycode").lower())
    except UnicodeError:
        return label
    return label if name.isascii() or not re.fullmatch(f"{NAME}+", name) else name


def is_domain(text):
    return len(text) <= LONGEST_HOST and bool(DOMAIN.fullmatch(text) or FOUR_NUMBERS.fullmatch(text))


def and_above(hosts):
    """The hosts, and the domains that they are in."""
    labels = [host.split(".") for host in hosts if len(host) <= LONGEST_HOST]
    return {".".join(parts[start:]) for parts in labels for start in range(len(parts))}


# --- Networks -------------------------------------------------------------------------------------


def network(text):
    """The network that a text names; IPv4 written as IPv6 is IPv4. Raises ValueError if it names none."""
    net = ipaddress.ip_network(text.strip(" []"), strict=False)
    mapped = getattr(net.network_address, "ipv4_mapped", None)
    return ipaddress.ip_network((mapped, net.prefixlen - 96)) if mapped and net.prefixlen >= 96 else net


def written(net):
    """A network in the form in which it is stored: a single address without a slash."""
    return str(net.network_address if net.prefixlen == net.max_prefixlen else net)


def networks_of(ip):
    """All networks that an address is in and that a rule may name, as they are stored. None for what is no address."""
    try:
        single = network(ip.partition("%")[0])
    except ValueError:
        return set()
    return {
        written(single.supernet(new_prefix=length)) for length in range(BROADEST[single.version], single.prefixlen + 1)
    }
