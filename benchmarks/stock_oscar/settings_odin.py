"""Stock Oscar with django-oscar-odin."""

from importlib.util import find_spec

from benchmarks.stock_oscar.settings import *

if find_spec("oscar_odin"):
    INSTALLED_APPS = [*INSTALLED_APPS, "oscar_odin.apps.OscarOdinAppConfig"]
