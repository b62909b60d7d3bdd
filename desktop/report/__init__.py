"""The report: its words and numbers, and the one drawing for PDF, printer and preview."""
