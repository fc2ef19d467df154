"""MediaPipe's blendshapes: what a face does."""
