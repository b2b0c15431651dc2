from django.db import models


class GuestBookEntry(models.Model):
    """What the plugin's action has written, once for each run key."""

    run_key = models.CharField(max_length=200, unique=True)
    order_id = models.BigIntegerField()
    text = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.text
