"""What the server writes to people. Plain text, no secrets but where a link is the point of the letter."""

from server.kernel.mail import Mail

_SIGNED = "\n\nTablecast\n"


def welcome(to: str, username: str) -> Mail:
    """To somebody who signed up. The link that proves the address goes here."""
    return Mail(to, "Welcome to Tablecast", f"Somebody signed up as {username} with this address.{_SIGNED}")


def already_yours(to: str, username: str, claimed: str) -> Mail:
    """To the owner of an address with which somebody signed up once more."""
    text = (
        f"Somebody signed up as {claimed} with this address. It belongs to your account {username}, and stays so.\n"
        "If that was you: sign in to the account that you have. If not, there is nothing to do."
    )
    return Mail(to, "You already have an account", text + _SIGNED)


def sign_in_stolen(to: str, username: str) -> Mail:
    """A refresh token was used twice."""
    text = (
        f"A sign-in of your account {username} was used from two places, so we ended it. One of them may not have been"
        " you.\nSign in again, look at your devices, and change your password if you don't know one of them."
    )
    return Mail(to, "A sign-in was ended for your safety", text + _SIGNED)


def device_dropped(to: str, username: str, program: str) -> Mail:
    """One device too many: the one that was used least recently had to go."""
    text = f"Your account {username} is signed in on many devices, so the one used least recently was signed out:\n"
    return Mail(to, "A device was signed out", text + program + _SIGNED)


def password_changed(to: str, username: str) -> Mail:
    text = (
        f"The password of your account {username} was changed, and all other devices were signed out.\n"
        "If that was not you, ask for a new password at once."
    )
    return Mail(to, "Your password was changed", text + _SIGNED)


def account_deleted(to: str, username: str) -> Mail:
    return Mail(to, "Your account was deleted", f"Your account {username} was deleted, as was asked for.{_SIGNED}")
