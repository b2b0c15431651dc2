from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from dealer_import.decoding import KNOWN
from dealer_import.forms.profiles import plain_selects
from dealer_import.forms.uploads import MAX_UPLOAD
from dealer_import.profiles import Profile
from dealer_import.profiles.fields import MODES, REQUIRED
from dealer_import.wizard.suggesting import column_table, plain
from dealer_import.wizard.wording import groups, label_of
from shopflow.contracts.types import Label

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
TAKEN = ("neu",)
"""At the address of a profile of this name stands the page that makes a new one."""
FIXED = "="
"""The choice that stands for a fixed value."""
MAY_BE_FIXED = ("brand", "unit", "tax", "category", "discount_group", "origin", "status")
STOCKS = 3
DELIMITERS = {"semicolon": ";", "comma": ",", "tab": "\t", "bar": "|", "auto": "auto"}
MODE_LABELS: dict[str, Label] = {
    "full": _("whole catalogue: parts that are missing are hidden"),
    "delta": _("changes: nothing is hidden"),
    "prices": _("prices only"),
    "stock": _("stock only"),
    "numbers": _("EAN, OE and other numbers only"),
}


def clean_name(name: str) -> str:
    """A profile's name as it stands in files and reports."""
    name = name.strip().lower()
    if not NAME.match(name):
        raise forms.ValidationError(_("Use small letters, digits and underscores, beginning with a letter."))
    if name in TAKEN:
        raise forms.ValidationError(_("The shop needs this name itself. Choose another one."))
    return name


