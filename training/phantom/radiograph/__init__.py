"""Chest and lateral lumbar radiographs as files, with their truth."""
