"""Why a picture, recording or clip was not taken. Each has its own code and tells a person what to do."""

from __future__ import annotations

from typing import Final

from liyu.kit.errors import Reason, Refusal


class MediaRefused(Refusal):
    """Root of what normalising refuses."""

    code = "media.refused"


class WrongKind(MediaRefused):
    """The content is not of a kind that is taken here. ``found``: its media type by content."""

    code = "media.wrong_kind"
    reason = Reason.UNSUPPORTED
    zh = "这里不能用这种文件（{found}）。"
    en = "This kind of file ({found}) cannot be used here."


class Unreadable(MediaRefused):
    """Damaged, cut short, or not what it says it is."""

    code = "media.unreadable"
    zh = "这个文件打不开，可能已损坏，请换一个。"
    en = "This file cannot be opened; it may be damaged. Please choose another."


class TooManyPixels(MediaRefused):
    """Larger than is decoded here. ``limit``: in megapixels."""

    code = "media.too_many_pixels"
    reason = Reason.TOO_LARGE
    zh = "图像太大了，请用不超过 {limit} 百万像素的。"
    en = "The picture is too large. Please use one of at most {limit} megapixels."


class TooLong(MediaRefused):
    """Plays longer than is taken here. ``limit``: in seconds."""

    code = "media.too_long"
    reason = Reason.TOO_LARGE
    zh = "太长了，最多 {limit} 秒。"
    en = "This is too long: at most {limit} seconds."


class Silent(MediaRefused):
    """There is nothing in it to hear or to see."""

    code = "media.empty"
    zh = "里面没有内容，请再录一次。"
    en = "There is nothing in it. Please record it again."


class TooCostly(MediaRefused):
    """It took more time or memory than one file may. The same file will not fare better."""

    code = "media.too_costly"
    reason = Reason.TOO_LARGE
    zh = "这个文件太复杂，处理不了，请换一个小一些的。"
    en = "This file is too complex to process. Please choose a smaller one."


class MediaBusy(MediaRefused):
    """Too many files are being worked on. Nothing was lost: finish the upload again."""

    code = "media.busy"
    reason = Reason.UNAVAILABLE
    retryable = True
    zh = "正在处理的文件太多，请稍等片刻再试。"
    en = "Many files are being processed. Please try again in a moment."


#: code → refusal, for what the limited process prints.
BY_CODE: Final[dict[str, type[MediaRefused]]] = {
    refusal.code: refusal for refusal in (WrongKind, Unreadable, TooManyPixels, TooLong, Silent, TooCostly)
}
