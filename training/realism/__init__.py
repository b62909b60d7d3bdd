"""Real radiographs as the judge of phantoms: what tells them apart, and whether what learns on one holds."""
