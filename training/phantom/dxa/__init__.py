"""The picture on a densitometer's screen."""
