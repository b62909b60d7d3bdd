"""Reference tables, scores, age rules and the other numbers that a report may state, each with its source."""
