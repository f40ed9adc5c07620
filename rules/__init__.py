"""The law as data, the engine as arithmetic: facts and a dated pack give a verdict with reasons.

Imports neither the application nor any web or database library. See docs/rules-language.md.
"""
