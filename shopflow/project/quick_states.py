"""Migrating an empty database without rebuilding all models for every operation.

Django renders the model classes anew for each operation, and with them every model that is related however far away:
in a shop that is nearly all of them, because orders, pages and contacts all lead to the user. From nothing to the
newest schema that is some 65,000 classes and four fifths of the time.

An operation on one table needs that model's class and those its foreign keys lead to, nothing else. Here only they
are rendered, when they are asked for. Operations that look at a model from the other side (renaming, altering a
column that others refer to), Python code and any operation that this module does not know get all models, as Django
gives them. The statements are the same; ``tests/addon/test_wheel.py`` compares the schema with the one of Django's
own way.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.db import migrations
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import ModelOperation
from django.db.migrations.state import ModelState, ProjectState, StateApps
from django.db.migrations.utils import resolve_relation
from django.db.models import Field
from django.db.transaction import atomic
from django.utils.functional import cached_property

from shopflow.audience.guard import GuardRows
from shopflow.core.append_only import ForbidChanges, ForbidChangesAgain

Key = tuple[str, str]

ONE_TABLE = frozenset(
    {
        migrations.CreateModel,
        migrations.DeleteModel,
        migrations.AddField,
        migrations.RenameField,
        migrations.AlterField,
        migrations.RemoveField,
        migrations.AddIndex,
        migrations.RemoveIndex,
        migrations.RenameIndex,
        migrations.AddConstraint,
        migrations.RemoveConstraint,
        migrations.AlterModelOptions,
        migrations.AlterModelTable,
        migrations.AlterModelManagers,
        migrations.AlterUniqueTogether,
    }
)

NO_TABLE = frozenset({migrations.RunPython, ForbidChanges, ForbidChangesAgain, GuardRows})
"""They change nothing in the picture of the models."""

LOOKS_FROM_BOTH_SIDES = (FieldOperation, ModelOperation)
"""Where one of these does not concern one table alone, it asks for the models before and after."""


class NeededModels(StateApps):
    """The models of a project state, each rendered with what its foreign keys lead to when it is asked for."""

    def __init__(self, state: ProjectState) -> None:
        super().__init__([], {})
        self.states = state.models
        self.unmigrated: dict[Key, ModelState] = {}
        for model_state in StateApps(sorted(state.real_apps), {}).real_models:
            self.unmigrated[model_state.app_label, model_state.name_lower] = model_state
        self.leads_to: dict[Key, set[Key]] = {}

    def get_model(self, app_label: str, model_name: str | None = None, require_ready: bool = True) -> Any:
        if model_name is None:
            app_label, model_name = app_label.split(".")
        self.render((app_label, model_name.lower()))
        return super().get_model(app_label, model_name, require_ready)

    def render(self, key: Key) -> None:
        if key in self.leads_to:
            return
        model_state = self.states.get(key) or self.unmigrated.get(key)
        if model_state is None:
            return
        self.leads_to[key] = _targets(model_state)
        with self.bulk_update():
            for target in self.leads_to[key]:
                self.render(target)
            model_state.render(self)

    def complete(self) -> None:
        """Render all that is not rendered yet, as Python code may ask for anything."""
        with self.bulk_update():
            for key in [*self.states, *self.unmigrated]:
                self.render(key)

    def copy_for(self, state: ProjectState) -> NeededModels:
        """The same classes for ``state``; from now on they refer to the copy."""
        copied = NeededModels.__new__(NeededModels)
        StateApps.__init__(copied, [], {})
        copied.states, copied.unmigrated, copied.leads_to = state.models, self.unmigrated, dict(self.leads_to)
        with copied.bulk_update():
            for models in self.all_models.values():
                for model in models.values():
                    model._meta.apps = copied
                    copied.register_model(model._meta.app_label, model)
        return copied

    def forget(self, key: Key) -> None:
        """Take out a model and all that lead to it; they are rendered anew when they are asked for."""
        stale = {key}
        while more := {known for known, targets in self.leads_to.items() if targets & stale} - stale:
            stale |= more
        for app_label, name in stale & self.leads_to.keys():
            del self.leads_to[app_label, name]
            for field in self.all_models[app_label][name]._meta.local_many_to_many:
                through = getattr(field.remote_field.through, "_meta", None)
                if through is not None and through.auto_created:
                    self.unregister_model(through.app_label, through.model_name)
            self.unregister_model(app_label, name)


def _targets(model_state: ModelState) -> set[Key]:
    """The models that must be known before this one: its bases and where its relations lead."""
    own = (model_state.app_label, model_state.name_lower)
    references: list[Any] = [base for base in model_state.bases if isinstance(base, str)]
    for field in model_state.fields.values():
        if field.is_relation and field.remote_field is not None:
            references += [field.remote_field.model, getattr(field.remote_field, "through", None)]
    return {resolve_relation(reference, *own) for reference in references if reference} - {own}


def _concerns_one_table(operation: Operation, app_label: str, before: ProjectState, after: ProjectState) -> bool:
    if type(operation) not in ONE_TABLE:
        return False
    if isinstance(operation, migrations.RenameField):
        names = operation.old_name, operation.new_name
    elif isinstance(operation, migrations.AlterField):
        names = operation.name, operation.name
    else:
        return True
    key = (app_label, operation.model_name_lower)
    old, new = before.models[key].fields[names[0]], after.models[key].fields[names[1]]
    if isinstance(operation, migrations.AlterField) and _in_the_database(old) == _in_the_database(new):
        return True
    if old.unique and new.unique:  # keys of other tables may lead to the column
        return False
    return not (old.many_to_many or new.many_to_many)


def _in_the_database(field: Any) -> tuple[Any, ...]:
    """What of a field's definition makes a difference to its column."""
    _, path, positional, named = field.deconstruct()
    return path, positional, {name: value for name, value in named.items() if name not in field.non_db_attrs}


