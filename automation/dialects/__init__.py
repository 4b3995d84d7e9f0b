"""What each platform's configuration text means: pure, text in and text out."""
