"""From the checkout to a program that runs without Python; nothing here ships."""
