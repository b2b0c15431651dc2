from oscar.apps.catalogue.reviews.apps import CatalogueReviewsConfig as OscarCatalogueReviewsConfig


class CatalogueReviewsConfig(OscarCatalogueReviewsConfig):
    """Names its view itself: Oscar looks for classes of a nested app beside its parent, which is not overridden."""

    name = "oscar_ext.catalogue.reviews"

    def ready(self) -> None:
        super().ready()
        from oscar_ext.catalogue.reviews.views import CreateProductReview

        self.create_view = CreateProductReview
