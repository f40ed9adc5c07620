"""Files from outside: a city in CSV, an announced list in a workbook."""
