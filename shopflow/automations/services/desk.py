"""A journal with what the gates and waits need to know of the people in it, read for all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial

from django.db.models import F
from oscar.core.loading import get_model

from shopflow.audience.models import Contact
from shopflow.automations.calendars import Rules, default_zone, zone_or
from shopflow.automations.definitions import Question
from shopflow.automations.models import Recipient, Run, SendingMinute
from shopflow.automations.queries import definition_of
from shopflow.automations.services.asking import ask
from shopflow.automations.services.bookkeeping import current_book
from shopflow.automations.services.experiments import Draws
from shopflow.automations.services.journal import Journal
from shopflow.automations.services.moments import Reckoning
from shopflow.automations.services.moving import run_context
from shopflow.automations.services.outlook import Outlook, key_of_step
from shopflow.automations.services.together import Together
from shopflow.contracts.automations import RunContext
from shopflow.contracts.expressions import Answer
from shopflow.contracts.mail import MailClass
from shopflow.core import clock
from shopflow.core.rows import OneOf
from shopflow.mailing.addresses import email_hash
from shopflow.mailing.models import Message, MessageState

NOT_SENT = (MessageState.SKIPPED, MessageState.FAILED)
LONGEST_CAP = timedelta(days=366)


@dataclass(frozen=True)
class Advert:
    """One advertising mail that was sent or is on its way."""

    at: datetime
    purpose: str


class Desk(Journal):
    """Decides for ``runs`` under ``rules``."""

    def __init__(self, now: datetime, runs: Sequence[Run] = (), rules: Rules | None = None) -> None:
        super().__init__(now, runs)
        self._decided = runs
        self.outlook = Outlook(now, runs)
        self.together = Together()
        self._turns = {run.id: run for run in runs}
        self.draws = Draws(runs)
        self.reckoning = Reckoning(now)
        self._emails = frozenset(run.email for run in runs if run.email)
        self._zone_of: dict[int, str] = {}
        self._given_rules = rules
        self._adverts: dict[str, list[Advert]] = {}
        self._locked: set[str] = set()
        self._places: list[datetime] = []
        self._allowed: dict[str, datetime] = {}

    @classmethod
    def of_now(cls, runs: Sequence[Run] = ()) -> Desk:
        """A desk that decides at this moment."""
        return cls(clock.now(), runs)

    @classmethod
    def of_readers(cls, runs: Sequence[Run]) -> Desk:
        """A desk that only looks at ``runs``: without their histories, which are needed to write."""
        desk = cls(clock.now())
        desk._emails = frozenset(run.email for run in runs if run.email)
        return desk

    @property
    def is_alone(self) -> bool:
        """Whether nothing but one run hangs on this transaction."""
        return len(self._decided) <= 1

    @cached_property
    def rules(self) -> Rules:
        return self._given_rules or Rules.of_now()

    @cached_property
    def _zones(self) -> dict[str, str]:
        book = current_book()
        known = None if book is None else book.zones(self._emails, self.now)
        if known is not None:
            return known
        return dict(Contact.objects.filter(OneOf("email", self._emails)).values_list("email", "time_zone"))

    def advertising_from(self, run: Run) -> datetime:
        """Now, if advertising may go to ``run``'s person now, else the first moment at which it may."""
        zone = self.zone(run)
        if zone not in self._allowed:
            self._allowed[zone] = self.rules.advertising_from(self.now, zone)
        return self._allowed[zone]

    def zone(self, run: Run) -> str:
        """The zone that ``run``'s person lives in: the contact's, else the delivery country's, else the shop's."""
        if run.id is None:  # nobody's yet
            return self._find_zone(run)
        zone = self._zone_of.get(run.id)
        if zone is None:
            zone = self._zone_of[run.id] = self._find_zone(run)
        return zone

    def _find_zone(self, run: Run) -> str:
        own = self._zones.get(run.email)
        if own is None and run.email and run.email not in self._emails:
            own = Contact.objects.filter(email=run.email).values_list("time_zone", flat=True).first()
        return zone_or(own, default_zone()) if own else default_zone(_country(run, self.now))

    @cached_property
    def _blocked(self) -> dict[str, str]:
        found = Recipient.objects.filter(OneOf("email", self._emails), blocked_at__isnull=False)
        return dict(found.values_list("email", "block_reason"))

    def block_reason(self, run: Run) -> str | None:
        """Why staff have blocked ``run``'s person; None if they have not."""
        return self._blocked.get(run.email)

    def lock(self, emails: Sequence[str]) -> None:
        """Let no other worker decide on advertising to ``emails`` before this transaction ends."""
        wanted = sorted(set(emails) - self._locked - {""})
        if not wanted:
            return
        held: set[str] = set()
        while len(held) < len(wanted):  # a row that has just been forgotten is made again
            known = set(Recipient.objects.filter(email__in=wanted).values_list("email", flat=True))
            Recipient.objects.bulk_create(
                [Recipient(email=email) for email in wanted if email not in known], ignore_conflicts=True
            )
            rows = Recipient.objects.select_for_update().filter(email__in=wanted).order_by("email")
            held = set(rows.values_list("email", flat=True))
        self._locked.update(wanted)
        self._read_adverts(wanted)

    def _read_adverts(self, emails: Sequence[str]) -> None:
        hashes = {email_hash(email): email for email in emails}
        rows = (
            Message.objects.filter(
                email_hash__in=list(hashes), mail_class=MailClass.ADVERTISING.value,
                created_at__gt=self.now - LONGEST_CAP,
            )
            .exclude(state__in=NOT_SENT)
            .values_list("email_hash", "created_at", "accepted_at", "purpose")
        )  # fmt: skip
        self._adverts.update({email: [] for email in emails})
        for fingerprint, created_at, accepted_at, purpose in rows:
            self._adverts[hashes[fingerprint]].append(Advert(accepted_at or created_at, purpose))

    def adverts(self, email: str) -> Sequence[Advert]:
        """What was sent to ``email`` or is on its way, with that person locked."""
        self.lock([email])
        return self._adverts[email]

    def add_advert(self, email: str, purpose: str) -> None:
        """Count a mail that this transaction has just written."""
        self._adverts.setdefault(email, []).append(Advert(self.now, purpose))

    def is_written(self, run: Run) -> bool:
        """Whether the mail of the step at which ``run`` stands was written already; asked for the whole batch."""
        others = (self._key_at(other, run.node) for other in self._decided if other.version_id == run.version_id)
        return self.outlook.is_written(key_of_step(run.id, run.node, run.visit), others)

    def begin(self, run: Run) -> None:
        """It is ``run``'s turn now."""
        self._turns.pop(run.id, None)

    def ask(self, question: Question, run: Run, context: RunContext) -> Answer:
        """The answer for ``run`` at its step. Others of the batch whose turn is yet to come are asked along."""
        if self.is_alone:
            return ask(question, context)
        others = partial(self._others, run)
        return self.together.ask(question, context, key=run.id, version=run.version_id, others=others)

    def _others(self, run: Run) -> Iterator[tuple[int, RunContext]]:
        """Runs of the same version that may come to the step at which ``run`` stands."""
        definition = definition_of(run.version)
        for other in self._turns.values():
            if other.version_id == run.version_id and run.node in definition.ahead(other.node):
                yield other.id, run_context(other, self, run_key=self._key_at(other, run.node))

    def _key_at(self, run: Run, node: str) -> str:
        """The key that ``run`` has, or will have, at the step ``node``."""
        return key_of_step(run.id, node, run.visit if run.node == node else self.visits(run, node) + 1)

    def reserve_minute(self) -> datetime:
        """Take a place in the first minute from now on that still has one, and return that minute."""
        if not self._places:
            self._places = self._reserve(max(1, len(self._decided)))
        return self._places.pop()

    def _reserve(self, wanted: int) -> list[datetime]:
        """Up to ``wanted`` places in one minute, at least one; what is not needed goes back with :meth:`write`."""
        limit = self.rules.stored.per_minute
        first = self.now.replace(second=0, microsecond=0)
        last = SendingMinute.objects.filter(minute__gte=first).order_by("-minute").first()
        minute = first if last is None else last.minute
        while True:
            _row, begun = SendingMinute.objects.get_or_create(minute=minute)
            if begun:
                SendingMinute.objects.filter(minute__lt=first - timedelta(days=1)).delete()
            places = min(wanted, limit)
            while places:
                free = SendingMinute.objects.filter(minute=minute, taken__lte=limit - places)
                if free.update(taken=F("taken") + places):
                    return [minute] * places
                places //= 2
            minute += timedelta(minutes=1)

    def write(self) -> None:
        if self._places:
            kept, self._places = self._places, []
            SendingMinute.objects.filter(minute=kept[0]).update(taken=F("taken") - len(kept))
        self.draws.write()
        super().write()


def _country(run: Run, now: datetime) -> str:
    """The country that the run's order is delivered to; empty when there is none."""
    named = run.subject.get("country")
    if named:
        return str(named)
    order_id = run.subject.get("order_id")
    if order_id is None:
        return ""
    book = current_book()
    known = None if book is None else book.country(order_id, now)
    if known is not None:
        return known
    orders = get_model("order", "Order")._default_manager.filter(pk=order_id)
    return orders.values_list("shipping_address__country_id", flat=True).first() or ""
