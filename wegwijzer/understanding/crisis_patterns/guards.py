"""What makes the same words harmless.

The :data:`CUT` expressions are cut out of a sentence before it is searched, so that what is said beside them still counts:
in "mijn broer pleegde zelfmoord en ik wil hem achterna" only the first half is grief.
"""

from __future__ import annotations

import re

from wegwijzer.understanding.crisis_patterns.model import words

DENIES = words(
    r"(?:niet|geen|nooit|niks|niemand|zonder) (?:meer |echt |ook |van plan |zo )*(?:aan |over |met |om )?(?:zelfmoord\w*|zelfdoding\w*|suicid\w*)(?! tot nu)"
    r"|denk (?:ik )?(?:er )?(?:echt |zeker |gelukkig |helemaal )?(?:niet|nooit) (?:meer )?(?:aan|over|na over) (?:zelf|suic|de dood|dood)|(?:niet|nooit) (?:over|aan) (?:de dood|dood ?gaan|doodgaan|zelf\w+) (?:denk|dacht|gedacht)"
    r"|(?:zelfmoord|zelfdoding|suicid\w*|dood)\b[^.!?,]{0,25} (?:eerlijk nee|is (?:echt )?niet aan de orde|geen sprake|is niet zo|helemaal niet|denk ik (?:echt )?niet|ben ik niet)"
    r"|(?:doe|deed) (?:ik )?<zelf> (?:echt |heus |zeker |verder )?(?:niks|niet\b(?! goed))(?: aan)?|<zelf> (?:niks|niet) aan ?(?:doe|doen)?|ga <zelf> niks"
    r"|(?:ik )?(?:wil|wou|wilde|hoef) (?:ik |zij |ze |hij )?(?:echt |zeker |helemaal |heus |absoluut )?niet (?:dood|sterven|doodgaan)\b(?! ?gewoon)(?: wil\w*)?"
    r"|niet (?:dood|sterven|doodgaan) (?:wil|willen|wou|hoef)|dood wil (?:ik|hij|ze|zij) (?:al helemaal |echt |zeker )?niet|niet dat ik (?:dood|eruit|er niet meer|mezelf)|(?:ik )?wil niet dat [^.!?,]{0,25}(?:dood|sterf)\w*"
    r"|niet dood hoor|niet levensmoe|(?:geen|nooit) doodswens|gekke dingen|niks geks|(?:dood|achterna|zelfmoord\w*|zelfdoding|klaar|niet meer wil)\b[^.!?]{0,25}maar (?:dat is|dat klopt|zo is het) (?:echt |helemaal )?niet(?: zo| waar)?"
    r"|113 is niet voor|of ik aan (?:zelf\w+|de dood) (?:denk|dacht) ~ nee|denk niet dat ik (?:wat|iets) ga"
)
"""Says that it is not so."""

_PAST = (
    r"(?:(?<!\bvan )vroeger|destijds|ooit|in mijn jeugd|mijn jeugd|als (?:kind|tiener|puber|kleuter|jong meisje|jongetje|student)|toen ik (?:\w+ ){0,3}(?:was|werd|woonde|jong|klein|\d+)|(?:jaar|jaren|maanden|lang|tijdje|winters?) (?:geleden|terug)|ben (?:ik )?(?:nu|inmiddels|gelukkig) (?:weer )?veilig"
    r"|in (?:19|20)\d\d|(?:19|20)\d\d\b|vorige? (?:jaar|eeuw|zomer|winter|voorjaar)|jarenlang|jaren geweest|de oorlog|oorlog)"
)
PAST = words(_PAST)
"""Was long ago."""

_WELL = (
    r"(?:voorbij\b|is weg\b|zijn \w+ weg\b|achter (?:me|mij) (?:ligt|gelaten)|gaat (?:\w+ ){0,5}(?:goed|beter|prima)|(?:ben|daar|me) (?:\w+ ){0,4}(?:veilig|vrij|hersteld|genezen|blij|beter|overheen)|(?:nu|en|weer|rustig en) (?:veilig|vrij|rustig|blij)|(?:is|zijn) (?:\w+ ){0,3}(?:rustig|goed ingesteld)"
    r"|geniet|overheen|gelukkig niet meer|weer prima|dankzij therapie|hersteld|genezen|verwerkt|(?:al|gelukkig) (?:\w+ ){0,3}(?:jaar|jaren) niet meer|blij dat ik er nog ben|niks meer (?:doen|aandoen)|weer lachen|overleefd|afgekickt|\bclean\b|sta ik droog"
    r"|gescheiden en|weg bij (?:hem|haar) en|al lang (?:dood|overleden|weg)|niet meer, en nu wil ik weer|woont ver weg|woon (?:nu )?ergens anders|veilig en|nieuw leven)"
)
WELL = words(_WELL)
"""Is over, healed, safe."""

