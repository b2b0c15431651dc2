"""What words of mails name — pages, products and vouchers of this shop — and whether a customer still finds it there.

Links are judged as the shop itself would answer them: the address is resolved, and what it names is looked up in the
database. Nothing goes over the network. The linter asks this about drafts, and the gates about mails that would leave.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import unescape
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.urls import Resolver404, ResolverMatch, get_urlconf, resolve
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.models import Page, Site

from shopflow.audience.models import LeadMagnet, PersonalVoucher, ShareLink
from shopflow.automations.linting.saying import say
from shopflow.contracts.types import Label
from shopflow.core import clock
from shopflow.mailing.links import site_url
from shopflow.mailing.models import MailText

LINK = re.compile(r"""\bhref\s*=\s*(?:"([^"]+)"|'([^']+)')""", re.IGNORECASE)
BARE = re.compile(r"""(?:https?://|\{\{?\s*site_url\s*\}?\})[^\s"'<>]+""", re.IGNORECASE)
OWN = re.compile(r"\{\{?\s*site_url\s*\}?\}")
CODE = re.compile(r"\b[A-Z0-9][A-Z0-9-]{3,}\b")
"""What looks like a voucher's code."""

DEAD, PRODUCT, CATEGORY, RANGE, PAGE = "dead", "product", "category", "range", "page"
MAGNET, SHARE_LINK, VOUCHER, FILE = "magnet", "share_link", "voucher", "file"


@dataclass(frozen=True)
class Link:
    """An address of this shop and what it names: a row of a kind by its key, or nothing (``DEAD``)."""

    address: str
    kind: str
    key: str = ""


@dataclass(frozen=True)
class Named:
    """What words name: those links that may have died, and what looks like a voucher's code."""

    links: tuple[Link, ...] = ()
    codes: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.links or self.codes)


def named_in(words: str) -> Named:
    """What ``words``, as HTML or as plain text, name. Addresses with values of the mail in their path are left out."""
    return _named(words, urlsplit(site_url()).netloc, get_urlconf() or settings.ROOT_URLCONF)


@lru_cache(maxsize=512)
def _named(words: str, host: str, urlconf: str) -> Named:
    addresses = [unescape(first or second) for first, second in LINK.findall(words)]
    addresses += [found.rstrip(".,;:!?)") for found in BARE.findall(LINK.sub("", words))]
    links = (_link(address, host) for address in dict.fromkeys(addresses))
    return Named(tuple(link for link in links if link is not None), frozenset(CODE.findall(words)))


def _link(address: str, host: str) -> Link | None:
    """The link that ``address`` is; None for one that leads elsewhere, hangs on the mail, or is always there."""
    try:
        parts = urlsplit(OWN.sub("", address.strip(), count=1))
    except ValueError:
        return None
    path = unquote(parts.path)
    if parts.scheme not in ("", "http", "https") or parts.netloc not in ("", host):
        return None
    if not path.startswith("/") or "{" in path:
        return None
    shown = OWN.sub(site_url(), address.strip(), count=1)
    match = _match(path)
    if match is None:
        return Link(shown, DEAD, path)
    return next((Link(shown, kind, key) for kind, key in _keys(match, path) if key), None)


def _match(path: str) -> ResolverMatch | None:
    for tried in (path, f"{path}/") if settings.APPEND_SLASH and not path.endswith("/") else (path,):
        try:
            return resolve(tried)
        except Resolver404:
            continue
    return None


def _keys(match: ResolverMatch, path: str) -> Iterator[tuple[str, str]]:
    """What the view names. Products and categories are known by their addresses' words, whoever shows them."""
    words, view = match.kwargs, match.view_name
    if "product_slug" in words:
        yield PRODUCT, str(words.get("pk") or words.get("product_pk") or "")
    elif "category_slug" in words:
        yield CATEGORY, str(words.get("pk") or "")
    elif view == "wagtail_serve":
        yield PAGE, path.strip("/")
    elif view in _BY_VIEW:
        kind, name = _BY_VIEW[view]
        yield kind, str(words.get(name) or (match.args[0] if match.args else ""))


