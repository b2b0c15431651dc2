"""The public plugin API: every extension point of shopflow, and nothing else.

This package imports no other room of the house, no models, no Oscar, no Wagtail and no Celery, so that a
plugin can be written and type-checked against it alone. Each socket is one module: an abstract class with a
``code`` and a ``label``, and the registry that its implementations register with.
"""
