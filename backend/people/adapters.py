"""How allauth's sign-in fits this site."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """People sign in with e-mail; their language and name come from the sign-up form."""
