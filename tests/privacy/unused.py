"""Accounts that nobody uses, as tests make them."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import update_last_login
from django.db import transaction
from oscar.test.factories import create_order

from shopflow.core import clock
from shopflow.mailing.models import Message
from shopflow.privacy import unused
from shopflow.privacy.retention import UnusedAccounts

YEARS = timedelta(days=3 * 366)
DAY = timedelta(days=1)
EMAIL = "Anna@example.org"
User = get_user_model()


def sweep(limit=1000):
    with transaction.atomic():
        return UnusedAccounts().sweep(before=clock.now() - YEARS, limit=limit)


def account(email=EMAIL, *, idle=YEARS + DAY, **more):
    user = User.objects.create_user(email=email, password="sehr-geheim-7")
    User.objects.filter(pk=user.pk).update(date_joined=clock.now() - idle, last_login=clock.now() - idle, **more)
    return user


def warnings():
    return Message.objects.filter(template="account_unused").order_by("pk")


def accepted():
    warnings().filter(state="planned").update(state="accepted", accepted_at=clock.now(), due_at=None)


def warned(**more):
    user = account(**more)
    sweep()
    accepted()
    return user


def to_the_day():
    clock.move_forward(unused.NOTICE + DAY)


def signed_in(user):
    update_last_login(None, user)


def ordered(user):
    create_order(number="SF-8", user=user)
