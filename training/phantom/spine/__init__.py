"""A person's spine, from the axis to the sacrum, with its wear, breaks and implants."""
