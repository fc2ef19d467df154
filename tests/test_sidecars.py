"""Sidecars written beside photos: read back by Fovea's own reader, what others wrote kept, nothing lost on the way."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from core import sidecars
from core.decide import Wish
from core.errors import MediaError, PersonError
from core.library import Library
from core.media import formats, xmp
from core.media.xmp import RDF
from core.types import Mark, Metadata
from tests import faults
from tests.conftest import CAT, COFFEE, ROCKET
from tests.data import ROOT, shared
from tests.metafiles import SPACES, bag, jpeg, look, packet
from tests.test_cli import fovea
from tests.test_faults import needs_compiler

MARKS = (
    Mark("tag", "Family/Anna", ""),
    Mark("tag", "Düne 海辺 <&> 🐶", ""),
    Mark("rating", "", "5"),
    Mark("pick", "", "-1"),
    Mark("color", "", "purple"),
    Mark("label", "Cat", "confirmed"),
    Mark("label", "Dog", "rejected"),
)
OWNED = {
    "dc:subject",
    "lr:hierarchicalSubject",
    "digiKam:TagsList",
    "xmp:Rating",
    "xmp:Label",
    "digiKam:ColorLabel",
    "xmpDM:pick",
    "digiKam:PickLabel",
}

LIGHTROOM = """<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core 7.0-c000">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
    xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"
    xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"
    xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
    xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
   xmp:Rating="2"
   xmp:Label="To print"
   photoshop:SidecarForExtension="CR3"
   photoshop:Instructions="first&#xA;second&#x9;third"
   xmpMM:DocumentID="xmp.did:1"
   crs:Version="16.0"
   crs:Temperature="5250"
   crs:HasSettings="True">
   <dc:format>image/x-canon-cr3</dc:format>
   <dc:description>
    <rdf:Alt>
     <rdf:li xml:lang="x-default">See&#xD;
Ufer</rdf:li>
     <rdf:li xml:lang="de"><![CDATA[a < b]]></rdf:li>
    </rdf:Alt>
   </dc:description>
   <dc:subject>
    <rdf:Bag>
     <rdf:li>Anna</rdf:li>
     <rdf:li>Alps</rdf:li>
    </rdf:Bag>
   </dc:subject>
   <lr:hierarchicalSubject>
    <rdf:Bag>
     <rdf:li>Places|Alps</rdf:li>
     <rdf:li>Anna</rdf:li>
    </rdf:Bag>
   </lr:hierarchicalSubject>
   <xmpMM:History>
    <rdf:Seq>
     <rdf:li stEvt:action="saved" stEvt:changed="/metadata"/>
    </rdf:Seq>
   </xmpMM:History>
   <crs:ToneCurvePV2012>
    <rdf:Seq>
     <rdf:li>0, 0</rdf:li>
     <rdf:li>255, 255</rdf:li>
    </rdf:Seq>
   </crs:ToneCurvePV2012>
   <crs:Look>
    <rdf:Description crs:Name="Adobe Color">
    <crs:Parameters><rdf:Description crs:Version="16.0"/></crs:Parameters>
    </rdf:Description>
   </crs:Look>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"""

DIGIKAM = """<?xml version="1.0" encoding="UTF-8"?>
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <!-- one description for each namespace, as exiftool does -->
  <rdf:Description rdf:about="" xmlns:digiKam="http://www.digikam.org/ns/1.0/">
   <digiKam:PickLabel>0</digiKam:PickLabel>
   <digiKam:ColorLabel>4</digiKam:ColorLabel>
   <digiKam:TagsList>
    <rdf:Seq>
     <rdf:li>People/Bo</rdf:li>
    </rdf:Seq>
   </digiKam:TagsList>
  </rdf:Description>
  <rdf:Description rdf:about="" xmlns:xap="http://ns.adobe.com/xap/1.0/">
   <xap:Rating>3</xap:Rating>
   <xap:Label>Green</xap:Label>
   <xap:CreatorTool>digiKam-8.5.0</xap:CreatorTool>
  </rdf:Description>
  <rdf:Description rdf:about=""
    xmlns:MicrosoftPhoto="http://ns.microsoft.com/photo/1.0/"
    xmlns:acdsee="http://ns.acdsee.com/iptc/1.0/"
    xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
    xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#"
    acdsee:categories="&lt;Categories&gt;&lt;Category Assigned=&quot;1&quot;&gt;Bo&lt;/Category&gt;&lt;/Categories&gt;">
   <MicrosoftPhoto:LastKeywordXMP>
    <rdf:Bag>
     <rdf:li>People/Bo</rdf:li>
    </rdf:Bag>
   </MicrosoftPhoto:LastKeywordXMP>
   <mwg-rs:Regions rdf:parseType="Resource">
    <mwg-rs:RegionList>
     <rdf:Bag>
      <rdf:li rdf:parseType="Resource">
       <mwg-rs:Name>Bo</mwg-rs:Name>
       <mwg-rs:Type>Face</mwg-rs:Type>
       <mwg-rs:Area stArea:x="0.5" stArea:y="0.5" stArea:w="0.2" stArea:h="0.2" stArea:unit="normalized"/>
      </rdf:li>
     </rdf:Bag>
    </mwg-rs:RegionList>
   </mwg-rs:Regions>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    path = folder / "photo.jpg"
    path.write_bytes(jpeg())
    return path


