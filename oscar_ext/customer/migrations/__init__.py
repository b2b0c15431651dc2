"""Oscar's own migrations, from the installed package; ours, if ever, are numbered from 1001."""

from oscar.apps.customer import migrations as stock

__path__ = [*__path__, *stock.__path__]
