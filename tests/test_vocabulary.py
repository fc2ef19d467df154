"""The label vocabulary as shipped: complete, without cycles or doubles, and found by the words people use."""

import csv
import time
from collections import Counter
from pathlib import Path

import pytest

from resources import vocabulary
from resources.vocabulary import DATA, Label, Vocabulary, fold, load

COCO = (
    "person|bicycle|car|motorcycle|airplane|bus|train|truck|boat|traffic light|fire hydrant|stop sign|parking meter|"
    "bench|bird|cat|dog|horse|sheep|cow|elephant|bear|zebra|giraffe|backpack|umbrella|handbag|tie|suitcase|frisbee|"
    "skis|snowboard|sports ball|kite|baseball bat|baseball glove|skateboard|surfboard|tennis racket|bottle|wine glass|"
    "cup|fork|knife|spoon|bowl|banana|apple|sandwich|orange|broccoli|carrot|hot dog|pizza|donut|cake|chair|couch|"
    "potted plant|bed|dining table|toilet|tv|laptop|mouse|remote|keyboard|cell phone|microwave|oven|toaster|sink|"
    "refrigerator|book|clock|vase|scissors|teddy bear|hair drier|toothbrush"
).split("|")
KNOWN = {
    0: "tench", 1: "goldfish", 7: "cock", 21: "kite", 134: "crane", 207: "golden retriever", 264: "Cardigan",
    281: "tabby", 388: "giant panda", 474: "cardigan", 517: "crane", 620: "laptop", 638: "maillot", 639: "maillot",
    657: "missile", 681: "notebook", 744: "missile", 817: "sports car", 831: "studio couch", 836: "sunglass",
    837: "sunglasses", 850: "teddy", 851: "television", 933: "cheeseburger", 954: "banana", 968: "cup", 972: "cliff",
    975: "lakeside", 977: "sandbar", 978: "seashore", 980: "volcano", 996: "hen-of-the-woods", 999: "toilet tissue",
}  # fmt: skip
"""A lemma of some ImageNet-1k classes by index in sorted wnid order (the order of the network's outputs)."""
CAPTIONS = Path(__file__).resolve().parent.parent / "models" / "caption_labels" / "labels.csv"


def implied(word: str) -> set[str]:
    """Return the labels that `word` names, and all that imply one of them."""
    names = load().find(word)
    return {*names, *(below for name in names for below in load().descendants(name))}


def test_there_are_at_least_nine_hundred_labels_each_with_categories_and_known_parents() -> None:
    labels = load().labels
    assert len(labels) >= 900
    for name, label in labels.items():
        assert label.name == name
        assert label.categories, name
        assert all(label.categories), name
        assert set(label.parents) <= labels.keys(), name
        assert label.measured, name


def test_every_imagenet_class_and_every_coco_class_is_the_source_of_one_label() -> None:
    sources = Counter(source for label in load().labels.values() for source in label.sources)
    assert max(sources.values()) == 1
    kinds = Counter(source.partition(":")[0] for source in sources)
    assert set(kinds) == {"imagenet", "coco", "caption"}
    assert {f"imagenet:{index}" for index in range(1000)} | {f"coco:{name}" for name in COCO} <= sources.keys()
    assert (kinds["imagenet"], kinds["coco"]) == (1000, 80)


@pytest.mark.parametrize("name", COCO)
def test_a_coco_class_is_found_by_its_name(name: str) -> None:
    assert load().sources("coco")[name] in load().find(name)


@pytest.mark.parametrize(("index", "lemma"), KNOWN.items())
def test_an_imagenet_class_is_found_by_its_name(index: int, lemma: str) -> None:
    assert load().sources("imagenet")[str(index)] in load().find(lemma)


def test_every_name_and_alias_finds_its_label() -> None:
    for name, label in load().labels.items():
        assert name in load().find(name)
        assert all(name in load().find(alias) for alias in label.aliases), name


def test_no_two_names_are_the_same_when_folded_and_no_label_repeats_itself() -> None:
    labels = load().labels
    assert len({fold(name) for name in labels}) == len(labels)
    for name, label in labels.items():
        said = [fold(name), *map(fold, label.aliases)]
        assert len(set(said)) == len(said), name
        assert "" not in said, name


