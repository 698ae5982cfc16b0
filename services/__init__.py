"""The three services. None imports another: they speak HTTP and send each other events."""
