"""Pictures that no model judges, for the gate."""
