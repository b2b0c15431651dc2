"""What orders and accounts tell and forget about a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from shopflow.audience.order_fields import UNDONE
from shopflow.contracts.personal_data import Erasure, ErasureRefused, Person, PersonalData, personal_data
from shopflow.contracts.types import JSONDict
from shopflow.mailing.addresses import named
from shopflow.mailing.signs import latest, signs_in

Order = get_model("order", "Order")


@personal_data.register
class Orders(PersonalData):
    """Orders with their addresses and payments are vouchers and stay as long as tax law demands."""

    code = "orders"
    label = _("Orders")
    position = 500

    def export(self, person: Person) -> JSONDict:
        orders = (
            _orders(person)
            .select_related("billing_address__country", "shipping_address__country")
            .prefetch_related("lines", "status_changes", "sources__source_type", "documents", "agreements")
            .order_by("pk")
        )
        return {"orders": [_order(order) for order in orders]}

    def erase(self, person: Person) -> Erasure:
        """Raises ErasureRefused while an order is under way: the contract needs the address."""
        orders = _orders(person)
        open_order = orders.exclude(status__in=_over()).order_by("pk").first()
        if open_order is not None:
            raise ErasureRefused(
                _now("The order %(number)s is still under way. Try again when it is delivered or cancelled.")
                % {"number": open_order.number}
            )
        why = _("Orders and invoices are kept for eight years (§ 147 AO, § 14b UStG).")
        return Erasure(erased=0, kept=orders.count(), why_kept=why)

    def signs_of_life(self, people: Sequence[Person], *, since: datetime, now: datetime) -> Mapping[Person, datetime]:
        """Orders that were placed, that are under way, or that are not paid; the counter's money is booked nowhere."""
        under_way = Order.objects.exclude(status__in=_over())
        unpaid = get_model("payment", "Source").objects.filter(amount_debited__lt=F("amount_allocated"))
        unpaid = unpaid.exclude(source_type__code="pickup", amount_debited=0).exclude(order__status__in=UNDONE)
        placed = Order.objects.filter(date_placed__gte=since)
        return latest(
            signs_in(placed, people, at="date_placed", email="guest_email", user="user"),
            signs_in(under_way, people, at=now, email="guest_email", user="user"),
            signs_in(unpaid, people, at=now, email="order__guest_email", user="order__user"),
        )


@personal_data.register
class Account(PersonalData):
    """The account itself, with addresses, wish lists and alerts; reviews stay without the name."""

    code = "account"
    label = _("Customer account")
    position = 900

    def export(self, person: Person) -> JSONDict:
        user: Any = get_user_model().objects.filter(pk=person.user_id).first()
        alerts = get_model("customer", "ProductAlert").objects.filter(_owner("user", "email", person))
        return {
            "account": [] if user is None else [_account(user)],
            "addresses": [] if user is None else [_address(row) for row in user.addresses.select_related("country")],
            "wish_lists": [] if user is None else [_wish_list(row) for row in user.wishlists.order_by("pk")],
            "reviews": [
                {"product": str(row.product), "title": row.title, "text": row.body, "score": row.score}
                for row in _reviews(person).select_related("product").order_by("pk")
            ],
            "alerts": [str(row.product) for row in alerts.select_related("product").order_by("pk")],
        }

    def erase(self, person: Person) -> Erasure:
        reviews = _reviews(person).update(user=None, name=_now("Customer")[:255], email="", homepage="")
        alerts, _by_model = (
            get_model("customer", "ProductAlert").objects.filter(_owner("user", "email", person)).delete()
        )
        account = get_user_model().objects.filter(pk=person.user_id).first()
        if account is not None:
            account.delete()
        return Erasure(erased=reviews + alerts + (account is not None))

    def signs_of_life(self, people: Sequence[Person], *, since: datetime, now: datetime) -> Mapping[Person, datetime]:
        """Registering, signing in, addresses, wish lists and reviews; whoever waits for a product."""
        users = get_user_model().objects.all()
        alerts = get_model("customer", "ProductAlert").objects.filter(status__in=["Unconfirmed", "Active"])
        reviews = get_model("reviews", "ProductReview").objects.filter(date_created__gte=since)
        written = (
            (get_model("address", "UserAddress"), "date_created", "user"),
            (get_model("wishlists", "WishList"), "date_created", "owner"),
        )
        return latest(
            signs_in(users.filter(date_joined__gte=since), people, at="date_joined", user="pk"),
            signs_in(users.filter(last_login__gte=since), people, at="last_login", user="pk"),
            *(signs_in(rows.objects.filter(date_created__gte=since), people, at=at, user=whose)
              for rows, at, whose in written),
            signs_in(reviews, people, at="date_created", email="email", user="user"),
            signs_in(alerts, people, at=now, email="email", user="user"),
        )  # fmt: skip


def _over() -> set[str]:
    """Statuses in which nothing more is to be done for an order."""
    pipeline = settings.OSCAR_ORDER_STATUS_PIPELINE
    return {status for status, following in pipeline.items() if not following} | {"delivered"}


def _owner(user_field: str, email_field: str, person: Person) -> Q:
    return named(email_field, person.email) | Q(
        **{f"{user_field}_id__isnull": False, f"{user_field}_id": person.user_id}
    )


def _orders(person: Person) -> QuerySet:
    return Order.objects.filter(_owner("user", "guest_email", person))


def _reviews(person: Person) -> QuerySet:
    return get_model("reviews", "ProductReview").objects.filter(_owner("user", "email", person))


def _order(order: Any) -> JSONDict:
    return {
        "number": order.number,
        "placed_at": order.date_placed.isoformat(),
        "status": order.status,
        "total": str(order.total_incl_tax),
        "currency": order.currency,
        "billing_address": _address(order.billing_address),
        "shipping_address": _address(order.shipping_address),
        "lines": [
            {"title": line.title, "quantity": line.quantity, "price": str(line.line_price_incl_tax)}
            for line in order.lines.all()
        ],
        "status_changes": [
            {"status": change.new_status, "at": change.date_created.isoformat()}
            for change in order.status_changes.all()
        ],
        "payments": [
            {"method": source.source_type.name, "amount": str(source.amount_debited), "reference": source.reference}
            for source in order.sources.all()
        ],
        "documents": [document.number for document in order.documents.all()],
        "agreements": [
            {"text": agreement.html, "accepted": agreement.accepted, "at": agreement.recorded_at.isoformat()}
            for agreement in order.agreements.all()
        ],
    }


def _account(user: Any) -> JSONDict:
    return {
        "email": user.email,
        "name": user.get_full_name(),
        "since": user.date_joined.isoformat(),
        "last_login": user.last_login.isoformat() if user.last_login else None,
    }


def _address(address: Any) -> JSONDict | None:
    if address is None:
        return None
    phone = getattr(address, "phone_number", "")
    return {"lines": address.active_address_fields(), "phone": str(phone) if phone else ""}


def _wish_list(wish_list: Any) -> JSONDict:
    return {"name": wish_list.name, "products": [str(line.product or line.title) for line in wish_list.lines.all()]}
