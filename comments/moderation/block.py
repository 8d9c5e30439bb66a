"""What a spam rule could look for, to keep out more like a comment."""

import ipaddress
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from comments.models import CommentEvent
from comments.moves import Move
from crpsinfo.models import RuleKind
from crpsinfo.spam.addresses import is_domain, places

MOST = 3  # hosts that are offered
SHOWN_FOR = timedelta(minutes=10)


def offers(comment):
    """[(address of the rule form, prefilled; words)] for what everybody can see in it."""
    form = reverse("admin:crpsinfo_rule_add")
    ours = urlsplit(settings.SITE_URL).hostname
    found = dict.fromkeys(places(f"{comment.text} {comment.website}").hosts)
    hosts = [host for host in found if is_domain(host) and host != ours][:MOST]
    return [(f"{form}?kind={RuleKind.LINK}&value={host}", f"Links to {host}") for host in hosts]


def private_offers(comment):
    """{RuleKind: words} for what a moderator is shown only on record."""
    known = {RuleKind.EMAIL: comment.email, RuleKind.NETWORK: comment.ip}
    words = {RuleKind.EMAIL: "The writer’s e-mail address", RuleKind.NETWORK: "The address that it came from"}
    return {kind: words[kind] for kind, value in known.items() if value}


def prefilled(kind, comment):
    """What a rule of this kind about the comment's writer looks for; "" if that is not known any more."""
    if kind == RuleKind.EMAIL:
        return comment.email
    if kind != RuleKind.NETWORK or not comment.ip:
        return ""
    ip = ipaddress.ip_address(comment.ip)
    return comment.ip if ip.version == 4 else str(ipaddress.ip_network(f"{ip}/64", strict=False))


def are_addresses_shown(comment, user):
    """Whether this user asked for them, on record, a moment ago."""
    since = timezone.now() - SHOWN_FOR
    return CommentEvent.objects.filter(comment=comment, by=user, move=Move.REVEAL, at__gte=since).exists()