def beside(photo: Path, suffix: str = ".xmp") -> Path:
    return photo.with_name(photo.name + suffix)


def read_back(photo: Path) -> Metadata:
    """What the photo says of itself with all sidecars that the reader finds."""
    names = formats.sidecar_candidates(photo.name)
    return look(
        photo.read_bytes(),
        *((one.name, one.read_bytes()) for one in sorted(photo.parent.iterdir()) if one.name in names),
    )


def properties(sidecar: Path) -> dict[str, object]:
    return dict(xmp.properties(sidecar.read_bytes()))


def foreign(content: bytes) -> dict[str, str]:
    """Every property that is not Fovea's to write, whatever its form, by its name; the value as canonical XML."""
    found: dict[str, str] = {}
    for node in ET.fromstring(content).findall(f"{{{RDF}}}RDF/*"):  # noqa: S314 - written here
        found |= node.attrib
        for child in node:
            whole = ET.tostring(child, "unicode").replace("\r", "&#13;")
            found[child.tag] = ET.canonicalize(whole, rewrite_prefixes=True, strip_text=True)
    written = {sidecars._name(key) for key in OWNED}
    return {key: value for key, value in found.items() if key not in written and sidecars.FOVEA not in key}


# -- reading back --------------------------------------------------------------------------------------------------


def test_every_mark_is_read_back(photo: Path) -> None:
    before = photo.read_bytes(), photo.stat().st_mtime_ns
    assert sidecars.write(str(photo), MARKS) == str(beside(photo))
    found = read_back(photo)
    assert found.keywords == ("Anna", "Düne 海辺 <&> 🐶")
    assert found.hierarchical == ("Family|Anna", "Düne 海辺 <&> 🐶")
    assert found.rating == 5
    told = properties(beside(photo))
    assert told["digiKam:TagsList"] == ["Family/Anna", "Düne 海辺 <&> 🐶"]
    assert (told["xmpDM:pick"], told["digiKam:PickLabel"]) == ("-1", "1")
    assert (told["xmp:Label"], told["digiKam:ColorLabel"]) == ("Purple", "6")
    assert told.keys() == OWNED
    assert (photo.read_bytes(), photo.stat().st_mtime_ns) == before
    assert {one.name for one in photo.parent.iterdir()} == {"photo.jpg", "photo.jpg.xmp"}


@pytest.mark.parametrize(("value", "expected"), [("-1", -1), ("0", 0), ("3", 3)])
def test_ratings_are_read_back_over_the_files_own(photo: Path, value: str, expected: int) -> None:
    photo.write_bytes(jpeg({0x4746: 4}))
    sidecars.write(str(photo), [Mark("rating", "", value)])
    assert read_back(photo).rating == expected


@pytest.mark.parametrize(("value", "digikam"), [("1", "3"), ("0", "0"), ("-1", "1")])
def test_picks(photo: Path, value: str, digikam: str) -> None:
    sidecars.write(str(photo), [Mark("pick", "", value)])
    assert properties(beside(photo)) == {"xmpDM:pick": value, "digiKam:PickLabel": digikam}


