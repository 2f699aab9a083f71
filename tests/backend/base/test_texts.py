"""Texts in several languages."""

from backend.base.texts import choose, official
from backend.conversations.models import Post


def test_the_readers_language_comes_first_then_english_then_any() -> None:
    texts = official({"it": "Giardino", "en": "Garden"})
    assert choose(texts, "it").text == "Giardino"
    assert choose(texts, "pl") == ("Garden", "en", "human")
    assert choose(official({"it": "Giardino"}), "pl").language == "it"
    assert choose({}, "pl") == ("", "pl", "original")


def test_what_somebody_wrote_is_shown_in_its_translation_where_there_is_one() -> None:
    post = Post(text="Ombra", language="it", translations={"en": {"text": {"text": "Shade", "source": "machine"}}})
    assert post.said("text", "en") == ("Shade", "en", "machine")
    assert post.said("text", "it") == ("Ombra", "it", "original")
    assert post.said("text", "pl") == ("Ombra", "it", "original")
