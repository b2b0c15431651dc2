from django.utils.translation import gettext_lazy as _

from shopflow.contracts.plugins import PluginConfig


class PaymentsConfig(PluginConfig):
    name = "shopflow.payments"
    label = "shopflow_payments"
    verbose_name = _("Payments")
