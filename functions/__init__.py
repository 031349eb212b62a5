"""The capabilities, one folder each; none imports another."""

import gc

# What a cold start imports stays: the collector would search it some forty times for garbage, and find none. With
# this, one look in fifty thousand new objects, it is not among what somebody waits for.
gc.set_threshold(50_000)
