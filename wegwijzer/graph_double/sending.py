"""What a business may ask of ``/{phone number id}/messages``, checked as strictly as Meta documents it.

Sources: the pages "Messages", "Text messages", "Interactive reply buttons messages", "Interactive list messages", "Image
messages", "Template messages", "Typing indicators" and "Business-scoped user IDs" of Meta's documentation of the WhatsApp
Business Platform (2026).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from wegwijzer.graph_double.errors import GraphError

DIGITS = (7, 15)
"""Digits of a number in international form, at least and at most (ITU-T E.164)."""

_NUMBER = re.compile(r"\+?[\d ()-]+")
_USER_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


def _tidy(text: str) -> str:
    if text != text.strip():
        raise ValueError("must have no spaces at its ends")
    return text


def _web_address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+\S*", text):
        raise ValueError("must be a web address")
    return text


UpTo20 = Annotated[str, Field(min_length=1, max_length=20), AfterValidator(_not_blank)]
UpTo24 = Annotated[str, Field(min_length=1, max_length=24), AfterValidator(_not_blank)]
UpTo60 = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_not_blank)]
UpTo72 = Annotated[str, Field(min_length=1, max_length=72), AfterValidator(_not_blank)]
UpTo512 = Annotated[str, Field(min_length=1, max_length=512), AfterValidator(_not_blank)]
UpTo1024 = Annotated[str, Field(min_length=1, max_length=1024), AfterValidator(_not_blank)]
UpTo4096 = Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(_not_blank)]
# Meta does not say how it counts characters: here by code point.

ButtonId = Annotated[str, Field(min_length=1, max_length=256), AfterValidator(_tidy)]
RowId = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_tidy)]
Link = Annotated[str, AfterValidator(_web_address)]


class Strict(BaseModel):
    """Nothing more than is documented, and no numbers for texts."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Text(Strict):
    """Plain words."""

    body: UpTo4096
    preview_url: bool = False


class Media(Strict):
    """An uploaded file or one on the web, not both."""

    id: str | None = None
    link: Link | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Media:
        if (self.id is None) == (self.link is None):
            raise ValueError("must have id or link, and not both")
        return self


class Image(Media):
    """A picture with words below it."""

    caption: UpTo1024 | None = None


class TextHeader(Strict):
    """A line above the words."""

    type: Literal["text"]
    text: UpTo60


class ImageHeader(Strict):
    """A picture above the words; only above reply buttons."""

    type: Literal["image"]
    image: Media


class Body(Strict):
    """The words of an interactive message.

    Meta gives 1024 for reply buttons, and for lists 1024 in older pages and 4096 in newer: 1024 for both here.
    """

    text: UpTo1024


class Footer(Strict):
    """A small line below the words."""

    text: UpTo60


class Reply(Strict):
    """What one button says, and what comes back."""

    id: ButtonId
    title: UpTo20


class Button(Strict):
    """One reply button."""

    type: Literal["reply"]
    reply: Reply


class ButtonAction(Strict):
    """One to three reply buttons."""

    buttons: Annotated[list[Button], Field(min_length=1, max_length=3)]

    @model_validator(mode="after")
    def _all_different(self) -> ButtonAction:
        _different("button ids", [button.reply.id for button in self.buttons])
        _different("button titles", [button.reply.title for button in self.buttons])
        return self


class Row(Strict):
    """One choice of a list."""

    id: RowId
    title: UpTo24
    description: UpTo72 | None = None


class Section(Strict):
    """Choices that belong together."""

    title: UpTo24 | None = None
    rows: Annotated[list[Row], Field(min_length=1, max_length=10)]


