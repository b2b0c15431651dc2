"""Every figure of the reports once more, in plain Python from the raw rows: nothing here is shared with the reports."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from shopflow.automations.models import Decision, Run, RunStep
from shopflow.mailing.models import LinkClick, Message, Suppression

BERLIN = ZoneInfo("Europe/Berlin")
LENGTHS = [
    *(timedelta(minutes=length) for length in (1, 2, 5, 10, 20, 40)),
    *(timedelta(hours=length) for length in (1, 2, 4, 6, 9, 12, 18)),
    *(
        timedelta(days=length)
        for length in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 21, 28, 35, 45, 60, 90, 180, 365)
    ),
]
TOLD = {"delivered", "bounced", "complained", "rejected", "deferred", "queued", "sent"}


def day(moment):
    return moment.astimezone(BERLIN).date()


def figures():
    """How often what happened: by flow, version, step, day, measure and reason."""
    found = Counter()
    for run in Run.objects.select_related("version"):
        found[run.flow_id, run.version.number, "", day(run.entered_at), "begun", ""] += 1
        if run.ended_at:
            found[run.flow_id, run.version.number, run.node, day(run.ended_at), "ended", run.ending] += 1
    for step in RunStep.objects.select_related("run__version"):
        place = step.run.flow_id, step.run.version.number, step.node
        found[*place, day(step.started_at), "entered", ""] += 1
        if step.finished_at:
            if step.outcome in ("done", "skipped"):
                found[*place, day(step.finished_at), step.outcome, step.code] += 1
            stay = sum(length < step.finished_at - step.started_at for length in LENGTHS)
            found[*place, day(step.finished_at), "stay", f"{stay:02}"] += 1
    _decisions(found)
    _mails(found)
    return found


def _decisions(found):
    put_off = set()
    for told in Decision.objects.select_related("run__version"):
        if told.run is None:
            if told.gate in ("trigger", "entry", "engine") and told.verdict != "true":
                found[told.flow_id, 0, "", day(told.at), "refused", told.code] += 1
            continue
        place = told.flow_id, told.run.version.number, told.node, day(told.at)
        if told.gate == "sending" and told.details.get("result") == "defer":
            put_off.add((*place, "deferred", told.code, told.run_id))
        elif told.gate == "goal" and told.verdict == "true":
            found[*place, "goal", told.code] += 1
        elif told.gate == "engine":
            found[*place, "error", told.code] += 1
    for *key, _run in put_off:
        found[tuple(key)] += 1


def _mails(found):
    runs = Run.objects.select_related("version").in_bulk()
    left = set(Suppression.objects.filter(reason="unsubscribed").values_list("source", "email_hash"))
    clicks = defaultdict(list)
    for click in LinkClick.objects.all():
        clicks[click.message_id].append(click.by_machine)
    for mail in Message.objects.exclude(campaign="").exclude(mail_class="staff"):
        begin, number, node, *_visit = mail.dedupe_key.split(":")
        if begin != "run":
            continue
        run = runs[int(number)]
        place = run.flow_id, run.version.number, node, day(mail.created_at)
        became = "on_the_way" if mail.state in ("planned", "submitting", "deferred") else mail.state
        if mail.state == "accepted" and mail.delivery_state:
            became = mail.delivery_state
        found[*place, "mail", became] += 1
        if mail.state == "skipped":
            found[*place, "unsent", mail.skip_code] += 1
        if (mail.message_id, mail.email_hash) in left:
            found[*place, "mail", "unsubscribed"] += 1
        people, machines = (clicks[mail.pk].count(machine) for machine in (False, True))
        for kind, count in {
            "people": people, "machines": machines, "clicked": bool(people),
            "countable": mail.state == "accepted" and mail.counted_links > 0,
        }.items():  # fmt: skip
            if count:
                found[*place, "click", kind] += int(count)


def worth(order):
    """Gross cents as ordered, and net cents of what is left, as exact fractions until the end."""
    order.refresh_from_db()
    gross = net = left = Fraction()
    for line in order.lines.all():
        gross += Fraction(line.line_price_incl_tax)
        if not {line.status, order.status} & {"cancelled", "returned"}:
            net += Fraction(line.line_price_excl_tax)
            left += Fraction(line.line_price_incl_tax)
    back = sum((Fraction(source.amount_refunded) for source in order.sources.all()), Fraction())
    share = max(Fraction(0), min(Fraction(1), (gross - back) / left)) if left else Fraction(0)
    return round(gross * 100), int(net * share * 100 + Fraction(1, 2))


def sold(sales):
    """Which flows an order is put down to and why: ``sales`` are what a test knows about each paid order.

    Returns the keys of figures with orders, gross and net cents.
    """
    found = defaultdict(lambda: [0, 0, 0])
    runs = Run.objects.select_related("version").in_bulk()
    mails = []
    for mail in Message.objects.filter(state="accepted").exclude(campaign=""):
        _run, number, node, *_visit = mail.dedupe_key.split(":")
        mails.append((mail.accepted_at, mail.pk, mail, runs[int(number)], node))
    mails.sort(key=lambda row: row[:2])
    for sale in sales:
        due = {}
        for accepted_at, _pk, mail, run, node in mails:
            before = sale.order.date_placed - accepted_at
            place = run.version.number, node
            if before <= timedelta(0):
                continue
            if mail.pk in sale.mails and mail.mail_class == "advertising" and before <= timedelta(days=7):
                due[run.flow_id, "influenced"] = place
            if sale.basket and run.subject.get("basket_id") == sale.basket:
                due[run.flow_id, "subject"] = place
        for flow, version in sale.clicked:
            due[flow, "last_click"] = version, ""
        for flow, version in sale.vouchers:
            due[flow, "coupon"] = version, ""
        gross, net = worth(sale.order)
        for (flow, model), (version, node) in due.items():
            row = found[flow, version, node, day(sale.paid_at), "conversion", model]
            row[0] += 1
            row[1] += gross
            row[2] += net
    return {key: tuple(row) for key, row in found.items()}
