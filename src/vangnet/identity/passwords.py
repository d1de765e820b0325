"""What a password must be, said in Dutch where Django has no translation."""

from __future__ import annotations

from django.contrib.auth import password_validation


class LongEnough(password_validation.MinimumLengthValidator):
    """Refuses a short password."""

    def get_error_message(self) -> str:
        """Say how long it must be."""
        return (
            f"Dit wachtwoord is te kort. Neem minstens {self.min_length} tekens, bijvoorbeeld vier woorden."
        )


class NotAboutYou(password_validation.UserAttributeSimilarityValidator):
    """Refuses a password that resembles one's name or address."""

    def get_error_message(self) -> str:
        """Say what it resembles."""
        return "Dit wachtwoord lijkt te veel op uw naam of e-mailadres."
