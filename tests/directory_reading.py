"""What the tests of the directory's pages read in them."""

import json
import re

DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def text(response):
    """The answer without tags, each run of space as one."""
    return " ".join(re.sub(r"<[^>]+>", "", response.content.decode()).split())


def structured(response):
    """The things of a page's data block by type."""
    (block,) = DATA.findall(response.content.decode())
    return {thing["@type"]: thing for thing in json.loads(block)["@graph"]}


def listed(response):
    """The last names on the cards of a page, in their order."""
    return re.findall(r'<h3><a href="[^"]*"><bdi>\S+ (.*?), MD</bdi>', response.content.decode())


def link(response, rel):
    """Where the page's link to the next or the previous one leads; None without one."""
    found = re.search(rf'<a rel="{rel}" href="([^"]*)"', response.content.decode())
    return found and found[1].replace("&amp;", "&")
