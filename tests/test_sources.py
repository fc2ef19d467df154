"""Sources as a whole: watched, removed, relocated, counted, and what their photos will cost."""

import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from core.decide import Wish
from core.errors import NotFoundError, PersonError
from core.jobs import estimate, scan
from core.jobs.estimate import GROUPS, Estimate
from core.library import Library
from core.sources.watch import MOST, Watch, _summed, _Unrest
from core.types import ChangeSet, Options, SourceId
from tests.conftest import CAT, COFFEE, ROCKET
from tests.test_cli import fovea

PATIENCE_S = 30.0  # for what must happen, on a machine that is very busy
QUIET_S = 0.2


class Told:
    """What a watch told, call by call."""

    def __init__(self) -> None:
        self.calls: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def __call__(self, folders: Sequence[str]) -> None:
        self.calls.put(list(folders))

    def until(self, *wanted: Path) -> list[str]:
        """Wait until every one of `wanted` was told, and return all that was."""
        found: list[str] = []
        while not {str(path) for path in wanted} <= set(found):
            found += self.calls.get(timeout=PATIENCE_S)
        return found


Begin = Callable[..., Watch]


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def watching(told: Told) -> Iterator[Begin]:
    """Start a watch that has begun when this returns, and is stopped after the test."""
    begun: list[Watch] = []

    def begin(*roots: Path, quiet_s: float = QUIET_S) -> Watch:
        watch = Watch([str(root) for root in roots], told, quiet_s, relevant=scan.matters)
        begun.append(watch)
        assert watch.ready.wait(PATIENCE_S)
        return watch

    yield begin
    for watch in begun:
        watch.stop()


def test_new_changed_and_deleted_photos_are_told_of_by_their_folder(watching: Begin, told: Told, photos: Path) -> None:
    (photos / "sub").mkdir()
    assert watching(photos).problem == ""
    shutil.copy(photos / CAT, photos / "sub" / "new.png")
    assert told.until(photos / "sub") == [str(photos / "sub")]
    os.utime(photos / "sub" / "new.png", (1, 1))
    told.until(photos / "sub")
    (photos / "sub" / "new.png").unlink()
    told.until(photos / "sub")
    (photos / CAT).rename(photos / "sub" / CAT)
    assert set(told.until(photos)) == {str(photos)}  # what lies in a folder that is told of is not told again


