"""What the danger patterns must catch, what they must leave alone, and how fast they are.

The sentences were written for this test, family by family; none is a training line. ``!`` in front means that the
helplines must show at once, otherwise a caring question will do as well.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wegwijzer.understanding.crisis import find_danger
from wegwijzer.understanding.crisis_patterns import Danger, Tier, find, prepare

DANGER: dict[str, dict[str, str]] = {
    "zelfdoding": {
        "wish to be dead": """
            !het liefst was ik gewoon dood
            !ik zou willen dat ik dood was
            !kwil echt dood joh
            !doodgaan zou een opluchting zijn
            !Ik verlang iedere dag naar de dood.
            !soms hoop ik dat een auto me aanrijdt en dat ik dan dood ben
            !ik wil sterven, hoor je mij
            !waarom mag ik niet gewoon sterven
            !ze wil dood, mijn nichtje van zestien
            !dood wil ik, niks anders meer
            !hij heeft gezegd dood te willen""",
        "wish not to live or exist": """
            !ik wil niet meer lefen
            !leven wil ik niet meer
            !ik niet wil leven meer
            !ik heb geen wil meer om te leven
            !ik hoef niet zo nodig verder te leven
            !had ik maar nooit bestaan
            !ik wou dat ik nooit geboren was
            !ik kan zo niet langer leven
            !deze leven ik wil niet meer
            het leven hoeft van mij niet zo nodig meer
            ik wil er gewoon niet meer wezen
            !kon ik maar ophouden met bestaan""",
        "not wake up": """
            !laat me vannacht maar in mijn slaap gaan
            !ik wil inslapen en nooit meer ontwaken
            !kon ik maar slapen en niet meer wakker hoeven worden
            !elke avond bid ik dat ik morgen niet meer wakker word
            hopelijk word ik morgen niet meer wakker""",
        "follow a dead loved one, be taken by God": """
            !ik wil naar mijn vrouw toe, in de hemel
            !ik ga mijn zoon achterna
            !ik wil weer bij papa zijn, daarboven
            !God mag me komen halen
            Onze Lieve Heer mag mij wel thuishalen
            !ik vraag God elke nacht of Hij mij meeneemt
            mijn man roept mij, ik kom gauw bij je schat
            is het een zonde als je zelf je leven neemt
            !mijn broer pleegde zelfmoord en ik wil hem achterna""",
        "a burden, others better off": """
            !mijn kinderen zijn beter af als ik er niet meer ben
            !zonder mij hebben ze het makkelijker
            !de wereld is beter zonder mij
            ik ben voor iedereen een last
            ik ben alleen maar een blok aan hun been
            !iedereen zou blij zijn als ik dood was
            niemand zou mij missen als ik weg was""",
        "no reason, no future, one way out": """
            !er is voor mij geen reden meer om te leven
            !wat heeft mijn leven nog voor zin, ik stop ermee
            !ik zie nog maar een uitweg en dat is de dood
            ik zie geen toekomst meer voor mezelf
            ik heb niks meer om voor te leven
            er is geen hoop meer voor mij
            waarom leef ik eigenlijk nog
            het heeft allemaal geen zin meer
            ik kan niet meer, echt niet
            ik trek het niet meer
            ik zie het leven niet meer zitten
            ik zie niks meer zitten
            zie het helemaal nie meer zitten
            ik zie het soms echt niet meer zitten""",
        "goodbye, settled affairs, decided": """
            !dit is mijn afscheid, jullie waren lief voor me
            !vaarwel
            !ik heb afscheidsbrieven voor de kinderen geschreven
            !tegen de tijd dat u dit leest ben ik er niet meer
            bedankt dat jullie er altijd voor me waren, het ga jullie goed
            mijn hond heb ik naar mijn zus gebracht, ik heb hem straks niet meer nodig
            alles is geregeld voor als ik er straks niet meer ben
            !ik heb besloten om te gaan, vanavond nog
            !ik weet wanneer ik het ga doen
            !volgende week leef ik niet meer
            mijn besluit staat vast en nu ben ik eindelijk rustig
            dit was het dan, doei allemaal""",
        "suicide by name, plans, self-harm": """
            !ik denk aan zelfmoort
            !ben suicidaal
            !zelfdodingsgedachten heb ik, elke nacht
            !ik wil er een eind aan maken
            !ik ga mezelf van kant maken
            !ik wil uit het leven stappen
            !ik heb pillen gespaard om er een eind aan te maken
            !ben bang dat ik mezelf wat aandoe
            ik snij mezelf weer
            ik doe mezelf pijn als het te druk wordt in mijn hoofd
            !ik durf niet alleen te zijn, straks doe ik mezelf iets
            !stap uit dit leven, da's het enige wat ik nog denk
            waar kan ik terecht als ik aan zelfdoding denk
            !vroeger dacht ik aan zelfmoord en nu weer
            haha ik wil echt dood
            !de gedachte aan de dood laat me niet los""",
        "completed life": """
            !voor mij is het leven voltooid
            !ik vind mijn leven af, de huisarts wil mij niet helpen met euthanasie
            !ik heb lang genoeg geleefd, nu wil ik gaan
            !ik ben het leven moe
            !ik ben levensmoe
            ik ben 93 en het mag wel een keer afgelopen zijn
            het is mooi geweest, ik ben op en ik wil weg""",
        "reported by somebody else": """
            !mijn zusje zegt dat ze dood wil
            !mijn man wil niet meer leven sinds zijn ontslag
            !een vriendin heeft geappt dat ze er een eind aan gaat maken
            !hij dreigt met zelfmoord als ik wegga
            !mijn zoon heeft een poging gedaan vannacht
            mijn buurvrouw geeft al haar spullen weg en praat over de dood
            !mijn neef schreef dat hij er morgen niet meer is
            onze dochter snijdt zichzelf in haar armen
            ik ben bang dat mijn broer zichzelf iets aandoet
            mama zegt steeds dat het voor haar niet meer hoeft""",
    },
    "geweld": {
        "hitting, all verbs and orders": """
            !mijn man slaat mij
            !papa slaat mij met zijn riem
            !mijn vrouw mij slaan elke dag
            !hij heeft me gister in elkaar geslagen
            !ik krijg thuis klappen
            !mijn broer schopt en stompt me
            !ik wordt geslage door me vader
            !hij geeft me een mep als ik wat terug zeg
            !zij heeft mij van de trap geduwd
            !hij greep me bij mijn keel
            !hij trok me aan mijn haren
            mama wordt geslagen door haar vriend
            !mijn vriend is agressief tegen mij en de kinderen
            !ik word mishandeld
            !hij smijt met borden naar mij en de kinderen
            !mij man sla mij""",
        "threats and weapons": """
            !hij zegt dat hij me dood maakt
            !mijn ex heeft gedreigd mij te vermoorden
            !hij heeft een mes en staat voor mijn kamer
            !ik word met de dood bedreigd
            !als ik wegga gaat hij mijn kinderen wat aandoen
            !ze gaan me pakken zeggen ze, ze weten waar ik woon
            !hij dreigt mijn naaktfoto's te verspreiden
            als ik niet betaal breken ze mijn benen""",
        "control": """
            !ik mag van mijn man de deur niet uit
            !hij houdt mij opgesloten in huis
            !mijn man pakt mijn pasje en mijn telefoon af
            hij controleert mijn telefoon elke avond
            !ik mag niemand zien van hem en geen vrienden hebben
            mijn vriend wil altijd weten waar ik ben en met wie
            mijn schoonmoeder laat mij niet naar buiten
            hij beslist wat ik draag en met wie ik praat
            !mijn dochter wordt door haar vriend thuis opgesloten""",
        "followed, tracked": """
            !ik word gestalked door mijn ex
            !mijn ex volgt mij overal
            !er zit een zendertje in mijn auto van mijn ex
            !mijn ex staat steeds voor mijn deur
            er loopt steeds dezelfde man achter me aan naar huis""",
        "forced marriage, honour": """
            !ze willen mij uithuwelijken
            !mijn ouders dwingen mij om te trouwen met mijn neef
            !ik moet van mijn vader trouwen met een man die ik niet ken
            !mijn zusje wordt meegenomen naar Marokko om daar te trouwen
            mijn familie zegt dat ik de eer heb geschonden
            !ik ben bang voor eerwraak""",
        "sexual violence, trafficking": """
            !hij heeft mij verkracht
            !ik word gedwongen om seks te hebben
            !mijn oom zit aan mij
            !hij dwingt mij in bed
            !ik moet met mannen naar bed van mijn vriend en hij houdt het geld
            !mijn stiefvader raakt mij aan waar ik het niet wil
            mijn paspoort is afgepakt door de baas en ik mag niet weg""",
        "fear at home, reads along": """
            !ik ben bang voor mijn man
            !ik durf niet naar huis, mijn vader is zo boos
            !ik ben thuis niet veilig
            hij komt zo terug, ik moet stoppen met typen
            kan niet bellen hij luistert mee
            !ik ben met de kinderen gevlucht voor mijn man en heb geen plek
            ik loop op eieren thuis, als hij gedronken heeft is het mis
            !help hij is binnen en ik zit in de badkamer
            mijn zoon is verslaafd en ik ben bang voor hem""",
        "seen by others": """
            !ik hoor de buurman zijn vrouw slaan
            !de kinderen van de buren worden geslagen
            mijn leerling heeft steeds blauwe plekken
            !mijn zus wordt mishandeld door haar man
            mijn moeder wordt hardhandig aangepakt door de verzorger
            de zoon van mijn buurvrouw pikt haar pensioen en ze is bang voor hem
            bij de buren wordt elke nacht geschreeuwd en de kinderen gillen
            !die oude man wordt door zijn dochter opgesloten en krijgt niet te eten
            een meisje in mijn klas durft niet naar huis""",
    },
    "spoed": {
        "breathing, heart, stroke": """
            !ik krijg haast geen adem meer
            !mijn vader heeft pijn op de borst
            !mijn moeder haar mond hangt scheef
            !volgens mij heeft mijn man een hartaanval
            !opa praat raar en zijn arm hangt slap
            !ze kan niet ademen
            !ik heb druk op mijn borst en mijn arm tintelt
            ik ben heel benauwd en het wordt erger
            !mijn vrouw kan ineens niet meer praten
            !baby ademt niet""",
        "unconscious, seizures, bleeding, burns": """
            !mijn man is bewusteloos
            !ze wordt niet meer wakker
            !mijn zoon is flauwgevallen en komt niet bij
            !ze heeft een aanval en ligt te schokken op de grond
            !het bloeden stopt niet
            !er komt heel veel bloed uit mijn been
            !kokend water over mijn kind gekregen
            !hij reageert nergens meer op
            mijn buurman ligt buiten westen in de tuin""",
        "swallowed, overdose, very ill, sugar": """
            !ik heb te veel pillen geslikt
            !mijn dochter heeft een hele strip paracetamol op
            !kind heeft schoonmaakmiddel gedronken
            !hij heeft een overdosis genomen
            !mijn baby is slap en drinkt niet meer
            !baby heeft 40 graden koorts en is suf
            !zijn suiker is veel te laag en hij trilt en is in de war""",
        "fallen, behind a door": """
            !ik ben gevallen en kan niet opstaan
            !mijn moeder ligt op de grond en krijgt zichzelf niet overeind
            !ik lig op de vloer in de keuken en niemand hoort mij
            buurvrouw doet al drie dagen niet open en ik hoor haar kreunen
            ik zie mijn buurman door het raam op de grond liggen""",
        "fire, gas, water, traffic, cold, wandering": """
            !er is brand in de keuken
            !het huis staat in brand
            !het ruikt hier sterk naar gas
            !de koolmonoxidemelder gaat af
            !er ligt iemand in het water, hij verdrinkt
            !een fietser is aangereden en beweegt niet
            !er loopt een verwarde man op straat in zijn pyjama
            mijn demente vader is weggelopen en we kunnen hem niet vinden
            er ligt een dakloze buiten in de kou en hij reageert niet
            !bel een ambulance
            !de frituurpan staat in de fik""",
    },
}

HARMLESS: dict[str, str] = {
    "denial": """
        ik denk niet aan zelfmoord
        nee zelfmoord is niet aan de orde
        ik wil echt niet dood hoor
        ik ben niet suicidaal, gewoon moe
        maak je geen zorgen, ik doe mezelf niets aan
        ik heb nooit aan zelfdoding gedacht
        je denkt misschien dat ik dood wil maar dat is niet zo
        nee mijn man slaat me niet
        ik word niet bedreigd of zo
        bij ons thuis wordt niemand geslagen
        het is geen noodgeval
        u hoeft 112 niet te bellen
        ik ben niet bang voor mijn man
        ik heb geen pijn op de borst
        ze heeft geen zelfmoordgedachten zegt ze
        ik wil leven, ik wil alleen niet meer alleen zijn""",
    "idiom and exaggeration": """
        ik lach me dood
        ik verveel me kapot
        ik schrok me dood toen de bel ging
        ik sterf van de dorst
        mijn moeder vermoordt me als ze dit hoort haha
        die muziek is dodelijk saai
        wat een moordwijf ben jij
        ik kan hem wel wurgen, zo irritant
        mijn telefoon gaat steeds dood
        het is hier een dooie boel in de wijk
        liever dood dan nog een keer naar die bingo
        ik sta in vuur en vlam voor haar
        er brandt bij ons nog licht tot twaalf uur
        ik brand van nieuwsgierigheid
        die film sloeg nergens op
        ik slaap als een roos sinds ik wandel
        mijn hart klopt in mijn keel als ik moet praten
        ik ben er helemaal klaar mee, met die verbouwing
        de tijd doodslaan kan ik goed
        ik ga er een eind aan breien want het is laat
        van mij hoeft die koffie niet
        de accu is dood van mijn scootmobiel
        we hebben elkaar kapot geknuffeld
        ik zit er doorheen na die drukke week""",
    "grief": """
        mijn man is vorig jaar gestorven
        mijn zus maakte een einde aan haar leven, ik mis haar
        mijn vader pleegde zelfmoord toen ik twaalf was
        ik ben nabestaande van zelfdoding
        mijn vrouw is aan een hersenbloeding overleden
        mijn vriend is uit het leven gestapt in 2015
        mijn moeder kreeg euthanasie vanwege kanker
        sinds mijn man er niet meer is eet ik alleen
        mijn zoon verdronk toen hij vier was
        mijn beste vriendin stierf aan een hartstilstand
        ik zoek lotgenoten die ook iemand door zelfmoord verloren hebben
        mijn oma is vredig ingeslapen
        hij is in de hemel en ik steek elke dag een kaars aan
        mijn hond is overleden en ik mis hem""",
    "long past, healed, safe": """
        als tiener wilde ik dood, nu geniet ik weer van het leven
        tien jaar geleden heb ik een poging gedaan, het gaat nu heel goed met me
        vroeger sneed ik mezelf, dat doe ik gelukkig al jaren niet meer
        mijn ex mishandelde mij, ik ben nu veilig en woon ergens anders
        ik werd vroeger geslagen door mijn vader, die is al lang dood
        mijn jeugd was gewelddadig maar dat is verwerkt
        ik heb in 2019 een hartaanval gehad
        na mijn beroerte kan ik niet meer fietsen
        twee jaar geleden ben ik gevallen, sindsdien loop ik met een rollator
        ik ben jaren geleden mishandeld maar nu gaat het goed
        ik was vroeger verslaafd en heb een overdosis overleefd""",
    "figurative and ordinary": """
            ik zie die groep niet zitten
            zo'n koor zie ik niet zitten, liever iets anders
            we zien wel waar we gaan zitten
        mijn kinderen laten mij stikken
        ze hebben me uit de app gegooid
        de gemeente dreigt met een boete
        ik ben geslagen door de bliksem van de liefde
        ik word gek van mijn buren
        mijn zoon slaat op de trommel
        de klok slaat twaalf uur
        hij trapt tegen een bal
        mijn ex en ik maken er een punt achter
        ik stap uit de vereniging
        ik wil stoppen met mijn baan
        we gaan afscheid nemen van onze buurt
        mijn spullen heb ik weggegeven aan de kringloop omdat ik kleiner ga wonen
        wie zorgt er voor mijn zoon met een beperking als ik er later niet meer ben?
        ik heb een plan om meer te bewegen
        ik heb een brief geschreven aan de gemeente
        kan ik hier een cursus reanimatie volgen
        ik ben ehbo'er en wil helpen
        ik wil bij de brandweer
        waar is de spoedpost
        ik ga elke week naar de cardioloog
        mijn longen zijn slecht dus ik kom weinig buiten
        ik heb astma en ben soms kortademig bij het wandelen
        ik ben bang voor honden
        ik ben bang om alleen oud te worden
        ik durf niet alleen naar een nieuwe groep
        mijn moeder is gevallen vorige maand en nu in een revalidatiecentrum
        ik slik pillen tegen hoge bloeddruk
        mijn man heeft suikerziekte
        er is een nieuwe kickboksschool in de buurt
        ik hoor de buren ruzie maken over de vuilnisbak
        mijn dochter gaat trouwen in Marokko
        mijn zoon wil met zijn vriendin trouwen
        ik zoek een maatje voor mijn vader
        ik ben de laatste tijd wat somber
        de avonden duren lang
        niemand belt mij ooit
        niemand mist mij op de club
        ik voel me nutteloos sinds mijn pensioen
        ik kan niet slapen
        ik wil weg uit deze wijk
        ik wil niet meer alleen eten
        ik kan niet meer zo goed lopen
        ik wil niet meer drinken
        ik hoef niet meer te werken
        ik ben klaar met mijn opleiding
        bedankt voor alles, tot ziens
        doei, fijne avond
        de trein was weg en ik stond in de kou
        mijn vader zit altijd op zijn telefoon
        mijn man leest graag de krant met mij mee
        ik mag van de dokter niet sporten
        ik mag niet autorijden van het cbr
        hij komt zo thuis en dan gaan we eten
        mijn ex woont om de hoek
        ik ga met mijn zus mee naar het koor
        het water in de gracht is koud
        ik heb het koud in huis, de verwarming is duur
        ik bloos snel als iemand naar mij kijkt""",
}

NEUTRAL = (
    "Hallo, goedemiddag.",
    "Ik woon in Utrecht.",
    "Mijn zus komt zondag.",
    "Het regent vandaag.",
    "Ik heb een kat.",
    "Vroeger werkte ik bij de post.",
    "Ik ben 67 jaar.",
    "Sorry dat ik stoor.",
    "Met mijn dochter gaat het goed.",
    "Ik heb geen auto.",
    "Nee, ik kom uit Zuilen.",
    "Bedankt voor het lezen.",
    "Ik zit nu op de bank.",
    "Mijn man is in 2011 overleden.",
    "Ik weet niet wat ik moet zeggen.",
    "Ik ken hier niemand.",
    "Vorig jaar ben ik verhuisd.",
    "Mijn laptop is kapot.",
)


def lines(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(family, line.strip()) for family, text in table.items() for line in text.strip().splitlines()]


POSITIVES = [(kind, family, line) for kind, table in DANGER.items() for family, line in lines(table)]
ALERTS = [line.removeprefix("!") for _, _, line in POSITIVES if line.startswith("!")]


@pytest.mark.parametrize(("kind", "family", "line"), POSITIVES)
def test_danger_is_seen(kind: str, family: str, line: str) -> None:
    alarm = find_danger(line.removeprefix("!"))
    assert alarm is not None, family
    if line.startswith("!"):
        assert alarm.tier is Tier.ALERT, family
    assert alarm.kind == kind


@pytest.mark.parametrize(("family", "line"), lines(HARMLESS))
def test_harmless_is_left_alone(family: str, line: str) -> None:
    alarm = find_danger(line)
    assert alarm is None, (family, alarm)


@pytest.mark.parametrize(
    "line",
    [
        "haha nee joh, ik wil echt dood",
        "lol ik maak mezelf van kant",
        "ik wil niet dood haha, maar leven wil ik ook niet meer",
        "vroeger dacht ik er ook aan en nu weer, ik wil niet meer leven",
        "mijn vrouw is in 2010 overleden en ik wil naar haar toe in de hemel",
        "mijn zoon pleegde zelfmoord en sindsdien wil ik ook niet meer leven",
        "nee ik word niet geslagen maar hij heeft me wel verkracht",
        "vorig jaar sloeg hij me en nu weer",
        "ik heb geen koorts maar wel pijn op de borst",
        "het is geen grapje, ik ga zelfmoord plegen",
        "ik wil niet meer leven, vroeger was alles beter",
        "met mijn dochter gaat het goed, ik wil dood sinds vorig jaar",
        "vroeger was ik gelukkig en nu gaat het goed met iedereen behalve mij, ik wil niet meer leven",
        "vroeger had ik pijn op de borst en nu ineens weer",
        "ik was vroeger nooit bang maar nu slaat mijn man mij",
        "toen ik twaalf was werd ik misbruikt en ik wil nu dood",
    ],
)
def test_a_guard_does_not_silence_a_real_one(line: str) -> None:
    assert find_danger(line) is not None


def test_a_joke_turns_an_alert_into_a_question() -> None:
    alarm = find_danger("haha ik wil dood")
    assert alarm is not None
    assert alarm.tier is Tier.CHECK


@pytest.mark.parametrize(
    "line", ["IK WIL DOOD", "ik  wil\ndood", "ík wíl dóód", "ik wil doooood", "kwil dood", "ik wil niet meer leve", "zelfmoort"]
)
def test_spelling_does_not_hide_it(line: str) -> None:
    alarm = find_danger(line)
    assert alarm is not None
    assert alarm.kind is Danger.ZELFDODING


@given(st.text(max_size=400))
def test_any_text_is_accepted(text: str) -> None:
    find(prepare(text))
    find_danger(text)


@given(st.sampled_from(ALERTS), st.lists(st.sampled_from(NEUTRAL), max_size=3), st.lists(st.sampled_from(NEUTRAL), max_size=3))
@settings(max_examples=400, deadline=None)
def test_harmless_sentences_around_it_do_not_hide_it(line: str, before: list[str], after: list[str]) -> None:
    alarm = find_danger(" ".join([*before, f"{line}.", *after]))
    assert alarm is not None
    assert alarm.tier is Tier.ALERT


ORDINARY = " ".join(line for _, line in lines(HARMLESS))
DANGEROUS = " ".join(ALERTS)