@pytest.mark.parametrize(
    ("value", "label", "digikam"),
    [("red", "Red", "1"), ("yellow", "Yellow", "3"), ("green", "Green", "4"), ("blue", "Blue", "5"), ("", "", "0")],
)
def test_colours(photo: Path, value: str, label: str, digikam: str) -> None:
    beside(photo).write_bytes(packet("", 'xmp:Label="Purple"'))
    sidecars.write(str(photo), [Mark("color", "", value)])
    assert properties(beside(photo)) == {"xmp:Label": label, "digiKam:ColorLabel": digikam}


def test_odd_tags_give_whole_xml(photo: Path) -> None:
    names = ["a\x00b\x1f", "//x///y /", " ", "\ud800", "😀]]>", "A", "a", "q\"'", "x" * 3000]
    sidecars.write(str(photo), [Mark("tag", name, "") for name in names])
    assert read_back(photo).keywords == ("ab", "y", "😀]]>", "A", "q\"'", "x" * 1000)
    assert "x|y" in read_back(photo).hierarchical


def test_without_marks_that_a_sidecar_tells_none_is_made(photo: Path) -> None:
    assert not sidecars.write(str(photo), [Mark("label", "Cat", "confirmed")])
    assert not beside(photo).exists()
    beside(photo).write_text(LIGHTROOM)
    assert not sidecars.write(str(photo), [])
    assert beside(photo).read_text() == LIGHTROOM


