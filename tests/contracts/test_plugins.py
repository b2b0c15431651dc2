"""Finding plugins, and refusing those that cannot work, with a sentence that names both sides."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from types import ModuleType

import pytest
from django.core.exceptions import ImproperlyConfigured

import shopflow
from shopflow.addon import installed_apps
from shopflow.contracts import plugins
from shopflow.contracts.plugins import ENTRY_POINT_GROUP, PluginConfig, check_compatibility, discover_plugins
from shopflow.contracts.registry import Registry, UnknownCode


@pytest.fixture
def installed(monkeypatch):
    points: list[EntryPoint] = []
    monkeypatch.setattr(plugins, "entry_points", lambda *, group: [p for p in points if p.group == group])

    def add(name: str, value: str) -> None:
        points.append(EntryPoint(name=name, value=value, group=ENTRY_POINT_GROUP))

    return add


def test_plugins_are_found_by_name_order_and_can_be_left_out(installed):
    installed("zebra", "zebra.apps:ZebraConfig")
    installed("loyalty", "shopflow_loyalty.apps:LoyaltyConfig")

    assert discover_plugins() == ["shopflow_loyalty.apps.LoyaltyConfig", "zebra.apps.ZebraConfig"]
    assert discover_plugins(exclude=["zebra"]) == ["shopflow_loyalty.apps.LoyaltyConfig"]


def test_a_plugin_comes_after_our_rooms_and_before_oscar(installed):
    installed("loyalty", "shopflow_loyalty.apps:LoyaltyConfig")
    listed = installed_apps()

    rooms, plugin = (
        listed.index("dealer_import.apps.DealerImportConfig"),
        listed.index("shopflow_loyalty.apps.LoyaltyConfig"),
    )
    assert rooms < plugin < listed.index("oscar.config.Shop")


def test_an_entry_point_that_names_a_module_is_refused(installed):
    installed("loyalty", "shopflow_loyalty.apps")

    with pytest.raises(ImproperlyConfigured, match=r"“loyalty = shopflow_loyalty\.apps” names a module"):
        discover_plugins()


def test_two_plugins_of_one_name_are_refused_and_both_named(installed):
    installed("loyalty", "one.apps:Config")
    installed("loyalty", "two.apps:Config")

    with pytest.raises(ImproperlyConfigured, match=r"one\.apps:Config and two\.apps:Config"):
        discover_plugins()


def config(compatibility: str) -> PluginConfig:
    module = ModuleType("shopflow_loyalty")
    module.__path__ = ["/nowhere"]
    made = PluginConfig("shopflow_loyalty", module)
    made.compatibility = compatibility
    return made


@pytest.mark.parametrize("fitting", ["", "shopflow", f"shopflow=={shopflow.__version__}", "shopflow>=1.0,<2"])
def test_a_fitting_version_starts(fitting):
    check_compatibility(config(fitting))


@pytest.mark.parametrize("wanted", ["shopflow>=99", "shopflow<1.0", "otherflow>=1.0"])
def test_a_version_that_does_not_fit_is_refused_and_both_are_named(wanted):
    with pytest.raises(ImproperlyConfigured) as refusal:
        check_compatibility(config(wanted))

    sentence = str(refusal.value)
    assert "shopflow_loyalty" in sentence
    assert wanted in sentence
    assert f"this is shopflow {shopflow.__version__}" in sentence
    assert "SHOPFLOW_PLUGINS_EXCLUDE" in sentence


def test_a_compatibility_that_is_no_requirement_is_refused():
    with pytest.raises(ImproperlyConfigured, match="which is not a requirement"):
        check_compatibility(config("1.0 or so"))


class Lamp:
    code = ""
    label = "Lamp"


class Desk(Lamp):
    code = "lamp"


class Floor(Lamp):
    code = "lamp"


def test_a_taken_code_is_refused_and_both_holders_are_named():
    lamps: Registry[Lamp] = Registry("lamp", Lamp)
    lamps.register(Desk)

    with pytest.raises(ImproperlyConfigured) as refusal:
        lamps.register(Floor)
    assert f"{__name__}.Floor is already taken by {__name__}.Desk" in str(refusal.value)
    assert [type(lamp) for lamp in lamps] == [Desk]


def test_registering_the_same_class_twice_changes_nothing():
    lamps: Registry[Lamp] = Registry("lamp", Lamp)
    lamps.register(Desk)
    lamp = lamps.get("lamp")
    lamps.register(Desk)

    assert lamps.get("lamp") is lamp
    assert len(lamps) == 1


@pytest.mark.parametrize(("code", "label", "missing"), [("", "Lamp", "code"), ("lamp", "", "label")])
def test_code_and_label_are_needed(code, label, missing):
    lamps: Registry[Lamp] = Registry("lamp", Lamp)
    nameless = type("Nameless", (Lamp,), {"code": code, "label": label})

    with pytest.raises(ImproperlyConfigured, match=f"“{missing}”"):
        lamps.register(nameless)


def test_a_stranger_to_the_socket_is_refused():
    lamps: Registry[Lamp] = Registry("lamp", Lamp)

    with pytest.raises(ImproperlyConfigured, match="does not extend"):
        lamps.register(type("Chair", (), {"code": "chair", "label": "Chair"}))


def test_a_removed_code_is_unknown_and_says_so():
    lamps: Registry[Lamp] = Registry("lamp", Lamp)
    lamps.register(Desk)
    assert not [code for code in (None, {}, ["lamp"], 7) if code in lamps]
    with lamps.without("lamp"), pytest.raises(UnknownCode, match="No lamp with the code “lamp” is installed"):
        lamps.get("lamp")

    assert "lamp" in lamps
    assert lamps.codes() == ["lamp"]
    assert lamps.choices() == [("lamp", "Lamp")]
