"""Accounts that nobody uses: one warning, then the erasure, unless the owner comes back."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime
from oscar.core.loading import get_model
from oscar.test.factories import create_order

from shopflow.audience.models import Consent, Contact
from shopflow.contracts.retention import Looked
from shopflow.core import clock
from shopflow.mailing.models import Suppression
from shopflow.mailing.services import suppress
from shopflow.mailing.services.sending import send_all_due
from shopflow.payments.models import ApprovedBusiness
from shopflow.privacy import unused
from shopflow.privacy.models import AnsweredRequest, UnusedAccount
from tests.privacy.unused import (
    DAY,
    EMAIL,
    YEARS,
    User,
    accepted,
    account,
    ordered,
    signed_in,
    sweep,
    to_the_day,
    warned,
    warnings,
)

pytestmark = pytest.mark.usefixtures("seller")


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("de", "Ihr Konto wird am"), ("en", "Your account will be deleted")])
def test_whoever_was_away_for_three_years_is_told_once_and_erased_on_the_day(language, words):
    user = account()
    Contact.objects.create(email="anna@example.org", user=user, language=language, created_at=clock.now() - YEARS - DAY)
    account("max@example.org", idle=YEARS - DAY)
    assert sweep() == 0
    [mail] = warnings()
    day = localtime(clock.now()).date() + unused.NOTICE
    assert (mail.to_email, mail.mail_class, mail.language) == ("anna@example.org", "transactional", language)
    assert words in mail.subject
    assert str(day.year) in mail.subject
    assert "/login/" in mail.text
    assert UnusedAccount.objects.get().erase_on == day
    assert mail.not_after - clock.now() < unused.NOTICE - unused.LEAST + DAY

    accepted()
    clock.move_forward(unused.NOTICE - DAY)
    sweep()
    assert User.objects.filter(pk=user.pk).exists()
    assert warnings().count() == 2, "max, whose time has come meanwhile"
    clock.move_forward(2 * DAY)
    assert sweep() == 1
    assert not User.objects.filter(pk=user.pk).exists()
    assert not Contact.objects.filter(email="anna@example.org").exists()
    request = AnsweredRequest.objects.get()
    assert (request.kind, request.answered_by) == ("erasure", None)
    assert sweep() == 0
    assert warnings().count() == 2


@pytest.mark.django_db
def test_papers_that_a_law_keeps_stay():
    user = account()
    order = create_order(number="SF-9", user=user)
    get_model("order", "Order").objects.filter(pk=order.pk).update(
        status="delivered", date_placed=clock.now() - YEARS - DAY
    )
    get_model("basket", "Basket").objects.all().delete()
    sweep()
    accepted()
    to_the_day()
    assert sweep() == 1
    order.refresh_from_db()
    assert (order.number, order.user) == ("SF-9", None)


def _agreed(user):
    Consent.objects.create(email="anna@example.org", purpose="newsletter", state="granted", since=clock.now() - YEARS)


def _put_in_basket(user):
    from shopflow.ordering.models import BasketActivity

    basket = get_model("basket", "Basket").objects.create(owner=user)
    BasketActivity.objects.create(basket=basket, touched_at=clock.now())


def _made_staff(user):
    User.objects.filter(pk=user.pk).update(is_staff=True)


def _locked_out(user):
    User.objects.filter(pk=user.pk).update(is_active=False)


def _owes(user):
    order = create_order(number="SF-7", user=user)
    get_model("order", "Order").objects.filter(pk=order.pk).update(
        status="delivered", date_placed=clock.now() - 2 * YEARS
    )
    ApprovedBusiness.objects.create(user=user, company="Muster", approved_at=clock.now() - 2 * YEARS)
    kind = get_model("payment", "SourceType").objects.create(name="Rechnung", code="invoice")
    get_model("payment", "Source").objects.create(order=order, source_type=kind, amount_allocated="9.00")


SIGNS = [signed_in, ordered, _agreed, _put_in_basket, _made_staff, _locked_out, _owes]


@pytest.mark.django_db
@pytest.mark.parametrize("sign", SIGNS)
def test_who_is_still_there_is_not_warned(sign):
    sign(account())
    assert sweep() == 0
    assert not warnings().exists()


@pytest.mark.django_db
@pytest.mark.parametrize("sign", SIGNS)
def test_whatever_happens_before_the_day_keeps_the_account(sign):
    user = warned()
    clock.move_forward(10 * DAY)
    sign(user)
    clock.move_forward(unused.NOTICE)
    assert sweep() == 0
    assert User.objects.filter(pk=user.pk).exists()
    assert (UnusedAccount.objects.get().erase_on, UnusedAccount.objects.get().warned_at) == (None, None)
    assert sweep() == 0
    assert warnings().count() == 1


@pytest.mark.django_db
def test_a_later_rest_is_told_again():
    user = warned()
    clock.move_forward(10 * DAY)
    signed_in(user)
    to_the_day()
    sweep()
    clock.move_forward(YEARS)
    sweep()
    assert warnings().count() == 2
    accepted()
    to_the_day()
    assert sweep() == 1
    assert not User.objects.exists()


@pytest.mark.django_db
def test_staff_and_accounts_without_an_address_are_left_alone():
    account("chef@example.org", is_staff=True)
    account("root@example.org", is_superuser=True)
    account("weg@example.org", is_active=False)
    nobody = account("x@example.org")
    User.objects.filter(pk=nobody.pk).update(email="")
    assert sweep() == 0
    assert not warnings().exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("became", "goes"),
    [
        ({"state": "accepted", "delivery_state": "bounced"}, True),
        ({"state": "skipped", "skip_code": "suppressed"}, True),
        ({"state": "skipped", "skip_code": "stale"}, False),
        ({"state": "failed"}, False),
        ({"state": "planned"}, False),
    ],
)
def test_a_warning_that_could_not_be_delivered(became, goes):
    user = account()
    sweep()
    moment = {"accepted_at": clock.now()} if became["state"] == "accepted" else {}
    due = {} if became["state"] == "planned" else {"due_at": None}
    warnings().update(**became, **moment, **due)
    to_the_day()
    assert sweep() == int(goes)
    assert User.objects.filter(pk=user.pk).exists() is not goes
    assert warnings().count() == (1 if goes else 2), "the first never left: another day is named"
    if became["state"] == "failed":
        for _again in range(unused.ATTEMPTS - 1):
            warnings().update(state="failed", due_at=None)
            to_the_day()
            gone = sweep()
        assert gone == 1
        assert warnings().count() == unused.ATTEMPTS


@pytest.mark.django_db
def test_a_blocked_address_gets_no_mail_and_the_day_holds(mail_sink):
    account()
    suppress(email=EMAIL, scope=Suppression.ALL, reason="bounced")
    sweep()
    send_all_due()
    assert (warnings().get().state, warnings().get().skip_code) == ("skipped", "suppressed")
    to_the_day()
    assert sweep() == 1


@pytest.mark.django_db
def test_one_that_cannot_be_erased_holds_up_no_other(monkeypatch):
    first, second = account(), account("max@example.org")
    sweep()
    accepted()
    to_the_day()
    real = unused.erase_person
    monkeypatch.setattr(
        unused,
        "erase_person",
        lambda email, note: 1 / 0 if email == "anna@example.org" else real(email=email, note=note),
    )
    assert [int(sweep()) for _account in range(2)] == [0, 1]
    assert list(User.objects.all()) == [first]
    assert second.pk != first.pk
    monkeypatch.undo()
    clock.move_forward(DAY)
    assert sweep() == 1
    assert warnings().count() == 2


@pytest.mark.django_db
def test_the_shop_may_wait_longer_but_not_shorter(settings):
    settings.SHOPFLOW_RETENTION = {"unused_accounts": 365}
    assert [one.id for one in run_checks() if one.id == "shopflow.privacy.E001"]
    settings.SHOPFLOW_RETENTION = {"unused_accounts": 2000}
    assert not [one.id for one in run_checks() if one.id == "shopflow.privacy.E001"]


@pytest.mark.django_db
@pytest.mark.postgres
def test_batches_cost_the_same_and_come_to_an_end_past_those_who_stay():
    costs = []
    for count in (3, 40):
        for number in range(count):
            account(f"p{count}-{number}@example.org")
        with CaptureQueriesContext(connection) as asked:
            assert sweep() == 0
        costs.append(len([one for one in asked if "clockshift" not in one["sql"]]))  # the clock is moved in tests alone
    assert costs[0] == costs[1]
    assert warnings().count() == 43
    for number in range(4):
        user = account(f"q{number}@example.org")
        create_order(number=f"SF-{number}", user=user)
    late = account("z@example.org")
    rounds = [sweep(limit=2) for _batch in range(3)]
    assert [isinstance(one, Looked) for one in rounds] == [True, True, False]
    assert UnusedAccount.objects.get(user=late).erase_on is not None
    assert UnusedAccount.objects.filter(erase_on=None).count() == 4


@pytest.mark.django_db
def test_warnings_go_in_small_groups_until_all_are_told(monkeypatch):
    monkeypatch.setattr(unused, "TOGETHER", 2)
    for number in range(5):
        account(f"p{number}@example.org")
    assert [isinstance(sweep(), Looked) for _group in range(3)] == [True, True, False]
    assert sorted(warnings().values_list("to_email", flat=True)) == [f"p{number}@example.org" for number in range(5)]