_BY_VIEW: Mapping[str, tuple[str, str]] = {
    "catalogue:range": (RANGE, "slug"),
    "shopflow-audience:magnet-request": (MAGNET, "slug"),
    "shopflow-audience:share": (SHARE_LINK, "code"),
    "shopflow-audience:voucher": (VOUCHER, "code"),
    "wagtaildocs_serve": (FILE, "document_id"),
}


@dataclass(frozen=True)
class Kind:
    """Something that links lead to: which of some keys a customer finds (one query), and what to say of the others."""

    there: Callable[[Collection[str]], Iterable[str]]
    gone: Label


def _numbers(keys: Iterable[str]) -> list[int]:
    """Those of ``keys`` that can be primary keys."""
    return [int(key) for key in keys if key.isdecimal() and len(key) < 10]


def _column(found: QuerySet[Any], name: str) -> list[str]:
    return [str(value) for value in found.values_list(name, flat=True)]


def _products(keys: Collection[str]) -> list[str]:
    shown = Q(parent__isnull=True) | Q(parent__is_public=True)
    products: Any = get_model("catalogue", "Product")._default_manager
    return _column(products.filter(shown, pk__in=_numbers(keys), is_public=True), "pk")


def _categories(keys: Collection[str]) -> list[str]:
    return _column(get_model("catalogue", "Category").objects.browsable().filter(pk__in=_numbers(keys)), "pk")


def _ranges(keys: Collection[str]) -> list[str]:
    return _column(get_model("offer", "Range")._default_manager.filter(slug__in=keys, is_public=True), "slug")


def _magnets(keys: Collection[str]) -> list[str]:
    return _column(LeadMagnet.objects.filter(slug__in=keys, is_active=True), "slug")


def _share_links(keys: Collection[str]) -> list[str]:
    return _column(ShareLink.objects.filter(code__in=keys), "code")


def _vouchers(keys: Collection[str]) -> list[str]:
    given = PersonalVoucher.objects.filter(voucher__code__in={key.upper() for key in keys})
    codes = set(_column(given, "voucher__code"))
    return [key for key in keys if key.upper() in codes]


def _files(keys: Collection[str]) -> list[str]:
    return _column(get_document_model().objects.filter(pk__in=_numbers(keys)), "pk")


def _pages(keys: Collection[str]) -> list[str]:
    """Live pages; those below a page that answers for its own addresses are left for it to find."""
    sites = list(Site.objects.select_related("root_page"))
    host = urlsplit(site_url()).hostname
    sites.sort(key=lambda one: (one.hostname != host, not one.is_default_site))
    site = next(iter(sites), None)
    if site is None:
        return []
    paths = {f"{site.root_page.url_path}{key}/".replace("//", "/"): key for key in keys}
    live = Page.objects.live().filter(url_path__in=paths).values_list("url_path", flat=True)
    found = {paths[path] for path in live}
    return [key for key in keys if key in found or _routed(site.root_page, key)]


def _routed(root: Page, key: str) -> bool:
    try:
        root.specific.route(None, key.split("/"))
    except (Http404, AttributeError):  # a page of a plugin may want to know who asks: then it is not found
        return False
    return True


NOWHERE = _("The link %(link)s leads nowhere.")
KINDS: Mapping[str, Kind] = {
    DEAD: Kind(lambda keys: (), NOWHERE),
    PRODUCT: Kind(_products, _("The product behind %(link)s is not on sale.")),
    CATEGORY: Kind(_categories, _("The product group behind %(link)s is not shown.")),
    RANGE: Kind(_ranges, _("The product group behind %(link)s is not shown.")),
    PAGE: Kind(_pages, _("The page behind %(link)s does not exist or is not published.")),
    MAGNET: Kind(_magnets, _("The document behind %(link)s cannot be asked for.")),
    SHARE_LINK: Kind(_share_links, NOWHERE),
    VOUCHER: Kind(_vouchers, NOWHERE),
    FILE: Kind(_files, NOWHERE),
}


