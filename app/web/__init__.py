"""Flask glue: access, transactions, problems, pages. Knows no room."""
