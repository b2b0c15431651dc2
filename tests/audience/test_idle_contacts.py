"""Contacts whom nothing connects with the shop any more go; whatever any room knows keeps them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_model
from oscar.test.factories import create_product

from shopflow.audience.existing_customers import judge_all
from shopflow.audience.models import AudienceSettings, Consent, Contact, ContactOrder, Stage, SurveyInvitation
from shopflow.audience.retention import IdleContacts
from shopflow.audience.services import add_tag, give_voucher, grant_consent, save_contact, tag_named, withdraw_consent
from shopflow.contracts.personal_data import Person, last_signs
from shopflow.contracts.retention import Looked
from shopflow.core import clock
from shopflow.desk.services import open_task
from shopflow.mailing.models import Suppression
from shopflow.mailing.queries import suppressions
from shopflow.ordering.models import BasketActivity
from shopflow.storefront.models import PriceWatch
from tests.audience.people import contact, order, staff
from tests.services.waiting import until_somebody_waits

YEARS = timedelta(days=3 * 366)
DAY = timedelta(days=1)
EMAIL = "anna@example.org"


def sweep(limit=1000):
    with transaction.atomic():
        return IdleContacts().sweep(before=clock.now() - YEARS, limit=limit)


def known_for(delta, email=EMAIL, **values):
    """A contact who became known ``delta`` ago."""
    return contact(email, created_at=clock.now() - delta, alive_at=clock.now() - delta, **values)


def unheard():
    Contact.objects.filter(email=EMAIL).update(alive_at=clock.now() - YEARS - DAY)


def left(email=EMAIL):
    return Contact.objects.filter(email=email).exists()


@pytest.mark.django_db
def test_a_contact_of_whom_nobody_has_heard_for_three_years_goes():
    stays, goes = known_for(YEARS - DAY, "max@example.org"), known_for(YEARS + DAY)
    add_tag(contact=goes, tag=tag_named("Stammkunde"), source="staff")
    old = order(EMAIL, placed=clock.now() - YEARS - DAY, status="delivered")
    unheard()
    assert sweep() == 1
    assert list(Contact.objects.all()) == [stays]
    assert ContactOrder.objects.get(order=old).contact is None, "the order stays, and leads to nobody"
    old.refresh_from_db()
    assert old.guest_email == EMAIL, "it is kept as the law demands"
    assert sweep() == 0


def _owned():
    Contact.objects.update(owner=staff(), stage=Stage.objects.create(code="asked", label="Gefragt"))


def _voucher():
    mine = Contact.objects.get(email=EMAIL)
    give_voucher(contact=mine, percent=5, ends_at=clock.now() + DAY, flow="f", source_key="v")


def _task():
    open_task(kind="follow_up", title="x", due_at=clock.now(), dedupe_key="t", source="test", email=EMAIL)


def _basket():
    basket = get_model("basket", "Basket").objects.create()
    BasketActivity.objects.create(basket=basket, email="Anna@Example.org", touched_at=clock.now() - DAY)


def _invited():
    SurveyInvitation.objects.create(
        contact=Contact.objects.get(), survey="s", source_key="s", invited_at=clock.now() - YEARS,
        expires_at=clock.now() + DAY,
    )  # fmt: skip


def _unpaid():
    made = order(EMAIL, placed=clock.now() - YEARS - DAY, status="delivered")
    kind = get_model("payment", "SourceType").objects.create(name="Rechnung", code="invoice")
    get_model("payment", "Source").objects.create(
        order=made, source_type=kind, amount_allocated="9.00", amount_debited="0.00"
    )


SIGNS = {
    "agreed": lambda: Consent.objects.create(
        email=EMAIL, purpose="newsletter", state="granted", since=clock.now() - 2 * YEARS
    ),
    "refused lately": lambda: Consent.objects.create(
        email=EMAIL, purpose="newsletter", state="withdrawn", since=clock.now() - YEARS + DAY
    ),
    "ordered lately": lambda: order(EMAIL, placed=clock.now() - DAY, status="delivered"),
    "order under way": lambda: order(EMAIL, placed=clock.now() - YEARS - DAY, status="shipped"),
    "order not paid": _unpaid,
    "pressed a button": lambda: Contact.objects.update(seen_at=clock.now() - DAY),
    "looked after": _owned,
    "voucher": _voucher,
    "task": _task,
    "basket": _basket,
    "question": _invited,
    "price": lambda: PriceWatch.objects.create(
        product=create_product(), email=EMAIL, net_cents=100, created_at=clock.now()
    ),
    "account": lambda: get_user_model().objects.create_user(email="Anna@example.org", password="x"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("sign", SIGNS)
def test_every_sign_of_life_keeps_a_contact(sign):
    known_for(YEARS + DAY)
    SIGNS[sign]()
    unheard()
    assert sweep() == 0
    assert left()
    assert Contact.objects.get(email=EMAIL).alive_at >= clock.now() - YEARS, "it is not looked at again before long"


@pytest.mark.django_db
@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_a_lead_that_was_won_or_lost_is_worked_on_no_more(outcome):
    known_for(YEARS + DAY, owner=staff(), stage=Stage.objects.create(code="end", label="Ende", outcome=outcome))
    assert sweep() == 1


@pytest.mark.django_db
def test_a_contact_goes_as_soon_as_its_latest_sign_is_old_enough():
    known_for(YEARS + DAY)
    at = clock.now() - YEARS + 10 * DAY
    order(EMAIL, placed=at, status="delivered")
    unheard()
    assert sweep() == 0
    assert Contact.objects.get().alive_at == at
    clock.move_forward(9 * DAY)
    assert sweep() == 0
    clock.move_forward(2 * DAY)
    assert sweep() == 1


@pytest.mark.django_db
def test_a_refusal_stays_in_force_without_the_address():
    AudienceSettings.objects.update_or_create(pk=1, defaults={"existing_customer_mail": True})
    grant_consent(email=EMAIL, purpose="newsletter", source="/", language="de")
    withdraw_consent(email=EMAIL, purpose="newsletter", source="/")
    clock.move_forward(YEARS + DAY)
    assert sweep() == 1
    assert not Consent.objects.exists()
    [block] = suppressions(EMAIL)
    assert (block.scope, block.reason) == ("newsletter", Suppression.Reason.UNSUBSCRIBED)
    assert "widersprochen" in str(judge_all(emails=[EMAIL], purpose="newsletter")[EMAIL].reason)
    grant_consent(email=EMAIL, purpose="newsletter", source="/", language="de")
    assert suppressions(EMAIL) == [], "who agrees anew has changed their mind"


@pytest.mark.django_db
def test_batches_cost_the_same_and_come_to_an_end_past_those_who_stay():
    costs = []
    for count in (2, 30):
        for number in range(count):
            known_for(YEARS + DAY, f"p{number}@example.org")
            Consent.objects.create(email=f"p{number}@example.org", purpose="x", state="withdrawn",
                                   since=clock.now() - 2 * YEARS)  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            assert sweep() == count
        costs.append(len(asked))
    assert costs[0] == costs[1]
    for number in range(4):
        known_for(YEARS + 2 * DAY, f"q{number}@example.org")
        Consent.objects.create(email=f"q{number}@example.org", purpose="newsletter", state="granted",
                               since=clock.now() - 2 * YEARS)  # fmt: skip
    known_for(YEARS + DAY)
    gone = [sweep(limit=2) for _batch in range(3)]
    assert [(int(one), isinstance(one, Looked)) for one in gone] == [(0, True), (0, True), (1, False)]


@pytest.mark.django_db
def test_a_thousand_are_asked_about_with_the_queries_for_one():
    people = [Person(email=f"p{number}@example.org", user_id=number) for number in range(1000)]
    costs = []
    for some in (people[:1], people):
        with CaptureQueriesContext(connection) as asked:
            assert last_signs(some, since=clock.now() - YEARS, now=clock.now()) == {}
        costs.append(len(asked))
    assert costs[0] == costs[1]


@pytest.mark.postgres
@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_who_agrees_while_the_contact_is_being_forgotten_is_known_anew(transactional_db):
    known_for(YEARS + DAY)

    def agree():
        try:
            return grant_consent(email=EMAIL, purpose="newsletter", source="/", language="de")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert IdleContacts().sweep(before=clock.now() - YEARS, limit=10) == 1
            agreed = pool.submit(agree)
            until_somebody_waits()
            assert not agreed.done()
        assert agreed.result(timeout=10) is True
    assert left()
    assert Consent.objects.get().state == "granted"


@pytest.mark.postgres
@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_contact_that_somebody_works_on_is_passed_over(transactional_db):
    known_for(YEARS + DAY)

    def forget():
        try:
            return sweep()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        save_contact(email=EMAIL)
        assert pool.submit(forget).result(timeout=10) == 0
    assert left()
    assert sweep() == 0
