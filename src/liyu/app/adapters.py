"""Small joints between domains that do not know each other: each turns one's words into another's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from liyu.catalog.service import FileLinks, FileUrls
from liyu.kit.ids import ChainId, FileId
from liyu.messaging.attachments.products import ProductFiles


def product_file_links(products: ProductFiles) -> FileLinks:
    """Addresses of product media for the catalogue. A picture has no poster: the catalogue asks only for a clip's."""

    async def links(chain: ChainId, files: Sequence[FileId]) -> Mapping[FileId, FileUrls]:
        found = {file: products.links(chain, file, "clip") for file in files}
        return {file: FileUrls(known.url, known.thumb_url, known.poster_url) for file, known in found.items()}

    return links
