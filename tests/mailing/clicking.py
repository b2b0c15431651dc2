"""What the tests about counted clicks share: links of every kind, a double of the ledger, and who clicks."""

from __future__ import annotations

import html
import re

from shopflow.contracts.mail import BasisVerdict, LegalBasis

SITE = "https://shop.example.org"
BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
BRAKES = "/suche/?q=bremse&utm_medium=email&utm_campaign=spring"
EMAIL = "kunde@example.org"
KEPT_BARE = (
    "/einstellungen/mail/abc:def/",
    "/einstellungen/bestaetigen/abc:def/",
    "/accounts/mail-einstellungen/",
    "/vertrag-widerrufen/",
    "/rechtstexte/agb.pdf",
    "/agb/",
    "/impressum/",
)
FOREIGN = (
    "https://www.example.com/suche/",
    "https://shop.example.org.example.com/suche/",
    "https://shop.example.org@example.com/suche/",
    "http://shop.example.org/bremsen/",
    f"https://www.example.com/?to={SITE}/bremsen/",
    "mailto:shop@example.org?body=https://shop.example.org",
)


def escape(address: str) -> str:
    return html.escape(address)


class Agreeing(LegalBasis):
    """Stands for the ledger: who agrees to being counted, and how often it was asked."""

    code = "consent"
    label = "Consent"
    people: set[str] = set()
    questions: list[list[str]] = []

    def holds(self, *, email, purpose):
        return self.holds_for(emails=[email], purpose=purpose)[email]

    def holds_for(self, *, emails, purpose):
        assert purpose == "tracking"
        self.questions.append(list(emails))
        return {email: BasisVerdict(email in self.people) for email in emails}


def part(mail, kind):
    return mail.get_body((kind,)).get_content()


def doors(mail):
    """The counted addresses of the HTML part, in their order."""
    return [html.unescape(found) for found in re.findall(rf'href="({SITE}/mail/weiter/[^"]+)"', part(mail, "html"))]


def follow(client, address, **headers):
    return client.get(address.removeprefix(SITE), headers={**BROWSER, **headers})
