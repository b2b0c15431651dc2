"""Asking questions: conditions, fields of the event and what is known of the contact."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.db import DatabaseError, OperationalError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shopflow.audience.fields import find_field
from shopflow.audience.queries import contact_matches, contacts_match
from shopflow.automations import rows
from shopflow.automations.definitions import Question
from shopflow.automations.definitions.facts import field_label, value_text
from shopflow.automations.definitions.mentions import OF_ATTRIBUTE, SEGMENT, in_leaf
from shopflow.automations.exceptions import StepStuck, TransactionBroken
from shopflow.contracts.automations import RunContext, Verdict, answers_together, conditions
from shopflow.contracts.expressions import Answer, Ask, Compare, Leaf, compare, dump, evaluate
from shopflow.contracts.registry import UnknownCode
from shopflow.contracts.segments import segment_fields
from shopflow.contracts.types import JSONDict, Scalar

logger = logging.getLogger("shopflow.automations")

under_way: ContextVar[str] = ContextVar("shopflow_question_under_way", default="")
"""The condition, field or gate that is being asked, for those who watch what answers rest on."""

NO_QUESTION = "-"
"""In place of a question while something is read that decides nothing, or whose past is known otherwise."""

_stated: ContextVar[Mapping[str, Any]] = ContextVar("shopflow_answers_stated", default=MappingProxyType({}))


@contextmanager
def answered_by(stated: Mapping[str, Any]) -> Iterator[None]:
    """Within the block these conditions and fields are not asked but answered: ``code: holds``, or by e-mail address
    ``code: {address: holds}``. For examples, whose people and orders exist in no table.
    """
    token = _stated.set(stated)
    try:
        yield
    finally:
        _stated.reset(token)


def _statement(code: str, context: RunContext) -> Verdict | None:
    stated = _stated.get().get(code, ...)
    if isinstance(stated, Mapping):
        stated = stated.get(context.text("email"), ...)
    return None if stated is ... else Verdict(stated, _("The example says so."))


def lacking(needs: frozenset[str], subject: Mapping[str, Scalar]) -> list[str]:
    """Fields that an extension needs and the subject does not have."""
    return sorted(name for name in needs if subject.get(name) is None)


Known = Callable[[Leaf], Verdict | None]
"""What is known already about a leaf of a question; None if it has to be asked."""


def ask(question: Question, context: RunContext, *, known: Known | None = None) -> Answer:
    """The answer to ``question``.

    Raises :class:`StepStuck` when a condition is not installed or fails: nobody knows then, and staff decide. Raises
    :class:`TransactionBroken` when it fails in the database, because nothing can be written after that.
    """
    return evaluate(question.expression, lambda leaf: _leaf(leaf, context, known))


def details(answer: Answer) -> JSONDict:
    """What an answer rests on, for the log; empty when there was one question only."""
    if not answer.parts:
        return {}
    return {
        "answers": [
            {"asked": dump(leaf.expression), "holds": leaf.holds, "said": str(leaf.said)} for leaf in _asked(answer)
        ]
    }


def _asked(answer: Answer) -> list[Answer]:
    if not answer.parts:
        return [answer]
    return [leaf for part in answer.parts for leaf in _asked(part)]


def _leaf(leaf: Leaf, context: RunContext, known: Known | None) -> Verdict:
    code = leaf.field if isinstance(leaf, Compare) else leaf.condition
    if (stated := _statement(code, context)) is not None:
        return stated
    token = under_way.set(code)
    try:
        if known is not None and (verdict := known(leaf)) is not None:
            return verdict
        return _compared(leaf, context) if isinstance(leaf, Compare) else _asked_condition(leaf, context)
    finally:
        under_way.reset(token)


def is_asked_together(leaf: Leaf, context: RunContext) -> bool:
    """Whether few statements answer ``leaf`` for many runs: a field of the contact, or a condition that offers it."""
    if isinstance(leaf, Compare):
        return leaf.field not in context.subject and _is_known_of_contacts(leaf.field)
    return leaf.condition in conditions and answers_together(conditions.get(leaf.condition))


def ask_many(leaf: Leaf, contexts: Mapping[int, RunContext]) -> dict[int, Verdict | None]:
    """The answers to ``leaf`` for runs of one version, by their keys; None where it has to be asked for one alone.

    Raises as :func:`ask` where the database fails; whatever else fails is left to asking one by one.
    """
    found: dict[int, Verdict | None] = dict.fromkeys(contexts)
    try:
        if isinstance(leaf, Compare):
            return found | _compared_many(leaf, contexts)
        condition = conditions.get(leaf.condition)
        whole = {key: one for key, one in contexts.items() if not lacking(condition.needs, one.subject)}
        verdicts = condition.evaluate_many(list(whole.values()), leaf.settings) if whole else ()
        return found | dict(zip(whole, verdicts, strict=True))
    except OperationalError:
        raise
    except DatabaseError as error:
        code = leaf.field if isinstance(leaf, Compare) else leaf.condition
        raise TransactionBroken("condition_failed", _told(code, error)) from error
    except Exception:  # whatever it is: asked one by one, it parks the run that it fails for
        logger.exception("“%s” failed for %s runs at once", leaf, len(contexts))
        return found


def _asked_condition(leaf: Ask, context: RunContext) -> Verdict:
    try:
        condition = conditions.get(leaf.condition)
    except UnknownCode as error:
        raise StepStuck("unknown_condition", str(error)) from error
    if missing := lacking(condition.needs, context.subject):
        return Verdict(None, _("The event does not say: %(fields)s.") % {"fields": ", ".join(missing)})
    try:
        return condition.evaluate(context, leaf.settings)
    except OperationalError:
        raise
    except DatabaseError as error:
        raise TransactionBroken("condition_failed", _told(leaf.condition, error)) from error
    except Exception as error:  # a plugin's condition may fail in any way; the run is parked and staff see why
        logger.exception("The condition “%s” failed for %s", leaf.condition, context.run_key)
        raise StepStuck("condition_failed", _told(leaf.condition, error)) from error


def _told(code: str, error: Exception) -> str:
    return f"{code}: {type(error).__name__}: {error}"


@lru_cache(maxsize=16)
def _found_words(language: str) -> str:
    """The sentence in the active ``language``; looking it up costs more than the rest of a comparison."""
    return _("“%(field)s” is “%(found)s”.")


@lru_cache(maxsize=256)
def _label(name: str, language: str) -> str:
    """What a field of events is called in the active ``language``."""
    return str(field_label(name))


def compared(leaf: Compare, found: Any, context: RunContext) -> Verdict:
    """Whether what a field of the event holds is as ``leaf`` says."""
    language = get_language() or ""
    reason = _found_words(language) % {"field": _label(leaf.field, language), "found": value_text(leaf.field, found)}
    return Verdict(compare(leaf.op, found, leaf.value, now=context.now), reason)


def _compared(leaf: Compare, context: RunContext) -> Verdict:
    """A field of the event, or else one of the contact's."""
    if leaf.field in context.subject:
        return compared(leaf, context.subject[leaf.field], context)
    if not _is_known_of_contacts(leaf.field):
        return Verdict(None, _("Neither the event nor the contact has a field “%(field)s”.") % {"field": leaf.field})
    email = context.text("email")
    if not email:
        return Verdict(None, _("No e-mail address is known."))
    try:
        holds = contact_matches(email=email, expression=leaf, now=context.now)
    except UnknownCode:
        return Verdict(None, _gone(leaf))
    return _matched(leaf, [holds])[holds]


