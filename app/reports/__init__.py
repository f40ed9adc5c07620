"""The periodic eligibility report: editions that reprint to the byte."""
