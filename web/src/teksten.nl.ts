/**
 * Every Dutch word of the chat window itself, in both forms. What Wegwijzer says comes from the server, its welcome from
 * domain.yml and phone numbers from the catalogue. B1: short, plain, warm.
 */

/** How the person wants to be addressed. */
export type Aanspreekvorm = 'je' | 'u';

const JE = {
  naam: 'Wegwijzer',
  start: 'Praat met Wegwijzer',
  gesprek: 'Het gesprek',
  wie: { bot: 'Wegwijzer (computer)', colleague: 'Medewerker (mens)', you: 'Jij' },
  typt: 'Wegwijzer schrijft iets.',
  laden: 'Even wachten. Ik haal het gesprek op.',
  omlaag: 'Naar het nieuwste bericht',

  invoer: 'Je bericht',
  uitleg: 'Schrijf liever geen naam of adres.',
  verstuur: 'Verstuur',

  onderweg: 'Nog niet verstuurd',
  mislukt: 'Niet verstuurd.',
  opnieuw: 'Probeer opnieuw',
  antwoorden: 'Kies een antwoord',
  gekozen: 'gekozen',

  hulp: 'Hulp nu',
  hulpTitel: 'Nu iemand spreken',
  hulpUitleg: 'Hier praat je met een mens.',
  hulpSluit: 'Sluit deze nummers',
  chat: 'Chat met',
  bel: 'Bel',
  weg: 'Verlaat deze pagina snel',
  mens: 'Liever een mens',
  /** What is sent; the same words as the button in domain.yml. */
  mensBericht: 'Liever een mens',
  wis: 'Stop en wis',
  sluit: 'Sluit het gesprek',

  wisTitel: 'Wil je stoppen en alles wissen?',
  wisUitleg: 'Dan is dit gesprek weg. Je kunt het niet terughalen.',
  wisJa: 'Ja, wis alles',
  wisNee: 'Nee, ga terug',
  wisMislukt: 'Wissen lukt nu niet. Er is geen verbinding. Probeer het zo nog een keer.',
  gewist: 'Je gesprek is gewist.',

  offline: 'Er is nu geen verbinding.',
  offlineUitleg: 'Wat je schrijft, blijft hier staan. Ik verstuur het als de verbinding terug is. Bellen kan wel:',

  menu: 'Instellingen',
  menuSluit: 'Klaar',
  grootte: 'Hoe groot wil je de letters?',
  maten: { gewoon: 'Gewoon', groot: 'Groot', grootst: 'Heel groot' },
  vorm: 'Wil je “je” of “u” lezen?',
  vormen: { je: 'Zeg maar je', u: 'Zeg maar u' },
  stem: 'Voorlezen',
  stemAan: 'Zet bij elk bericht een knop om het voor te lezen',

  leesVoor: 'Lees voor',
  stopLezen: 'Stop met voorlezen',
  spreekIn: 'Spreek in',
  stopSpreken: 'Stop met inspreken',
  luistert: 'Zeg het maar. Ik schrijf mee. Daarna kun je het nog veranderen.',
  spreekTitel: 'Wil je je bericht inspreken?',
  spreekUitleg:
    'Je browser maakt van je stem een tekst. Sommige browsers sturen je stem daarvoor naar hun maker, zoals Google of Apple. Wegwijzer krijgt alleen de tekst.',
  spreekJa: 'Ja, ik spreek in',
  spreekNee: 'Nee, ik typ liever',
  spreekMislukt: 'Inspreken lukt nu niet. Typen kan wel.',

  kaart: {
    waarom: 'Waarom dit bij je past',
    want: 'Dit past, want',
    hoe: 'Zo begin je',
    zin: 'Dit kun je zeggen',
    open: 'Open',
    kosten: 'Kosten',
    letOp: 'Let op',
    bel: 'Bel',
    mail: 'Mail naar',
    site: 'Bekijk de website',
    route: 'Zoek op de kaart',
    /** After a link that leaves the chat. */
    nieuw: 'opent een nieuw venster',
    print: 'Print',
    plaatje: 'Bewaar als plaatje',
    pdf: 'Bewaar als pdf',
    bewaarMislukt: 'Bewaren lukt nu niet. Maak een foto of schrijf het op.',
  },
} as const;

/** The same keys, any words. */
type Woorden<T> = { readonly [K in keyof T]: T[K] extends string ? string : Woorden<T[K]> };
export type Teksten = Woorden<typeof JE>;

const U: Teksten = {
  ...JE,
  wie: { ...JE.wie, you: 'U' },
  invoer: 'Uw bericht',
  hulpUitleg: 'Hier praat u met een mens.',
  wisTitel: 'Wilt u stoppen en alles wissen?',
  wisUitleg: 'Dan is dit gesprek weg. U kunt het niet terughalen.',
  gewist: 'Uw gesprek is gewist.',
  offlineUitleg: 'Wat u schrijft, blijft hier staan. Ik verstuur het als de verbinding terug is. Bellen kan wel:',
  grootte: 'Hoe groot wilt u de letters?',
  vorm: 'Wilt u “je” of “u” lezen?',
  luistert: 'Zegt u het maar. Ik schrijf mee. Daarna kunt u het nog veranderen.',
  spreekTitel: 'Wilt u uw bericht inspreken?',
  spreekUitleg:
    'Uw browser maakt van uw stem een tekst. Sommige browsers sturen uw stem daarvoor naar hun maker, zoals Google of Apple. Wegwijzer krijgt alleen de tekst.',
  kaart: { ...JE.kaart, waarom: 'Waarom dit bij u past', hoe: 'Zo begint u', zin: 'Dit kunt u zeggen', bewaarMislukt: 'Bewaren lukt nu niet. Maak een foto of schrijf het op.' },
};

export const TEKSTEN: Readonly<Record<Aanspreekvorm, Teksten>> = { je: JE, u: U };
