"""Makes training data and trains the model families; never shipped."""
