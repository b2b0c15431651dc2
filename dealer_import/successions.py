"""Which successions hold: unknown targets and loops are cut with a warning, chains of any length are followed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dealer_import.canonical import identity_hash
from dealer_import.findings import Finding, Severity, printable
from dealer_import.sentences import say as _
from dealer_import.staging import Succession

Graph = dict[int, list[int]]


@dataclass
class Checked:
    """``rows`` are for staging: line, key, position, kind. ``dropped`` are the lines whose succession does not hold,
    ``loops`` the identities that lie on a loop.
    """

    rows: list[tuple[int, str, int, str]] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)
    loops: dict[int, int] = field(default_factory=dict)


def check_successions(
    delivered: Sequence[Succession],
    *,
    exists: Callable[[str, str], bool],
    others: Mapping[int, Iterable[int]],
    note: Callable[[Finding], None],
) -> Checked:
    """The successions that hold.

    ``exists`` says whether a brand's number is a part of the file or the shop; ``others`` are the links of parts that
    the file does not map. A succession with an unknown target is dropped whole, because half a kit is none.
    """
    checked = Checked()
    held = []
    for item in delivered:
        if _all_known(item, exists, note):
            held.append(item)
        else:
            checked.dropped.append(item.line)
    graph: Graph = {identity: list(targets) for identity, targets in others.items()}
    for item in held:
        graph[_identity(item)] = [identity_hash(item.brand_code, target) for target in item.targets]
    checked.loops = loop_of(graph)
    for item in held:
        own = checked.loops.get(_identity(item))
        if own is not None and any(checked.loops.get(identity_hash(item.brand_code, t)) == own for t in item.targets):
            hint = _("The successors lead back to this part; none of the loop was taken. Correct it in the system.")
            note(Finding("succession_loop", Severity.WARNING, item.line, "", item.number_key, hint))
            checked.dropped.append(item.line)
            continue
        checked.rows += [(item.line, target, position, item.kind) for position, target in enumerate(item.targets)]
    return checked


def _identity(item: Succession) -> int:
    return identity_hash(item.brand_code, item.number_key)


def _all_known(item: Succession, exists: Callable[[str, str], bool], note: Callable[[Finding], None]) -> bool:
    unknown = [target for target in item.targets if not exists(item.brand_code, target)]
    if unknown:
        hint = _("The successor is no part of the file or the shop; the part was taken without it.")
        note(Finding("succession_unknown", Severity.WARNING, item.line, "", printable("+".join(unknown)), hint))
    return not unknown


def loop_of(graph: Graph) -> dict[int, int]:
    """The nodes that lie on loops, each with a number that is the same for all nodes of one loop.

    Tarjan's strongly connected components without recursion, so that a chain of thousands does no harm.
    """
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: dict[int, int] = {}
    for root in graph:
        if root in index:
            continue
        work: list[tuple[int, int]] = [(root, 0)]
        while work:
            node, position = work.pop()
            if position == 0:
                index[node] = low[node] = len(index)
                stack.append(node)
                on_stack.add(node)
            targets = graph.get(node, [])
            if position > 0:
                low[node] = min(low[node], low[targets[position - 1]])
            for offset in range(position, len(targets)):
                target = targets[offset]
                if target not in index:
                    work += [(node, offset + 1), (target, 0)]
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                if low[node] == index[node]:
                    _close(node, stack, on_stack, found)
    return found


def _close(node: int, stack: list[int], on_stack: set[int], found: dict[int, int]) -> None:
    members = []
    while True:
        member = stack.pop()
        on_stack.discard(member)
        members.append(member)
        if member == node:
            break
    if len(members) > 1:
        found.update(dict.fromkeys(members, node))
