"""Looking back: was it good, may we ask later whether it worked, and asking that once."""
