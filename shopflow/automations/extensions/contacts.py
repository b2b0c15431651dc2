from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shopflow.automations.queries import runs
from shopflow.contracts.contacts import ContactPanel, ShownContact, contact_panels
from shopflow.contracts.pages import Panel

SHOWN = 20


@contact_panels.register
class AutomationRuns(ContactPanel):
    """The automations that somebody is or was in, and the way to why, and why not."""

    code = "automation_runs"
    label = _("Automations")
    position = 30
    permission = "shopflow_automations.view_flow"

    def panel(self, contact: ShownContact) -> Panel:
        found = list(runs(email=contact.email)[:SHOWN])
        context = {"runs": found, "email": contact.email}
        return Panel(title=self.label, template="shopflow/automations/contact_panel.html", context=context)
