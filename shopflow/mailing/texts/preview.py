"""What a mail looks like, with example values in place of a customer's."""

from __future__ import annotations

from typing import Any

from shopflow.contracts.mail import MailClass
from shopflow.mailing.composing import Content, compose_words, shared_context
from shopflow.mailing.texts import samples, shipped
from shopflow.mailing.texts.shipped import Words


class Example(dict[str, Any]):
    """Example values that templates may also read as if they were an order or a line of it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "instance":  # forms have an instance, and lines are none
            raise AttributeError(name)
        return self.get(name)


def preview(code: str, *, language: str, words: Words | None) -> Content:
    """The mail ``code`` with ``words``, or as shipped. Raises what the template raises."""
    mail_class = MailClass.ADVERTISING if shipped.is_marked(code, shipped.ADVERTISING) else MailClass.TRANSACTIONAL
    shared = shared_context(mail_class=mail_class)
    context = {**_examples(samples.sample(code)), **shared}
    if not getattr(shared["seller"], "name", ""):
        context["seller"] = _examples(samples.sample(code)["seller"])
    return compose_words(code, words=words, context=context, language=language)


def _examples(value: Any) -> Any:
    if isinstance(value, dict):
        return Example({name: _examples(inner) for name, inner in value.items()})
    if isinstance(value, list):
        return [_examples(inner) for inner in value]
    return value
