"""Customer intelligence on your own laptop: from messy spreadsheets to one row per person."""
