"""SSD-MobileNetV3-large: the eighty things of COCO, with boxes."""