class Known:
    """What was found of pages, products and vouchers; asked once for each. Lives as long as one batch or one replay."""

    def __init__(self) -> None:
        self._there: dict[tuple[str, str], bool] = {}
        self._vouchers: dict[str, Any] = {}

    def look_at(self, named: Iterable[Named]) -> None:
        """Read what is not known yet: one query for each kind of thing, however much is named."""
        named = list(named)
        wanted: dict[str, set[str]] = {}
        for link in (link for one in named for link in one.links):
            if _place(link) not in self._there:
                wanted.setdefault(link.kind, set()).add(link.key)
        for kind, keys in sorted(wanted.items()):
            found = set(KINDS[kind].there(sorted(keys)))
            self._there |= {(kind, key): key in found for key in keys}
        self._look_for_redirects(named)
        self._read_vouchers({code for one in named for code in one.codes} - self._vouchers.keys())

    def _look_for_redirects(self, named: Iterable[Named]) -> None:
        """A page that has moved leads on: whoever follows the old address is sent there."""
        gone = {
            (link.kind, link.key): Redirect.normalise_path(urlsplit(link.address).path)
            for one in named for link in one.links
            if link.kind in (DEAD, PAGE) and not self._there[link.kind, link.key]
        }  # fmt: skip
        if gone:
            led_on = set(Redirect.objects.filter(old_path__in=gone.values()).values_list("old_path", flat=True))
            self._there |= {place: True for place, path in gone.items() if path in led_on}

    def _read_vouchers(self, codes: Collection[str]) -> None:
        if not codes:
            return
        self._vouchers |= dict.fromkeys(codes)
        model = get_model("voucher", "Voucher")
        used = get_model("voucher", "VoucherApplication")._default_manager.filter(voucher=OuterRef("pk"))
        rows = model._default_manager.filter(code__in=codes).annotate(was_used=Exists(used)).prefetch_related("offers")
        self._vouchers |= {voucher.code: voucher for voucher in rows}

    def troubles(self, named: Named, now: datetime) -> list[Label]:
        """Sentences about what a customer would not find, or could not use ``now``, in the order of the words."""
        found = [say(KINDS[link.kind].gone, link=link.address) for link in named.links if not self._there[_place(link)]]
        vouchers = [self._vouchers[code] for code in sorted(named.codes) if self._vouchers[code] is not None]
        return found + [trouble for voucher in vouchers if (trouble := _with_voucher(voucher, now)) is not None]


def _place(link: Link) -> tuple[str, str]:
    return link.kind, link.key


def _with_voucher(voucher: Any, now: datetime) -> Label | None:
    """Why ``voucher`` cannot be used ``now``; None if somebody can."""
    if voucher.end_datetime is not None and voucher.end_datetime < now:
        return say(_("The voucher %(code)s has expired."), code=voucher.code)
    if voucher.start_datetime is not None and voucher.start_datetime > now:
        day = _day(voucher.start_datetime)
        return say(_("The voucher %(code)s holds from %(day)s only."), code=voucher.code, day=day)
    offers = list(voucher.offers.all())
    consumed = bool(offers) and not any(offer.is_available(test_date=now) for offer in offers)
    if consumed or (voucher.usage == voucher.SINGLE_USE and voucher.was_used):
        return say(_("The voucher %(code)s is used up or withdrawn."), code=voucher.code)
    return None


_day = lazy(lambda moment: date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT"), str)


def troubles_in(words: Iterable[str]) -> list[Label]:
    """Sentences about what ``words`` name and a customer would not find; each once."""
    named, known, now = [named_in(one) for one in words], Known(), clock.now()
    known.look_at(named)
    return list(dict.fromkeys(trouble for one in named for trouble in known.troubles(one, now)))


def words_of(text: MailText) -> str:
    """All words of a text that staff have written."""
    return f"{text.subject} {text.preheader} {text.body}"
