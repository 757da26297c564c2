"""What runs: settings, HTTP client, job loop, doctor."""
