"""The networks as they lie here: the measured files, their cards, and numbers that real photos must give again."""

import math
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from skimage import data

from models import NETWORKS, cards
from models.caption_labels import adapter as caption_labels
from models.captions_head import adapter as captions_head
from models.efficientnet_lite0 import adapter as efficientnet
from models.minilm_l6 import adapter as minilm
from models.pixels import shrink
from models.session import CPU, NetworkError, Pixels, Session, weights
from models.ssd_mobilenetv3_large import adapter as ssd
from models.tinyvit_5m_in22k import adapter as tinyvit

IMAGE = (1, 3, 224, 224)
FEEDS: dict[str, tuple[dict[str, tuple[int, ...]], tuple[int, ...]]] = {
    "efficientnet_lite0": ({"images": IMAGE}, (1, 1000)),
    "face_blendshapes": ({"serving_default_input_points": (1, 146, 2)}, (52,)),
    "face_landmarks": ({"input_12": (1, 256, 256, 3)}, (1, 1, 1, 1434)),
    "faceres": ({"input_1": (1, 224, 224, 3)}, (1, 1)),
    "gender_v1": ({"images": (1, 3, 32, 32)}, (1, 2)),
    "minilm_l6": ({"input_ids": (1, 5), "attention_mask": (1, 5), "token_type_ids": (1, 5)}, (1, 5, 384)),
    "nsfwjs_mobilenetv2": ({"input": (1, 224, 224, 3)}, (1, 5)),
    "open_nsfw": ({"input:0": (1, 224, 224, 3)}, (1, 2)),
    "ppocr_v4_det": ({"x": (1, 3, 64, 96), "least": ()}, (1, 1, 64, 96)),
    "ppocr_v6_rec": ({"x": (1, 3, 48, 320)}, (1, 40, 18710)),
    "sface_int8": ({"data": (1, 3, 112, 112)}, (1, 128)),
    "ssd_mobilenetv3_large": ({"normalized_input_image_tensor:0": (1, 320, 320, 3)}, (1, 2034, 4)),
    "tinyvit_5m_in22k": ({"input": IMAGE}, (1, 320)),
    "yunet_2023mar": ({"input": (1, 3, 640, 640)}, (1, 6400, 1)),
}
"""Network -> shapes of its inputs, shape of its first output."""


@pytest.mark.parametrize("name", NETWORKS)
def test_a_card_tells_all_and_its_files_are_the_measured_ones(name: str) -> None:
    card = cards.load(name)
    for told in (card.id, card.job, card.source, card.origin, card.licence, card.input, card.output):
        assert told.strip()
    assert card.id.count("@") == 1
    assert card.measured
    assert cards.verify(name) == []


def test_every_folder_of_weights_has_its_card_and_names_every_file() -> None:
    folders = {path.parent for ending in ("onnx", "npz", "npy") for path in cards.HOME.glob(f"*/*.{ending}")}
    assert sorted(folder.name for folder in folders) == list(NETWORKS)
    for folder in folders:
        weighty = {path.name for path in folder.iterdir() if path.suffix not in {".py", ".toml", ""}}
        assert weighty == set(cards.load(folder.name).files)


def test_no_two_networks_share_an_id() -> None:
    assert len({cards.load(name).id for name in NETWORKS}) == len(NETWORKS)


@pytest.mark.parametrize("name", FEEDS)
def test_a_network_loads_and_takes_the_input_of_its_card(name: str) -> None:
    shapes, expected = FEEDS[name]
    session = Session(name, cpu_only=True)
    assert session.provider == ""
    outputs = session.run({key: _ramp(shape, whole=name == "minilm_l6") for key, shape in shapes.items()})
    assert outputs[0].shape == expected
    assert all(np.isfinite(output).all() for output in outputs)
    assert session.provider == CPU


def _ramp(shape: tuple[int, ...], *, whole: bool) -> npt.NDArray[np.generic]:
    return np.ones(shape, np.int64) if whole else np.linspace(0, 1, math.prod(shape), dtype=np.float32).reshape(shape)


def test_every_onnx_file_is_tried_above() -> None:
    assert {path.parent.name for path in cards.HOME.glob("*/*.onnx")} == set(FEEDS)


def test_a_session_gives_the_same_from_four_threads_and_after_unloading() -> None:
    session = Session("gender_v1", cpu_only=True)
    feeds = [{"images": np.full((1, 3, 32, 32), value / 8, np.float32)} for value in range(8)]
    alone = [session.run(feed)[0] for feed in feeds]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda feed: session.run(feed)[0], feeds * 4))
    session.unload()
    assert session.provider == ""
    again = session.run(feeds[3])[0]
    assert all(np.array_equal(one, alone[i % 8]) for i, one in enumerate(together))
    assert np.array_equal(again, alone[3])
    assert not np.array_equal(alone[0], alone[7])


# Golden numbers: written down from onnxruntime 1.32 on x86; the tolerances leave room for other processors.


def test_embedding_of_photos() -> None:
    vectors = np.stack([tinyvit.embed(photo) for photo in (data.chelsea(), data.astronaut(), data.coffee())])
    assert vectors.dtype == np.float16
    assert vectors.shape == (3, 320)
    assert np.linalg.norm(vectors.astype(float), axis=1) == pytest.approx(1, abs=2e-3)
    assert vectors[0, :5].astype(float) == pytest.approx([0.0384, -0.0364, 0.099, 0.0185, -0.0939], abs=3e-3)
    cosines = (vectors.astype(float) @ vectors.astype(float).T)[np.triu_indices(3, 1)]
    assert cosines == pytest.approx([-0.0155, -0.0049, 0.0097], abs=5e-3)


