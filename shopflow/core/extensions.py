from shopflow.core import events  # noqa: F401 - it registers
