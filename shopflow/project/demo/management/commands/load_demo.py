from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from shopflow.core import clock
from shopflow.core.services import deliver_due
from shopflow.project.demo.models import LoadedStep
from shopflow.project.demo.seller import ensure_seller
from shopflow.project.demo.steps import STEPS


class Command(BaseCommand):
    help = "Load the demo shop. Steps that have been loaded before are left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fast", action="store_true", help="leave out the pictures")

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = set(LoadedStep.objects.values_list("name", flat=True))
        waiting = [step for step in STEPS if step.name not in loaded and not (step.slow and options["fast"])]
        waiting = [step for step in waiting if step.function() is not None]
        if not waiting:
            self.stdout.write(_("The demo shop is loaded already."))
            return
        seller = ensure_seller()
        self.stdout.write(_("Demo shop: %(name)s, %(city)s") % {"name": seller.name, "city": seller.city})
        for step in waiting:
            function = step.function()
            if function is None:
                continue
            told = function(seller=seller)
            LoadedStep.objects.update_or_create(name=step.name, defaults={"loaded_at": clock.now()})
            self.stdout.write(f"  ✓ {step.label}" + (f": {told}" if told else ""))
        while deliver_due():
            pass
        self.stdout.write(_("The demo shop is ready."))
