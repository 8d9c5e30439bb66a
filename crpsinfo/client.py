"""Who is asking: the network address, and a key that tells readers apart without an account."""

import hashlib
import hmac
import ipaddress
import secrets

from django.conf import settings

from crpsinfo.models import ReaderSecret
from crpsinfo.sql import rows

KNOWN = "SELECT secret, created_at <= %s FROM crpsinfo_readersecret ORDER BY created_at DESC"


def client_address(request):
    """The client's IP address as text, or None when it cannot be told.

    It is the peer's, or, behind TRUSTED_PROXIES=n proxies of ours, the n-th entry of X-Forwarded-For from the right:
    what stands further left was written by the client and proves nothing.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        hops = request.headers.get("X-Forwarded-For", "").split(",")
        if len(hops) < settings.TRUSTED_PROXIES:
            return None
        address = hops[-settings.TRUSTED_PROXIES].strip()
    try:
        address = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def reader_key(request):
    """A short text that is the same for the posts of one network (IPv4 /24, IPv6 /64) for at most 30 days.

    HMAC with a secret that is replaced, and deleted, after 30 days: then no key can be traced to a network again.
    """
    address = client_address(request)
    if address is None:
        network = "unknown"
    else:
        prefix = 24 if ipaddress.ip_address(address).version == 4 else 64
        network = str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))
    return hmac.new(current_secret(), network.encode(), hashlib.sha256).hexdigest()[:32]


def current_secret():
    """The bytes that reader keys are made with, replaced when they are 30 days old."""
    known = rows(KNOWN, ReaderSecret.oldest())
    if any(is_over for _, is_over in known):
        ReaderSecret.objects.expired().delete()
    fresh = [secret for secret, is_over in known if not is_over]
    return bytes(fresh[0] if fresh else ReaderSecret.objects.create(secret=secrets.token_bytes(32)).secret)
