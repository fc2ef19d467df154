"""What a wall of pictures tells of its assets, a page at a time and in one statement."""

import json
import sqlite3
from collections.abc import Sequence

from core.store.files import join
from core.types import FLAGGED, AssetId, Card

_CARDS = """
select a.id, a.sha256, s.root, d.path, f.name, a.kind, a.taken_ms,
       coalesce((select cast(m.value as integer) from mark m where m.asset_id = a.id and m.kind = 'rating'),
                a.rating, 0),
       coalesce(a.duration_ms, 0) / 1000.0,
       (select count(*) from face c where c.asset_id = a.id),
       exists (select 1 from finding g where g.asset_id = a.id and g.analyzer = 'moderation' and g.kind = 'moderation'
                 and g.confidence >= ?2),
       coalesce((select cast(m.value as integer) from mark m where m.asset_id = a.id and m.kind = 'pick'), 0),
       coalesce((select m.value from mark m where m.asset_id = a.id and m.kind = 'color'), ''),
       coalesce(s.id, 0),
       exists (select 1 from analysis l where l.asset_id = a.id and l.state = 'failed'), a.place,
       a.width, a.height
  from json_each(?1) w join asset a on a.id = w.value
  left join file f on f.id = (select min(id) from file where asset_id = a.id and state <> 'missing')
  left join folder d on d.id = f.folder_id left join source s on s.id = d.source_id
"""


def of(db: sqlite3.Connection, wanted: Sequence[AssetId]) -> list[Card]:
    """Return a card per asset that is there, in no order."""
    rows = db.execute(_CARDS, (json.dumps([int(asset) for asset in wanted]), FLAGGED))
    return [
        Card(
            AssetId(asset), sha, join(root, folder, name) if name is not None else "", kind, taken_ms or 0, rating,
            seconds, faces, bool(flagged), pick, color, source, bool(failed), place,
            width, height,
        )
        for (asset, sha, root, folder, name, kind, taken_ms, rating, seconds, faces, flagged, pick, color, source,
             failed, place, width, height) in rows
    ]  # fmt: skip
