"""The settings with which the bot talks with the double instead of with Meta."""

from __future__ import annotations

from wegwijzer.graph_double.server import Double
from wegwijzer.settings import Settings

WEBHOOK = "/webhooks/whatsapp/webhook"
"""Path of the bot's webhook."""


def webhook(settings: Settings) -> str:
    """Address of the webhook of a bot with these settings.

    Raises:
        ValueError: there is no WhatsApp in them.
    """
    cloud = settings.whatsapp.cloud
    if cloud is None:
        raise ValueError("WhatsApp is not set")
    return f"http://{cloud.host}:{cloud.port}{WEBHOOK}"


def environment(double: Double, template: tuple[str, str] | None = None) -> dict[str, str]:
    """Variables for a bot.

    Args:
        double: which runs, so that its address is known.
        template: name and language of the template for a colleague's late answer.
    """
    account = double.account
    name, language = template or ("", "")
    return {
        "WHATSAPP_PHONE_ID": account.phone_id,
        "WHATSAPP_TOKEN": account.token,
        "WHATSAPP_APP_SECRET": account.app_secret,
        "WHATSAPP_VERIFY_TOKEN": account.verify_token,
        "WHATSAPP_GRAPH_URL": double.url,
        "WHATSAPP_TEMPLATE_LATE_REPLY": name,
        "WHATSAPP_TEMPLATE_LANGUAGE": language,
    }
