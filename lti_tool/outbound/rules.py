"""Pure rules of outgoing requests: which addresses are public, where the next page is."""

import html
import ipaddress
import re
from urllib.parse import urldefrag, urljoin, urlsplit, urlunsplit

# IPv4 inside IPv6 by translation (RFC 6052): public to the eye, private behind the translator.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Its local form (RFC 8215) says nothing of where it leads.
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")
# IPv4 inside IPv6 as it was written once (RFC 4291 §2.5.5.1).
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_LINK = re.compile(r"<([^>]*)>([^<]*)")
_REL = re.compile(r"\brel\s*=\s*([^;]+)", re.IGNORECASE)
_LETTERS = re.compile(r"[a-z]+")


def is_public_address(address: str) -> bool:
    """Whether an IP address may be called: not loopback, private, link-local, reserved, or one of those in disguise."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip.is_site_local or ip in _LOCAL_NAT64:
            return False
        if inner is None and (ip in _NAT64 or ip in _COMPATIBLE):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            ip = inner
    return ip.is_global and not ip.is_multicast


def find_next_page(link_header: str, page_url: str) -> str | None:
    """The `rel=next` address of a Link header (RFC 8288), absolute and of the same origin as the page; else None.

    Platforms write it unquoted, relative, after other attributes, in curly quotes and with `&amp;` in the address.
    An address of another origin is not followed: the access token travels with the request.
    """
    urls = (_absolute(target, page_url) for target in _next_targets(link_header))
    return next((url for url in urls if url is not None and url != page_url), None)


def names_next_page(link_header: str) -> bool:
    """Whether a Link header names a next page at all, be it one that is not followed."""
    return bool(_next_targets(link_header))


def _next_targets(link_header: str) -> list[str]:
    found = ((target, _REL.search(attributes)) for target, attributes in _LINK.findall(link_header))
    return [target for target, rel in found if rel is not None and "next" in _LETTERS.findall(rel.group(1).lower())]


def _absolute(target: str, page_url: str) -> str | None:
    while "&amp;" in target:
        target = html.unescape(target)
    try:
        url = urldefrag(urljoin(page_url, target.strip())).url
        parts, page = urlsplit(url), urlsplit(page_url)
        if (page.scheme, parts.scheme, parts.port) == ("https", "http", None):
            # A platform behind a TLS proxy that does not know it: the host's https is what it means.
            parts = parts._replace(scheme="https")
            url = urlunsplit(parts)
        same = (parts.scheme, parts.hostname, parts.port) == (page.scheme, page.hostname, page.port)
    except ValueError:
        return None
    return url if same else None