def _apply(migration: Migration, state: ProjectState, schema_editor: Any, collect_sql: bool = False) -> ProjectState:
    """What ``Migration.apply`` does, with the classes that each operation needs."""
    known = state.__dict__.pop("apps", None)
    if not isinstance(known, NeededModels):
        known = NeededModels(state)
    for operation in migration.operations:
        before = state.clone()
        before.is_delayed = False
        operation.state_forwards(migration.app_label, state)
        if type(operation) in NO_TABLE:
            if type(operation) is migrations.RunPython:
                known.complete()
            before.apps = state.apps = known
        elif _concerns_one_table(operation, migration.app_label, before, state):
            model = (migration.app_label, _model_of(operation))
            known.states = before.models
            known.render(model)  # before its successor, as the order of columns comes from the order of rendering
            before.apps, known = known, known.copy_for(state)
            known.forget(model)
            state.apps = known
        elif isinstance(operation, LOOKS_FROM_BOTH_SIDES):
            before.apps  # noqa: B018 (rendered before its successor, as above)
        _run(operation, migration, schema_editor, before, state)
        if state.__dict__.pop("apps", None) is not known:
            known = NeededModels(state)
    state.apps = known
    state.is_delayed = True  # makes Django render all models where it hands them to signals
    return state


def _model_of(operation: Any) -> str:
    return str(getattr(operation, "model_name_lower", None) or operation.name_lower)


def _run(
    operation: Operation, migration: Migration, schema_editor: Any, before: ProjectState, after: ProjectState
) -> None:
    alone = operation.atomic or (migration.atomic and operation.atomic is not False)
    if not schema_editor.atomic_migration and alone:
        with atomic(schema_editor.connection.alias):
            operation.database_forwards(migration.app_label, schema_editor, before, after)
    else:
        operation.database_forwards(migration.app_label, schema_editor, before, after)


_clone_by_definition = Field.clone


def _clone(field: Any) -> Any:
    """A copy for another class, in a tenth of the time that taking a definition apart and reading it again needs."""
    if "model" in field.__dict__:
        return _clone_by_definition(field)
    twin = copy.deepcopy(field)
    _forget_worked_out(twin)
    if twin.remote_field:
        _forget_worked_out(twin.remote_field)
    # Columns come in the order in which fields were made.
    if field.auto_created:
        twin.creation_counter = Field.auto_creation_counter
        Field.auto_creation_counter -= 1
    else:
        twin.creation_counter = Field.creation_counter
        Field.creation_counter += 1
    return twin


def _forget_worked_out(thing: Any) -> None:
    """Take away what was worked out for the original, where a related model is but a name yet."""
    kind: Any = type(thing)
    for name in _worked_out_names(kind) & thing.__dict__.keys():
        del thing.__dict__[name]


@cache
def _worked_out_names(kind: Any) -> frozenset[str]:
    return frozenset(
        name for base in kind.__mro__ for name, value in vars(base).items() if isinstance(value, cached_property)
    )


@contextmanager
def quick_states() -> Iterator[None]:
    """Inside the block, migrations that go forwards render only the models that they need."""
    stock = Migration.apply
    Migration.apply = _apply  # type: ignore[method-assign, assignment]
    Field.clone = _clone  # type: ignore[method-assign, assignment]
    # Asked for by each foreign key that is copied, and forgotten with each class that is made; settings stay.
    apps.get_swappable_settings_name = cache(apps.get_swappable_settings_name)  # type: ignore[method-assign]
    try:
        yield
    finally:
        Migration.apply = stock  # type: ignore[method-assign]
        Field.clone = _clone_by_definition  # type: ignore[method-assign]
        del apps.get_swappable_settings_name
