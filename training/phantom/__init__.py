"""Phantoms: pictures made by physics from real people's bone density, with their truth."""
