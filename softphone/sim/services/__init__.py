"""The services of the simulated cloud, one module each: what they answer and what they keep.

`routes` says which path is whose, `state` what all of them share. Entered from `sim` only.
"""
