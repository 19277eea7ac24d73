"""Spoed: a body, a child, a fire or a person outside that needs help within minutes."""

from __future__ import annotations

from wegwijzer.understanding.crisis_patterns.guards import ILL_BEFORE
from wegwijzer.understanding.crisis_patterns.model import Danger, Pattern, Tier, patterns, words

_S, _ALERT, _CHECK = Danger.SPOED, Tier.ALERT, Tier.CHECK
_BEFORE = (ILL_BEFORE,)
_SUDDEN = r"(?:ineens|opeens|plots|plotseling|nu|net|zojuist|zonet|vandaag|vannacht|vanochtend)"
_CANNOT = r"(?:kan|kom|kun|krijg|komt|kunnen|kon|krijgt)"

BREATH = patterns(  # no breath, choking
    _S, _ALERT, (*_BEFORE, words(r"longen zijn|copd|astma (?:dus|en)|bij (?:het )?(?:wandelen|lopen|traplopen)")),
    r"(?:krijg\w*|heb|heeft|kan|kunnen) (?:\w+ ){0,3}(?:geen|bijna geen|haast geen|amper|nauwelijks|slecht|weinig) (?:lucht|adem)\b(?! te)",
    r"(?:kan|kunnen|kind|baby|hij|zij|ze|man) (?:\w+ ){0,4}(?:niet|bijna niet|amper|nauwelijks|niet goed|slecht) (?:goed |meer )?(?:ademen|ademhalen|adem halen)",
    r"(?:ademt|adem) (?:\w+ ){0,2}(?:niet|nauwelijks|amper|raar|bijna niet|gek|zwaar)\b|niet ademen|ademt niet|gestopt met ademen",
    r"(?:ik |hij |ze |zij )?(?:stik|stikt|stikken)\b(?= *(?:[.,!?]|$|bijna|help|ik|in (?:een|zijn|haar) (?:stuk|eten|snoep)))",
    r"verslikt\b(?! in de)",
    r"lippen (?:\w+ )?blauw|blauwe lippen|blauw aan(?:ge)?lopen",
    r"happen? naar (?:lucht|adem)|hapt naar (?:lucht|adem)|ligt te rochelen|rochelt",
    r"(?:heel|erg|zo|steeds|ontzettend|vreselijk|ineens) benauwd\b(?= *(?:[.,!?]|$|en|ik|kan))",
    r"keel (?:\w+ ){0,2}(?:dicht|zwelt|gezwollen|dik)\b ~ (?:adem|slik|allerg|gestoken|lucht)|allergische (?:reactie|shock)",
    r"astma-?aanval|puf(?:je)? (?:is )?(?:leeg|helpt niet)",
    r"geen zinnen (?:meer )?(?:af)?maken",
    r"(?:tong|keel|lippen|gezicht) (?:wordt|zwelt|is) (?:\w+ )?(?:dik|opgezet|op\b|dicht)|keel gaat dicht",
    r"wordt (?:helemaal )?(?:paars|blauw|grauw)\b",
    r"(?:steken|pijn) bij (?:het )?ademen",
    r"piept en (?:\w+ ){0,4}bulten|bulten ~ (?:piept|adem|lucht)",
    r"stikt in\b(?! (?:het )?(?:werk|spullen))",
)
HEART = patterns(  # chest pain, heart attack
    _S, _ALERT, _BEFORE,
    r"(?:druk|drukkende|pijn|steek|steken|beklemm\w*|band|knellend\w*|stekende) (?:\w+ ){0,5}(?:borst|borstkas|hartstreek|mijn hart|de borst)\b",
    r"(?:borst|borstkas|hartstreek) (?:\w+ ){0,4}(?:pijn|druk|zeer|drukt|arm|kaak|knelt)",
    r"pijn (?:\w+ )?(?:op|in) (?:mijn|zijn|haar|de|het) hart\b(?! van)(?= *(?:[.,!?]|$|en (?:mijn|in|ik kan)|arm|straalt))(?<!pijn in hart)",
    r"(?:heb|heeft|krijg|krijgt|lijkt|denk|volgens mij|net|nu|is) (?:\w+ ){0,5}(?:hartaanval|hartinfarct|beroerte|hartstilstand|herseninfarct|hersenbloeding|tia)\b(?! (?:gehad|over))",
    r"^(?:hartaanval|hartstilstand|beroerte)\b(?! gehad)",
    r"grijpt naar (?:zijn|haar) (?:borst|hart|keel)",
    r"lijkbleek|asgrauw",
    r"hart (?:\w+ ){0,5}(?:overslaat|slaat op hol|gaat als een gek|raast|slaat over) ~ (?:flauw|weg|duizelig|benauwd|zweet|vallen)",
    r"voel (?:\w+ )?(?:dat ik )?(?:weg ?(?:val|ga vallen|zak)|flauw ?val)",
    r"druk\w* (?:\w+ ){0,3}op (?:mijn|zijn|haar|de) borst\b",
    r"straalt uit naar (?:mijn|de|zijn|haar) (?:linker)?(?:arm|kaak|rug|schouder|nek)",
    r"(?:zit|staat|ligt) een \w+ op mijn borst",
    r"(?:greep|grijpt|grijpen) naar (?:zijn|haar) (?:borst|hart|keel)",
    r"hart (?:\w+ ){0,2}(?:200|180|slaat over|stopt) ~ (?:dubbel|zwart|pil|stopt|weg)",
    r"val (?:ik )?(?:steeds|telkens|bijna) weg|wordt alles zwart|zwart voor (?:mijn|de) ogen",
)
STROKE = patterns(  # signs of a stroke
    _S, _ALERT, _BEFORE,
    r"(?:mond|gezicht|mondhoek|oog) (?:\w+ ){0,3}(?:scheef|hangt|weggetrokken|scheve|slaapt|verlamd)|scheve (?:mond|gezicht)|mond (?:\w+ )?(?:trekt|staat) scheef",
    r"(?:praat|spreekt|praten|spreken) (?:\w+ ){0,3}(?:raar|wartaal|onduidelijk|als een dronk\w*|brabbel\w*|met dubbele tong|warrig|onverstaanbaar)\b",
    rf"{_CANNOT} (?:\w+ ){{0,2}}{_SUDDEN} (?:\w+ ){{0,3}}niet (?:meer |goed )?(?:praten|lopen|staan|spreken)(?= *(?:[.,!?]|$|en\b))",
    rf"{_SUDDEN} (?:\w+ ){{0,6}}(?:niet (?:meer |goed )?(?:praten|lopen|staan|optillen|bewegen|optil\w*)(?= *(?:[.,!?]|$|en\b))|verlamd|dubbel|wartaal|slap|lam)\b(?<!brief lam)",
    r"(?:arm|been|linkerarm|rechterarm|linkerbeen|rechterbeen|kant|hand) (?:\w+ ){0,5}(?:niet (?:meer )?(?:optillen|bewegen|voelen|omhoog)|verlamd|hangt slap|slap|gevoelloos|doet niks meer)\b",
    r"(?:een|1|linker|rechter) (?:kant|zijde|helft) ~ (?:verlamd|slaapt|gevoelloos|hangt|niks meer|slap|tintel)",
    r"kan (?:\w+ )?(?:niet|slecht) praten ~ (?:arm|mond|gezicht|scheef)|(?:arm|mond|gezicht) ~ (?:slecht|niet) (?:meer )?praten",
    r"(?:zie|ziet) (?:\w+ )?(?:ineens|opeens|plotseling|plots) (?:\w+ )?(?:dubbel|niks|wazig)",
    r"(?:arm|been|hand|kant|linkerkant|rechterkant|rechterhand|linkerhand) (?:\w+ ){0,3}(?:doet niks|doet niet wat|sleept|tintelt)",
    r"(?:been|arm) (?:sleept|tintelt|hangt) (?:ineens|opeens)",
    r"niet (?:meer )?op (?:mijn )?woorden kom\w*|woorden door elkaar|letters niet (?:meer )?goed|komt er raar uit",
    r"dubbele tong",
    r"ooglid hangt|mondhoek",
    r"spreekt (?:ineens|opeens|plots) niet",
)
UNCONSCIOUS = patterns(  # not waking, fainted, seizure, collapsed
    _S, _ALERT, _BEFORE,
    r"bewusteloos|buiten (?:westen|bewustzijn|kennis)|flauwgevallen|flauw gevallen|knock-?out",
    r"niet (?:meer |goed )?(?:wakker te krijgen|wakker goed|aanspreekbaar|bij kennis|bij bewustzijn|bijgekomen|bij zinnen)",
    r"(?:hij|zij|ze|kind|baby|vrouw|man|moeder|vader|oma|opa|vriend) (?:\w+ ){0,4}(?:wordt|word|wil|komt) (?:\w+ )?niet (?:meer |goed )?(?:wakker|bij)\b(?! (?:de|mijn|het|elkaar|van|ons))",
    r"krijg (?:\w+ ){0,3}niet (?:meer )?wakker|wakker maken lukt niet|komt niet bij$",
    r"(?:reageert|reageer|antwoordt|beweegt) (?:\w+ ){0,2}(?:niet|nergens (?:meer )?op\b(?! en heeft)|niks|nauwelijks|amper)\b(?! op (?:mijn )?(?:app\w*|bericht\w*|mail\w*|brief))(?= *(?:[.,!?]|$|meer|op|als|en))",
    r"geeft (?:\w+ )?geen (?:antwoord|kik|teken) meer|zegt niks meer$ ?",
    r"niet meer (?:reageert|ademt|beweegt)|(?:zo|heel) suf (?:\w+ ){0,2}(?:dat|niks|niet)",
    r"(?:ligt|ligt te|lag|hele lijf|lichaam|kind|meid|zoon|hij|ze) (?:\w+ ){0,5}(?:schokken|schokt|stuiptrek\w*|stuiptrekken|te trillen en|koortsstuip\w*)",
    r"epilep\w* ~ (?:aanval|stopt niet|schokt|duurt)|(?:stuip|toeval|insult)(?:en)?\b",
    r"in elkaar (?:gezakt|gestort|zakt)|ingestort op|onwel (?:geworden|en)|zakte in elkaar",
    r"draait (?:\w+ )?ogen weg|ogen (?:\w+ )?weg(?:gedraaid|draaien)?$",
    r"schuim\w* (?:\w+ )?(?:in|uit|op|om) (?:de |zijn |haar )?mond",
    r"schudt (?:met )?(?:zijn |haar )?hele (?:lichaam|lijf)",
    r"kijkt niet (?:meer)?$|ogen staan open maar",
    r"weet niet meer wie (?:hij|ze|zij|die) is",
    r"(?:is|hij is) koud en (?:gelig|grauw|stijf)",
)
BLEEDING = patterns(  # bleeding, burns, wounds, breaks
    _S, _ALERT, _BEFORE,
    r"(?:blijft|blijf|houdt niet op met|stopt niet met|stop niet) (?:\w+ ){0,2}bloeden",
    r"(?:bloed|bloeden|bloeding|bloedneus) (?:\w+ ){0,3}(?:stopt niet|stop niet|blijft (?:maar )?(?:komen|stromen|gaan)|niet te stoppen|niet gestopt|spuit|gutst|stroomt)",
    r"(?:bloedt|bloed) (?:heel |erg |zo )?(?:hevig|hard|erg|dood|leeg|veel)\b|(?:heel )?veel bloed\b(?! (?:prikken|afgenomen))|slagader|diep(?:e)? (?:gesneden|snee|wond|snijwond)",
    r"(?:spuug|spuugt|braak|braakt|hoest|poep|plas|overgeven|kots|kotst) (?:\w+ )?bloed",
    r"onder (?:het|de) (?:bloed|blaren|brandblaren)\b",
    r"kokend(?:e|heet)? (?:water|olie|thee|vet|soep|pan)\b|(?:hete|heet) (?:olie|vet|thee|water) over",
    r"(?:hand|arm|gezicht|been|borst|kind|lijf|voet) (?:\w+ ){0,3}(?:verbrand|verbrandt)\b",
    r"(?:been|arm|heup|nek|pols|bot) (?:\w+ )?(?:ligt|staat|zit|steekt) (?:\w+ )?(?:zo )?(?:raar|gek|scheef|krom|uit)|bot steekt",
    r"(?:neergestoken|neergeschoten|gestoken met|steekpartij|schietpartij)",
    r"bloed (?:\w+ )?(?:kots\w*|spuug\w*|braak\w*|hoest\w*|plas\w*|overgeef|proef\w*)|proef bloed",
    r"(?:met|overal|zwart|vol) bloed\b(?= *(?:[.,!?]|$|erbij|en\b))",
    r"doorweekt ~ (?:spuit|bloed)|(?:gesneden|snee|wond|bloed\w*) ~ (?:doorweekt|spuit)",
    r"bloedt (?:\w+ ){0,2}(?:uit|aan) (?:haar|zijn|mijn) (?:hoofd|neus|oor|mond|buik)",
    r"op (?:mijn|zijn|haar) (?:achter)?hoofd gevallen ~ (?:overgeven|zie|duizelig|suf|bloed\w*|braakt|misselijk)|met (?:zijn|haar|mijn) hoofd (?:op|tegen) ",
)
SWALLOWED = patterns(  # poisoned, swallowed, overdose
    _S, _ALERT, _BEFORE,
    r"(?:te ?veel|teveel|alle|hele strip|hele doos|hele pot|handvol|20|30|40|50|doosje|strip) (?:\w+ ){0,2}(?:van )?<pillen>\b(?! (?:voorgeschreven|tegen|krijg))",
    r"<pillen> (?:\w+ ){0,3}(?:ingenomen|geslikt|genomen|doorgeslikt|gepakt) ?(?:en|$|om|te veel)|<pillen> op, ligt|<pillen> op en",
    r"(?:gedronken|drank|alcohol) en <pillen>",
    r"(?:neem|nam|genomen|geslikt|ingenomen|heb|heeft|nu) (?:\w+ ){0,3}overdosis|overdosis (?:genomen|geslikt|ingenomen|op\b)|^overdosis$",
    r"(?:kind|zoontje|dochter|dochtertje|zoon|baby|peuter|kleuter|meisje|jongetje|hij|ze|zij|hond) (?:\w+ ){0,6}(?:ingeslikt|doorgeslikt|opgegeten|gedronken)\b ~ (?:aanrecht|schoonmaak|bleek|chloor|gootsteen|spuugt|knoop|batterij|pil\w*|vaatwas\w*|stikt|buikpijn)",
    r"(?:bleek|chloor|chloorbleek|schoonmaakmiddel|ontstopper|antivries|gootsteenontstopper|terpentine|lampolie|wasmiddel|vaatwastablet|knoopbatterij|rattengif|gif|azijn|allesreiniger) (?:\w+ ){0,3}(?:gedronken|ingeslikt|op\b|binnen|doorgeslikt|gegeten)",
    r"iets (?:\w+ )?(?:ingeslikt|giftigs)|vergiftig(?:d|ing)",
    r"te ?veel (?:van )?(?:mijn |zijn |haar )?insuline",
    r"dubbel\w* (?:\w+ ){0,3}(?:pil|\w*pillen|tabletten|insuline|medicijnen) (?:\w+ )?(?:genomen|geslikt|ingenomen)",
    r"(?:tabletten|pillen|medicijnen|alles) ~ in (?:een|1) keer (?:ingenomen|geslikt|genomen)",
    r"iets geslikt|sinds die pil",
)
CHILD = patterns(  # baby or child very ill; low or high sugar; very high fever; severe pain
    _S, _ALERT, _BEFORE,
    r"(?:baby|zuigeling|pasgeboren\w*)\b ~ (?:koorts|slap|drinkt niet|niet drinken|wil niet drinken|blauw|niet wakker|suf|heet|valt|gevallen|warm en)",
    r"(?:kind|zoontje|dochtertje|peuter|kleuter|dochter|zoon|hij|ze|kleine|meid)\b ~ (?:koorts|4[0-2] graden)[^.!?]{0,40}\b(?:suf|slap|4[0-2]|vlekjes|nek|stuip\w*|reageert|wakker)",
    r"koorts van (?:4[0-2]|veertig|eenenveertig)|4[0-2](?:[.,]\d)? (?:graden )?koorts|(?:slap|suf) (?:\w+ ){0,3}en (?:\w+ )?(?:drinkt|eet) niet",
    r"suiker(?:s|patient)? (?:\w+ ){0,4}(?:veel |heel |erg )?(?:te )?(?:laag|hoog)\b|bloedsuiker (?:\w+ ){0,3}(?:laag|hoog)|\bhypo\b|suikerpatient ~ (?:suf|niks meer|zweet|trilt|war|wakker)|diabeet ~ (?:suf|niks meer|zweet|trilt|war)",
    r"(?:plots|ineens|opeens|verschrikkelijk\w*|ondraaglijk\w*|hevige) (?:\w+ ){0,3}(?:pijn|buikpijn|hoofdpijn)\b ~ (?:niet (?:meer )?(?:kan )?staan|bloed|stijf|flauw|bewegen)",
    r"(?:weeen|vliezen|bevalling) (?:\w+ )?(?:gebroken|begonnen|nu|om de)|(?:verliest|verlies) (?:\w+ )?(?:bloed|vruchtwater)|zwanger ~ bloed",
    r"baby komt(?= *(?:[.,!?]|$|nu|eraan))",
    r"drinkt al (?:\w+ ){1,3}niet|zo slap als een",
    r"hoofdpijn ~ (?:nog nooit|knapte|knapt|nek (?:zit|is|voelt))|nek (?:zit|is) (?:vast|stijf) ~ (?:koorts|licht|hoofdpijn)",
    r"(?:been|kuit) (?:\w+ )?dik,? (?:\w+ )*(?:rood|heet)",
)
FALLEN = patterns(  # fallen and cannot get up, lying behind a door
    _S, _ALERT, (words(r"vorige? (?:maand|week|jaar|winter|zomer)|(?:jaar|jaren|maanden|weken|lang) (?:geleden|terug)|(?:19|20)\d\d|vroeger|revalid\w*|gips|vond haar|vond hem|overleden|sindsdien"),),
    r"(?:gevallen|val|lig|ligt)\b[^.!?]{0,90}(?:niet|geen|nie|niemand|nergens|lukt niet)\b[^.!?]{0,30}(?:overeind|opstaan|op ?staan|omhoog|bewegen|bij de telefoon|alarmknop|bij de bel|hoort|op komen|rechtop)",
    rf"{_CANNOT} (?:\w+ ){{0,4}}niet (?:meer )?(?:\w+ )?(?:overeind|opstaan|omhoog komen)\b(?! (?:tegen|uit bed|voor))",
    r"(?:lig|ligt|liggen) (?:\w+ ){0,5}(?:op (?:de|het) (?:grond|vloer|zeil|tegels|badkamervloer|straat|stoep|trap)|in de (?:gang|badkamer|douche|hal|tuin)|klem|vanaf vanochtend|sinds vanochtend|achter (?:de|zijn|haar) (?:voor)?deur|onderaan de trap)",
    r"(?:op de (?:grond|vloer)|onderaan de trap|klem) (?:\w+ )?(?:ligt|lig|liggen|zien liggen)",
    r"(?:van de trap|uit het raam|van het (?:dak|balkon)|van een ladder|van de ladder|uit bed) (?:\w+ )?(?:gevallen|gestort)\b(?= *(?:[.,!?]|$|en (?:ligt|lig|reageert|haar|zijn|mijn|bloedt|kan)|haar been))",
    r"(?:zie|zien) (?:\w+ ){0,4}(?:benen|voeten|lichaam|hem|haar|liggen) ~ (?:brievenbus|raam|deur)(?: liggen)?",
    r"doet (?:\w+ ){0,5}niet open ~ (?:hoor (?:\w+ )?(?:gekreun|gestommel|kreun\w*|huil\w*|roep\w*|om hulp|haar|hem)|hulp|stil|post|kreun\w*|roep\w*|krant|licht)",
    r"(?:om hulp|hulp) (?:te )?(?:horen )?(?:roep\w*|geroep|schreeuw\w*|gil\w*)|roept (?:\w+ )?(?:om )?hulp|hulpgeroep",
    r"kreun\w* (?:achter|in|door)",
    r"(?:lig|ligt) (?:\w+ ){0,3}(?:naast|achter|onder) (?:mijn|het|de|zijn|haar) (?:bed|stoel|deur|bank|tafel|trap)\b ?[^.!?]{0,60}(?:heup|niet|geen kant|pijn|been|hulp|koud)",
    r"(?:lag|gevonden) (?:\w+ ){0,3}(?:vanmorgen|vanochtend|net|zojuist) (?:\w+ ){0,3}(?:naast|op|achter)\b",
    
    r"roep\w* (?:\w+ ){0,5}om hulp",
    
)
FIRE = patterns(  # fire, smoke, gas, carbon monoxide, electricity
    _S, _ALERT, (words(r"(?:jaar|jaren|maanden) (?:geleden|terug)|vroeger|afgebrand|vuurwerk|barbecue|bbq|kampvuur|brandweerman|herdenking"),),
    r"^brand\b(?= *(?:[.,!?]|$|hier|bij|in))",
    r"(?:er is|er's|het is|hier is|ruik|zie) (?:\w+ )?brand\b(?! ?alarm)",
    r"brand (?:\w+ )?(?:nu|hier|bij de buren|bij mij|in (?:de|het|mijn|ons))\b",
    r"in brand\b(?! gestoken in)|in de (?:fik|hens)\b|in lichterlaaie|vlam in de pan|vlammen (?:\w+ )?(?:achter|uit|in|bij)|zijn vlammen",
    r"(?:vol|veel|zwarte|dikke|ruik) (?:\w+ )?rook\b|rook (?:komt |uit |in (?:het|de) (?:trap|huis|keuken|gang|portiek|flat)|door)",
    r"(?:gordijn\w*|keuken|huis|flat|pan|frituurpan|koelkast|accu|oven|bank|schuur|meterkast) (?:\w+ ){0,2}(?:brandt|brant|vat vlam|staat in)\b",
    r"(?:ruik\w*|stinkt|geur|lucht|lek) (?:\w+ ){0,5}(?:naar )?gas\b|gas ?lucht|gas ?lek|gaslekkage|gas (?:ruik|lekt)",
    r"koolmonoxide|co-? ?(?:melder|vergiftiging|alarm)|kachel ~ (?:hoofdpijn|misselijk)|(?:geiser|kachel|cv)\b ~ (?:misselijk|hoofdpijn|duizelig)|(?:misselijk|hoofdpijn|duizelig) ~ (?:geiser|kachel|cv|ketel)\b",
    r"stopcontact ~ (?:vonk\w*|rook|vlam\w*|brand\w*)|vonken (?:uit|vliegen)|stroomstoot|geelektrocuteerd|onder stroom",
    r"(?:rook|brand)melder (?:\w+ )?(?:gaat af|piept aan een stuk|loeit)",
    r"kan er niet uit\b(?! komen met)",
)
OUTSIDE = patterns(  # water, traffic, cold, confused or missing person
    _S, _ALERT, (words(r"(?:jaar|jaren|maanden) (?:geleden|terug)|vroeger|overleden|vorig jaar|op reis|vermissing van|zwemles"),),
    r"verdrink(?:t|en|ing)\b(?! in (?:het werk|papier|schulden|de))",
    r"(?:in het water|in de (?:gracht|vecht|vijver|singel|kanaal|sloot)|te water|in het kanaal) (?:\w+ )?(?:gevallen|gesprongen|geraakt|gereden|beland)",
    r"(?:iemand|man|vrouw|kind|jongen|meisje|auto|fietser|er) (?:\w+ )?(?:ligt|valt|drijft|zit) (?:\w+ ){0,2}(?:in het water|in de (?:gracht|vecht|vijver|singel|sloot)|in het kanaal)",
    r"aangereden|aanrijding|overreden|(?:verkeers)?ongeluk (?:gebeurd|gehad net|hier|voor de deur|op de)|door een (?:auto|tram|bus|scooter) geraakt",
    r"(?:onderkoeld|onderkoeling|bevroren|doodvriezen|vriest dood|vries dood)",
    r"(?:niet (?:meer )?warm worden|voeten niet meer|hele lichaam koud|ijskoud) ~ (?:buiten|voel\w*|slaap|voeten)|slaap (?:\w+ )?buiten ~ (?:voel|voeten|ijskoud|koud)",
    r"(?:verward|verwarde|demente|oude|oudere|dementerende) (?:\w+ ){0,3}(?:mevrouw|meneer|man|vrouw|heer|mens|persoon|iemand|dame|vader|moeder|oma|opa)\b ~ (?:op straat|(?<!niet meer )buiten|pyjama|nachtpon|nachthemd|ochtendjas|pantoffels|blote voeten|zonder jas|weet niet waar|verdwaald|doolt|dwaalt|vrieskou|in de kou|weggelopen|kwijt|niet vinden|vermist)",
    r"(?:dwaalt|doolt|zwerft|loopt) (?:\w+ ){0,5}(?:op straat|buiten|rond) ~ (?:pyjama|nachtpon|nachthemd|pantoffels|blote voeten|zonder jas|verward|doornat|vrieskou|weet niet)",
    r"(?:dement\w*|alzheimer|vader|moeder|oma|opa|man|vrouw|kind|zoontje|dochtertje)\b ~ (?:weggelopen|vermist|verdwenen|spoorloos|is weg,? zonder jas|is weg en het vriest|zonder jas)\b ?(?:[^.!?]{0,50}(?:vind|zoek|jas|vries|koud|donker|buiten\b|kwijt))",
    r"(?:dakloze|zwerver|man|vrouw|iemand) (?:\w+ ){0,4}(?:ligt|zit) (?:\w+ )?(?:buiten|op straat|in de kou|in het park) ~ (?:reageert|beweegt|kou|vriest|wakker|bloed)",
    r"(?:zoontje|dochtertje|kind|peuter|kleuter|zoon|dochter) (?:\w+ ){0,4}is (?:kwijt|zoek|vermist)\b",
)
CALL = patterns(  # asks for an ambulance, danger to life
    _S, _ALERT, (),
    r"(?:bel|belt|wil|moet|stuur|nodig|heb|kan) (?:\w+ ){0,4}(?<!bij de )(?:ambulance|ziekenwagen|ziekenauto|112|brandweer)\b(?! (?:gebeld en|werken|rijden|worden))",
    r"(?:ambulance|ziekenwagen|112) (?:\w+ )?(?:nodig|bellen|sturen|komen|nu|aub|graag)",
    r"help\b[^a-z]*(?:nu|snel|lucht|gauw|dood)\b",
    r"levensgevaar|(?:gaat|ga|is) (?:\w+ )?(?:hier )?dood (?:help|nu)",
    r"^(?:dit is )?(?:een )?noodgeval",
    r"reanim(?:eer|eren) (?:\w+ )?(?:nu|hem|haar)|geen hartslag|geen pols\b",
)
SUSPECT = patterns(  # could be serious: ask
    _S, _CHECK, (ILL_BEFORE, words(r"longen zijn|astma|copd|wandelen")),
    r"benauwd\b(?!e)",
    r"doet (?:\w+ ){0,5}dagen niet open|al dagen niet gezien|brievenbus (?:zit |is )?vol|gordijnen al dagen dicht",
    r"(?:heel|ineens|opeens) (?:erg )?duizelig",
    r"(?:is|met|het is) spoed\b(?! ?op zoek)|noodgeval|bel 112|112 bellen",
    r"nu gevallen|net gevallen|ben (?:hier )?gevallen (?:in|en)\b",
    r"suf\b ~ (?:kind|koorts|suiker)|verward\b ~ (?:ineens|opeens|koorts)",
    r"(?:kan|kun|kunnen) (?:je|jij|jullie|u|er) (?:\w+ )?iemand (?:sturen|komen) ",
    
)

PATTERNS: tuple[Pattern, ...] = (
    *BREATH, *HEART, *STROKE, *UNCONSCIOUS, *BLEEDING, *SWALLOWED, *CHILD, *FALLEN, *FIRE, *OUTSIDE, *CALL, *SUSPECT,
)
