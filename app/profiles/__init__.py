"""Yearly figures and dated records of enterprises, with their coverage."""
