"""The small language of texts that staff write: variables, conditions, lists. Nothing else of Django's templates.

A text sees plain copies of declared values and nothing behind them: no objects, no queries, no other templates. Whole
pieces that are more than words (the table of an order) come in by name with ``{% part "order" %}`` and are rendered
outside.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, ClassVar

from django.template import Context, Engine, Library, Node, Template, TemplateSyntaxError, defaultfilters, defaulttags
from django.template.base import FilterExpression, NodeList, Parser, TextNode, Token, Variable, VariableNode
from django.template.defaulttags import FirstOfNode, ForNode, IfNode, WithNode
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shopflow.core.templatetags.shopflow_shop import money

LONGEST = 40_000
DEEPEST_LOOP = 2
LONGEST_LIST = 200
TAGS = ("if", "for", "with", "firstof", "comment")
FILTERS = (
    "capfirst",
    "date",
    "default",
    "default_if_none",
    "first",
    "join",
    "last",
    "length",
    "linebreaks",
    "linebreaksbr",
    "lower",
    "pluralize",
    "time",
    "truncatewords",
    "upper",
    "yesno",
)


@dataclass(frozen=True)
class Finding:
    """Something about a text: a stable ``code``, a sentence that says what to do, ``line`` from 1 (0: the whole)."""

    code: str
    sentence: str
    line: int = 0
    is_error: bool = True
    field: str = "body"


class PlainContext(Context):
    """Variables, and what renders a part."""

    def __init__(self, values: Mapping[str, Any], *, part: Callable[[str], str], autoescape: bool = True) -> None:
        super().__init__(dict(values), autoescape=autoescape)
        self.part = part


class PartNode(Node):
    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: Context) -> SafeString:
        assert isinstance(context, PlainContext)  # noqa: S101 - the sandbox renders with no other
        return mark_safe(context.part(self.name))


def _part(parser: Parser, token: Token) -> PartNode:
    bits = token.split_contents()
    if len(bits) != 2 or not re.fullmatch(r"([\"'])[a-z_0-9]+\1", bits[1]):
        raise TemplateSyntaxError("part")
    return PartNode(bits[1][1:-1])


def _library() -> Library:
    library = Library()
    library.tags = {name: defaulttags.register.tags[name] for name in TAGS} | {"part": _part}
    library.filters = {name: defaultfilters.register.filters[name] for name in FILTERS} | {"money": money}
    return library


class Sandbox(Engine):
    """An engine that loads no templates and knows a handful of tags and filters."""

    default_builtins: ClassVar[list[str]] = []

    def __init__(self, *, debug: bool = False) -> None:
        super().__init__(loaders=["django.template.loaders.locmem.Loader"], debug=debug)

    def get_template_loaders(self, template_loaders: Any) -> list[Any]:
        return []

    def get_template_builtins(self, builtins: list[str]) -> list[Library]:
        return [_library()]


@lru_cache(maxsize=1)
def _sandbox() -> Sandbox:
    return Sandbox()


@lru_cache(maxsize=512)
def parsed(source: str) -> Template:
    """``source`` as a template of this language, parsed once. Raises TemplateSyntaxError."""
    return Template(source, engine=_sandbox())


def render(source: str, values: Mapping[str, Any], *, part: Callable[[str], str], autoescape: bool = True) -> str:
    """The text with its variables filled in from plain ``values``."""
    return str(parsed(source).render(PlainContext(values, part=part, autoescape=autoescape)))


def plain(declared: Any, value: Any) -> Any:
    """A copy of ``value`` that holds nothing but what ``declared``, a sample of the same shape, has names for."""
    if isinstance(declared, dict):
        return {name: plain(inner, _field(value, name)) for name, inner in declared.items()}
    if isinstance(declared, list):
        items = value.all() if hasattr(value, "all") else value or ()
        return [plain(declared[0], item) for item in islice(items, LONGEST_LIST)] if declared else []
    if value is None or isinstance(value, SafeString | bool | int | type(declared)):
        return value
    return str(value)


def _field(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(name)
    found = getattr(value, name, None)
    return found() if callable(found) and not isinstance(found, Promise) and not hasattr(found, "all") else found


def problems(source: str, *, declared: Mapping[str, Any], parts: Mapping[str, str], field: str) -> list[Finding]:
    """What is wrong with ``source`` as a text of this language; empty when it can be used."""
    if len(source) > LONGEST:
        return [Finding("too_long", _("The text is too long."), field=field)]
    try:
        template = Template(source, engine=Sandbox(debug=True))
    except TemplateSyntaxError as error:
        return [_syntax(error, field)]
    except (ValueError, TypeError, AttributeError) as error:
        return [Finding("syntax", _("The text cannot be read: %(error)s") % {"error": error}, field=field)]
    return list(_walk(template.nodelist, dict(declared), parts, field, 0))


_SYNTAX: list[tuple[str, str, Callable[[str], str]]] = [
    (
        r"Invalid block tag .*?'(?P<what>\w+)', expected",
        "unclosed",
        lambda what: _("{%% %(what)s %%} stands in the wrong place: close what was opened before it.") % {"what": what},
    ),
    (
        r"Invalid block tag .*?'(?P<what>[^']+)'",
        "tag",
        lambda what: (
            _("The command {%% %(what)s %%} does not exist here. Allowed are if, for, with, firstof, comment and part.")
            % {"what": what}
        ),
    ),
    (
        r"Unclosed tag .*?'(?P<what>\w+)'",
        "unclosed",
        lambda what: _("{%% %(what)s %%} is not closed. Write {%% end%(what)s %%} where it ends.") % {"what": what},
    ),
    (r"Invalid filter: '(?P<what>\w+)'", "filter", lambda what: _("There is no “|%(what)s”.") % {"what": what}),
    (
        r"^(?P<what>part)$",
        "part",
        lambda what: _('Write the part with its name in quotation marks: {% part "order" %}.'),
    ),
    (
        r"Variables and attributes may not begin with underscores: '(?P<what>[^']+)'",
        "variable",
        lambda what: _("There is no “%(what)s”.") % {"what": what},
    ),
]


def _syntax(error: TemplateSyntaxError, field: str) -> Finding:
    line = int(getattr(error, "template_debug", {}).get("line", 0))
    for pattern, code, sentence in _SYNTAX:
        found = re.search(pattern, str(error))
        if found:
            return Finding(code, sentence(found["what"]), line, field=field)
    sentence_ = _("What stands between the braces cannot be read. Write {{ name }} for a value.")
    return Finding("syntax", sentence_, line, field=field)


_LEFT_OPEN = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
"""Braces that opened or closed nothing: the template's language takes them for words."""


