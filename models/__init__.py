"""Neural networks: one folder each with card, adapter and weights; the only importer of onnxruntime."""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read when it is imported; else it describes this computer to its maker

NETWORKS: tuple[str, ...] = (
    "caption_labels",
    "captions_head",
    "efficientnet_lite0",
    "face_blendshapes",
    "face_landmarks",
    "faceres",
    "gender_v1",
    "minilm_l6",
    "nsfwjs_mobilenetv2",
    "open_nsfw",
    "ppocr_v4_det",
    "ppocr_v6_rec",
    "sface_int8",
    "ssd_mobilenetv3_large",
    "tinyvit_5m_in22k",
    "yunet_2023mar",
)
"""The folders below this one, each with its card; a network that is not named here does not exist."""
