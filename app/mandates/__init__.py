"""Who may act for an enterprise: claims by credit code, mandates from–to."""
