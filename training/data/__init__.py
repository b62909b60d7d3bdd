"""Data folders: reading `manifest.csv`, splitting by person, and turning pictures into tensors."""