# -- what others wrote ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("whole", [LIGHTROOM, DIGIKAM], ids=["lightroom", "digikam"])
@pytest.mark.parametrize("breaks", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_others_wrote_stays(photo: Path, whole: str, breaks: str, encoding: str) -> None:
    old = whole.replace("\n", breaks)
    if encoding == "utf-16":
        old = old.replace('encoding="UTF-8"', 'encoding="UTF-16"')
    beside(photo).write_bytes(old.encode(encoding))
    assert len(foreign(old.encode(encoding))) > 3
    assert sidecars.write(str(photo), MARKS)
    new = beside(photo).read_bytes()
    assert foreign(new) == foreign(old.encode(encoding))
    assert {"Anna", "Düne 海辺 <&> 🐶"} < set(read_back(photo).keywords) | {"x"}
    assert "Family|Anna" in read_back(photo).hierarchical
    assert new.decode("utf-8").count("<?xpacket") == old.count("<?xpacket")
    assert new.startswith(b"<?xml") == (old.startswith("<?xml") and encoding != "utf-16")
    assert (b"<!-- one description" in new) == ("<!-- one description" in old)
    assert beside(photo, ".xmp.orig").read_bytes() == old.encode(encoding)
    assert sidecars.write(str(photo), [])
    assert foreign(beside(photo).read_bytes()) == foreign(old.encode(encoding))
    assert read_back(photo) == look(jpeg(), ("photo.jpg.xmp", old.encode(encoding)))
    assert sidecars.FOVEA.encode() not in beside(photo).read_bytes()


def test_words_others_wrote_are_neither_doubled_nor_taken_away(photo: Path) -> None:
    beside(photo).write_text(LIGHTROOM)
    sidecars.write(str(photo), [Mark("tag", "anna", ""), Mark("tag", "Lake", "")])
    told = properties(beside(photo))
    assert told["dc:subject"] == ["Anna", "Alps", "Lake"]
    assert told["lr:hierarchicalSubject"] == ["Places|Alps", "Anna", "Lake"]
    assert "digiKam:TagsList" not in told  # alone with Fovea's words it would hide the others from digiKam
    sidecars.write(str(photo), [])
    assert properties(beside(photo)) == dict(xmp.properties(LIGHTROOM.encode()))


def test_paths_are_begun_beside_flat_words_only_to_say_where_a_tag_belongs(photo: Path) -> None:
    beside(photo).write_bytes(packet(bag("dc:subject", "Alps")))
    sidecars.write(str(photo), [Mark("tag", "Lake", "")])
    assert properties(beside(photo)) == {"dc:subject": ["Alps", "Lake"]}
    sidecars.write(str(photo), [Mark("tag", "Water/Lake", "")])
    assert properties(beside(photo)) == {"dc:subject": ["Alps", "Lake"], "lr:hierarchicalSubject": ["Water|Lake"]}


def test_the_form_of_a_property_stays(photo: Path) -> None:
    beside(photo).write_text(DIGIKAM)
    sidecars.write(str(photo), [*MARKS, Mark("tag", "Bo", "")])
    new = beside(photo).read_text()
    assert "<xap:Rating>5</xap:Rating>" in new
    assert "<digiKam:ColorLabel>6</digiKam:ColorLabel>" in new
    assert "<rdf:li>People/Bo</rdf:li>\n     <rdf:li>Family/Anna</rdf:li>" in new
    beside(photo).write_text(LIGHTROOM)
    sidecars.write(str(photo), MARKS)
    new = beside(photo).read_text()
    assert 'xmp:Rating="5"' in new
    assert 'photoshop:Instructions="first&#10;second&#09;third"' in new
    assert "See&#13;\nUfer" in new


def test_a_single_word_without_a_list_becomes_its_first(photo: Path) -> None:
    for plain in (packet("<dc:subject>Alps</dc:subject>"), packet("", 'dc:subject="Alps"')):
        beside(photo).write_bytes(plain)
        sidecars.write(str(photo), [Mark("tag", "Lake", "")])
        assert read_back(photo).keywords == ("Alps", "Lake")


def test_prefixes_that_mean_something_else_there(photo: Path) -> None:
    odd = (
        f'<RDF xmlns="{RDF}" xmlns:rdf="{RDF}" xmlns:dc="urn:other/" xmlns:ns0="{SPACES["dc"]}" xmlns:fovea="urn:x/">'
        '<Description rdf:about="" dc:subject="theirs" fovea:Rating="9"><ns0:subject><Bag><li>Alps</li></Bag>'
        "</ns0:subject></Description></RDF>"
    )
    beside(photo).write_text(odd)
    sidecars.write(str(photo), MARKS)
    assert foreign(f"<x>{odd}</x>".encode()) == {
        "{urn:other/}subject": "theirs",
        "{urn:x/}Rating": "9",
        f"{{{RDF}}}about": "",
    }
    assert foreign(b"<x>" + beside(photo).read_bytes() + b"</x>") == foreign(f"<x>{odd}</x>".encode())
    assert read_back(photo).keywords == ("Alps", "Anna", "Düne 海辺 <&> 🐶")
    beside(photo).unlink()
    sidecars.write(str(photo), MARKS)
    assert b"<dc:subject>" in beside(photo).read_bytes()  # the customary prefixes are back for the next


@pytest.mark.parametrize("name", ["sidecar/ladybug.xmp", "made/sidecar_photo.jpg.xmp", "made/sidecar_stem.xmp"])
def test_real_sidecars_keep_all_but_the_marks(photo: Path, name: str) -> None:
    real = shared("metadata", *name.split("/"))
    if real is None:
        pytest.skip("the measured set is not on this machine")
    shutil.copy(real, beside(photo))
    assert sidecars.write(str(photo), MARKS)
    assert foreign(beside(photo).read_bytes()) == foreign(real.read_bytes())
    assert sidecars.write(str(photo), [])
    assert properties(beside(photo)) == dict(xmp.properties(real.read_bytes()))


# -- again and again -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("whole", ["", LIGHTROOM, DIGIKAM], ids=["new", "lightroom", "digikam"])
def test_a_second_writing_changes_nothing(photo: Path, whole: str) -> None:
    if whole:
        beside(photo).write_text(whole)
    sidecars.write(str(photo), MARKS)
    before = faults.hashes(photo.parent)
    assert not sidecars.write(str(photo), MARKS)
    assert not sidecars.write(str(photo), tuple(reversed(MARKS)))
    assert faults.hashes(photo.parent) == before


def test_removing_takes_away_what_fovea_wrote_and_puts_the_rating_back(photo: Path) -> None:
    beside(photo).write_bytes(packet(bag("dc:subject", "Alps"), 'xmp:Rating="2"'))
    sidecars.write(str(photo), [Mark("tag", "Lake", ""), Mark("tag", "Boat", ""), Mark("rating", "", "5")])
    sidecars.write(str(photo), [Mark("tag", "boat", ""), Mark("rating", "", "4")])
    assert properties(beside(photo)) == {"dc:subject": ["Alps", "boat"], "xmp:Rating": "4"}
    sidecars.write(str(photo), [])
    assert properties(beside(photo)) == {"dc:subject": ["Alps"], "xmp:Rating": "2"}
    assert sidecars.FOVEA.encode() not in beside(photo).read_bytes()


def test_what_another_program_wrote_since_is_its_own(photo: Path) -> None:
    sidecars.write(str(photo), [Mark("tag", "Lake", ""), Mark("rating", "", "5")])
    edited = beside(photo).read_text().replace('xmp:Rating="5"', 'xmp:Rating="3"')
    beside(photo).write_text(edited.replace("<rdf:li>Lake</rdf:li>", "<rdf:li>Lake</rdf:li><rdf:li>Sea</rdf:li>", 1))
    sidecars.write(str(photo), [])
    assert properties(beside(photo)) == {"dc:subject": ["Sea"], "xmp:Rating": "3"}


def test_the_first_version_and_the_last_are_kept(photo: Path) -> None:
    beside(photo).write_text(LIGHTROOM)
    versions = [LIGHTROOM]
    for number in range(3):
        with beside(photo).open() as reader:  # whoever is reading it gets the old one to the end
            sidecars.write(str(photo), [Mark("tag", f"tag {number}", "")])
            assert reader.read() == versions[-1]
        versions.append(beside(photo).read_text())
    assert beside(photo, ".xmp.orig").read_text() == LIGHTROOM
    assert beside(photo, ".xmp.bak").read_text() == versions[-2]
    assert len(list(photo.parent.iterdir())) == 4


# -- which file ----------------------------------------------------------------------------------------------------


def test_the_sidecar_that_is_there_is_used_the_files_own_name_first(photo: Path) -> None:
    stem = photo.with_name("PHOTO.XMP")
    stem.write_text(LIGHTROOM)
    assert sidecars.write(str(photo), MARKS) == str(stem)
    beside(photo).write_text(DIGIKAM)
    assert sidecars.write(str(photo), MARKS) == str(beside(photo))


def test_files_of_one_stem_do_not_share_a_sidecar(photo: Path) -> None:
    raw, film = photo.with_name("photo.CR3"), photo.with_name("photo.mov")
    for file in (raw, film):
        file.write_bytes(b"x")
    stem = photo.with_name("photo.xmp")
    stem.write_text(LIGHTROOM)
    report = sidecars.write_all([(str(file), [Mark("tag", file.suffix, "")]) for file in (photo, raw, film)])
    assert (report.written, report.failed) == (3, [])
    assert ".CR3" in properties(stem)["dc:subject"]  # type: ignore[operator]
    assert properties(beside(photo))["dc:subject"] == [".jpg"]
    assert properties(beside(film))["dc:subject"] == [".mov"]
    raw.unlink()
    stem.write_text(LIGHTROOM)
    assert sidecars.write(str(photo), MARKS) == str(beside(photo))  # and of a photo and a film it is nobody's
    assert stem.read_text() == LIGHTROOM


def test_a_linked_sidecar_is_written_where_it_lies(photo: Path, tmp_path: Path) -> None:
    real = tmp_path / "kept.xmp"
    real.write_text(LIGHTROOM)
    real.chmod(0o640)
    beside(photo).symlink_to(real)
    assert sidecars.write(str(photo), MARKS) == str(real)
    assert beside(photo).is_symlink()
    assert read_back(photo).rating == 5
    assert (tmp_path / "kept.xmp.orig").read_text() == LIGHTROOM
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_sidecar_that_came_since_the_folder_was_listed_is_merged(photo: Path) -> None:
    folder = sidecars.listed(str(photo.parent))
    beside(photo).write_text(DIGIKAM)
    sidecars.write(str(photo), MARKS, folder)
    assert foreign(beside(photo).read_bytes()) == foreign(DIGIKAM.encode())


# -- what cannot be written ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is damaged"),
        (b"\0" * 100, "is damaged"),
        (LIGHTROOM.encode()[:900], "is damaged"),
        (LIGHTROOM.encode().replace(b"Alps", b"Alp\xe9"), "is damaged"),
        (LIGHTROOM.encode().replace(b"Alps", b"Alp\x01"), "is damaged"),
        (b'<?xml version="1.0" encoding="klingon"?><x/>', "is damaged"),
        (b"<html/>", "holds no XMP"),
        (b"<!DOCTYPE x>" + LIGHTROOM.encode(), "document type or entities"),
        (b'<!DOCTYPE x [<!ENTITY b "c">]>' + LIGHTROOM.replace("Alps", "&b;").encode(), "document type or entities"),
        (packet("<dc:x>" * 5000 + "</dc:x>" * 5000), "is nested too deep"),
        (packet(bag("dc:subject", "y" * (16 * 2**20))), "is larger than 16 MB"),
    ],
)
def test_what_cannot_be_merged_is_never_overwritten(photo: Path, content: bytes, sentence: str) -> None:
    beside(photo).write_bytes(content)
    before = faults.hashes(photo.parent)
    with pytest.raises(MediaError, match=sentence) as told:
        sidecars.write(str(photo), MARKS)
    assert str(told.value).startswith(str(beside(photo)))
    assert "left as it is" in str(told.value)
    assert faults.hashes(photo.parent) == before


