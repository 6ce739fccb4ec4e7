"""From approved pages to samples: the snapshot, its plan of shards, and the one query of rows."""