HEALED = words(rf"{_PAST}[^\n]{{0,200}}?{_WELL}")
"""Long ago and healed, in that order (for the classifier)."""

BACK = words(
    r"nu weer|weer (?:terug|begonnen|bezig|net zo|erger)|nog steeds|nog altijd (?:aan|dood)|opnieuw|komt terug|komen terug|sinds kort|de laatste tijd weer|weer(?: \w+){0,2} (?:aan|aankomt|terug)\b|(?:appte|zegt|zei|belde) (?:\w+ )?net|net dat"
)
"""Is back, so not healed."""

NOW = words(
    r"nu\b|vandaag|vannacht|vanavond|elke (?:dag|nacht|avond)|iedere (?:dag|nacht|avond)|de hele tijd|ik wil (?:ook |niet |hem |haar )"
)
"""Is about today, so not long ago."""

PRESENT = words(
    r"ik (?:\w+ )?(?:wil|ga|denk|maak|kan|hoef)\b|(?:wil|ga|denk|maak|kan|hoef) ik\b|slaat|schopt|mishandelt|bedreigt|dwingt|wurgt|wordt (?:ik )?(?:\w+ ){0,2}(?:geslagen|mishandeld|bedreigd)"
)
"""A verb in the present tense."""

JOKE = re.compile(r"\b(?:ha){2,}h?\b|\b(?:hi){2,}\b|\blol\b|\blmao\b|bij wijze van spreken|😂|🤣|😅|😆|[;:]-?[)pd](?!\w)")
"""A joking tone: never makes it harmless, only turns an alert into the caring question."""

_DIED = r"(?:overleden|gestorven|verloren|verloor|verloren heb\w*|nabestaanden?|lotgenoten|kwijtgeraakt|gegaan)"
GRIEF = words(
    r"(?<!net )(?:pleegde|pleegden) (?:\w+ ){0,3}zelfmoord|zelfmoord (?:heeft |had |hebben )?(?:pleegde|gepleegd(?: heeft| had)?)|zelfdoding (?:heeft )?gepleegd"
    rf"|{_DIED} (?:\w+ ){{0,3}}(?:aan|door|na|van) (?:een |de )?(?:zelfmoord|zelfdoding|suicide|overdosis|hartstilstand|hartaanval|hersenbloeding|beroerte|brand)|nabestaanden? (?:van|na|door) (?:een )?(?:zelfmoord|zelfdoding|suicide)|(?:door|aan|na|van|over) (?:een |de |zijn |haar |zo'n )?(?:zelfmoord|zelfdoding|suicide) (?:van|{_DIED})"
    rf"|na (?:een|de|zijn|haar) (?:zelfmoord|zelfdoding|suicide)|(?:iemand|man|vrouw|zoon|dochter|vader|moeder|broer|zus|vriend|vriendin|haar|hem)[^.!?,]{{0,25}} door (?:zelfmoord|zelfdoding|suicide)|(?:zelfmoord|zelfdoding) van <wie>"
    r"|(?:maakte|maakten) (?:\w+ ){0,3}(?:een )?(?:eind|einde) aan (?:zijn|haar|hun|het) leven|(?:heeft|had) (?:\w+ ){0,3}een (?:eind|einde) aan (?:zijn|haar|het) leven gemaakt|een einde? aan (?:zijn|haar) leven maakte"
    r"|(?:stapte|stapten) (?:\w+ ){0,3}uit het leven|(?:is|was) (?:\w+ ){0,3}uit het leven gestapt|uit het leven (?:is )?(?:gestapt|stapte)|<zelf> (?:\w+ ){0,4}(?:van )?het leven (?:benam|ontnam|beroofd|benomen|beroofde)|(?:van )?het leven (?:benam|ontnam|beroofd heeft|heeft beroofd)"
    r"|<wie> (?:\w+ ){0,5}euthanasie|na de euthanasie|euthanasie (?:van|gekregen|gehad|gedaan)|koos (?:\w+ ){0,2}voor (?:het einde|de dood|euthanasie)"
    r"|(?:hond|kat|poes|oma|opa|moeder|vader|man|vrouw) (?:\w+ ){0,4}(?:ingeslapen|inslapen)|doodgereden|doodgeschoten|bang om dood te gaan|bijna dood|dood door"
)
"""Is about somebody who died; not applied to what is said about oneself."""

