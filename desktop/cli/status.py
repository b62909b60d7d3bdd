"""The exit statuses of the program, by name."""

DONE = 0
WRONG_USE = 2
SOME_NOT_SCREENED = 3
NO_MODEL_OR_PLACE = 4
INTERRUPTED = 130
