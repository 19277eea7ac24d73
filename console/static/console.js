// What makes the console lively: news without reloading, sending without losing the place, sound and title. Without it every
// page works by reloading. It has no words of its own: those stand in the page.

const page = document.body;
const TITLE = document.title;
const EVERY = 2500;
const SLOWEST = 20000;
const WARN = 120; // seconds before signing out
const TYPING = 3000;

const find = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const voice = find('[data-stem]');
const lines = find('[data-regels]');
const form = find('[data-zeg]');
const box = form && find('textarea', form);
const request = page.dataset.verzoek;
const proof = page.dataset.bewijs;

/** Say something politely; the same words twice are two messages. */
function announce(text) {
  voice.textContent = '';
  setTimeout(() => { voice.textContent = text; }, 100);
}

async function post(path, fields) {
  const body = new URLSearchParams({ bewijs: proof, ...fields });
  const answer = await fetch(path, { method: 'POST', body, headers: { accept: 'application/json' } });
  return { ok: answer.ok, data: await answer.json() };
}

// ---------------------------------------------------------------- sound and title

const button = find('[data-geluid]');
const hint = find('[data-geluid-uitleg]');
let sound = null;
let wanted = localStorage.getItem('geluid') === 'aan';

function showSound() {
  if (!button) return; // who does not talk with residents hears nothing of them
  find('[data-alarm]').hidden = false;
  button.setAttribute('aria-pressed', String(wanted));
  hint.hidden = !wanted || sound?.state === 'running';
}

/** A browser lets a page make sound only after a click or a key on it. */
async function wake() {
  if (!wanted) return;
  sound ??= new AudioContext();
  await sound.resume();
  showSound();
}

function ring(times) {
  if (!wanted || sound?.state !== 'running') return;
  for (let count = 0; count < times; count += 1) {
    const start = sound.currentTime + count * 0.3;
    const tone = sound.createOscillator();
    const loud = sound.createGain();
    tone.frequency.value = 660;
    loud.gain.setValueAtTime(0.0001, start);
    loud.gain.exponentialRampToValueAtTime(0.2, start + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.0001, start + 0.25);
    tone.connect(loud).connect(sound.destination);
    tone.start(start);
    tone.stop(start + 0.26);
  }
}

button?.addEventListener('click', async () => {
  wanted = !wanted;
  localStorage.setItem('geluid', wanted ? 'aan' : 'uit');
  await wake();
  ring(1);
  showSound();
});
for (const kind of ['pointerdown', 'keydown']) document.addEventListener(kind, () => void wake(), { once: true });

// ---------------------------------------------------------------- news

let known = null; // what we knew; null at first: then nothing is new
let lost = false;
let pause = EVERY;

function alarm(news) {
  const now = { wacht: new Set(news.wacht), gevaar: new Set(news.gevaar), antwoord: new Set(news.antwoord) };
  document.title = now.wacht.size + now.antwoord.size ? `(${now.wacht.size + now.antwoord.size}) ${TITLE}` : TITLE;
  if (known) {
    const fresh = (name) => [...now[name]].some((id) => !known[name].has(id) && (name !== 'antwoord' || id !== request || document.hidden));
    if (fresh('gevaar')) { announce(voice.dataset.gevaar); ring(4); }
    else if (fresh('wacht')) { announce(voice.dataset.nieuw); ring(2); }
    else if (fresh('antwoord')) { announce(voice.dataset.antwoord); ring(1); }
  }
  known = now;
}

/** Put in the queue anew, without taking the focus away from who is there. */
function showQueue(html) {
  const block = find('[data-rijblok]');
  if (!block || block.dataset.was === html) return;
  const focused = block.contains(document.activeElement) ? document.activeElement : null;
  const where = focused && (focused.getAttribute('href') ?? focused.form?.getAttribute('action'));
  block.dataset.was = html;
  block.innerHTML = html; // made by our server from a template that escapes
  if (where) (all('a, button', block).find((one) => (one.getAttribute('href') ?? one.form?.getAttribute('action')) === where) ?? find('#inhoud')).focus();
}

const lastNumber = () => Number(lines?.lastElementChild?.dataset.nr ?? 0);