FIGURATIVE = words(
    r"(?:laptop|telefoon|computer|pc|fiets|auto|wifi|printer|wasmachine|tv|mobiel|accu|app|batterij) (?:\w+ ){0,3}(?:zelfmoord\w*|dood)(?: gepleegd)?|liever dood dan (?!zo\b|verder|door|leven|dit|alleen|hier|nog een dag|wakker)[^.!?]{0,40}"
    r"|(?:lach|lachen|lachte|schrik|schrok|schaam|verveel|werk|erger|zoek|schrikken|vervelen) (?:\w+ ){0,3}(?:dood|kapot)|kapot gelachen|(?:sterf|sterven|ga dood|crepeer) (?:\w+ )?(?:van|duizend)(?! (?:binnen|verdriet))|gek van|tijd (?:\w+ )?dood|dood ?tij"
    r"|voor (?:hem|haar|ze|hen|mijn \w+|jou|de familie) (?:\w+ ){0,2}(?:al )?(?:jaren )?dood(?= *(?:[.,!?]|\Z))|dood voor (?:hem|haar|ze|hen|jou)|op sterven na dood|dood wil zien|ten dode|zachte dood|doodop|doodmoe(?: van \w+)?|moe van alles (?:\w+ )?(?:doen|regelen|zelf)|een dooie"
    r"|moord(?:en)? (?:doen )?voor|moord en brand|laat (?:ik )?\w+ (?:\w+ )?(?:niet )?stikken|laten (?:mij|me|hem|haar|ons|je|hun) (?:\w+ )?stikken|laat (?:me|mij|hem|haar) (?:\w+ )?stikken|stikken? (?:van|in) de (?:warmte|hitte|rekeningen|spullen)|stikt (?:hier )?van"
    r"|eruit (?:geschopt|getrapt|gegooid|gesmeten)|(?:uit|van|in) (?:de|het|mijn) (?:app|groep|groepsapp|club|team|kroeg|huis|tent) (?:geschopt|gegooid|getrapt|gezet|uit gevochten)|geslagen door de (?:bliksem|liefde)|schoot (?:als|twee|raak|uit)"
    r"|voor (?:mijn|de) (?:kop|hoofd) slaan|kan (?:hem|haar|ze) wel (?:wurgen|slaan|vermoorden|wat aandoen)|wel (?:wat|iets) aandoen|(?:vermoordt|vermoord|kill\w*) (?:me|mij) (?:als|wanneer) (?:ik|ze|hij) (?:\w+ ){0,5}(?:te laat|hoort|ziet|vergeet|thuiskom|kom|dit)\b"
    r"|dreig(?:t|en|de) (?:met|om|dat) (?:\w+ ){0,3}(?:brief|brieven|deurwaarder\w*|boete\w*|incasso\w*|rechter|ontslag|sluiting|afsluiting|afsluiten|ontruiming|regen)|(?:gemeente|bedrijf|schuldeisers|energieleverancier|werkgever|bank|woningbouw) (?:\w+ )?dreig(?:t|en)(?: met)?"
    r"|slaa[tn]? (?:\w+ ){0,2}(?:nergens op|op hol|de klok|twaalf|op tilt|op de \w+|alarm|aan\b|dicht|over\b)|(?:sloeg|slaat|sloegen) (?:\w+ )?(?:nergens|aan|over|dicht|af|in als)|klok (?:slaat|sloeg)|van (?:\w+ )?slag|sla ik (?:maar )?over|zak slaan|trapt tegen een bal|deur uit vliegen"
    r"|(?:vader|moeder|familie|man|vrouw|kinderen|ouders) (?:hebben|heeft|is|was) (?:me|mij)? ?(?:doodverklaard)|hart(?:je)? (?:klopt|bonst|zit) in (?:mijn|de) keel|hart gebroken|hart (?:is|ligt) (?:\w+ )?bij|hart verloren|onder de riem"
    r"|een (?:eind|einde|punt) (?:aan|achter) (?:de (?:avond|dag|vergadering|ruzie|verhuizing)|die (?:baan|club)|ons huwelijk|de relatie|het huwelijk|mijn (?:relatie|baan|huwelijk|carriere))|(?:een )?(?:eind|einde) (?:aan )?breien|een eind (?:lopen|wandelen|fietsen)"
    r"|(?:dag|dagen|avond|ik) (?:\w+ ){0,3}klaar met alles, en dan|klaar met alles, en|in de fik (?:we|wij)|barbecue (?:\w+ ){0,3}in de fik"
)
"""Idiom, exaggeration, another meaning of the same words."""

