"""Templates put together for one language: all that is the same in each of thousands of mails is worked out once.

The template and those it extends become one list of nodes, and ``{% translate %}`` of a constant becomes its
translation. What is rendered is the same, letter by letter; it takes half the time. A template that is built in a way
which is not known here is rendered as it is.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.template import Context, Node, Template
from django.template.base import NodeList, TextNode, Variable, VariableNode
from django.template.defaulttags import IfNode
from django.template.loader_tags import BlockNode, ExtendsNode
from django.templatetags.i18n import TranslateNode
from django.utils.translation import get_language

_KEPT = "_shopflow_spoken"
Blocks = dict[str, NodeList]


class _Unknown(Exception):
    """This template cannot be put together beforehand."""


class _Scope(Node):
    """What stood in a block: names that it sets are not known behind it."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        with context.push():
            return self.nodelist.render(context)


def spoken(template: Template, *, autoescape: bool = True) -> Template:
    """``template`` for the active language; kept with it, so that it is put together once per process."""
    kept: dict[tuple[str | None, bool], Template] = template.__dict__.setdefault(_KEPT, {})
    place = get_language(), autoescape
    found = kept.get(place)
    if found is None:
        found = copy.copy(template)
        try:
            found.nodelist = _put_together(template, {}, lambda: Context(autoescape=autoescape))
        except _Unknown:
            found = template
        kept[place] = found
    return found


def _put_together(template: Template, blocks: Blocks, context: Callable[[], Context]) -> NodeList:
    """The nodes of ``template`` with those ``blocks`` in the places of its own."""
    places = [place for place, node in enumerate(template.nodelist) if isinstance(node, ExtendsNode)]
    if not places:
        return _nodes(template.nodelist, blocks, context)
    before, extends = template.nodelist[: places[0]], template.nodelist[places[0]]
    parent: Any = extends.parent_name  # type: ignore[attr-defined]
    if not isinstance(parent.var, str) or parent.filters:
        raise _Unknown
    own = {name: block.nodelist for name, block in extends.blocks.items()}  # type: ignore[attr-defined]
    rest = _put_together(template.engine.get_template(parent.var), {**own, **blocks}, context)
    return _nodes([*before, *rest], {}, context)


def _nodes(nodes: Iterable[Node], blocks: Blocks, context: Callable[[], Context]) -> NodeList:
    found = NodeList()
    for node in nodes:
        new = _node(node, blocks, context)
        if isinstance(new, TextNode) and found and isinstance(found[-1], TextNode):
            found[-1] = _text(found[-1].s + new.s, found[-1])
        else:
            found.append(new)
    return found


def _node(node: Node, blocks: Blocks, context: Callable[[], Context]) -> Node:
    if isinstance(node, BlockNode):
        return _Scope(_nodes(_inside(blocks.get(node.name, node.nodelist)), blocks, context))
    if isinstance(node, TranslateNode) and _is_constant(node):
        return _text(str(node.render(context())), node)
    lists = [name for name in node.child_nodelists if isinstance(getattr(node, name, None), NodeList)]
    if not lists and not isinstance(node, IfNode):
        return node
    new = copy.copy(node)
    if isinstance(node, IfNode):
        new.conditions_nodelists = [  # type: ignore[attr-defined]
            (condition, _nodes(inner, blocks, context)) for condition, inner in node.conditions_nodelists
        ]
        return new
    for name in lists:
        setattr(new, name, _nodes(getattr(node, name), blocks, context))
    return new


def _inside(nodes: NodeList) -> NodeList:
    """A block's nodes, unless they ask for what the block says without them."""
    if any(_asks_for_block(node) for node in _all(nodes)):
        raise _Unknown
    return nodes


def _all(nodes: NodeList) -> Iterator[Node]:
    for node in nodes:
        yield from node.get_nodes_by_type(Node)


def _asks_for_block(node: Any) -> bool:
    variable = node.filter_expression.var if isinstance(node, VariableNode) else None
    return isinstance(variable, Variable) and (variable.lookups or ("",))[0] == "block"


def _is_constant(node: TranslateNode) -> bool:
    said = node.filter_expression
    plain = not said.filters and isinstance(said.var, Variable) and said.var.lookups is None
    return plain and node.asvar is None and not node.message_context


def _text(words: str, like: Node) -> TextNode:
    text = TextNode(words)
    text.token, text.origin = like.token, like.origin
    return text