@pytest.mark.parametrize(
    "place",
    [
        os.mkdir,
        os.mkfifo,
        lambda side: side.symlink_to("nowhere"),
        lambda side: side.symlink_to(side),
    ],
    ids=["folder", "pipe", "dead link", "loop"],
)
def test_what_is_no_file_gets_a_sentence(photo: Path, place: Callable[[Path], None]) -> None:
    place(beside(photo))
    with pytest.raises((MediaError, PersonError), match=r"photo\.jpg\.xmp|nowhere") as told:
        sidecars.write(str(photo), MARKS)
    assert str(told.value).endswith(".")
    assert len(list(photo.parent.iterdir())) == 2


def test_names_as_long_as_the_disk_takes(photo: Path) -> None:
    fits, long = (photo.with_name("n" * length + ".jpg") for length in (247, 250))
    shutil.copy(photo, fits)
    shutil.copy(photo, long)
    assert sidecars.write(str(fits), MARKS)
    with pytest.raises(PersonError, match=os.strerror(errno.ENAMETOOLONG)):
        sidecars.write(str(fits), [])  # there is no room for ".orig" behind the name: not without the old version
    assert read_back(fits).rating == 5
    with pytest.raises(PersonError, match=os.strerror(errno.ENAMETOOLONG)):
        sidecars.write(str(long), MARKS)


