"""Schema changes: one folder of dated revisions per service, shared building blocks frozen in `parts`."""
