/** Reading aloud and speaking in, with what the browser itself has. */

interface Herkenner {
  lang: string;
  interimResults: boolean;
  continuous: boolean;
  onresult: ((event: { results: ArrayLike<ArrayLike<{ transcript: string }>> }) => void) | null;
  onend: (() => void) | null;
  onerror: (() => void) | null;
  start(): void;
  abort(): void;
}

/** A Dutch voice that speaks on the device is better: then nothing that is said leaves it. */
export function nederlandseStem(voices: readonly SpeechSynthesisVoice[]): SpeechSynthesisVoice | null {
  const dutch = voices.filter((voice) => /^nl([-_]|$)/i.test(voice.lang));
  const netherlands = (voice: SpeechSynthesisVoice): number => Number(/^nl[-_]NL/i.test(voice.lang));
  return [...dutch].sort((a, b) => Number(b.localService) - Number(a.localService) || netherlands(b) - netherlands(a))[0] ?? null;
}

/** Reads one text at a time. */
export class Voorlezer {
  private stemmen: readonly SpeechSynthesisVoice[] = [];
  private bezig: (() => void) | null = null;
  private readonly spraak = 'speechSynthesis' in globalThis ? globalThis.speechSynthesis : null;

  /** Voices come late in most browsers; `veranderd` is called when a Dutch one came or went. */
  constructor(veranderd: () => void) {
    const look = (): void => {
      const before = this.kan;
      this.stemmen = this.spraak?.getVoices() ?? [];
      if (this.kan !== before) veranderd();
    };
    this.spraak?.addEventListener?.('voiceschanged', look);
    look();
  }

  get kan(): boolean {
    return nederlandseStem(this.stemmen) !== null;
  }

  /** Read a text; `klaar` is called once, when it ends or is stopped. */
  lees(tekst: string, klaar: () => void): void {
    this.stop();
    const voice = nederlandseStem(this.stemmen);
    if (!this.spraak || !voice) return klaar();
    const said = new SpeechSynthesisUtterance(tekst);
    said.voice = voice;
    said.lang = voice.lang;
    const end = (): void => {
      if (this.bezig !== end) return;
      this.bezig = null;
      klaar();
    };
    this.bezig = end;
    said.onend = end;
    said.onerror = end;
    this.spraak.speak(said);
  }

  stop(): void {
    this.bezig?.();
    this.spraak?.cancel();
  }
}

/** Turns speech into text; null where the browser cannot. */
export function luisteraar(): ((hoor: (tekst: string) => void, klaar: (mislukt: boolean) => void) => () => void) | null {
  const scope = globalThis as { SpeechRecognition?: new () => Herkenner; webkitSpeechRecognition?: new () => Herkenner };
  const Soort = scope.SpeechRecognition ?? scope.webkitSpeechRecognition;
  if (!Soort) return null;
  return (hoor, klaar) => {
    const oor = new Soort();
    let mislukt = false;
    oor.lang = 'nl-NL';
    oor.interimResults = true;
    oor.continuous = true;
    oor.onresult = ({ results }) => hoor(Array.from(results, (one) => one[0]?.transcript.trim() ?? '').join(' '));
    oor.onerror = () => (mislukt = true);
    oor.onend = () => klaar(mislukt);
    oor.start();
    return () => oor.abort();
  };
}
