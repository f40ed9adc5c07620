"""What every room stands on. Knows neither Flask nor any room."""
