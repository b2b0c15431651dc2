"""``python -m benchmarks.buying``: orders and whole purchases a second over HTTP, ours beside stock Oscar 4.2.1.

Both shops run at the same time on one PostgreSQL server, each in gunicorn with two sync workers, and are asked in
turns, so that whatever else the machine does slows both down. Guests press the order button (the rest of their purchase
is not counted), and then buy as a whole, up to the page that says thank you.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count

from benchmarks.guest import Guest
from benchmarks.shop_server import Shop, shop

CLIENTS = (1, 4, 8)
ROUNDS = 3
WARM_UP = 4


@dataclass
class Buyers:
    """The guests of one shop, by what they did and how many at once: ``done`` holds how many, ``took`` the seconds.

    ``worked`` holds the seconds that the shop's web workers computed meanwhile, whatever else the machine did.
    """

    shop: Shop
    took: dict[tuple[str, int], float] = field(default_factory=lambda: defaultdict(float))
    worked: dict[tuple[str, int], float] = field(default_factory=lambda: defaultdict(float))
    done: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    numbers: Iterator[int] = field(default_factory=count)

    def guests(self, many: int) -> list[tuple[Guest, int]]:
        """New guests, each with a product to buy."""
        found = [next(self.numbers) for _ in range(many)]
        return [(Guest(self.shop.port, n), self.shop.products[n % len(self.shop.products)]) for n in found]

    def place(self, clients: int, many: int) -> None:
        """Walk guests to the button, then let them press it, ``clients`` at once."""
        waiting = self.guests(many)
        _together(2, (lambda g=guest, p=product: g.to_the_button(p) for guest, product in waiting))
        self._measure("orders/s", clients, [guest.press for guest, _ in waiting])

    def buy(self, clients: int, many: int) -> None:
        acts = [lambda g=guest, p=product: g.buy(p) for guest, product in self.guests(many)]
        self._measure("purchases/s", clients, acts)

    def _measure(self, what: str, clients: int, acts: list[Callable[[], None]]) -> None:
        worked, started = self.shop.worked(), time.perf_counter()
        _together(clients, acts)
        self.worked[what, clients] += self.shop.worked() - worked
        self.took[what, clients] += time.perf_counter() - started
        self.done[what, clients] += len(acts)

    def rate(self, what: str, clients: int) -> float:
        return self.done[what, clients] / self.took[what, clients]

    def cost(self, what: str, clients: int) -> float:
        """Milliseconds of the web workers' processor time for each."""
        return 1000 * self.worked[what, clients] / self.done[what, clients]


def _together(clients: int, acts: Iterable[Callable[[], None]]) -> None:
    with ThreadPoolExecutor(clients) as pool:
        for finished in [pool.submit(act) for act in acts]:
            finished.result()


def compare(server: str, products: int, *, orders: int = 8) -> str:
    """The table of both shops; ``orders`` are placed and bought in each of the rounds by each number of clients."""
    with shop(server, "shopflow", products) as ours, shop(server, "stock", products) as stock:
        both = Buyers(ours), Buyers(stock)
        for buyers in both:
            _together(2, (lambda g=guest, p=product: g.buy(p) for guest, product in buyers.guests(WARM_UP)))
        for turn in range(ROUNDS):
            for clients in CLIENTS:
                for buyers in both if turn % 2 == 0 else both[::-1]:
                    buyers.place(clients, orders)
                for buyers in both if turn % 2 == 0 else both[::-1]:
                    buyers.buy(clients, orders)
    return _table(products, *both)


def _table(products: int, ours: Buyers, stock: Buyers) -> str:
    lines = [
        f"\n{products} products, PostgreSQL, HTTP, gunicorn with 2 sync workers; ratio = shopflow ÷ stock Oscar 4.2.1",
        f"{'':<26}{'shopflow':>10}{'stock':>10}{'ratio':>8}{'cpu ms':>10}{'stock':>10}{'ratio':>8}",
    ]
    for what in ("orders/s", "purchases/s"):
        for clients in CLIENTS:
            name = f"{what}, {clients} client{'s' if clients > 1 else ''}"
            mine, theirs = ours.rate(what, clients), stock.rate(what, clients)
            costs = ours.cost(what, clients), stock.cost(what, clients)
            rates = f"{mine:>10.2f}{theirs:>10.2f}{mine / theirs:>8.2f}"
            lines.append(f"{name:<26}{rates}{costs[0]:>10.1f}{costs[1]:>10.1f}{costs[0] / costs[1]:>8.2f}")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.buying", description=__doc__)
    parser.add_argument("--products", type=int, default=1_000, help="size of the catalogue")
    parser.add_argument("--orders", type=int, default=8, help="orders in each block")
    wanted = parser.parse_args()
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        print("The measurements need PostgreSQL: run “make bench”, or set DATABASE_URL.", file=sys.stderr)
        return 1
    print(compare(server, wanted.products, orders=wanted.orders), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
