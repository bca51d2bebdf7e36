"""Where the outside world meets eutonia. Faces translate and decide nothing."""
