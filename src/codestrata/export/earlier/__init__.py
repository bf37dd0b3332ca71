"""Earlier datasets: what they hold, so that a new one can be held against them."""
