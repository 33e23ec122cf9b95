"""What the server writes to people. Plain text, no secrets but where a link is the point of the letter."""

from collections.abc import Sequence

from server.kernel.mail import Mail

_SIGNED = "\n\nTablecast\n"


def welcome(to: str, username: str, link: str) -> Mail:
    """To somebody who signed up: the link proves the address."""
    text = (
        f"Somebody signed up as {username} with this address. If that was you, prove it with this link within a day;\n"
        f"you are asked for the password that you chose:\n\n{link}\n\nIf not, there is nothing to do."
    )
    return Mail(to, "Welcome to Tablecast", text + _SIGNED)


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


def password_changed(to: str, username: str, ways: Sequence[str] = ()) -> Mail:
    """`ways` are providers that go on signing them in: whoever thinks to be alone now should know."""
    text = (
        f"The password of your account {username} was changed, and all other devices were signed out.\n"
        "If that was not you, ask for a new password at once."
    )
    if ways:
        text += f"\n\nWhat is linked goes on signing you in: {', '.join(ways)}. Look at your ways in."
    return Mail(to, "Your password was changed", text + _SIGNED)


def second_factor_on(to: str, username: str) -> Mail:
    text = (
        f"Your account {username} asks for a code of your app at each sign-in from now on, and all other devices were"
        " signed out.\nKeep the recovery codes where you find them without your phone. If that was not you, ask for a"
        " new password at once,\nand whoever runs this server to remove the second factor."
    )
    return Mail(to, "A second factor was switched on", text + _SIGNED)


def second_factor_off(to: str, username: str) -> Mail:
    """Whoever did it: they themselves, or somebody who looks after people."""
    text = (
        f"Your account {username} asks for no second factor any more, and other devices were signed out.\n"
        "If that was not you, and you asked nobody for it, ask for a new password at once and switch it on again."
    )
    return Mail(to, "The second factor was switched off", text + _SIGNED)


def second_factor_lost(to: str, username: str, link: str) -> Mail:
    """With the link that removes it, together with the password."""
    text = (
        f"Those who look after this server were told that you lost the second factor of your account {username}, and\n"
        "the recovery codes with it. Remove it with this link within half an hour; you are asked for your password:\n\n"
        f"{link}\n\nIf you asked for nothing, sign in with your second factor: that ends the link. Then choose another"
        " password,\nand tell them."
    )
    return Mail(to, "You lost your second factor?", text + _SIGNED)


def recovery_codes_made(to: str, username: str) -> Mail:
    text = (
        f"New recovery codes were made for your account {username}; the older ones work no more.\n"
        "If that was not you, ask for a new password at once."
    )
    return Mail(to, "New recovery codes", text + _SIGNED)


def recovery_code_used(to: str, username: str, left: int) -> Mail:
    text = (
        f"A recovery code of your account {username} was used instead of a code of your app. You have {left} left.\n"
        "If that was not you, ask for a new password at once, and make new recovery codes."
    )
    return Mail(to, "A recovery code was used", text + _SIGNED)


def account_deleted(to: str, username: str) -> Mail:
    return Mail(to, "Your account was deleted", f"Your account {username} was deleted, as was asked for.{_SIGNED}")


def account_disabled(to: str, username: str) -> Mail:
    text = (
        f"Your account {username} was disabled by those who look after this server. Every device was signed out,\nand"
        " the tokens that you made for programs ended. Nothing was deleted. If you think that this is a mistake, ask"
        " them."
    )
    return Mail(to, "Your account was disabled", text + _SIGNED)


def account_enabled(to: str, username: str) -> Mail:
    text = (
        f"Your account {username} was enabled again: you can sign in as before. The tokens that you had made for\n"
        "programs stay ended; make new ones where you need them."
    )
    return Mail(to, "Your account was enabled again", text + _SIGNED)


def account_made(to: str, username: str, link: str) -> Mail:
    """To whom somebody else made an account for: the link sets its first password, and proves the address."""
    text = (
        f"Those who look after this server made an account for you: {username}. Choose a password with this link within"
        f" a day:\n\n{link}\n\nAfter that day, ask for a new password instead. If you want no account, there is nothing"
        " to do: nobody can sign in to it."
    )
    return Mail(to, "An account was made for you", text + _SIGNED)


def account_renamed(to: str, username: str) -> Mail:
    """The username is what one signs in with, so its holder has to know."""
    text = (
        f"Those who look after this server changed the names of your account: its username is {username} now. Your\n"
        "password and your address are as they were. If you think that this is a mistake, ask them."
    )
    return Mail(to, "Your account's name was changed", text + _SIGNED)


def new_password(to: str, username: str, link: str) -> Mail:
    """To somebody who forgot theirs, or says so."""
    text = (
        f"Somebody asked for a new password for your account {username}. If that was you, choose one with this link"
        f" within half an hour:\n\n{link}\n\nIf not, there is nothing to do: your password is as it was.\n"
        "If your account has another name, somebody else signed up with your address: ask once more, and say yours."
    )
    return Mail(to, "A new password", text + _SIGNED)


def new_address(to: str, username: str, link: str) -> Mail:
    """To the address that somebody wants to have from now on."""
    text = (
        f"The account {username} wants to be reached at this address. If it is yours, confirm it with this link within"
        f" an hour:\n\n{link}\n\nIf not, there is nothing to do."
    )
    return Mail(to, "Confirm your new address", text + _SIGNED)


def address_changed(to: str, username: str, link: str) -> Mail:
    """To the address that was, with the way back."""
    text = (
        f"Your account {username} is reached at another address now. If that was not you, take it back with this link"
        f" within three days:\n\n{link}\n\nIt signs everybody out, ends links for overlays and programs, and you choose"
        " a new password. If it was you, there is nothing to do."
    )
    return Mail(to, "Your address was changed", text + _SIGNED)


def address_restored(to: str, username: str, link: str) -> Mail:
    """To the address that was taken back: whoever changed it knew the password."""
    text = (
        f"Your account {username} is reached at this address again, and everybody was signed out. The old password"
        f" works no more, and nothing is linked any more. Choose a new one with this link within half an hour:\n\n"
        f"{link}\n\nLinks for overlays and programs, and open invitations, ended too: make new ones."
    )
    return Mail(to, "Your address is yours again", text + _SIGNED)


def way_in_added(to: str, username: str, provider: str) -> Mail:
    """Somebody may sign in with an account of theirs elsewhere from now on."""
    text = (
        f"From now on you may sign in to your account {username} with your {provider} account.\n"
        "If that was not you: remove it under Ways in, sign out all devices, and change your password at once."
    )
    return Mail(to, f"You may sign in with {provider} now", text + _SIGNED)


def way_in_removed(to: str, username: str, provider: str) -> Mail:
    text = (
        f"Your {provider} account no longer signs you in to your account {username}.\n"
        "If that was not you: change your password at once, and look at your devices."
    )
    return Mail(to, f"{provider} no longer signs you in", text + _SIGNED)
