"""Links whose clicks are counted: only in advertising, and only while the person agrees to it (§ 25 TDDDG).

Asked is the legal basis ``consent`` for the purpose ``tracking``; where nobody plugs that in, nothing is counted. Only
links to the shop itself are replaced, and none of those by which people unsubscribe, choose, or read what the law
demands.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from django.core.mail import EmailMultiAlternatives
from django.core.signing import BadSignature, Signer
from django.urls import Resolver404, get_script_prefix, get_urlconf, resolve, reverse

from shopflow.contracts.mail import is_never_counted, legal_bases
from shopflow.contracts.pages import legal_page_types
from shopflow.mailing.links import absolute, site_url
from shopflow.mailing.models import Message

BASIS, PURPOSE = "consent", "tracking"
_SALT = "shopflow.mailing.click"
_PLACE = "PLACE-OF-THE-TOKEN"
_HREF = re.compile(r"""(<a(?:\s+(?!href\b)[\w:-]+(?:="[^"]*")?)*\s+href=")([^"]*)""", re.IGNORECASE)
_ADDRESS = re.compile(r"""(?<![^\s(<"'])https?://[^\s<>"]+""", re.IGNORECASE)
_AFTER_IT = ".,;:!?)'"
"""What ends the sentence around an address and is no part of it."""


@dataclass(frozen=True)
class Link:
    """A link that was followed; ``target`` is its address without the shop's own part."""

    message: int
    number: int
    target: str


@dataclass
class Counted:
    """A mail's parts with links that are counted; ``numbers`` of the links, from 1, by where they lead."""

    message: Message
    html: str = ""
    text: str = ""
    numbers: dict[str, int] = field(default_factory=dict)

    def write(self) -> None:
        site = site_url()
        self.html = _HREF.sub(lambda found: found[1] + self._in_html(found[2], site), self.message.html)
        self.text = _ADDRESS.sub(lambda found: self._in_text(found[0], site), self.message.text)

    def _in_html(self, address: str, site: str) -> str:
        target = _target(html.unescape(address), site)
        return address if target is None else html.escape(self._counted(target))

    def _in_text(self, address: str, site: str) -> str:
        bare = address.rstrip(_AFTER_IT)
        target = _target(bare, site)
        return address if target is None else self._counted(target) + address[len(bare) :]

    def _counted(self, target: str) -> str:
        number = self.numbers.setdefault(target, len(self.numbers) + 1)
        return click_url(Link(self.message.pk, number, target))

    def put_into(self, mail: EmailMultiAlternatives) -> None:
        """Let ``mail`` leave with these parts; its headers stay as they are."""
        mail.body = self.text
        mail.alternatives = []
        if self.html:
            mail.attach_alternative(self.html, "text/html")


def counted(messages: Sequence[Message]) -> dict[int, Counted]:
    """Those of ``messages``, by key, that leave with counted links: their people agree now. At most one question."""
    site = site_url()
    asked = [message for message in messages if message.is_advertising and message.is_mail and _mentions(message, site)]
    agreed = agreeing({message.to_email for message in asked}) if asked else set()
    written = {}
    for message in asked:
        if message.to_email in agreed:
            parts = Counted(message)
            parts.write()
            if parts.numbers:
                written[message.pk] = parts
    return written


def agreeing(emails: Collection[str]) -> set[str]:
    """Those of ``emails`` whose people let the shop count now."""
    if BASIS not in legal_bases:
        return set()
    verdicts: Mapping[str, object] = legal_bases.get(BASIS).holds_for(emails=list(emails), purpose=PURPOSE)
    return {email for email, verdict in verdicts.items() if getattr(verdict, "holds", False)}


def _mentions(message: Message, site: str) -> bool:
    return site in message.html or site in message.text


def _target(address: str, site: str) -> str | None:
    """The address within the shop, if it is one whose clicks may be counted."""
    rest = address[len(site) :]
    if not address.startswith(site) or (rest and rest[0] not in "/?#"):
        return None
    path = unquote(urlsplit(f"http://shop{rest}").path) or "/"
    return rest if _may_count(get_urlconf(), path) else None


@lru_cache(maxsize=4096)
def _may_count(urlconf: str | None, path: str) -> bool:
    """Whether a page of the shop answers at ``path`` that is none of those which must stay unwatched."""
    if path.strip("/").partition("/")[0] in {page.slug for page in legal_page_types}:
        return False
    try:
        return not is_never_counted(resolve(path, urlconf).func)
    except Resolver404:
        return False


def click_url(link: Link) -> str:
    """The signed address that counts and leads on; it does not expire."""
    token = Signer(salt=_SALT).sign_object([link.message, link.number, link.target])
    return absolute(_door(get_urlconf(), get_script_prefix()).replace(_PLACE, token))


@lru_cache(maxsize=8)
def _door(urlconf: str | None, prefix: str) -> str:
    return reverse("shopflow-mailing:click", urlconf=urlconf, args=[_PLACE])


def read_click(token: str) -> Link | None:
    """What we signed, or None for anything else."""
    try:
        message, number, target = Signer(salt=_SALT).unsign_object(token)
        return Link(int(message), int(number), str(target))
    except (BadSignature, ValueError, TypeError):
        return None
