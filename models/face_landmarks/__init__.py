"""MediaPipe's face mesh: 478 points of a face."""
