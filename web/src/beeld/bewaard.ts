/** What the browser keeps: in this tab only, gone when the tab closes or the person wipes. Nothing is said in it but what was not sent. */

import type { Unsent } from '../kern/state';
import type { Aanspreekvorm } from '../teksten.nl';

export type Maat = 'gewoon' | 'groot' | 'grootst';

export interface Bewaard {
  readonly open: boolean;
  readonly maat: Maat;
  readonly vorm: Aanspreekvorm;
  readonly voorlezen: boolean;
  /** The person said yes to speaking into the browser. */
  readonly inspreken: boolean;
  readonly unsent: readonly Unsent[];
  /** Key of the message with helplines whose panel the person closed. */
  readonly gezien: string;
}

export const BEGIN: Bewaard = { open: false, maat: 'gewoon', vorm: 'je', voorlezen: true, inspreken: false, unsent: [], gezien: '' };
const KEY = 'wegwijzer';

/** The drawer of one tab; works, without remembering, where the browser keeps nothing. */
export class Lade {
  private now: Bewaard;

  constructor(private readonly storage: Storage | null = tabStorage()) {
    this.now = this.read();
  }

  get inhoud(): Bewaard {
    return this.now;
  }

  zet(news: Partial<Bewaard>): void {
    this.now = { ...this.now, ...news };
    try {
      this.storage?.setItem(KEY, JSON.stringify(this.now));
    } catch {
      // Full or forbidden: then it is not remembered.
    }
  }

  /** After wiping only the choices of how to read stay. */
  wisGesprek(): void {
    this.zet({ unsent: [], gezien: '' });
  }

  /** Leave nothing at all. */
  wisAlles(): void {
    this.now = BEGIN;
    try {
      this.storage?.removeItem(KEY);
    } catch {
      // Nothing was kept.
    }
  }

  private read(): Bewaard {
    try {
      const found: unknown = JSON.parse(this.storage?.getItem(KEY) ?? '{}');
      return typeof found === 'object' && found !== null ? checked(found as Record<string, unknown>) : BEGIN;
    } catch {
      return BEGIN;
    }
  }
}

function checked(found: Record<string, unknown>): Bewaard {
  const { open, maat, vorm, voorlezen, inspreken, unsent, gezien } = found;
  return {
    open: open === true,
    maat: maat === 'groot' || maat === 'grootst' ? maat : BEGIN.maat,
    vorm: vorm === 'u' ? 'u' : BEGIN.vorm,
    voorlezen: voorlezen !== false,
    inspreken: inspreken === true,
    unsent: Array.isArray(unsent) ? unsent.filter(isUnsent) : [],
    gezien: typeof gezien === 'string' ? gezien : '',
  };
}

function isUnsent(value: unknown): value is Unsent {
  const one = value as Partial<Unsent> | null;
  return typeof one?.id === 'string' && typeof one.text === 'string' && (one.replyTo === null || typeof one.replyTo === 'number');
}

function tabStorage(): Storage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}
