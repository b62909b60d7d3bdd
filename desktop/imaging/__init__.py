"""Pictures: reading them, their polarity and spacing, and turning them into a model's tensor."""
