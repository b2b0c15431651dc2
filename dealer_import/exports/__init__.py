"""What leaves the shop as files: the catalogue, feeds for other shops' windows, proposals for reordering, reports."""
