"""The whole server on a clock that stands still, with its mails in memory; tries are not counted unless asked for."""

from tests.accounts.links.conftest import clock as clock, mailer as mailer, services as services, settings as settings
