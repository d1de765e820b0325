"""What refusals of the database about bodies and seats are called here, and what a session may do."""

from __future__ import annotations

from vangnet.identity import refusals

SAID = {
    "body_has_one_chair_at_a_time": (
        "Dit overleg heeft in die periode al een voorzitter. Laat eerst die zetel eindigen."
    ),
    "seat_has_one_holder_at_a_time": "Deze zetel is in die periode al bezet. Laat eerst de vorige eindigen.",
    "seat_of_a_deputy_says_of_whom": "Kies welke zetel deze plaatsvervanger vervangt, en alleen dan.",
    "directory_deputy_of_the_same_body": "Een plaatsvervanger vervangt een zetel van hetzelfde overleg.",
    "a deputy has no deputy": "Een plaatsvervanger vervangt een zetel, niet een andere plaatsvervanger.",
    "the seat was changed": "Van een zetel verandert alleen wanneer hij eindigt. Open een nieuwe zetel.",
    "the holder was changed": "Van een zetelhouder verandert alleen wanneer die eindigt.",
    "the holder does not work there": (
        "Deze persoon heeft op die dag geen rol bij de organisatie van de zetel. Kies iemand die er werkt."
    ),
    "the seat is not there then": "De zetel of het overleg bestaat in die periode niet. Kies een andere dag.",
    "somebody holds the seat then": "Na die dag is de zetel nog bezet. Laat eerst de zetelhouder eindigen.",
}
refusals.SAID.update(SAID)
