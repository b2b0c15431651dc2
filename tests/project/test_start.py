import gc


def test_the_collector_works_once_everything_is_loaded():
    """The settings switch it off while modules are loaded."""
    assert gc.isenabled()