def test_no_label_implies_itself_and_no_parent_is_implied_by_another_parent() -> None:
    book = load()
    for name, label in book.labels.items():
        above = book.ancestors(name)
        assert name not in above
        assert len(set(above)) == len(above), name
        assert all(name in book.descendants(parent) for parent in above), name
        assert not any(parent in book.ancestors(other) for parent in label.parents for other in label.parents), name


def test_caption_words_are_taken_by_their_out_of_fold_figures_alone() -> None:
    with CAPTIONS.open(encoding="utf-8", newline="") as lines:
        rows = {row["name"]: row for row in csv.DictReader(lines)}
    taken = load().sources("caption")
    assert 30 <= len(taken) <= 60
    assert {"Snow", "Beach", "Pool", "Kitchen", "Tennis"} <= taken.keys()
    for word, name in taken.items():
        assert float(rows[word]["precision_oof"]) >= 0.8
        assert rows[word]["support_oof"] in load().labels[name].measured


def test_the_file_is_sorted_by_name_with_plain_line_ends() -> None:
    data = DATA.read_bytes()
    assert b"\r" not in data
    assert data.endswith(b"\n")
    assert list(load().labels) == sorted(load().labels)


def test_ancestors_come_nearest_first() -> None:
    above = load().ancestors("Golden Retriever")
    assert above[0] == "Retriever"
    assert above[1] == "Dog"
    assert {"Pet", "Mammal", "Animal"} <= set(above)
    assert above[-1] == "Animal"
    assert load().ancestors("No Such Label") == ()


def test_all_dogs_are_pets_and_mammals_and_what_is_only_called_so_is_not() -> None:
    dogs = load().descendants("Dog")
    source = load().sources("imagenet")
    assert {source[str(index)] for index in range(151, 269)} <= dogs
    assert all({"Animal", "Pet", "Mammal"} <= set(load().ancestors(dog)) for dog in dogs)
    for index in (273, 274, 275, 269, 934):  # dingo, dhole, African wild dog, wolf, hot dog
        assert source[str(index)] not in dogs
    assert "Dog" not in dogs


@pytest.mark.parametrize(
    ("index", "above"),
    [
        (850, {"Toy"}),  # teddy: no bear
        (996, {"Mushroom", "Fungus"}),  # hen-of-the-woods: no hen
        (934, {"Food", "Fast Food"}),  # hot dog: no dog
        (474, {"Clothing", "Sweater"}),  # cardigan
        (264, {"Dog", "Corgi", "Canine", "Pet", "Mammal", "Animal"}),  # Cardigan
        (956, {"Fruit", "Food"}),  # custard apple: no apple
        (565, {"Train", "Public Transport", "Vehicle"}),  # freight car: no car
        (105, {"Marsupial", "Mammal", "Animal"}),  # koala bear: no bear
        (673, {"Computer Equipment", "Electronics"}),  # mouse: no animal
        (724, {"Ship", "Watercraft", "Vehicle"}),  # pirate: no person
        (817, {"Car", "Motor Vehicle", "Vehicle"}),
        (388, {"Bear", "Mammal", "Animal"}),
    ],
)
def test_words_with_two_meanings_stand_where_they_belong(index: int, above: set[str]) -> None:
    assert set(load().ancestors(load().sources("imagenet")[str(index)])) == above


@pytest.mark.parametrize("word", ["beach", "sea", "ocean", "coast", "shore", "seaside", "water", "nature"])
def test_words_for_the_seaside_cover_seashore_and_sandbar(word: str) -> None:
    source = load().sources("imagenet")
    assert {source["978"], source["977"]} <= implied(word)


def test_broad_words_cover_what_they_mean_and_leave_out_the_rest() -> None:
    source = load().sources("imagenet")
    animals, vehicles = implied("animals"), implied("vehicle")
    assert {source[str(index)] for index in range(398)} <= animals
    assert {"Dog", "Cat", "Bird", "Horse", "Giraffe"} <= animals
    assert not animals & vehicles
    coco = ["bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat"]
    assert {load().sources("coco")[name] for name in coco} <= vehicles
    food = {source[str(index)] for index in range(924, 966)} - {source["947"], source["958"]}  # mushroom, hay
    assert food <= implied("food")
    assert {source["402"], source["889"], source["579"]} <= implied("instrument")


