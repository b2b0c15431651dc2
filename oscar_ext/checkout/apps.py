from django.urls import path
from oscar.apps.checkout.apps import CheckoutConfig as OscarCheckoutConfig
from oscar.core.loading import get_class


class CheckoutConfig(OscarCheckoutConfig):
    name = "oscar_ext.checkout"

    def ready(self) -> None:
        super().ready()
        from oscar_ext.checkout import extensions  # noqa: F401

        self.processing_view = get_class("checkout.views", "ProcessingView")

    def get_urls(self) -> list:
        own = [path("bearbeitung/<str:token>/", self.processing_view.as_view(), name="processing")]
        return self.post_process_urls(own) + super().get_urls()