def _left_open(node: Any, line: int, field: str) -> Iterator[Finding]:
    left = _LEFT_OPEN.search(node.s) if isinstance(node, TextNode) else None
    if left:
        sentence = _("“%(what)s” would be sent as it stands. Write {{ name }} for a value, {%% if … %%} for a command.")
        at = line + left.string.count("\n", 0, left.start())
        yield Finding("brace", sentence % {"what": left.group()}, at, field=field)


def _walk(
    nodes: Iterable[Any], scope: dict[str, Any], parts: Mapping[str, str], field: str, depth: int
) -> Iterator[Finding]:
    for node in nodes:
        line = (node.token.lineno if node.token else None) or 0
        yield from _left_open(node, line, field)
        for path in _paths(node):
            if _resolve(path, scope) is _UNKNOWN:
                yield Finding("variable", _unknown(path, scope), line, field=field)
        if isinstance(node, PartNode) and node.name not in parts:
            known = ", ".join(sorted(parts)) or "–"
            sentence = _("There is no part “%(name)s”. This e-mail has: %(known)s.") % {
                "name": node.name,
                "known": known,
            }
            yield Finding("part", sentence, line, field=field)
        if isinstance(node, ForNode):
            if depth == DEEPEST_LOOP:
                yield Finding("loops", _("A list within a list within a list is too much."), line, field=field)
                continue
            yield from _walk(node.nodelist_loop, _loop_scope(node, scope), parts, field, depth + 1)
            yield from _walk(node.nodelist_empty, scope, parts, field, depth)
        elif isinstance(node, WithNode):
            inner = {name: _value(expression, scope) for name, expression in node.extra_context.items()}
            yield from _walk(node.nodelist, {**scope, **inner}, parts, field, depth)
        else:
            for name in node.child_nodelists:
                children = getattr(node, name, None)
                if children:
                    yield from _walk(children, scope, parts, field, depth)


