"""The pages that Chromium visits."""

from __future__ import annotations

from vangnet.cli.walk import main_pages

WIDTHS = (1360, 320)
PUBLIC = (
    "/",
    "/account/login/",
    "/demo/",
    "/toegankelijkheid/",
    "/privacy/",
    "/melden/",
    "/melden/gm0301/",
    "/nota/?datum=2022-12-31",
    "/nota/evaluatie/?datum=2023-06-01",
    "/netwerk/",
    "/netwerk/kaart/",
    "/netwerk/overleggen/",
    "/netwerk/overleggen/bbg/",
)
OWN_MUNICIPALITY = "GM0301"
EXTRA = (
    "/beelden/GM0277/?indicator=moord-doodslag",
    "/beelden/?indicator=verward-persoon",
    "/gebieden/GM0236/",
    "/gebieden/?op=2014-07-01",
    "/strategie/ondermijning/",
    "/strategie/doelen/KWP-10/",
    "/strategie/plannen/",
    "/strategie/plannen/begrenzingen/",
    "/strategie/keuzes/",
    "/strategie/meerjarenplan/",
    "/netwerk/bijdragen/?soort=informatie&op=2022-01-01",
    "/netwerk/bijdragen/politie/",
    "/strategie/doelen/OND-13/vordering/",
    "/zoeken/?q=inbraak",
    "/zoeken/?q=bestaatniet",
    "/handleiding/",
    "/account/password/change/",
    "/account/beveiliging/",
    "/account/beveiliging/app/",
    "/account/beveiliging/passkey/",
    "/account/bevestigen/",
    "/account/sessies/",
    "/signalen/",
    "/registers/afpakken/regels/",
    "/registers/afpakken/regels/nieuw/",
    "/registers/bevoegdheden/",
    "/registers/bevoegdheden/GM0301/",
    "/registers/bevoegdheden/GM0301/bibob/",
    "/registers/jeugdgroepen/",
    "/registers/jeugdgroepen/nieuw/",
    "/registers/vondsten/hennep/",
    "/registers/vondsten/hennep/regels/nieuw/",
    "/registers/vondsten/synthetische-drugs/",
    "/registers/weerbaarheid/",
    "/registers/weerbaarheid/bijwerken/",
    "/registers/weerbaarheid/intimidatie/",
    "/registers/weerbaarheid/intimidatie/melden/",
    "/casussen/",
    "/netwerk/overleggen/dvo-gelderland-zuid/",
    "/netwerk/klopt-niet/",
    "/netwerk/organisaties/?op=2018-06-01",
    "/netwerk/mijn-profiel/",
    "/netwerk/deelname/nieuw/",
    "/vergaderingen/?lijst=geweest&overleg=bbg",
    "/vergaderingen/mijn/",
    "/vergaderingen/koppelingen/",
    "/signalen/meldformulier/",
    "/melden/partner/",
)


def addresses() -> list[str]:
    """Return the addresses behind sign-in."""
    return list(dict.fromkeys([*main_pages(OWN_MUNICIPALITY), *EXTRA]))