def test_new_moved_and_deleted_folders(watching: Begin, told: Told, photos: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside" / "trip" / "day 1"
    outside.mkdir(parents=True)
    shutil.copy(photos / CAT, outside)
    watching(photos)
    (tmp_path / "outside" / "trip").rename(photos / "trip")
    told.until(photos / "trip")
    shutil.copy(photos / COFFEE, photos / "trip" / "day 1")  # what came with it is watched too
    told.until(photos / "trip" / "day 1")
    shutil.rmtree(photos / "trip")
    told.until(photos)


def test_what_a_scan_passes_over_is_not_told(watching: Begin, told: Told, photos: Path) -> None:
    for name in (".hidden", "@eaDir", "seen"):
        (photos / name).mkdir()
    watching(photos)
    for path in (".hidden/a.png", "@eaDir/a.png", ".a.png", "notes.txt"):
        shutil.copy(photos / CAT, photos / path)
    (photos / ".later" / "below").mkdir(parents=True)
    shutil.copy(photos / CAT, photos / ".later" / "below")
    shutil.copy(photos / CAT, photos / "seen")
    assert told.until(photos / "seen") == [str(photos / "seen")]
    (photos / ".foveaignore").write_text("seen/\n")
    assert told.until(photos) == [str(photos)]


def test_a_file_that_is_being_written_is_waited_for(watching: Begin, told: Told, photos: Path) -> None:
    watching(photos, quiet_s=1.0)
    with (photos / "long.jpg").open("wb", buffering=0) as file:
        for _ in range(15):
            file.write(b"part")
            with pytest.raises(queue.Empty):
                told.calls.get(timeout=0.1)
    assert told.until(photos) == [str(photos)]


def test_a_file_that_grows_without_an_event_is_waited_for(photos: Path) -> None:
    file = photos / "shared.jpg"
    file.write_bytes(b"half")
    unrest = _Unrest(2.0)
    unrest.touch([(str(photos), str(file))], 0.0)
    assert unrest.wait(0.5) == 1.5
    assert unrest.rested(1.9) == []
    file.write_bytes(b"half and half")
    assert unrest.rested(2.0) == []
    assert unrest.wait(2.0) == 2.0
    assert unrest.rested(4.0) == [str(photos)]
    assert unrest.wait(4.0) is None


def test_folders_that_come_to_rest_together_are_told_together(tmp_path: Path) -> None:
    unrest = _Unrest(2.0)
    for number in range(4):
        unrest.touch([(str(tmp_path / f"{number}"), "")], number / 10)
    assert unrest.rested(2.0) == [str(tmp_path / "0")]
    assert unrest.rested(2.2) == []
    assert unrest.rested(3.0) == [str(tmp_path / f"{number}") for number in (1, 2, 3)]


def test_very_many_folders_become_the_one_that_holds_them(watching: Begin, told: Told, photos: Path) -> None:
    folders = [photos / "trips" / f"{number:04d}" / "raw" for number in range(MOST * 3)]
    watching(photos)
    for folder in folders:
        folder.mkdir(parents=True)
        shutil.copy(photos / ROCKET, folder)
    left = set(folders)
    while left:
        several = told.calls.get(timeout=PATIENCE_S)
        assert len(several) <= MOST
        left = {folder for folder in left if not any(folder.is_relative_to(one) for one in several)}


def test_folders_are_summed_up(photos: Path) -> None:
    folders = [photos / f"{number:04d}" for number in range(MOST + 1)]
    folders += [photos / "a" / "c", photos / "a b", photos / "a" / "c" / "d"]
    for folder in folders:
        folder.mkdir(parents=True)
    root, names = str(photos), [str(folder) for folder in folders]
    assert _summed(names[:MOST], root) == names[:MOST]
    assert _summed(names[: MOST + 1], root) == [root]
    assert _summed([*reversed(names[MOST + 1 :]), str(photos / "a")], root) == [str(photos / "a"), str(photos / "a b")]
    assert _summed([str(photos / "a" / "gone" / "too")], root) == [str(photos / "a")]
    assert _summed(names, str(photos / "0000")) == [names[0]]
    assert _summed([str(photos / "gone" / "x")], str(photos / "gone")) == []


def test_roots_that_are_not_there_are_passed_over(watching: Begin, told: Told, photos: Path) -> None:
    watch = watching(photos.parent / "unplugged", photos)
    shutil.copy(photos / CAT, photos / "new.png")
    assert told.until(photos) == [str(photos)]
    assert watch.problem == ""
    assert watching(photos.parent / "unplugged").problem == ""


def test_stopping_ends_every_thread_and_tells_nothing_more(photos: Path, told: Told) -> None:
    for number in range(300):
        (photos / f"{number}").mkdir()
    before = set(threading.enumerate())
    Watch([str(photos)], told).stop()  # while it is still adding folders
    watch = Watch([str(photos)], told)
    assert watch.ready.wait(PATIENCE_S)
    shutil.copy(photos / CAT, photos / "new.png")
    watch.stop()
    watch.stop()
    assert set(threading.enumerate()) <= before
    assert told.calls.empty()


def test_a_watch_may_be_stopped_by_what_it_calls(photos: Path) -> None:
    done = threading.Event()

    def stop(_folders: Sequence[str]) -> None:
        watch.stop()
        done.set()

    watch = Watch([str(photos)], stop, QUIET_S)
    assert watch.ready.wait(PATIENCE_S)
    shutil.copy(photos / CAT, photos / "new.png")
    assert done.wait(PATIENCE_S)
    watch.stop()


FULL = """
import sys, threading
from pathlib import Path
from core.sources.watch import Watch
Path("/proc/sys/user/max_inotify_watches").write_text("4")
small, large = map(Path, sys.argv[1:])
told = threading.Event()
watch = Watch([str(small), str(large)], lambda folders: print(*folders) or told.set(), 0.2)
assert watch.ready.wait(30)
print(watch.problem)
(large / "new.jpg").write_bytes(b"x")
(small / "new.jpg").write_bytes(b"x")
assert told.wait(30)
for number in range(9):
    (small / f"{number}").mkdir()
while "small" not in watch.problem:
    pass
watch.stop()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems watch whole trees")
def test_a_system_that_refuses_is_told_in_one_sentence(tmp_path: Path) -> None:
    """In a user namespace of its own, whose limit can be lowered without touching the machine's."""
    if subprocess.run(["unshare", "-U", "-r", "true"], check=False, capture_output=True).returncode:
        pytest.skip("this system gives no user namespaces")
    small, large = tmp_path / "small", tmp_path / "large"
    for number in range(9):
        (large / f"{number}").mkdir(parents=True)
        (small / ".hidden" / f"{number}").mkdir(parents=True)  # these take none of the few there are
    done = subprocess.run(
        ["unshare", "-U", "-r", sys.executable, "-c", FULL, str(small), str(large)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    first, second = done.stdout.splitlines()
    assert first == (
        f"{large} cannot be watched (the system watches no more folders), so the next scan shows what changed there."
    )
    assert second == str(small)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own word for lost events")
def test_when_events_were_lost_everything_is_told_of(watching: Begin, told: Told, photos: Path) -> None:
    from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, WatchDescriptor  # noqa: PLC0415

    from core.sources.watch import _LinuxObserver  # noqa: PLC0415 - on Linux alone

    (photos / "sub").mkdir()
    watch = watching(photos)
    assert isinstance(watch._observer, _LinuxObserver)
    overflow = InotifyEvent(WatchDescriptor(-1), InotifyConstants.IN_Q_OVERFLOW, 0, b"")
    watch._observer._descriptor.handle_event(overflow)
    assert told.until(photos) == [str(photos)]
    shutil.copy(photos / CAT, photos / "sub")
    assert told.until(photos / "sub") == [str(photos / "sub")]


def test_a_root_that_goes_away_ends_nothing_else(watching: Begin, told: Told, photos: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    watch = watching(other, photos)
    shutil.rmtree(other)
    shutil.copy(photos / CAT, photos / "new.png")
    assert told.until(photos) == [str(photos)]
    watch.stop()
    assert watch.problem == ""


def test_the_library_watches_its_sources(library: Library, photos: Path, told: Told) -> None:
    library.scan([str(photos)], analyze=False)
    watch = library.watch(told, QUIET_S)
    try:
        assert watch.ready.wait(PATIENCE_S)
        shutil.copy(photos / CAT, photos / "new.png")
        [place] = told.until(photos)
    finally:
        watch.stop()
    assert library.scan([place], analyze=False).places[0].report.added == 1


def only_source(library: Library) -> SourceId:
    [(source, _count)] = library.sources()
    return source.id


def test_a_removed_source_is_found_no_more_and_comes_back_with_everything(library: Library, photos: Path) -> None:
    library.scan([str(photos)])
    library.mark([str(photos / CAT)], [Wish("tag", "Tigger")])
    shown = library.show(str(photos / CAT))
    heard: list[ChangeSet] = []
    library.subscribe(heard.append)
    source = only_source(library)
    changes = library.remove_source(source)
    assert heard == [changes]
    assert changes == ChangeSet(changes.assets, frozenset({source}), frozenset({"sources", "files"}))
    assert len(changes.assets) == 3
    assert library.sources() == []
    assert [library.search(query).total for query in ("", "cat", "tag:Tigger", "type:photo")] == [0, 0, 0, 0]
    with library._catalog.read() as db:
        assert db.execute("select count(*) from term where count <> 0").fetchone() == (0,)
        assert db.execute("select count(*) from document").fetchone() == (0,)
    result = library.scan([str(photos)])
    assert (result.run.analyzed, result.run.skipped, result.run.per_analyzer) == (0, 3, {})
    assert library.show(str(photos / CAT)) == shown
    assert library.search("tag:Tigger").total == 1


def test_what_another_source_holds_too_stays(library: Library, photos: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(photos / CAT, other / "only here.png")
    library.scan([str(photos), str(other)], analyze=False)
    removed = next(source.id for source, _count in library.sources() if source.root == str(photos))
    library.remove_source(removed)
    assert library.search("chelsea").total == 0
    [hit] = library.search("only here").hits
    assert hit.path == str(other / "only here.png")
    assert library.search("type:photo").total == 1


def test_removing_a_source_that_is_being_scanned(library: Library, tmp_path: Path) -> None:
    root = tmp_path / "many"
    for number in range(600):
        (root / f"{number:03d}").mkdir(parents=True)
        (root / f"{number:03d}" / "a.jpg").write_bytes(b"")
    source, _start = library._source_of(str(root))
    errors: list[BaseException] = []

    def run() -> None:
        try:
            scan.scan(library._catalog, source)
        except BaseException as error:  # noqa: BLE001 - told to the test
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    while thread.is_alive() and not sum(count for _source, count in library.sources()):
        pass
    library.remove_source(source)
    thread.join()
    assert errors == []
    assert library.sources() == []
    with library._catalog.read() as db:
        assert db.execute("select count(*) from file").fetchone() == (0,)


def test_a_source_that_there_is_not(library: Library, photos: Path) -> None:
    with pytest.raises(NotFoundError, match="no source 7"):
        library.remove_source(SourceId(7))
    with pytest.raises(NotFoundError, match="no source 7"):
        library.relocate(SourceId(7), str(photos))


def test_a_relocated_source_keeps_everything_and_reads_nothing_again(
    library: Library, photos: Path, tmp_path: Path
) -> None:
    (photos / "sub").mkdir()
    (photos / ROCKET).rename(photos / "sub" / ROCKET)
    library.scan([str(photos)])
    library.mark([str(photos / CAT)], [Wish("tag", "Tigger")])
    moved = tmp_path / "disk" / "Bilder"
    moved.parent.mkdir()
    photos.rename(moved)
    source = only_source(library)
    heard: list[ChangeSet] = []
    library.subscribe(heard.append)
    changes = library.relocate(source, str(moved))
    assert heard == [changes]
    assert changes == ChangeSet(changes.assets, frozenset({source}), frozenset({"sources", "files"}))
    assert len(changes.assets) == 3
    [(now, count)] = library.sources()
    assert (now.id, now.root, now.online, count) == (source, str(moved), True, 3)
    assert library.show(str(moved / CAT))["tags"] == ["Tigger"]
    assert library.search("bilder").total == 2  # the words of the place; sub/ lies as it did
    assert library.search("photos").total == 0
    result = library.scan([str(moved)])
    report = result.places[0].report
    assert (report.found, report.added, report.changed, report.missing) == (3, 0, 0, 0)
    assert (result.run.analyzed, result.run.skipped) == (0, 0)


def test_relocating_to_what_cannot_be_it_gets_a_sentence(library: Library, photos: Path, tmp_path: Path) -> None:
    other, another = tmp_path / "other", tmp_path / "another"
    for folder in (other, another):
        (folder / "sub").mkdir(parents=True)
        shutil.copy(photos / COFFEE, folder)
    library.scan([str(photos), str(other)], analyze=False)
    source = next(source.id for source, _count in library.sources() if source.root == str(photos))
    for root, sentence in (
        (photos / CAT, f"{photos / CAT} is not a folder."),
        (tmp_path / "nowhere", f"{tmp_path / 'nowhere'} is not a folder."),
        (other / "sub", f"{other / 'sub'} and {other}, which the library has already, overlap."),
        (tmp_path, f"{tmp_path} and {other}, which the library has already, overlap."),
        (another, f"{another} does not hold what lay in {photos}: of 3 files looked for, 1 are there."),
    ):
        with pytest.raises(PersonError) as refused:
            library.relocate(source, str(root))
        assert str(refused.value) == sentence
    (another / CAT).write_bytes(b"another cat")  # the same name is not enough
    with pytest.raises(PersonError, match="1 are there"):
        library.relocate(source, str(another))
    shutil.copy(photos / CAT, another)
    library.relocate(source, str(another))  # two of three


def test_removing_and_relocating_on_the_command_line(photos: Path, tmp_path: Path) -> None:
    home, moved = tmp_path / "home", tmp_path / "moved"
    fovea("scan", str(photos), "--no-analyze", home=home)
    photos.rename(moved)
    told = fovea("sources", "--relocate", str(photos), str(moved), home=home)
    assert told == {"relocated": {"id": 1, "from": str(photos), "place": str(moved), "files": 3}}
    assert "not a folder of the library" in fovea("sources", "--remove", str(photos), home=home, code=1)["error"]
    told = fovea("sources", "--relocate", str(moved), str(photos), home=home, code=2)
    assert told == {"error": f"{photos} is not a folder."}
    told = fovea("sources", "--remove", f"{moved}/", home=home)
    assert told == {"removed": {"id": 1, "place": str(moved), "files": 3}}
    assert fovea("sources", home=home) == {"sources": []}


def test_counting_grows_and_can_be_stopped(library: Library, photos: Path, tmp_path: Path) -> None:
    (photos / "sub").mkdir()
    shutil.copy(photos / CAT, photos / "sub")
    for name in ("film.mp4", "notes.txt", ".hidden.jpg"):
        (photos / "sub" / name).write_bytes(b"")
    counted = list(library.count([str(photos / "sub"), str(photos), str(tmp_path / "nowhere")]))
    assert [(one.photos, one.films) for one in counted] == [(0, 0), (3, 0), (4, 1)]
    growing = library.count([str(photos)])
    assert next(growing).photos == 3
    assert isinstance(growing, Iterator)
    assert library.sources() == []


def test_an_estimate_tells_what_each_group_costs_here_and_now() -> None:
    told = estimate.estimate(Options(off=frozenset({"moderation"})))
    assert all(getattr(told, group) > 0 for group in ("reading", "tags", "faces", "text"))
    assert told.sensitive == 0


def test_an_estimate_adds_up_what_is_wanted() -> None:
    told = Estimate(reading=0.5, tags=0.25, faces=0.125, text=1.0, sensitive=0.0625)
    assert told.seconds(1000) == 1937.5
    assert told.seconds(10, ("text", "faces")) == 16.25


def test_every_group_names_analyzers_that_there_are() -> None:
    from core.analyze import ANALYZERS  # noqa: PLC0415 - asked here only

    assert {key for keys in GROUPS.values() for key in keys} <= {analyzer.key for analyzer in ANALYZERS}
