"""Steps that ask something, as definitions hold them."""

from __future__ import annotations


def asking(ask, name="ask", **more):
    return {"id": name, "kind": "condition", "ask": ask, "then": "next", "else": "stop", "unknown": "stop", **more}


def field(name, op, value):
    return {"field": name, "op": op, "value": value}


def condition(code, **settings):
    return {"condition": code, "settings": settings}
