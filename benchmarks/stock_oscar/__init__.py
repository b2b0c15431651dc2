"""A bare Oscar project, to be measured beside ours: no line of shopflow in it."""
