"""How pictures differ that show the same: machine, placement, processing, film, what is burned in."""
