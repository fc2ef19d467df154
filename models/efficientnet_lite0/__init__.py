"""EfficientNet-Lite0: the thousand classes of ImageNet."""
