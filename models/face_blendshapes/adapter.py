"""The mesh of a face to 52 movements such as smile, blink and gaze."""

import numpy as np
import numpy.typing as npt

from models.session import Session

session = Session("face_blendshapes")

POINTS = np.array(
    (
        "0 1 4 5 6 7 8 10 13 14 17 21 33 37 39 40 46 52 53 54 55 58 61 63 65 66 67 70 78 80 81 82 84 87 88 91 93 95 "
        "103 105 107 109 127 132 133 136 144 145 146 148 149 150 152 153 154 155 157 158 159 160 161 162 163 168 172 "
        "173 176 178 181 185 191 195 197 234 246 249 251 263 267 269 270 276 282 283 284 285 288 291 293 295 296 297 "
        "300 308 310 311 312 314 317 318 321 323 324 332 334 336 338 356 361 362 365 373 374 375 377 378 379 380 381 "
        "382 384 385 386 387 388 389 390 397 398 400 402 405 409 415 454 466 468 469 470 471 472 473 474 475 476 477"
    ).split(),
    int,
)
"""Which 146 of the mesh's points the network takes."""

MOVEMENTS = (
    "_neutral browDownLeft browDownRight browInnerUp browOuterUpLeft browOuterUpRight cheekPuff cheekSquintLeft "
    "cheekSquintRight eyeBlinkLeft eyeBlinkRight eyeLookDownLeft eyeLookDownRight eyeLookInLeft eyeLookInRight "
    "eyeLookOutLeft eyeLookOutRight eyeLookUpLeft eyeLookUpRight eyeSquintLeft eyeSquintRight eyeWideLeft "
    "eyeWideRight jawForward jawLeft jawOpen jawRight mouthClose mouthDimpleLeft mouthDimpleRight mouthFrownLeft "
    "mouthFrownRight mouthFunnel mouthLeft mouthLowerDownLeft mouthLowerDownRight mouthPressLeft mouthPressRight "
    "mouthPucker mouthRight mouthRollLower mouthRollUpper mouthShrugLower mouthShrugUpper mouthSmileLeft "
    "mouthSmileRight mouthStretchLeft mouthStretchRight mouthUpperUpLeft mouthUpperUpRight noseSneerLeft "
    "noseSneerRight"
).split()
"""Apple's ARKit names in the order of the output; left and right are the person's own."""


def movements(mesh: npt.NDArray[np.floating]) -> dict[str, float]:
    """Return how strong each of MOVEMENTS is, 0..1, for a (478, 2 or 3) mesh in pixels.

    Raises NetworkError where the weights are missing or wrong.
    """
    [scores] = session.run({"serving_default_input_points": mesh[POINTS, :2][None].astype(np.float32)})
    return dict(zip(MOVEMENTS, np.round(scores.ravel().astype(np.float64), 4).tolist(), strict=True))