function showTalk(talk) {
  const log = lines.parentElement;
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  for (const line of talk.regels ?? []) {
    if (line.nr <= lastNumber()) continue;
    lines.insertAdjacentHTML('beforeend', line.html); // made by our server from a template that escapes
  }
  if (atEnd) log.scrollTop = log.scrollHeight;
  find('[data-typt]').hidden = !talk.typt;
  if (talk.staat !== lines.dataset.staat || String(talk.versie) !== lines.dataset.versie) find('[data-veranderd]').hidden = false;
}

async function ask() {
  const query = new URLSearchParams();
  if (page.dataset.rij) query.set('rij', '1');
  if (request) { query.set('verzoek', request); query.set('na', String(lastNumber())); }
  const answer = await fetch(`/nieuws?${query}`, { headers: { accept: 'application/json' } });
  if (answer.status === 401) { location.reload(); return; }
  if (!answer.ok) throw new Error(String(answer.status));
  const news = await answer.json();
  find('[data-bijna]').hidden = !(news.mag_blijven && news.over < WARN);
  alarm(news);
  if (news.rij !== undefined) showQueue(news.rij);
  if (news.gesprek && lines) showTalk(news.gesprek);
}

let turn = Promise.resolve();
/** One question at a time, so that no line is put in twice. */
const refresh = () => (turn = turn.then(ask).then(
  () => { if (lost) announce(voice.dataset.terug); lost = false; pause = EVERY; },
  () => { if (!lost) announce(voice.dataset.kwijt); lost = true; pause = Math.min(pause * 2, SLOWEST); },
));
async function again() {
  await refresh();
  setTimeout(again, pause);
}

find('[data-blijf]')?.addEventListener('click', async () => {
  await post('/blijven', {});
  find('[data-bijna]').hidden = true;
  find('#inhoud').focus();
});

// ---------------------------------------------------------------- talking

if (form) {
  const problem = find('[data-fout]', form);
  const send = find('button[type=submit]:not([hidden])', form);
  let busy = false;
  let typed = 0;
  const draft = `bericht.${request}`;
  box.value ||= sessionStorage.getItem(draft) ?? '';
  lines.parentElement.scrollTop = lines.parentElement.scrollHeight;

  const say = async () => {
    if (busy) return;
    busy = true;
    problem.textContent = '';
    const text = box.value;
    try {
      const { ok, data } = await post(form.action, { tekst: text, kenmerk: form.elements.kenmerk.value });
      if (!ok) { problem.textContent = data.fout; return; }
      // The same words may be said twice; the same click may not.
      form.elements.kenmerk.value = crypto.getRandomValues(new Uint32Array(4)).join('');
      if (box.value === text) box.value = '';
      sessionStorage.removeItem(draft);
      await refresh();
    } catch {
      problem.textContent = voice.dataset.kwijt;
    } finally {
      busy = false;
      box.focus();
    }
  };

  form.addEventListener('submit', (event) => {
    const ready = event.submitter?.dataset.voeg;
    if (ready !== undefined) {
      event.preventDefault();
      box.value = [box.value.trimEnd(), ready].filter(Boolean).join('\n\n');
      box.focus();
      box.setSelectionRange(box.value.length, box.value.length);
      sessionStorage.setItem(draft, box.value);
    } else if (!event.submitter || event.submitter === send) {
      event.preventDefault();
      void say();
    }
  });
  box.addEventListener('input', () => {
    sessionStorage.setItem(draft, box.value);
    if (box.value && Date.now() - typed > TYPING) {
      typed = Date.now();
      post(form.action.replace(/zeg$/, 'typt'), {}).catch(() => {});
    }
  });
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); void say(); }
  });
}

// ---------------------------------------------------------------- crossing out what may be learned from

const cross = find('[data-streep]');
if (cross) {
  const words = find(`#${cross.dataset.streep}`);
  cross.hidden = false;
  cross.addEventListener('click', () => {
    const { selectionStart: from, selectionEnd: to } = words;
    if (from !== to) words.setRangeText(cross.dataset.voor, from, to, 'end');
    words.focus();
  });
}

if (voice) { showSound(); void again(); }