class SampleForm(forms.Form):
    """The first step: a file as the dealer's system writes it."""

    file = forms.FileField(
        label=_("Sample file"),
        help_text=_("An export as your system writes it. It is only looked at; nothing reaches the shop."),
    )
    name = forms.CharField(
        label=_("Name of the profile"),
        max_length=64,
        help_text=_("Such as locosoft_parts: small letters, digits, underscores."),
    )
    base = forms.ChoiceField(label=_("Begin with"), required=False)

    def __init__(self, *args: Any, profiles: Mapping[str, Profile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["base"].choices = [("", _("what fits the file best")), *((name, name) for name in profiles)]
        plain_selects(self)

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD:
            raise forms.ValidationError(_("The file is larger than 500 MB. Cut a sample of a few thousand rows."))
        return file


class SaveForm(forms.Form):
    """The last step. ``sources`` are those that the profile may continue, ``chosen`` the one that it continues so far;
    empty stands for a new supplier. ``source`` is None where nothing was said.
    """

    name = forms.CharField(label=_("Name of the profile"), max_length=64)
    source = forms.ChoiceField(
        label=_("Whose parts it keeps"),
        required=False,
        help_text=_(
            "A profile that continues a source leaves the parts where they are; a new supplier takes over those that "
            "its whole catalogue names. After another choice the dry run is done once more before you save."
        ),
    )
    note = forms.CharField(label=_("What has changed"), max_length=200, required=False)

    def __init__(self, *args: Any, sources: Sequence[str], chosen: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sources, self.chosen = sources, chosen
        named = [(name, _("continues the source %(name)s") % {"name": name}) for name in sources]
        source = cast(forms.ChoiceField, self.fields["source"])
        source.choices, source.initial = [("", _("a new supplier, with parts of its own")), *named], chosen
        plain_selects(self)

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def clean_source(self) -> str | None:
        return self.cleaned_data["source"] if "source" in self.data else None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("source") == "" and cleaned.get("name") in self.sources:
            told = _("There is a source of this name in the shop. Let the profile continue it, or name it otherwise.")
            self.add_error("source", told)
        return cleaned

    @property
    def chooses_otherwise(self) -> bool:
        """Whether the dry run was of another choice."""
        return self.cleaned_data["source"] not in (None, self.chosen)


class MappingForm(forms.Form):
    """How the sample is to be read, and which column means what. ``tables()`` is the profile that it describes."""

    encoding = forms.ChoiceField(label=_("Encoding"), required=False)
    delimiter = forms.ChoiceField(label=_("Separator"), required=False)
    skip_lines = forms.IntegerField(
        label=_("Lines above the header or the first part"), min_value=0, max_value=50, required=False
    )
    no_header = forms.BooleanField(
        label=_("The first line is already a part"),
        required=False,
        help_text=_("There is no line with names: columns are then called by their place, 1, 2, 3 …"),
    )
    decimal = forms.ChoiceField(label=_("Decimal mark"), choices=[(",", "1.234,50"), (".", "1,234.50")], required=False)
    mode = forms.ChoiceField(label=_("The file holds"))
    prices = forms.ChoiceField(
        label=_("Prices are"),
        choices=[("net", _("without VAT")), ("gross", _("including VAT"))],
        required=False,
        help_text=_("List prices and special prices."),
    )
    stock_counts = forms.ChoiceField(
        label=_("Stock counts"),
        choices=[("sellable", _("what is sold: packs, where a price is for several pieces")), ("pieces", _("pieces"))],
        required=False,
    )
    footer = forms.CharField(
        label=_("Closing line begins with"),
        max_length=80,
        required=False,
        help_text=_("A file without it is then refused as cut off."),
    )
    ignore_rest = forms.BooleanField(label=_("Leave other columns out without a remark"), required=False)

    def __init__(
        self,
        *args: Any,
        tables: Mapping[str, Any],
        columns: Sequence[str],
        rows: Sequence[Sequence[str]] = (),
        **kwargs: Any,
    ) -> None:
        self.former, self.columns, self.rows = tables, list(columns), rows
        self.is_text = tables.get("format") == "csv"
        super().__init__(*args, initial=_initial(tables), **kwargs)
        for name in () if self.is_text else ("encoding", "delimiter", "skip_lines", "no_header", "footer"):
            del self.fields[name]
        self._fill_choices()
        self._add_columns()
        plain_selects(self)

    def _fill_choices(self) -> None:
        modes = [(mode, MODE_LABELS.get(mode, mode)) for mode in MODES]
        self.fields["mode"].choices = modes
        if self.is_text:
            names = ["auto", *sorted(set(KNOWN.values()))]
            self.fields["encoding"].choices = [(name, _("recognise") if name == "auto" else name) for name in names]
            self.fields["delimiter"].choices = [
                ("semicolon", _("semicolon ;")),
                ("comma", _("comma ,")),
                ("tab", _("tab")),
                ("bar", _("bar |")),
                ("auto", _("recognise")),
            ]

    def _add_columns(self) -> None:
        known = dict(self.former.get("columns", {}))
        by_name = {plain(name): name for name in self.columns}
        listed = self._listed()
        for _code, _label, fields in groups() if self.columns else ():
            for field in fields:
                count = STOCKS if field == "stock" else 1
                there = _columns_of(known.get(field, {}), by_name)
                fixed = "const" in known.get(field, {})
                for index in range(count):
                    choices = [("", _("not delivered") if index == 0 else _("no other")), *listed]
                    if field in MAY_BE_FIXED:
                        choices.append((FIXED, _("the same for all")))
                    self.fields[f"col_{field}_{index}"] = forms.ChoiceField(
                        label=label_of(field) if index == 0 else f"{label_of(field)} {index + 1}",
                        choices=choices,
                        required=False,
                        initial=FIXED if fixed else (there[index] if index < len(there) else ""),
                    )
                if field in MAY_BE_FIXED:
                    self.fields[f"const_{field}"] = forms.CharField(
                        label=_("%(field)s of all parts") % {"field": label_of(field)},
                        max_length=120,
                        required=False,
                        initial=str(known.get(field, {}).get("const", "")),
                    )

    def _listed(self) -> list[tuple[str, str]]:
        """The columns to choose from; those without names by what stands in them."""
        if self.former.get("header", True):
            return [(name, name) for name in self.columns if name]
        filled = [next(filter(str.strip, cells), "–") for cells in zip(*self.rows, strict=True)]
        return [(name, f"{name}: {cell:.40}") for name, cell in zip(self.columns, filled, strict=True)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for field in REQUIRED[cleaned.get("mode") or "full"] if self.columns else ():
            if not cleaned.get(f"col_{field}_0"):
                self.add_error(f"col_{field}_0", _("Every part needs this. Choose its column."))
        for field in MAY_BE_FIXED:
            if cleaned.get(f"col_{field}_0") == FIXED and not cleaned.get(f"const_{field}"):
                self.add_error(f"const_{field}", _("Say what is the same for all."))
        return cleaned

    def reading(self) -> dict[str, Any]:
        """How a text is to be cut, as far as that is said, by the keys of a profile."""
        data = self.cleaned_data if self.is_text else {}
        told = {"encoding": data.get("encoding"), "delimiter": DELIMITERS.get(data.get("delimiter", ""))}
        said: dict[str, Any] = {name: value for name, value in told.items() if value and value != "auto"}
        if data.get("skip_lines") is not None:
            said["skip_lines"] = data["skip_lines"]
        if self.is_text:
            said["header"] = not data.get("no_header")
        return said

    def sections(self) -> list[tuple[Label, list[tuple[Any, Any]], bool]]:
        """The groups of columns: heading, pairs of select and fixed value, and whether anything of it is mapped."""
        found = []
        for code, label, fields in groups() if self.columns else ():
            pairs = []
            for field in fields:
                for index in range(STOCKS if field == "stock" else 1):
                    fixed = self[f"const_{field}"] if field in MAY_BE_FIXED and index == 0 else None
                    pairs.append((self[f"col_{field}_{index}"], fixed))
            used = any(select.value() or select.errors for select, _fixed in pairs)
            found.append((label, pairs, used and code == "must"))
        return found

    def reading_fields(self) -> list[Any]:
        """How the file is read, apart from its columns."""
        names = ("encoding", "delimiter", "skip_lines", "decimal", "mode", "prices", "stock_counts", "footer")
        return [self[name] for name in names if name in self.fields]

    def tables(self) -> dict[str, Any]:
        """The profile's table; what the form does not ask for stays as it was."""
        data, tables = self.cleaned_data, deepcopy(dict(self.former))
        tables["mode"] = data["mode"]
        for name in ("prices", "stock_counts"):
            if data[name] and data[name] != _initial(tables)[name]:
                tables[name] = data[name]
        if data.get("decimal"):
            tables["decimal"], tables["thousands"] = data["decimal"], "." if data["decimal"] == "," else ","
        if self.is_text:
            tables["encoding"] = data["encoding"] or "auto"
            tables["delimiter"] = DELIMITERS[data["delimiter"] or "auto"]
            tables["skip_lines"] = data["skip_lines"] if data["skip_lines"] is not None else "auto"
            tables.pop("header", None)
            if data["no_header"]:
                tables["header"] = False
            self._set_footer(tables, data["footer"])
        if self.columns:
            tables["columns"] = self._column_tables(tables.get("columns", {}))
            if data["ignore_rest"]:
                tables["ignore"] = self._unused(tables["columns"])
            else:
                tables.pop("ignore", None)
        return tables

    @staticmethod
    def _set_footer(tables: dict[str, Any], starts: str) -> None:
        if not starts:
            tables.pop("footer", None)
        elif dict(tables.get("footer", {})).get("starts") != starts:
            tables["footer"] = {"starts": starts}

    def _column_tables(self, former: Mapping[str, Any]) -> dict[str, Any]:
        chosen: dict[str, Any] = {}
        asked = {field for _code, _label, fields in groups() for field in fields}
        for field in sorted(asked):
            names = [self.cleaned_data.get(f"col_{field}_{index}", "") for index in range(STOCKS)]
            names = list(dict.fromkeys(name for name in names if name))
            if names == [FIXED]:
                chosen[field] = {"const": self.cleaned_data[f"const_{field}"]}
            elif names:
                is_needed = field in REQUIRED[self.cleaned_data["mode"]]
                named = [name for name in names if name != FIXED]
                chosen[field] = column_table(field, named, former.get(field), required=is_needed)
        return {**{key: value for key, value in former.items() if key not in asked}, **chosen}

    def _unused(self, columns: Mapping[str, Any]) -> list[str]:
        used = {plain(name) for table in columns.values() for name in _names(table)}
        return [name for name in self.columns if name and plain(name) not in used]


def _names(table: Mapping[str, Any]) -> list[str]:
    names = table.get("from", ())
    return [names] if isinstance(names, str) else list(names)


def _columns_of(table: Mapping[str, Any], by_name: Mapping[str, str]) -> list[str]:
    return [by_name[plain(name)] for name in _names(table) if plain(name) in by_name]


def _initial(tables: Mapping[str, Any]) -> dict[str, Any]:
    codes = {value: code for code, value in DELIMITERS.items()}
    skip = tables.get("skip_lines", 0)
    return {
        "encoding": KNOWN.get(str(tables.get("encoding", "auto")).lower(), "auto"),
        "delimiter": codes.get(str(tables.get("delimiter", "auto")), "auto"),
        "skip_lines": skip if isinstance(skip, int) else None,
        "decimal": tables.get("decimal", ","),
        "mode": tables.get("mode", "full"),
        "prices": tables.get("prices", "net"),
        "stock_counts": tables.get("stock_counts", "sellable"),
        "no_header": not tables.get("header", True),
        "footer": dict(tables.get("footer") or {}).get("starts", ""),
        "ignore_rest": bool(tables.get("ignore")),
    }


class TomlForm(forms.Form):
    """A profile as TOML, for people who would rather write it. ``seen`` is the number of the version that they have
    changed, zero for none.
    """

    text = forms.CharField(label="TOML", widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false"}))
    note = forms.CharField(label=_("What has changed"), max_length=200, required=False)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
