/** Every Dutch word on the route map and on what is kept of it; what the step itself says comes from the server. B1. */

export type Form = 'je' | 'u';

export interface KaartTeksten {
  /** Above the map. */
  readonly route: string;
  /** The stop where the line begins. */
  readonly nu: string;
  readonly stap: string;
  /** Goes before a list of haltes, for who cannot see the map. */
  readonly langs: string;
  readonly past: string;
  readonly want: string;
  readonly begin: string;
  readonly zeg: string;
  readonly contact: string;
  readonly bel: string;
  readonly mail: string;
  readonly site: string;
  readonly adres: string;
  readonly kosten: string;
  readonly open: string;
  readonly letOp: string;
  readonly hulp: string;
  /** Goes before the day. */
  readonly bewaard: string;
  /** Name of the saved file. It says nothing about the person. */
  readonly bestand: string;
}

const JE: KaartTeksten = {
  route: 'Jouw route',
  nu: 'Jij, nu',
  stap: 'Je volgende stap',
  langs: 'Langs deze haltes',
  past: 'Waarom dit past',
  want: 'Dit past, want',
  begin: 'Zo begin je',
  zeg: 'Dit kun je zeggen',
  contact: 'Zo kom je er',
  bel: 'Bel',
  mail: 'Mail',
  site: 'Kijk op',
  adres: 'Adres',
  kosten: 'Kosten',
  open: 'Open',
  letOp: 'Let op',
  hulp: 'Nu iemand spreken',
  bewaard: 'Wegwijzer. Bewaard op',
  bestand: 'wegwijzer',
};

export const KAART_TEKSTEN: Readonly<Record<Form, KaartTeksten>> = {
  je: JE,
  u: { ...JE, route: 'Uw route', nu: 'U, nu', stap: 'Uw volgende stap', begin: 'Zo begint u', zeg: 'Dit kunt u zeggen', contact: 'Zo komt u er' },
};
