class RenderingFailed(Exception):
    """The PDF could not be made or stored; nothing was numbered. The message is a sentence for staff."""