_UNKNOWN = object()


def _expressions(node: Any) -> Iterator[Any]:
    if isinstance(node, VariableNode):
        yield node.filter_expression
    elif isinstance(node, ForNode):
        yield node.sequence
    elif isinstance(node, WithNode):
        yield from node.extra_context.values()
    elif isinstance(node, FirstOfNode):
        yield from node.vars
    elif isinstance(node, IfNode):
        for condition, _nodes in node.conditions_nodelists:
            yield from _of_condition(condition)


def _of_condition(condition: Any) -> Iterator[FilterExpression]:
    value = getattr(condition, "value", None)
    if isinstance(value, FilterExpression):
        yield value
    for side in (getattr(condition, "first", None), getattr(condition, "second", None)):
        if side is not None:
            yield from _of_condition(side)


def _paths(node: Any) -> Iterator[str]:
    """The variables that ``node`` itself names, such as ``order.number``."""
    for expression in _expressions(node):
        variables = [expression.var, *(arg for _f, args in expression.filters for is_var, arg in args if is_var)]
        for variable in variables:
            if isinstance(variable, Variable) and variable.lookups is not None:
                yield ".".join(variable.lookups)


def _value(expression: Any, scope: Mapping[str, Any]) -> Any:
    variable = expression.var
    if isinstance(variable, Variable) and variable.lookups is not None:
        found = _resolve(".".join(variable.lookups), scope)
        return "" if found is _UNKNOWN else found
    return ""


def _resolve(path: str, scope: Mapping[str, Any]) -> Any:
    """The declared sample at ``path``, or ``_UNKNOWN``."""
    found: Any = scope
    for name in path.split("."):
        if isinstance(found, Mapping) and name in found:
            found = found[name]
        elif isinstance(found, list) and name.isdigit() and found:
            found = found[0]
        else:
            return _UNKNOWN
    return found


_FORLOOP = dict.fromkeys(("counter", "counter0", "revcounter", "revcounter0", "first", "last"), 1)


def _loop_scope(node: ForNode, scope: dict[str, Any]) -> dict[str, Any]:
    items = _value(node.sequence, scope)
    item = items[0] if isinstance(items, list) and items else ""
    if len(node.loopvars) == 1:
        return {**scope, node.loopvars[0]: item, "forloop": _FORLOOP}
    values = item if isinstance(item, list) else [""] * len(node.loopvars)
    return {**scope, **dict(zip(node.loopvars, values, strict=False)), "forloop": _FORLOOP}


def _unknown(path: str, scope: Mapping[str, Any]) -> str:
    close = difflib.get_close_matches(path, [*paths_of(scope)], n=1)
    if close:
        return _("There is no “%(path)s”. Do you mean “%(close)s”?") % {"path": path, "close": close[0]}
    return _("There is no “%(path)s” in this e-mail. The list beside the text shows what there is.") % {"path": path}


def paths_of(declared: Mapping[str, Any], before: str = "") -> Iterator[str]:
    """All names in a sample: ``order.number``, ``lines``."""
    for name, value in declared.items():
        yield f"{before}{name}"
        if isinstance(value, Mapping):
            yield from paths_of(value, f"{before}{name}.")


@lru_cache(maxsize=512)
def names_in(source: str) -> frozenset[str]:
    """The first names of all variables in ``source``, for copying no more than is used."""
    found: set[str] = set()

    def visit(nodes: NodeList) -> None:
        for node in nodes:
            found.update(path.split(".")[0] for path in _paths(node))
            for name in node.child_nodelists:
                visit(getattr(node, name, None) or NodeList())

    visit(parsed(source).nodelist)
    return frozenset(found)
