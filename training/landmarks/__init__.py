"""Landmarks for any family: one map a landmark, and the changes of pictures that carry their points along."""
