"""The pages beside a result: questions, treatment, specialists, as files that a clinic may replace."""
