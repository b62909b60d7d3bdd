"""Osteoporosis from a spine DXA picture by three members and a regression on their answers."""
