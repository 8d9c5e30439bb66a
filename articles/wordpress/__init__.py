"""Moving in from WordPress: what an export file (WXR) holds, and its posts and pages as articles."""
