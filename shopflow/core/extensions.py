from shopflow.core import events, retention  # noqa: F401 - they register
