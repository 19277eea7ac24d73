/**
 * Every Dutch word of the chat window itself. What Wegwijzer says comes from the server, phone numbers from the catalogue.
 * B1: short, plain, warm. "Je".
 */
export const TEKSTEN = {
  naam: 'Wegwijzer',
  computer: 'Ik ben een computer, geen mens.',
  gesprek: 'Het gesprek',
  wie: { bot: 'Wegwijzer (computer)', colleague: 'Medewerker (mens)', you: 'Jij' },
  /** Read out before the message of each speaker ends with a colon. */
  typt: 'Wegwijzer schrijft iets.',
  laden: 'Even wachten. Ik haal het gesprek op.',

  invoer: 'Je bericht',
  uitleg: 'Schrijf liever geen naam of adres.',
  verstuur: 'Verstuur',

  onderweg: 'Nog niet verstuurd',
  mislukt: 'Niet verstuurd. Maak je bericht korter of probeer het later.',
  opnieuw: 'Probeer opnieuw',
  antwoorden: 'Kies een antwoord',
  gekozen: 'gekozen',

  hulp: 'Hulp nu',
  hulpTitel: 'Nu iemand spreken',
  hulpUitleg: 'Hier praat je met een mens.',
  hulpSluit: 'Sluit',
  chat: 'Chat met',
  bel: 'Bel',
  weg: 'Verlaat deze pagina snel',
  mens: 'Liever een mens',
  /** What is sent; the same words as the button in domain.yml. */
  mensBericht: 'Liever een mens',
  wis: 'Stop en wis',

  wisTitel: 'Wil je stoppen en alles wissen?',
  wisUitleg: 'Dan is dit gesprek weg. Je kunt het niet terughalen.',
  wisJa: 'Ja, wis alles',
  wisNee: 'Nee, ga terug',
  wisMislukt: 'Wissen lukt nu niet. Er is geen verbinding. Probeer het zo nog een keer.',
  gewist: 'Je gesprek is gewist.',

  offline: 'Er is nu geen verbinding.',
  offlineUitleg: 'Wat je schrijft, blijft hier staan. Ik verstuur het als de verbinding terug is. Bellen kan wel:',

  kaart: {
    waarom: 'Waarom dit bij je past',
    hoe: 'Zo begin je',
    zin: 'Dit kun je zeggen',
    open: 'Open',
    adres: 'Adres',
    mail: 'Mail',
    site: 'Bekijk de website',
  },
} as const;
