"""Putting shopflow into a Django project: our own (``shopflow.project``) or an existing Oscar shop.

In a settings module::

    from shopflow.addon import configure

    INSTALLED_APPS = [...]  # as Oscar's documentation has it
    configure(globals())

and in the URL configuration, instead of Oscar's own include::

    path("", include("shopflow.addon.urls"))

:func:`configure` only fills in what the settings module has not set itself. See ``docs/operate/add-on.md``.
"""

from shopflow.addon.apps_list import fork_oscar, installed_apps
from shopflow.addon.settings import configure

__all__ = ["configure", "fork_oscar", "installed_apps"]
