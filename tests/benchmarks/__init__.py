"""Speed as ratios within one run; never asserted as absolute times in a test."""