def test_sentences_meet_their_photos() -> None:
    photos = captions_head.project(
        np.stack([tinyvit.embed(photo) for photo in (data.chelsea(), data.coffee(), data.rocket())])
    )
    texts = ("a cat", "a cup of coffee", "a rocket launch at night")
    sentences = np.stack([captions_head.words(minilm.embed(text)) for text in texts])
    assert photos.shape == sentences.shape == (3, 256)
    assert (sentences @ photos.T).argmax(axis=0).tolist() == [0, 1, 2]
    assert np.diag(sentences @ photos.T) == pytest.approx([0.496, 0.282, 0.277], abs=0.01)


def test_sentences_with_the_same_meaning_lie_near() -> None:
    beach, dog, market = map(minilm.embed, ("dog at beach", "a puppy on the sand by the sea", "stock market report"))
    assert beach.shape == (384,)
    assert float(beach @ dog) == pytest.approx(0.742, abs=0.02)
    assert float(beach @ market) < 0.1
    assert minilm.embed("x " * 1000).shape == (384,)
    assert np.isfinite(minilm.embed("")).all()


def test_classes_of_imagenet() -> None:
    probabilities = efficientnet.classify(data.coffee())
    assert probabilities.shape == (1000,)
    assert probabilities.sum() == pytest.approx(1, abs=1e-4)
    assert int(probabilities.argmax()) == 967  # espresso
    assert float(probabilities.max()) == pytest.approx(0.9565, abs=0.01)


def test_things_of_coco() -> None:
    [cat, *others] = ssd.detect(data.chelsea(), 0.3)
    assert cat.name == "cat"
    assert cat.score == pytest.approx(0.7225, abs=0.01)
    assert cat.box == pytest.approx((0.0139, 0.0046, 0.8836, 0.99), abs=0.01)
    assert {thing.name for thing in others} <= {"bed"}
    assert len(ssd.detect(data.chelsea(), 0.7)) == 1
    for thing in ssd.detect(data.astronaut(), 0.05):
        left, top, width, height = thing.box
        assert min(left, top) >= 0
        assert max(left + width, top + height) <= 1 + 1e-9
    assert ssd.detect(np.zeros((320, 320, 3), np.uint8), 0.5) == []


def test_words_of_captions() -> None:
    def shown(photo: Pixels) -> dict[str, float]:
        scores = caption_labels.scores(tinyvit.embed(photo))
        lines = zip(caption_labels.names(), scores, caption_labels.thresholds(), strict=True)
        return {name: float(score) for name, score, least in lines if score >= least}

    assert shown(data.chelsea()) == pytest.approx({"Animal": 0.23, "Cat": 1.82}, abs=0.1)
    assert shown(data.coffee()) == pytest.approx({"Cup": 1.96}, abs=0.1)


def test_shrinking_a_photo_is_averaging() -> None:
    photo = data.astronaut()  # 512 px: halved once on the way
    blocks = photo.reshape(64, 8, 64, 8, 3).mean(axis=(1, 3))
    assert np.abs(shrink(photo, 64, 64) - blocks).max() <= 1.5  # each of two steps rounds by at most .5
    assert shrink(photo[:1, :1], 320, 200).shape == (200, 320, 3)
    assert np.array_equal(shrink(photo, 512, 512), photo)


BLIND = """
import sys

def refuse(event, _):
    if event.startswith("socket."):
        raise RuntimeError(f"{event} while loading networks")

sys.addaudithook(refuse)
from skimage import data
from models.caption_labels import adapter as words
from models.captions_head import adapter as head
from models.efficientnet_lite0 import adapter as classes
from models.minilm_l6 import adapter as sentences
from models.ssd_mobilenetv3_large import adapter as things
from models.tinyvit_5m_in22k import adapter as embedding
photo = data.chelsea()
head.project(embedding.embed(photo)[None]), head.words(sentences.embed("a cat")), classes.classify(photo)
words.scores(embedding.embed(photo)), things.detect(photo, 0.3)
"""


def test_no_network_is_asked_for_a_network() -> None:
    run = [sys.executable, "-c", BLIND]
    done = subprocess.run(run, cwd=cards.HOME.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


ASK = """
import numpy as np
import numpy.typing as npt
from models.session import NetworkError, Session
try:
    Session("gender_v1").run({"images": np.zeros((1, 3, 32, 32), np.float32)})
except NetworkError as error:
    print(error)
"""


def _spoil(file: Path) -> None:
    spoilt = bytearray(file.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    file.write_bytes(spoilt)


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (_spoil, "is not the one that was measured; install Fovea again."),
        (Path.unlink, "is missing; install Fovea again."),
        (str, ""),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(tmp_path: Path, harm: Callable[[Path], object], sentence: str) -> None:
    for file in (*cards.HOME.glob("*.py"), *cards.HOME.glob("gender_v1/*.*")):
        copy = tmp_path / file.relative_to(cards.HOME.parent)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    harm(tmp_path / "models" / "gender_v1" / "gender-v1.onnx")
    done = subprocess.run([sys.executable, "-c", ASK], cwd=tmp_path, capture_output=True, text=True, check=True)
    expected = f"The file gender-v1.onnx of the network gender_v1 {sentence}" if sentence else ""
    assert done.stdout.strip() == expected


def test_a_file_that_no_card_names_is_refused() -> None:
    with pytest.raises(NetworkError, match="is missing"):
        weights("gender_v1", "other.onnx")
