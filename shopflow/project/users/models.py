"""The project's own user: e-mail address and password, no user name. Product code uses ``get_user_model()``."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from oscar.apps.customer.abstract_models import AbstractUser


class User(AbstractUser):
    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        swappable = "AUTH_USER_MODEL"
        constraints = [models.UniqueConstraint(Lower("email"), name="shopflow_user_email_once")]
