"""Guests who buy one thing each, through the shop's own pages."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

ADDRESS = {
    "first_name": "Erika",
    "last_name": "Beispiel",
    "line1": "Musterweg 1",
    "line4": "Musterstadt",
    "postcode": "12345",
    "country": "DE",
}
FROM_HERE = {"origin": "http://testserver"}


class OrderFailed(Exception):
    """A guest did not get to the thank-you page; the message says where it ended."""


@dataclass(frozen=True)
class OrderCost:
    """The request that places an order: its queries and times in milliseconds; ``cpu`` is the process's own time."""

    queries: int
    p50: float
    p95: float
    cpu: float


def measure(products: list[int], *, orders: int = 20) -> OrderCost:
    """Place ``orders`` orders, one after the other."""
    buy(products[0])
    page, fields, client = to_the_button(products[1])
    with CaptureQueriesContext(connection) as queries:
        press(client, page, fields)
    count = len(queries)  # now: the next request empties the log
    bought = [buy(products[2 + n]) for n in range(orders)]
    times, worked = (sorted(figures) for figures in zip(*bought, strict=True))
    return OrderCost(count, statistics.median(times), times[round(0.95 * (len(times) - 1))], statistics.median(worked))


def buy(product: int) -> tuple[float, float]:
    """Buy one piece; milliseconds of the placing request, on the clock and of the processor."""
    page, fields, client = to_the_button(product)
    return press(client, page, fields)


def to_the_button(product: int) -> tuple[str, dict[str, str], Client]:
    """Walk a new guest to the page with the order button; its address, the form's fields and the client."""
    client = Client()
    client.post(f"/basket/add/{product}/", {"quantity": 1}, headers=FROM_HERE)
    client.post("/checkout/", {"username": "kunde@example.org", "options": "anonymous"}, headers=FROM_HERE)
    answer = client.post("/checkout/shipping-address/", ADDRESS, headers=FROM_HERE, follow=True)
    for _ in range(5):
        path = answer.request["PATH_INFO"]
        form = _form(answer)
        if path.endswith("/preview/"):
            return path, form, client
        if path.endswith("/payment-details/"):  # stock Oscar's page for card data, with a link onwards
            answer = client.get(path.replace("payment-details", "preview"))
        else:
            answer = client.post(path, form, headers=FROM_HERE, follow=True)
    raise OrderFailed(f"product {product}: the guest is at {answer.request['PATH_INFO']}")


def press(client: Client, page: str, fields: dict[str, str]) -> tuple[float, float]:
    worked, started = time.process_time(), time.perf_counter()
    answer = client.post(page, {**fields, "action": "place_order"}, headers=FROM_HERE)
    took = (time.perf_counter() - started) * 1000, (time.process_time() - worked) * 1000
    if answer.status_code != 302 or "thank-you" not in answer.headers["Location"]:
        raise OrderFailed(f"pressing the button answered {answer.status_code} {answer.headers.get('Location', '')}")
    return took


def _form(answer: Any) -> dict[str, str]:
    """The fields of the page's main form: what is filled in, every box ticked, the first of each choice."""
    page = BeautifulSoup(answer.content.decode(), "html.parser")
    forms = (
        page.select("#place_order_form") or page.select("main form[method=post]") or page.select("form[method=post]")
    )
    fields: dict[str, str] = {}
    for control in forms[0].select("input[name]") if forms else []:
        name, kind = str(control["name"]), control.get("type", "text")
        if kind == "radio" and name in fields:
            continue
        fields[name] = str(control.get("value") or ("on" if kind == "checkbox" else ""))
    return fields