class ListAction(Strict):
    """A button that opens at most ten choices."""

    button: UpTo20
    sections: Annotated[list[Section], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def _ten_different_rows(self) -> ListAction:
        rows = [row for section in self.sections for row in section.rows]
        if len(rows) > 10:
            raise ValueError("must have at most 10 rows over all sections")
        _different("row ids", [row.id for row in rows])
        if len(self.sections) > 1 and any(section.title is None for section in self.sections):
            raise ValueError("must give each section a title when there is more than one")
        return self


class ButtonMessage(Strict):
    """Words with reply buttons."""

    type: Literal["button"]
    header: Annotated[TextHeader | ImageHeader, Field(discriminator="type")] | None = None
    body: Body
    footer: Footer | None = None
    action: ButtonAction


class ListMessage(Strict):
    """Words with a list; its header can only be text."""

    type: Literal["list"]
    header: TextHeader | None = None
    body: Body
    footer: Footer | None = None
    action: ListAction


class LocationRequestAction(Strict):
    """The button that sends where somebody is."""

    name: Literal["send_location"]


class LocationRequest(Strict):
    """Asks where somebody is."""

    type: Literal["location_request_message"]
    body: Body
    action: LocationRequestAction


class LinkButton(Strict):
    """A web address behind a button."""

    display_text: UpTo20
    url: Link


class LinkAction(Strict):
    """The button that opens a page."""

    name: Literal["cta_url"]
    parameters: LinkButton


class LinkMessage(Strict):
    """Words with a button that opens a page."""

    type: Literal["cta_url"]
    header: Annotated[TextHeader | ImageHeader, Field(discriminator="type")] | None = None
    body: Body
    footer: Footer | None = None
    action: LinkAction


class Language(Strict):
    """In which language a template is sent."""

    code: Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")]
    policy: Literal["deterministic"] | None = None


class Parameter(Strict):
    """A text in a template."""

    type: Literal["text"]
    text: UpTo1024
    parameter_name: str | None = None


class Component(Strict):
    """A part of a template with texts in it."""

    type: Literal["header", "body", "button"]
    sub_type: Literal["url", "quick_reply"] | None = None
    index: str | None = None
    parameters: list[Parameter] = []


class Template(Strict):
    """What may be sent when the person has not written for a day."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,512}$")]
    language: Language
    components: list[Component] = []


class Context(Strict):
    """Which message is answered."""

    message_id: str


class Message(Strict):
    """What every message has.

    ``recipient`` is for who shows a username and no number (business-scoped user id); with both, Meta takes ``to``.
    """

    messaging_product: Literal["whatsapp"]
    recipient_type: Literal["individual"] = "individual"
    to: str | None = None
    recipient: str | None = None
    context: Context | None = None
    biz_opaque_callback_data: UpTo512 | None = None

    @model_validator(mode="after")
    def _somebody(self) -> Message:
        if self.to is None and self.recipient is None:
            raise ValueError("must have to or recipient")
        if self.to is not None and not (_NUMBER.fullmatch(self.to) and DIGITS[0] <= len(digits(self.to)) <= DIGITS[1]):
            raise ValueError("to must be a telephone number in international form")
        if self.recipient is not None and not _USER_ID.fullmatch(self.recipient):
            raise ValueError("recipient must be a business-scoped user id")
        return self


class TextMessage(Message):
    """Words; what a message is that does not say what it is."""

    type: Literal["text"] = "text"
    text: Text


class ImageMessage(Message):
    """A picture."""

    type: Literal["image"]
    image: Image


class InteractiveMessage(Message):
    """Something to choose."""

    type: Literal["interactive"]
    interactive: Annotated[ButtonMessage | ListMessage | LocationRequest | LinkMessage, Field(discriminator="type")]


class TemplateMessage(Message):
    """A text that Meta approved before."""

    type: Literal["template"]
    template: Template


class TypingIndicator(Strict):
    """Three dots for at most 25 seconds."""

    type: Literal["text"]


class ReadReceipt(Strict):
    """Blue ticks for the person, and the dots when asked for."""

    messaging_product: Literal["whatsapp"]
    status: Literal["read"]
    message_id: str
    typing_indicator: TypingIndicator | None = None


Sendable: TypeAlias = TextMessage | ImageMessage | InteractiveMessage | TemplateMessage

KINDS: Mapping[str, type[Sendable]] = {
    "text": TextMessage,
    "image": ImageMessage,
    "interactive": InteractiveMessage,
    "template": TemplateMessage,
}
"""What the double can send. Meta knows more kinds; the bot has no use for them."""


def read(asked: object) -> Sendable | ReadReceipt:
    """Check the body of a request.

    Args:
        asked: the parsed JSON.

    Raises:
        GraphError: it is not as documented.
    """
    if not isinstance(asked, dict):
        raise GraphError(100, "The body must be a JSON object")
    model: type[Sendable | ReadReceipt]
    if "status" in asked:
        model = ReadReceipt
    else:
        kind = asked.get("type", "text")
        if not isinstance(kind, str) or kind not in KINDS:
            raise GraphError(131009, f"type must be one of {', '.join(KINDS)}")
        model = KINDS[kind]
    try:
        return model.model_validate(asked)
    except ValidationError as error:
        raise _as_graph_says(error) from None


def digits(number: str) -> str:
    """A telephone number as WhatsApp names somebody: digits only."""
    return re.sub(r"\D", "", number)


def _as_graph_says(error: ValidationError) -> GraphError:
    """The first fault, without the words of the message: whoever logs an error must not log what was said."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    # Which of several kinds was tried stands in the place too; Meta does not name that.
    place = [str(part) for part in first["loc"] if part not in ("button", "list", "cta_url", "location_request_message")]
    where = "".join(part if number == 0 else f"['{part}']" for number, part in enumerate(place)) or "message"
    if first["type"] == "extra_forbidden":
        owner = "".join(part if number == 0 else f"['{part}']" for number, part in enumerate(place[:-1])) or "message"
        return GraphError(100, message=f'(#100) Unexpected key "{place[-1]}" on param "{owner}".')
    if first["type"] == "missing":
        return GraphError(131008, f"The parameter {where} is required")
    if where == "text['body']" and first["type"] == "string_too_long":
        return GraphError(100, message="(#100) Param text['body'] must be at most 4096 characters long.")
    return GraphError(131009, f"{where}: {first['msg']}")


def _different(what: str, given: list[str]) -> None:
    if len(set(given)) != len(given):
        raise ValueError(f"{what} must be different")


def as_sent(message: Sendable) -> dict[str, Any]:
    """A message as JSON, without what was left out."""
    return message.model_dump(exclude_none=True)
