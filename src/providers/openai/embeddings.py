"""ports.Embedder by OpenAI's embeddings."""

from collections.abc import Sequence

from ports.embedder import EmbeddingModel, Vector
from ports.vendors import Credential, VendorRejected
from providers.http import Api


class OpenAiEmbedder:
    """With the installation's own account: which model an index is made with is not each tenant's to choose."""

    def __init__(self, api: Api, credential: Credential | None) -> None:
        self._api = api
        self._credential = credential

    async def embed(self, model: EmbeddingModel, texts: Sequence[str]) -> list[Vector]:
        if self._credential is None:
            raise VendorRejected("no_credential")
        asked = {"model": model.name, "input": list(texts), "dimensions": model.dimensions, "encoding_format": "float"}
        headers = {"Authorization": f"Bearer {self._credential.values['api_key']}"}
        answer = await self._api.send("POST", "/embeddings", is_repeatable=True, headers=headers, json=asked)
        data = sorted((answer or {}).get("data") or (), key=lambda one: int(one["index"]))
        vectors = [[float(value) for value in one["embedding"]] for one in data]
        if len(vectors) != len(texts) or any(len(vector) != model.dimensions for vector in vectors):
            raise VendorRejected("other_dimensions")
        return list(vectors)
