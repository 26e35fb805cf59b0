"""What the catalogue refuses, with its sentences."""

from __future__ import annotations

from liyu.kit.errors import Reason, Refusal


class ProductUnknown(Refusal):
    """No product of this chain has this id or slug, or the asker may not see it."""

    code = "product.unknown"
    reason = Reason.NOT_FOUND
    zh = "没有找到这件商品，可能已经下架了。"
    en = "This product was not found. It may have been taken down."


class VariantUnknown(Refusal):
    code = "variant.unknown"
    reason = Reason.NOT_FOUND
    zh = "没有找到这个款式。"
    en = "There is no such variant."


class LocationUnknown(Refusal):
    code = "location.unknown"
    reason = Reason.NOT_FOUND
    zh = "没有找到这个库存地点。"
    en = "There is no such stock location."


class MediaUnknown(Refusal):
    code = "media.unknown"
    reason = Reason.NOT_FOUND
    zh = "没有找到这张图片或短片。"
    en = "There is no such picture or clip."


class NotStaff(Refusal):
    """Only the shop's people may do this; which of them depends on the step."""

    code = "catalog.not_allowed"
    reason = Reason.FORBIDDEN
    zh = "这一步只有店里有权限的人能做。"
    en = "Only people of the shop who are allowed to may do this."


class SlugTaken(Refusal):
    code = "product.slug_taken"
    reason = Reason.CONFLICT
    zh = "网址“{slug}”已经有别的商品在用了。"
    en = "Another product already uses the address “{slug}”."


class SkuTaken(Refusal):
    code = "variant.sku_taken"
    reason = Reason.CONFLICT
    zh = "货号“{sku}”已经有别的款式在用了。"
    en = "Another variant already uses the SKU “{sku}”."


class CodeTaken(Refusal):
    code = "location.code_taken"
    reason = Reason.CONFLICT
    zh = "地点代号“{location}”已经用过了。"
    en = "The location code “{location}” is already in use."


class NotEnough(Refusal):
    """Fewer pieces can be promised than were asked for. Nothing was reserved."""

    code = "stock.not_enough"
    reason = Reason.CONFLICT
    zh = "库存不够了，现在只剩 {available} 件。"
    en = "There is not enough left: {available} available now."


class BelowReserved(Refusal):
    """The new count would leave fewer pieces than are promised."""

    code = "stock.below_reserved"
    reason = Reason.CONFLICT
    zh = "有 {reserved} 件已经答应了客人，库存不能少于这个数。"
    en = "{reserved} pieces are promised to customers, so the count cannot be less."


class TooManyPieces(Refusal):
    """More than anybody can mean."""

    code = "stock.too_many"
    zh = "一处最多记 {limit} 件，请检查。"
    en = "At most {limit} pieces can be counted in one place; please check."


class ReservationUnknown(Refusal):
    code = "reservation.unknown"
    reason = Reason.NOT_FOUND
    zh = "没有找到这次预留。"
    en = "There is no such reservation."


class ReservationOver(Refusal):
    """The reservation is no longer held."""

    code = "reservation.over"
    reason = Reason.GONE
    zh = "预留的时间已经过了，请重新选一次。"
    en = "This reservation is over. Please choose again."


class LastVariant(Refusal):
    code = "variant.last"
    reason = Reason.CONFLICT
    zh = "商品至少要有一个在卖的款式。要下架，请下架整件商品。"
    en = "A product needs at least one variant for sale. To stop selling it, take the product down."


class IdTaken(Refusal):
    """Another was faster with the same id, address or number."""

    code = "catalog.taken"
    reason = Reason.CONFLICT
    zh = "这个编号刚刚被别人用了，请换一个再试。"
    en = "Somebody else has just used this id. Please try another one."
