"""Derived tables that browsing and searching read, and what visitors have asked to be told.

Every row of the former is computed from Oscar's and the parts room's tables by ``services`` and can be rebuilt at any
time with ``manage.py refresh_listing``. They carry no foreign key constraints in the database: a mass import that
deletes products must not wait for them, and the next refresh removes what is left over.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

WHOLE_CATALOGUE = 0
"""The shelf on which every product stands."""

NO_PRICE = 9_007_199_254_740_991
"""Sort key of a product without a price: after every price."""


SEARCH_TEXT = "shopflow_storefront_searchtext"
SEARCH_TERMS = "shopflow_storefront_searchterms"
"""SQLite's full-text table over ``SearchDocument`` and the view of its terms."""


class ListingEntry(models.Model):
    """A product on a shelf: one row per public product and public category above it, ancestors included.

    ``shelf`` is a category's primary key, or 0 for the whole catalogue. ``price_cents`` includes VAT; it sorts and
    filters, while the price that is shown comes from the pricing strategy.
    """

    pk = models.CompositePrimaryKey("shelf", "product")
    shelf = models.BigIntegerField()
    product = models.ForeignKey("catalogue.Product", models.CASCADE, db_constraint=False, related_name="+")
    newest = models.DateTimeField()
    title_key = models.CharField(max_length=80)
    price_cents = models.BigIntegerField()
    is_available = models.BooleanField()
    brand = models.CharField(max_length=120)

    class Meta:
        verbose_name = _("listing entry")
        verbose_name_plural = _("listing entries")
        indexes = [
            models.Index(fields=["shelf", "newest", "product"], name="shopflow_listing_newest"),
            models.Index(fields=["shelf", "title_key", "product"], name="shopflow_listing_title"),
            models.Index(fields=["shelf", "price_cents", "product"], name="shopflow_listing_price"),
            models.Index(fields=["shelf", "brand", "newest", "product"], name="shopflow_listing_brand"),
            models.Index(
                fields=["shelf", "newest", "product"],
                condition=models.Q(is_available=True),
                name="shopflow_listing_available",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} @ {self.shelf}"


class SearchDocument(models.Model):
    """The words of a public product, folded to lower case without accents: ``title`` is what it is, ``body`` the rest.

    The full-text index over it (a generated ``vector`` column on PostgreSQL, an FTS5 table on SQLite) belongs to the
    database and follows every change by itself; see ``services.text_index``.
    """

    product = models.OneToOneField(
        "catalogue.Product", models.CASCADE, primary_key=True, db_constraint=False, related_name="+"
    )
    title = models.TextField()
    body = models.TextField()

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")

    def __str__(self) -> str:
        return self.title


class SearchNumber(models.Model):
    """A number under which a public product is found: its own, its EAN, an OE or superseded number.

    ``key`` holds capital letters and digits only. ``kind`` is ``own`` or the kind of the part's reference.
    """

    product = models.ForeignKey("catalogue.Product", models.CASCADE, db_constraint=False, related_name="+")
    key = models.CharField(max_length=80, db_index=True)
    kind = models.CharField(max_length=20)

    class Meta:
        verbose_name = _("search number")
        verbose_name_plural = _("search numbers")
        constraints = [models.UniqueConstraint(fields=["product", "key"], name="shopflow_search_number_once")]

    def __str__(self) -> str:
        return self.key


class SearchWord(models.Model):
    """A word of the catalogue's titles and in how many products it stands: the source of spelling help."""

    word = models.CharField(max_length=40, primary_key=True)
    documents = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")

    def __str__(self) -> str:
        return self.word


class RefreshRequest(models.Model):
    """The wish for a refresh of everything: at most one row. A worker's sweep finds it even if its wake-up was lost.

    ``leased_until`` is set while a worker is at it, so that no second one begins.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    requested_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("refresh request")
        verbose_name_plural = _("refresh requests")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="shopflow_refresh_request_one")]

    def __str__(self) -> str:
        return f"{self.requested_at:%Y-%m-%d %H:%M:%S}"


class AlertCall(models.Model):
    """When the shop last found that it is an alert's turn: a piece is kept in mind for whoever was told of it."""

    alert = models.OneToOneField("customer.ProductAlert", models.CASCADE, related_name="shopflow_call")
    called_at = models.DateTimeField()

    class Meta:
        verbose_name = _("called alert")
        verbose_name_plural = _("called alerts")
        indexes = [models.Index(fields=["called_at"], name="shopflow_alert_called")]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.called_at:%Y-%m-%d %H:%M}"


class PriceWatch(models.Model):
    """Somebody's request to be told when a product becomes cheaper. Ended ones are deleted.

    ``net_cents`` is the net price that the person knows: that of the day they asked, later the last one they were told
    of. A guest's request counts from ``confirmed_at`` on. ``key`` opens the page that confirms and ends it.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    product = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    email = models.EmailField(_("e-mail address"))
    net_cents = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("price watch")
        verbose_name_plural = _("price watches")
        constraints = [
            models.UniqueConstraint(fields=["product", "email"], name="shopflow_price_watch_once"),
            models.CheckConstraint(condition=models.Q(net_cents__gt=0), name="shopflow_price_watch_price"),
        ]
        indexes = [
            models.Index(fields=["email"], name="shopflow_price_watch_email"),
            models.Index(fields=["created_at"], name="shopflow_price_watch_age"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} @ {self.net_cents}"
