"""The snapshot: one SQLite file with the published tables. `Store` writes it; `schema` says what stands in it."""

from pipelines.store.store import Store, StoreError

__all__ = ["Store", "StoreError"]
