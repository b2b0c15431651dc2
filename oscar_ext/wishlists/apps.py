from oscar.apps.wishlists.apps import WishlistsConfig as OscarWishlistsConfig


class WishlistsConfig(OscarWishlistsConfig):
    name = "oscar_ext.wishlists"

    def ready(self) -> None:
        super().ready()
        from oscar_ext.wishlists import events  # noqa: F401
