"""What is concluded from a market: pure functions of tables and an as-of moment.

Nothing here reads a clock, a file, a store or the environment. `committee.analysis.detect.conclude` names the steps in
their order.
"""
