/* Asks for news, puts messages on the page as the server wrote them, and says what is tapped. */
const who = document.body.dataset.wie;
const log = document.getElementById('gesprek');
const view = document.getElementById('rol');
const text = document.getElementById('tekst');
const fault = document.getElementById('storing');
const shown = new Map();
let version = '';

async function act(body) {
  await fetch(`/doen?wie=${who}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

function put(message) {
  const known = shown.get(message.id);
  if (known && known.html === message.html) return;
  const item = known?.item ?? document.createElement('li');
  item.className = message.html.includes('class="vinkjes') ? 'in' : 'out';
  item.innerHTML = message.html; // Written by our own server, which escapes every word.
  if (!known) {
    log.append(item);
    view.scrollTop = view.scrollHeight;
  }
  shown.set(message.id, { html: message.html, item });
}

function tell(state) {
  state.berichten.forEach(put);
  document.getElementById('typt').textContent = state.typt ? 'typt…' : '';
  document.getElementById('venster').textContent = state.venster;
  if (document.activeElement !== fault) fault.value = state.storing;
  const refused = state.geweigerd.map((line) => Object.assign(document.createElement('li'), { textContent: line }));
  if (refused.length) document.getElementById('geweigerd').replaceChildren(...refused);
  if (!document.hidden && state.berichten.some((message) => message.unread)) act({ wat: 'gelezen' });
}

async function listen() {
  for (;;) {
    try {
      const answer = await fetch(`/nieuws?wie=${who}&versie=${version}`);
      const state = await answer.json();
      version = state.versie;
      tell(state);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

document.getElementById('schrijven').addEventListener('submit', (event) => {
  event.preventDefault();
  if (text.value.trim()) act({ wat: 'zeg', tekst: text.value });
  text.value = '';
  text.focus();
});
text.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    document.getElementById('schrijven').requestSubmit();
  }
});
document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button?.dataset.keuze) act({ wat: 'kies', bericht: button.dataset.bericht, keuze: button.dataset.keuze });
  else if (button?.dataset.wat) act({ wat: button.dataset.wat });
});
fault.addEventListener('change', () => act({ wat: 'storing', soort: fault.value }));
listen();
