"""X-rays from the tube through matter to the detector's signal, and a densitometer's two energies."""
