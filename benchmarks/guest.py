"""A guest who buys one thing over HTTP, with as little work of its own as possible."""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from benchmarks.orders import ADDRESS, OrderFailed

TOKEN = "t" * 32
"""Django believes a token that cookie and header agree on; so nobody has to fetch one first."""

FORMS = re.compile(r"<form\b.*?</form>", re.DOTALL)
INPUTS = re.compile(r"<input\b[^>]*>", re.DOTALL)
ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')


class Guest:
    """One browser: cookies, redirects, forms."""

    def __init__(self, port: int, number: int) -> None:
        self.host = f"127.0.0.1:{port}"
        self.email = f"kunde{number}@example.org"
        self.cookies = {"csrftoken": TOKEN}
        self.path = "/"
        self.text = ""
        self.location = ""

    def _ask(self, method: str, path: str, fields: Mapping[str, str] | None = None) -> int:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept-Language": "de",
            "Origin": f"http://{self.host}",
            "Sec-Fetch-Site": "same-origin",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        link = http.client.HTTPConnection(self.host, timeout=60)
        try:
            link.request(method, path, urlencode(fields) if fields is not None else None, headers)
            answer = link.getresponse()
            self.text = answer.read().decode()
        finally:
            link.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        self.path, self.location = path, answer.headers.get("Location", "")
        return answer.status

    def get(self, path: str) -> None:
        """Open a page and go where it leads to."""
        status = self._ask("GET", path)
        for _ in range(5):
            if status not in (301, 302):
                break
            status = self._ask("GET", urlsplit(urljoin(self.path, self.location)).path)
        if status != 200:
            raise OrderFailed(f"{self.path} answered {status}")

    def post(self, path: str, fields: Mapping[str, str]) -> None:
        """Send a form and open the page that it leads to."""
        if self._ask("POST", path, fields) != 302:
            raise OrderFailed(f"the form sent to {path} was not taken")
        self.get(urlsplit(urljoin(self.path, self.location)).path)

    def to_the_button(self, product: int) -> None:
        """Fill the basket and walk to the page with the order button."""
        self._ask("POST", f"/basket/add/{product}/", {"quantity": "1"})
        self._ask("POST", "/checkout/", {"username": self.email, "options": "anonymous"})
        self.post("/checkout/shipping-address/", ADDRESS)
        for _ in range(5):
            if self.path.endswith("/preview/"):
                return
            if self.path.endswith("/payment-details/"):  # stock Oscar's page for card data, with a link onwards
                self.get(self.path.replace("payment-details", "preview"))
            else:
                self.post(self.path, self._form())
        raise OrderFailed(f"product {product}: the guest is at {self.path}")

    def press(self) -> None:
        """Press the order button."""
        status = self._ask("POST", self.path, {**self._form(), "action": "place_order"})
        if status != 302 or "thank-you" not in self.location:
            raise OrderFailed(f"pressing the button answered {status} {self.location}")

    def buy(self, product: int) -> None:
        """A whole purchase, up to the page that says thank you."""
        self.to_the_button(product)
        self.press()
        self.get("/checkout/thank-you/")

    def _form(self) -> dict[str, str]:
        """The page's main form as it is filled in, with the first of each choice and every box that must be ticked."""
        found = [form for form in FORMS.findall(self.text) if 'method="post"' in form.partition(">")[0]]
        named = [form for form in found if "place_order_form" in form.partition(">")[0]]
        main = [form for form in FORMS.findall(self.text.partition("<main")[2]) if form in found]
        fields: dict[str, str] = {}
        for control in INPUTS.findall((named or main or found)[0]):
            said = {name: unescape(value) for name, value in ATTRIBUTE.findall(control.removeprefix("<input"))}
            name, kind = said.get("name", ""), said.get("type", "text")
            if not name or (kind == "radio" and name in fields) or (kind == "checkbox" and "required" not in said):
                continue
            fields[name] = said.get("value") or ("on" if kind == "checkbox" else "")
        return fields
