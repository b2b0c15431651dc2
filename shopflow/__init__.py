"""shopflow: e-commerce plugin framework and shop add-on for django-oscar and Wagtail."""

__version__ = "1.0.0"
