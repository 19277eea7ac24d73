"""Desks outside the console that hear of a request. Each has one job: :meth:`Target.deliver`."""
