"""Publishing requirements: what a part must have before it goes online, because the law or the dealer demands it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from shopflow.contracts.registry import Registry
from shopflow.contracts.types import Label


class PublishingRequirement(ABC):
    """A demand on parts, judged for many at once.

    ``label`` names what is missing ("tyre label"), ``hint`` says in one sentence what staff do about it, ``law`` names
    the source, empty for a demand of the dealer's own. ``default_on`` says whether it is in force until staff decide;
    ``may_be_off`` whether they may switch it off. ``about_trade`` is False for a demand that neither price nor cost nor
    stock of a part can meet or break: after an import that has changed nothing else it is not asked. ``about_amounts``
    is False for a demand that asks at most whether there is a price: neither how high it is, nor for cost or stock.
    """

    code: ClassVar[str] = ""
    label: ClassVar[Label] = ""
    hint: ClassVar[Label] = ""
    law: ClassVar[Label] = ""
    position: ClassVar[int] = 100
    default_on: ClassVar[bool] = True
    may_be_off: ClassVar[bool] = True
    about_trade: ClassVar[bool] = True
    about_amounts: ClassVar[bool] = True

    @abstractmethod
    def failing(self, parts: Any) -> Any:
        """Narrow the queryset of part records ``parts`` to those that do not meet the demand.

        The result is used inside an INSERT … SELECT, so it must stay a queryset: no row is loaded, and the cost must
        not grow with anything but the parts.
        """


publishing_requirements: Registry[PublishingRequirement] = Registry("publishing requirement", PublishingRequirement)