def test_an_ambiguous_word_finds_all_it_may_mean() -> None:
    assert load().find("crane") == ("Crane (Bird)", "Crane (Machine)")
    assert load().find("kites") == ("Kite (Bird)", "Kite (Toy)")
    assert load().find("football") == ("American Football", "Soccer")
    assert load().find("glasses")[0] == "Eyewear"
    assert load().find("baseball") == ("Baseball", "Baseball (Ball)")


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("dogs", "Dog"), ("beaches", "Beach"), ("people", "Person"), ("knives", "Knife"), ("puppies", "Dog"),
        ("children", "Child"), ("kids", "Child"), ("wolves", "Wolf"), ("geese", "Goose"), ("buses", "Bus"),
        ("foxes", "Fox"), ("churches", "Church"), ("tomcats", ""), ("sports cars", "Sports Car"), ("ski", "Skis"),
        ("volcanoes", "Volcano"), ("monkeys", "Monkey"), ("sheep", "Sheep"), ("mice", "Computer Mouse"),
    ],
)  # fmt: skip
def test_a_plural_finds_the_singular_and_the_other_way_round(word: str, name: str) -> None:
    assert load().find(word)[:1] == ((name,) if name else ())


@pytest.mark.parametrize(
    "word",
    "phone car bike plane boat ship bird cat puppy food flower tree mountain lake church bridge train truck bus "
    "sofa tv computer laptop clothes clothing shoe hat toy fish insect spider snake horse cow sheep fruit vegetable "
    "pizza cake drink bottle glass furniture instrument guitar ball sport weapon building house sunglasses snow "
    "kitchen coffee wine bread camera clock watch lamp bed table chair sign road forest sand pool fire".split(),
)
def test_everyday_words_find_a_label_that_a_network_can_give(word: str) -> None:
    assert any(load().labels[name].sources for name in implied(word))


def test_case_accents_hyphens_and_spaces_do_not_count() -> None:
    assert fold("  Façade \t ÉCLAIR ") == "facade eclair"
    assert fold("Straße") == "strasse"
    assert load().find("bow-tie") == load().find("Bow Tie") == ("Bow Tie",)
    assert load().find("T SHIRT") == load().find("t-shirt") == ("T-Shirt",)
    assert load().find(" gólden   RETRIEVERS") == ("Golden Retriever",)
    assert load().find("") == ()
    assert load().find("zxqv") == ()


def test_completion_gives_names_before_aliases_and_keeps_to_its_limit() -> None:
    assert load().complete("golden r") == ("Golden Retriever",)
    assert load().complete("SOF")[-1] == "Couch"
    many = load().complete("s", limit=7)
    assert len(many) == 7
    assert all(fold(name).startswith("s") for name in many)
    assert load().complete("zxqv") == ()


def test_a_vocabulary_can_be_made_of_any_labels() -> None:
    top = Label("Top", (), (), ("C",), (), None, "default")
    left, right = (Label(name, (), ("Top",), ("C",), (), None, "default") for name in ("Left", "Right"))
    low = Label("Low", ("under",), ("Left", "Right"), ("C",), ("imagenet:5",), 40.0, "here")
    book = Vocabulary([top, left, right, low])
    assert book.ancestors("Low") == ("Left", "Right", "Top")
    assert book.descendants("Top") == {"Left", "Right", "Low"}
    assert book.descendants("Low") == frozenset()
    assert dict(book.sources("imagenet")) == {"5": "Low"}
    assert dict(book.sources("nothing")) == {}


def test_reading_and_the_first_search_take_under_a_tenth_of_a_second() -> None:
    times = []
    for _ in range(5):
        vocabulary.load.cache_clear()
        start = time.process_time()
        load().find("dog")
        times.append(time.process_time() - start)
    assert min(times) < 0.100  # 10 to 30 ms where measured
