"""Names are found in the forms that languages give them, and honest words that name nobody stay."""

import pytest

from backend.base.naming import Names


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Bo", "Bo shouted."),
        ("Bo", "Bo’s turn is over."),
        ("Amal", "AMAL!"),
        ("Chris", "The two Chrises talk."),
        # Hungarian
        ("Anna", "Annával beszéltünk."),
        ("Kata", "Katának nem jó."),
        ("Éva", "Evat kérdeztük."),
        ("Pál", "Pállal mentünk."),
        ("Kiss Péter", "Péterrel és a többiekkel."),
        ("János", "Jánoséknál volt."),
        ("György", "Györggyel vitatkoztunk."),
        ("Balázs", "Balázzsal."),
        # Polish
        ("Anna", "Nie ma Anny."),
        ("Ela", "Prosimy Elę."),
        ("Jan", "Rozmowa z Janem."),
        ("Jan", "Janowi nie pasuje."),
        ("Marek", "Bez Marka."),
        ("Paweł", "Pawłowi."),
        ("Agata", "O Agacie mowa."),
        ("Monika", "Monice."),
        ("Olga", "Oldze."),
        ("Maja", "Mai."),
        ("Asia", "Do Asi."),
        ("Piotr", "O Piotrze."),
        ("Robert", "O Robercie."),
        ("Jerzy", "Jerzego."),
        ("Zofia Kowalska", "Pani Kowalskiej."),
        # Romanian
        ("Ana", "Anei nu îi place."),
        ("Ion", "Ionului."),
        ("Ilinca", "Ilincăi."),
        ("Maria", "Mariei."),
        ("Radu", "Radule!"),
        # Italian
        ("Gianni", "Per l’intervento di Gianni."),
        ("Anna", "Dell'Anna si parla."),
        ("Luca Di Stefano", "Di nuovo Stefano."),
        # Other scripts
        ("李明", "李明太吵"),
        ("李小明", "小明太吵"),
        ("김민수", "민수가 너무 크게 말했다."),
        ("Олена", "З Оленою."),
        ("Оля", "До Олі."),
        ("أحمد", "ولأحمد"),
        ("राम", "राम ने कहा"),
    ],
)
def test_a_name_is_found_in_its_forms(name: str, words: str) -> None:
    assert Names(["Nobody Else", name]).are_in(words)


PEOPLE = [
    "Amal",
    "Gianni",
    "Nadia Di Pietro",
    "Bo",
    "Jan",
    "Anna",
    "Ela",
    "Kata",
    "Radu",
    "João de la Cruz",
    "李明",
    "Олена",
]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "We read.",
        "Many write.",
        "We talk with each other, and then go on.",
        "It is late: the hall closes at ten.",
        "The second half of the plan is about trees and the manual.",
        "Leggiamo insieme la pagina di ieri.",
        "Parliamo uno alla volta, e dopo la pausa si vota.",
        "Mindenki egyszerre beszél.",
        "Öt perc szünet, aztán folytatjuk.",
        "Teraz czytamy tekst.",
        "Za dużo wiadomości naraz, dajmy sobie chwilę.",
        "Citim împreună.",
        "Vorbim pe rând, de la început.",
        "我们先看一下文本",
        "Читаємо разом.",
    ],
)
def test_honest_words_that_name_nobody_stay(words: str) -> None:
    assert not Names(PEOPLE).are_in(words)


def test_where_nobody_was_nobody_is_named() -> None:
    assert not Names([]).are_in("Anna")
    assert not Names(["", "7", "X"]).are_in("X 7 Anna")