def _compared_many(leaf: Compare, contexts: Mapping[int, RunContext]) -> dict[int, Verdict | None]:
    """A field of the contact, compared for all whose event does not have it."""
    emails = {
        key: email
        for key, one in contexts.items()
        if leaf.field not in one.subject and (email := one.text("email"))
    }  # fmt: skip
    now = next(iter(contexts.values())).now
    try:
        holds = contacts_match(emails=set(emails.values()), expression=leaf, now=now)
    except UnknownCode:
        return dict.fromkeys(emails, Verdict(None, _gone(leaf)))
    verdicts = _matched(leaf, set(holds.values()))
    return {key: verdicts[holds[email]] for key, email in emails.items()}


def _is_known_of_contacts(name: str) -> bool:
    return name in segment_fields or name.startswith(OF_ATTRIBUTE)


AGAINST = ("is_not", "not_in", "not_contains")
"""Comparisons that hold for whoever has nothing of what is named."""


def _matched(leaf: Compare, answers: Collection[bool | None]) -> dict[bool | None, Verdict]:
    """What is said for each of ``answers``.

    Whoever has nothing of what the question names hears if some of that has been deleted; who was in a segment that is
    gone cannot be known.
    """
    label = find_field(leaf.field).label
    words = {True: _("It fits"), False: _("It does not fit"), None: _("It is not known")}
    found = {holds: Verdict(holds, f"{label}: {words[holds]}.") for holds in answers}
    without = leaf.op in AGAINST
    if without in found and (gone := rows.missing(list(in_leaf(leaf, "")))):
        told = " ".join(rows.sentence(one) for one in gone)
        lost = any(one.kind == SEGMENT for one in gone)
        found[without] = Verdict(None, told) if lost else Verdict(without, f"{found[without].reason} {told}")
    return found


def _gone(leaf: Compare) -> str:
    """That the attribute of the question has been deleted."""
    return " ".join(rows.sentence(one) for one in rows.missing(list(in_leaf(leaf, ""))))