def test_a_folder_that_is_gone_costs_only_its_files(photo: Path) -> None:
    report = sidecars.write_all([(str(photo.parent / "no" / "a.jpg"), MARKS), (str(photo), MARKS)])
    assert report.written == 1
    [(path, reason)] = report.failed
    assert path.endswith("a.jpg")
    assert reason.endswith(".")


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return faults.compiled(tmp_path_factory.mktemp("disk"))


WRITE = """
import sys
from core import sidecars
from core.types import Mark
report = sidecars.write_all([(path, [Mark("tag", "Lake", "")]) for path in sys.argv[1:]])
print(report.written, *[reason for _path, reason in report.failed], sep="\\n")
"""


@needs_compiler
@pytest.mark.parametrize(
    ("kind", "at", "sentence"),
    [
        ("readonly", 1, "Read-only file system"),
        ("full", 1, "No space left on device"),
        ("full", 2, "No space left on device"),
        ("sync", 1, "Input/output error"),
        ("sync", 2, "Input/output error"),
        ("kill", 1, ""),
        ("kill", 2, ""),
    ],
)
def test_a_failing_disk_loses_nothing(disk: Path, photo: Path, kind: str, at: int, sentence: str) -> None:
    beside(photo).write_text(LIGHTROOM)
    environment = os.environ | {
        "LD_PRELOAD": str(disk), "FAULT_UNDER": str(photo.parent), "FAULT_KIND": kind, "FAULT_AT": str(at),
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", WRITE, str(photo)], capture_output=True, text=True, check=False, env=environment
    )
    assert "fault injected" in done.stderr
    assert "Traceback" not in done.stderr
    assert beside(photo).read_text() == LIGHTROOM
    if kind != "kill":
        told, reason = done.stdout.splitlines()
        assert (told, sentence in reason, reason.endswith(".")) == ("0", True, True)
        assert not list(photo.parent.glob(".*"))
    assert sidecars.write(str(photo), MARKS)
    assert beside(photo, ".xmp.orig").read_text() == LIGHTROOM


