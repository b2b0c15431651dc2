"""Accounts that nobody uses: their owners are told once, and they go on the day that was named unless they are used."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext as _

from shopflow.audience.models import Contact
from shopflow.contracts.mail import MailClass
from shopflow.contracts.personal_data import ErasureRefused, Person, last_signs
from shopflow.contracts.retention import Looked
from shopflow.core import clock
from shopflow.core.links import absolute
from shopflow.core.rows import OneOf
from shopflow.mailing.addresses import normalise_email
from shopflow.mailing.models import Message, MessageState
from shopflow.mailing.services import queue_message
from shopflow.mailing.services.together import expect_new, written_together
from shopflow.privacy.models import UnusedAccount
from shopflow.privacy.services import erase_person, person_of

logger = logging.getLogger("shopflow.retention")

NOTICE = timedelta(days=45)
"""How long before the day somebody is told."""

LEAST = timedelta(days=30)
"""A warning that cannot leave this long before the day does not leave at all; another day is named then."""

UNREACHABLE = ("suppressed", "invalid_address")
"""Why a warning was not sent where the address is the reason, and another one would not be sent either."""

TOGETHER = 200
"""Warnings of one transaction, so that nobody who signs in waits for long."""

ATTEMPTS = 3
"""Warnings that the mail system refuses before the account counts as one whose owner cannot be reached."""


def sweep_accounts(*, before: datetime, limit: int) -> int:
    """Erase one account whose day has come; if there is none, look at up to ``limit`` accounts that nobody has signed
    in to since ``before``, and warn those of whom no room knows a later sign of life. In the caller's transaction;
    returns how many were erased.

    One at a time, so that nobody who signs in waits for the erasure of others. Two workers never take the same account.
    """
    due = UnusedAccount.objects.filter(erase_on__lte=_today()).order_by("erase_on", "pk")
    watch = due.select_for_update(skip_locked=True, of=("self",)).first()
    return _review(before, limit) if watch is None else Looked(_settle(watch, before))


def _today() -> date:
    return localtime(clock.now()).date()


def _customers() -> QuerySet[Any]:
    """Accounts that may go by themselves: not those of staff, nor those that staff have locked."""
    found: QuerySet[Any] = get_user_model().objects.filter(is_staff=False, is_superuser=False, is_active=True)
    return found.exclude(email="")


def _review(before: datetime, limit: int) -> int:
    seen = UnusedAccount.objects.filter(user=OuterRef("pk")).filter(_settled(before))
    idle = _customers().filter(Q(last_login=None) | Q(last_login__lt=before), ~Exists(seen), date_joined__lt=before)
    locked = idle.order_by("pk").select_for_update(skip_locked=True, no_key=True, of=("self",))
    found = {user.pk: user for user in locked[:limit]}
    if not found:
        return 0
    meanwhile = UnusedAccount.objects.filter(_settled(before), user__in=list(found)).values_list("user", flat=True)
    users = [user for key, user in found.items() if key not in set(meanwhile)]
    now, people = clock.now(), {user.pk: _person(user) for user in users}
    signs = last_signs(list(people.values()), since=before, now=now)
    living = [user for user in users if people[user.pk] in signs]
    _note([UnusedAccount(user=user, alive_at=signs[people[user.pk]]) for user in living])
    unused = [UnusedAccount(user=user, alive_at=before) for user in users if people[user.pk] not in signs]
    _warn(unused[:TOGETHER])
    return Looked(0) if len(found) == limit or len(unused) > TOGETHER else 0


def _settled(before: datetime) -> Q:
    return Q(alive_at__gte=before) | Q(warned_at__isnull=False)


def _person(user: Any) -> Person:
    return Person(email=normalise_email(user.email), user_id=user.pk)


def _note(watches: Sequence[UnusedAccount]) -> None:
    UnusedAccount.objects.bulk_create(
        watches, update_conflicts=True, unique_fields=["user"],
        update_fields=["alive_at", "warned_at", "erase_on", "warnings"],
    )  # fmt: skip


def _warn(watches: Sequence[UnusedAccount]) -> None:
    """Name the day to the owners, one mail each, and write it down."""
    now, day = clock.now(), _today() + NOTICE
    for watch in watches:
        watch.warned_at, watch.erase_on, watch.warnings = now, day, watch.warnings + 1
    _note(watches)
    emails = [normalise_email(watch.user.email) for watch in watches]
    spoken = dict(Contact.objects.filter(OneOf("email", emails)).values_list("email", "language"))
    url = absolute(reverse("customer:login"))
    with written_together():
        for watch, email in zip(watches, emails, strict=True):
            expect_new(_key(watch))
            queue_message(
                dedupe_key=_key(watch), template="account_unused", to=email,
                context={"day": day, "login_url": url, "customer_name": watch.user.get_full_name()},
                mail_class=MailClass.TRANSACTIONAL, language=spoken.get(email, settings.LANGUAGE_CODE),
                not_after=make_aware(datetime.combine(day - LEAST, time.max)),
            )  # fmt: skip


def _key(watch: UnusedAccount) -> str:
    return f"account_unused:{watch.user_id}:{localtime(watch.warned_at):%Y-%m-%d}"


def _settle(watch: UnusedAccount, before: datetime) -> bool:
    """What becomes of an account on its day; True if it was erased."""
    user = get_user_model().objects.select_for_update(skip_locked=True).filter(pk=watch.user_id).first()
    if user is None:  # somebody is signing in
        return _later(watch)
    now, person = clock.now(), _person(user)
    signs = last_signs([person], since=before, now=now)
    if person in signs or not _customers().filter(pk=user.pk).exists() or person_of(person.email) != person:
        _note([UnusedAccount(user=user, alive_at=signs.get(person, now))])
        return False
    if not _told(watch):
        watch.user = user
        _warn([watch])
        return False
    try:
        with transaction.atomic():
            erase_person(
                email=person.email, note=_("Unused; told on %(day)s.") % {"day": f"{watch.warned_at:%Y-%m-%d}"}
            )
    except ErasureRefused:
        _note([UnusedAccount(user=user, alive_at=now)])
        return False
    except Exception:  # the others do not wait for this one
        logger.exception("The unused account %s could not be erased", user.pk)
        return _later(watch)
    return True


def _later(watch: UnusedAccount) -> bool:
    watch.erase_on = _today() + timedelta(days=1)
    watch.save(update_fields=["erase_on"])
    return False


def _told(watch: UnusedAccount) -> bool:
    """Whether the warning has left in time, or cannot reach anybody because of the address."""
    mail = Message.objects.filter(dedupe_key=_key(watch)).only("state", "skip_code").first()
    if mail is None:
        return False
    if mail.state == MessageState.SKIPPED:
        return mail.skip_code in UNREACHABLE
    if mail.state == MessageState.FAILED:
        return watch.warnings >= ATTEMPTS
    return mail.state == MessageState.ACCEPTED
