"""Lines, solids and clouds of bone in millimetres, and where they fall on the detector."""