# -- the library and the command line ------------------------------------------------------------------------------


@pytest.fixture
def library(library: Library, photos: Path) -> Library:
    """A library of three photos, one of them twice, not analysed."""
    (photos / "copies").mkdir()
    shutil.copy(photos / CAT, photos / "copies" / "cat.png")
    library.scan([str(photos)], analyze=False)
    return library


def test_all_copies_get_one_and_the_next_scan_finds_it_unsurprising(library: Library, photos: Path) -> None:
    library.mark([str(photos / CAT)], [Wish("tag", "Family/Tigger"), Wish("rate", "4")])
    chosen, unknown = library.ever_decided([str(photos), str(photos / "nowhere")])
    assert unknown == [str(photos / "nowhere")]
    report = library.write_sidecars(chosen)
    assert (report.written, report.failed) == (2, [])
    assert {one.name for one in photos.rglob("*.xmp")} == {f"{CAT}.xmp", "cat.png.xmp"}
    result = library.scan([str(photos)], analyze=False)
    assert (result.places[0].report.changed, result.run.failed) == (0, [])
    document = library.show(str(photos / CAT))
    assert (document["rating"], document["tags"], document["keywords"]) == (4, ["Family/Tigger"], ["Tigger"])
    assert library.write_sidecars(chosen).written == 0


def test_a_later_word_of_the_person_wins_over_the_sidecar(library: Library, photos: Path) -> None:
    cat = str(photos / CAT)
    library.mark([cat], [Wish("tag", "Tigger"), Wish("rate", "4")])
    chosen, _unknown = library.ever_decided([cat])
    library.write_sidecars(chosen)
    library.scan([str(photos)], analyze=False)
    library.mark([cat], [Wish("untag", "Tigger"), Wish("rate", "1")])
    assert library.show(cat)["rating"] == 1
    assert library.show(cat)["keywords"] == ["Tigger"]  # the file's own word until the next writing
    assert library.write_sidecars(chosen).written == 2
    library.scan([str(photos)], analyze=False)
    assert (library.show(cat)["rating"], library.show(cat)["keywords"]) == (1, [])
    library.undo()
    library.undo()
    assert library.ever_decided([str(photos)]) == (chosen, [])  # it stands beside a sidecar that Fovea wrote
    library.write_sidecars(chosen)
    library.scan([str(photos)], analyze=False)
    assert (library.show(cat)["rating"], library.show(cat)["keywords"]) == (None, [])


def test_places_narrow_what_is_written(library: Library, photos: Path) -> None:
    library.mark([str(photos / CAT)], [Wish("tag", "Tigger")])
    chosen, _unknown = library.ever_decided([str(photos / "copies")])
    assert library.write_sidecars(chosen, [str(photos / "copies")]).written == 1
    assert [one.name for one in photos.rglob("*.xmp")] == ["cat.png.xmp"]
    assert library.ever_decided([str(photos / COFFEE)])[0] != chosen


def test_files_that_are_away_are_passed_by(library: Library, photos: Path) -> None:
    library.mark([str(photos / CAT)], [Wish("tag", "Tigger")])
    chosen, _unknown = library.ever_decided([str(photos)])
    photos.rename(photos.with_name("away"))
    report = library.write_sidecars(chosen)
    assert (report.written, report.failed) == (0, [])
    assert not photos.exists()


def test_the_command(photos: Path, home: Path) -> None:
    fovea("scan", str(photos), "--no-analyze", home=home)
    fovea("mark", str(photos / CAT), str(photos / ROCKET), "--tag", "x", home=home)
    (photos / f"{ROCKET}.xmp").write_text("<damaged")
    told = fovea("sidecars", str(photos), str(photos / "no.jpg"), str(home), home=home, code=1)
    assert told.keys() == {"written", "failed"}
    assert told["written"] == 1
    assert [failure.keys() for failure in told["failed"]] == [{"path", "reason"}] * 3
    assert [failure["path"] for failure in told["failed"]] == [
        str(photos / "no.jpg"),
        str(home),
        str(photos / ROCKET),
    ]
    assert read_back(photos / CAT).keywords == ("x",)
    assert (photos / f"{ROCKET}.xmp").read_text() == "<damaged"
    assert fovea("sidecars", str(photos / CAT), home=home) == {"written": 0, "failed": []}
