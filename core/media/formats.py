"""Which file names Fovea takes as photos or films, and which names their sidecar files have."""

from os.path import splitext

from core.types import MediaKind

RAW = frozenset(
    ".3fr .arw .cr2 .cr3 .crw .dcr .dng .erf .fff .gpr .iiq .kdc .mef .mos .mrw .nef .nrw .orf .pef .raf .rw2 .rwl "
    ".sr2 .srf .srw .x3f".split()
)
PHOTO = RAW | frozenset(
    ".apng .avif .avifs .bmp .dds .dib .gif .heic .heics .heif .heifs .hif .j2c .j2k .jfif .jp2 .jpc .jpe .jpeg .jpf "
    ".jpg .jpx .jxl .mpo .pbm .pfm .pgm .png .pnm .ppm .psd .qoi .tga .tif .tiff .webp".split()
)
FILM = frozenset(
    ".3g2 .3gp .asf .avi .divx .dv .f4v .flv .m2ts .m2v .m4v .mkv .mod .mov .mp4 .mpe .mpeg .mpg .mts .mxf .ogv .qt "
    ".tod .vob .webm .wmv".split()
)


def suffix_of(name: str) -> str:
    """Return the last extension with its dot, casefolded; "" where there is none (".jpg" is a hidden file)."""
    return splitext(name)[1].casefold()


def kind_of(name: str) -> MediaKind | None:
    """Return what a file of this name is taken for; None where Fovea passes it by. The content decides later."""
    suffix = suffix_of(name)
    if suffix in PHOTO:
        return "photo"
    return "video" if suffix in FILM else None


def may_be_sidecar(name: str) -> bool:
    """Whether some file could have a sidecar of this name."""
    return name[-5:].casefold().endswith((".xmp", ".json"))


def sidecar_candidates(name: str) -> tuple[str, ...]:
    """Return the names, in the same folder, under which programs keep metadata of the file `name`.

    darktable and digiKam (x.jpg.xmp), Lightroom (x.xmp), Google Takeout (x.jpg.json and, since 2024,
    x.jpg.supplemental-metadata.json). To be compared casefolded.
    """
    return f"{name}.xmp", f"{splitext(name)[0]}.xmp", f"{name}.json", f"{name}.supplemental-metadata.json"
