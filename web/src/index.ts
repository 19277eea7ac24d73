/** The script of the chat: one tag in a page, and `<wegwijzer-chat>` works. */

import { WegwijzerChat } from './beeld/element';

if (!customElements.get('wegwijzer-chat')) customElements.define('wegwijzer-chat', WegwijzerChat);
