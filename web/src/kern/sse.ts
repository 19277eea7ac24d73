/** Server-Sent Events, read from text that arrives in pieces of any size (HTML standard, section 9.2.6). */

export interface ServerEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
}

/** A reader that keeps what is not complete yet and gives the events that are. */
export function eventReader(): (piece: string) => ServerEvent[] {
  let rest = '';
  let id = '';
  let type = '';
  let data: string[] = [];

  function line(text: string, events: ServerEvent[]): void {
    if (text === '') {
      if (data.length > 0) events.push({ id, type: type || 'message', data: data.join('\n') });
      type = '';
      data = [];
      return;
    }
    const colon = text.indexOf(':');
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') type = value;
    else if (field === 'id') id = value;
  }

  return (piece) => {
    const events: ServerEvent[] = [];
    // A carriage return at the very end may be half of a line end: it waits for the next piece.
    const text = rest + piece;
    const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
    const lines = whole.split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? '') + text.slice(whole.length);
    for (const one of lines) line(one, events);
    return events;
  };
}