NOT_HURT = words(
    r"(?:niet|nooit|geen|niemand) (?:(?!maar\b|wel\b)\w+ ){0,3}(?:geslagen|geschopt|bedreigd|mishandeld|gestalkt|opgesloten|klappen|geweld|misbruikt|gevaar|bang|onveilig|kwaad|pijn op)\b(?: (?:voor|van) <thuis>)?|(?:slaat|schopt|bedreigt|mishandelt|doet) (?:mij|me|ons|haar|hem) (?:echt |zeker |hier |helemaal )?(?:niet|nooit|geen|niks)"
    r"|niemand (?:\w+ ){0,3}(?:slaat|bedreigt|doet)|doet (?:geen vlieg|niemand) kwaad|niemand doet|niet bang (?:voor|van) (?:hem|haar|<thuis>)|slaat met (?:de )?deur\w*|(?:wordt|word) (?:er )?niet (?:\w+ )?(?:geslagen|geschreeuwd)"
)
"""Says that nobody is hurt."""

NO_HURRY = words(
    r"(?:geen|niet|nooit) (?:spoed|nood|haast|noodgeval|brand|ambulance|112|koorts(?! maar)|pijn op de borst|hartaanval|beroerte|lucht meer over)|(?:112|ambulance) (?:\w+ )?niet (?:nodig|te bellen|bellen)|(?:hoeft|hoef) (?:\w+ )?(?:geen|niet) (?:\w+ )?(?:ambulance|112)(?: te \w+)?"
    r"|met spoed (?:een (?!ambulance|arts|dokter)|op zoek)|spoed(?:post|eisende hulp|ig)\b|spoedcursus|reanimatie|brandweer (?:ge|werk|vrij)|brandmeld|eerste hulp cursus|\behbo|steun op (?:mijn )?borst|borstkanker|borst(?:voeding|operatie)|(?:uit|af)gebrand"
)
"""Says that there is no emergency, or means something else."""

TASK = words(
    r"bestuur\w*|penningmeester|voorzitter|secretaris|vereniging|club|commissie|\w*commissie|koor|project|contract|baan|baas|werkgroep|huurhuis|opleiding|studie|cursus|dating|apps|competitie|team|vrijwilliger\w*|ouderling|abonnement|verbouwing"
)
"""Is about a job, a club or a task that ends."""

RELATION = words(
    r"huwelijk|relatie|uit elkaar|getrouwd|verkering|scheid\w*|scheiding|mijn ex en ik|we (?:\w+ ){0,3}(?:eind|punt)"
)
"""Is about a relation that ends."""

MOVING = words(
    r"verhuiz\w*|verhuis\w*|kleiner wonen|kleiner ga wonen|kringloop|marktplaats|opruimen|vakantie|op reis|logeren|rommelmarkt|nieuwe (?:baan|woning|huis|bank|fiets)|zorginstelling|werk gevonden"
)
"""Is about moving house, tidying up, a holiday: a reason to give things away."""

AFTER_ME = words(
    r"(?:wie (?:zorgt|moet|let|past)|wat gebeurt er met|hoe moet het met) ~ (?:als|wanneer) ik er|als ik er (?:later|ooit|zelf) (?:zelf )?niet meer ben|(?:zorg\w*|mantelzorg\w*)\b[^.!?]{0,40}als ik er (?:later |ooit |zelf )niet meer ben"
)
"""Worry about who will care for somebody later."""

_SUDDEN = (
    r"(?:ineens|opeens|plots|plotseling|zojuist|vannacht|vanochtend|maar nu(?! (?:gaat|ben|is|voel|geniet|heb))|nu weer|help)\b"
)
SUDDEN = words(_SUDDEN)
"""Happens now, whatever was before."""

ILL_BEFORE = words(
    rf"\A(?!.*\b{_SUDDEN}).*\b(?:{_PAST}|vorige maand|vorige week|na (?:mijn|een|de|die|zijn|haar) (?:\w+ )?(?:beroerte|hartaanval|infarct|hartinfarct|herseninfarct|tia|val|hersenbloeding|operatie)|sinds (?:mijn|een|de|dat|die|zijn|haar) (?:\w+ )?(?:beroerte|hartaanval|val|infarct|hartinfarct|hersenbloeding)"
    r"|gehad\b|herstel\w*|revalid\w*|in het gips|is eraf|gaat (?:nu )?weer|cardioloog|overleden|gestorven|verdronk|stierf|lotgenoten|cursus|steeds banger)"
)
"""An illness or accident of before."""

OTHERS_GONE = words(
    r"(?:sinds|nu|omdat|doordat|toen) (?:mijn|onze|ons|de|zijn|haar|m'n) (?:\w+ ){1,2}er (?:\w+ ){0,2}niet meer (?:zijn|waren|is|was)\b"
)
"""Others who died: "sinds onze ouders er niet meer zijn"."""

CUT = (DENIES, FIGURATIVE, NOT_HURT, NO_HURRY, OTHERS_GONE)
"""Cut out of every sentence, whoever it is about."""
