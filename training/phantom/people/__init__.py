"""The people behind the phantoms: drawn from NHANES, with the mineral of all their bones."""
