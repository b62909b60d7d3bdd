"""How fast the program is beside the other ways to run the same network: `python -m bench`."""
