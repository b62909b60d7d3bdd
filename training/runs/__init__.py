"""What the trainings of all families share: their command line, run folder, epochs and batches."""
