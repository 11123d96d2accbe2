"""The pipelines read pages: bytes become documents, documents facts, facts findings, and all of it tables."""
