"""The steps with fields: what they show, how the focus moves, and what Enter does."""

from __future__ import annotations

import string
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from textual.widget import Widget

from tests.support.pilot import AMAZON, FORMS, SECRET, WizardPilot, run_wizard, state_of_file
from tests.support.samples import sampled
from wizard.model.findings import Cause, Finding
from wizard.model.settings import GIB, MIB, Settings, Value
from wizard.session.state import WizardState
from wizard.session.steps import STEPS, step_of
from wizard.tui.screens.form import FormScreen
from wizard.tui.widgets.key_row import KeyRow
from wizard.validation.reachability import ReachabilityStatus


async def test_every_value_of_a_file_is_shown(unreachable: Settings, path: Path) -> None:
    settings = unreachable.replace(
        {
            "registry": "distribution-3",
            "rootdirectory": "/deep/down",
            "skipverify": False,
            "redirect": False,
            "encrypt": True,
            "keyid": "alias/images",
            "storageclass": "STANDARD_IA",
            "objectacl": "bucket-owner-full-control",
            "chunksize": 20 * MIB,
            "multipartcopythresholdsize": 5 * GIB,
        }
    )
    async with run_wizard(state_of_file(path, settings)) as pilot:
        assert "● Distribution 3" in pilot.text
        assert "● Other S3-compatible" in pilot.text
        await pilot.enter("bucket")
        assert [pilot.value(name) for name in ("bucket", "region", "rootdirectory")] == [
            "images",
            "us-east-1",
            "/deep/down",
        ]
        assert all(f" {value}" in pilot.text for value in ("images", "us-east-1", "/deep/down"))
        await pilot.enter("keys")
        assert f" {settings.accesskey}" in pilot.text
        assert "•" * 40 in pilot.text
        assert "40 characters, ends in EKEY." in pilot.text
        await pilot.enter("endpoint")
        assert settings.regionendpoint in pilot.text
        await pilot.enter("advanced")
        switches = [line.split()[-5:] for line in pilot.lines if "●" in line]
        assert switches == [
            ["auth", "●", "on", "○", "off"],
            ["HTTPS", "○", "on", "●", "off"],
            ["verification", "○", "on", "●", "off"],
            ["pulls", "○", "on", "●", "off"],
        ]
        await pilot.press("f4")
        await pilot.until_text("Force path style  ● on   ○ off", "Encryption        ● on   ○ off", "alias/images")
        await pilot.until_text("‹ STANDARD_IA ›", "‹ bucket-owner-full-control ›", "20 MiB", "5 GiB")


async def test_a_change_made_elsewhere_is_shown_in_a_focused_field(new_state: WizardState) -> None:
    new_state.settings = AMAZON
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        await pilot.enter("keys")
        pilot.state.enter_text("bucket", "others")
        await pilot.press("escape")
        await pilot.until_step("bucket")
        assert pilot.value("bucket") == "others"
        assert pilot.focused == "bucket"
        await pilot.press("1")
        assert pilot.state.settings.bucket == "others1"


async def test_a_step_that_is_entered_again_starts_at_its_first_field(new_state: WizardState) -> None:
    new_state.settings = AMAZON
    async with run_wizard(new_state) as pilot:
        await pilot.go("keys")
        await pilot.focus("secretkey")
        await pilot.enter("endpoint")
        await pilot.press("escape")
        await pilot.until_step("keys")
        assert pilot.focused == "accesskey"
        await pilot.focus("secretkey")
        await pilot.press("f1", "escape")  # a dialog leaves the focus where it was
        await pilot.until_step("keys")
        assert pilot.focused == "secretkey"


_LONG_INPUT: Mapping[str, Mapping[str, str]] = {
    "storage": {},
    "bucket": {"bucket": "s3://" + "images" * 9 + "/deep/" + "down" * 15, "region": "eu-north-1", "rootdirectory": "ä"},
    "keys": {"accesskey": SECRET, "secretkey": AMAZON.accesskey},
    "endpoint": {"regionendpoint": "https://images.example:99/" + "deep" * 20},
    "advanced": {},
}


@pytest.mark.sample
@pytest.mark.parametrize("long", [False, True], ids=["initial", "with long problems"])
async def test_the_forms_fit_80_by_24(new_state: WizardState, long: bool) -> None:
    if long:
        new_state.settings = AMAZON.replace({"v4auth": False, "skipverify": True, "secure": False})
        for values in _LONG_INPUT.values():
            for name, text in values.items():
                new_state.enter_text(name, text)
    async with run_wizard(new_state) as pilot:
        for step in FORMS:
            await pilot.go(step)
            assert all(step.title in pilot.lines[1] for step in STEPS)
            pilot.assert_everything_fits()
            assert not long or step == "storage" or "✗" in pilot.text


async def test_the_unfolded_settings_fit_80_by_24_with_long_messages(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.go("advanced")
        await pilot.press("f4")
        await pilot.until_text("Part copy above", "Hide these settings")
        pilot.assert_everything_fits()
        await pilot.fill("keyid", "alias/images")
        await pilot.fill("chunksize", "10 foo")
        assert pilot.message("keyid") == "✗ The KMS key has no effect unless encryption is on.\nF7 Turn encryption on."
        pilot.assert_everything_fits()
        assert "Hide these settings" in pilot.text


async def test_a_long_finding_of_the_store_is_shown_completely(new_state: WizardState) -> None:
    sentence = "The store takes neither this access key nor that one, " * 4
    new_state.settings = AMAZON
    new_state.reachability = ReachabilityStatus(
        True, False, None, Finding(Cause.UNKNOWN_ACCESS_KEY, sentence + "the end.", setting="secretkey")
    )
    new_state.reachability_settings = new_state.settings
    async with run_wizard(new_state) as pilot:
        await pilot.go("keys")
        assert "the end." in pilot.text
        pilot.assert_everything_fits()


@pytest.mark.sample
@pytest.mark.parametrize("step", sampled(FORMS, 2))
async def test_a_small_screen_scrolls_to_the_focused_field(new_state: WizardState, step: str) -> None:
    new_state.settings = AMAZON
    async with run_wizard(new_state, (60, 18)) as pilot:
        await pilot.go(step)
        body = pilot.app.step_screen.query_one("#body")
        for name in [field.declaration.name for field in pilot.form.visible_fields()]:
            await pilot.focus(name)
            control = pilot.field(name).control
            await pilot.until(lambda control=control: body.region.contains_region(control.region))  # type: ignore[misc]


@pytest.mark.sample
@pytest.mark.parametrize("size", [(80, 24), (60, 18)], ids=["80x24", "60x18"])
@pytest.mark.parametrize(
    ("step", "name", "changes"),
    [
        ("bucket", "rootdirectory", {"rootdirectory": "/a//b"}),
        ("endpoint", "regionendpoint", {"provider": "other", "regionendpoint": "ftp://s3.example"}),  # asks no store
        ("advanced", "skipverify", {"skipverify": True}),
        ("advanced", "chunksize", {"chunksize": MIB}),
    ],
)
async def test_the_fix_of_the_focused_field_is_in_view_and_the_keys_name_it(
    new_state: WizardState, size: tuple[int, int], step: str, name: str, changes: Mapping[str, Value]
) -> None:
    new_state.settings = AMAZON.replace(changes)
    new_state.mark_visited(step_of(name))
    async with run_wizard(new_state, size) as pilot:
        await pilot.go(step)
        if name == "chunksize":
            await pilot.press("f4")
        await pilot.focus(name)
        fix = pilot.state.fix(name)
        assert fix is not None
        await pilot.until(lambda: fix.text.split()[-1] in " ".join(pilot.lines[3:-3]))
        assert f"F7 {fix.text[:20].rstrip('.')}" in pilot.row("keys")


async def test_the_focused_row_and_its_help_are_in_view_among_the_folded_settings(new_state: WizardState) -> None:
    new_state.settings = AMAZON
    async with run_wizard(new_state) as pilot:
        await pilot.go("advanced")
        await pilot.until_text(" ▸ V4 auth ")
        await pilot.press("f4")
        await pilot.focus("chunksize")
        await pilot.until_text(
            " ▸ Chunk size ", "── Chunk size ──", "5 MiB to 5 GiB. 10 MiB suits most.", "Example: 20 MiB"
        )
        assert pilot.text.count("▸") == 2  # and the step
        pilot.screen.set_focus(pilot.app.step_screen.query_one("#fold-toggle"))
        await pilot.until_text(" ▸ F4 Hide these settings")
        await pilot.resize(60, 18)
        await pilot.press("f4")
        await pilot.press("pagedown", "pagedown")
        await pilot.until_text("F4 Show 7 more settings", "sizes)")


_MINIO: Mapping[str, str | bool] = {"provider": "minio", "regionendpoint": "http://minio.example:9000", "secure": False}


class Problem(NamedTuple):
    """What is typed into which field, on top of which settings; its message; the field's value after the fix."""

    step: str
    setting: str
    typed: str
    settings: Mapping[str, str | bool]
    message: str
    fixed: str | None  # None if there is no fix


_PROBLEMS = {
    "no bucket": Problem("bucket", "bucket", "", {}, "✗ Enter a bucket name.", None),
    "capitals": Problem(
        "bucket", "bucket", "Images", {}, "! New buckets can't have capital letters in their name", None
    ),
    "an address": Problem("bucket", "bucket", "s3://images", {}, "✗ Enter only the bucket name", "images"),
    "a path": Problem("bucket", "bucket", "images/deep", {}, "✗ Bucket names can't contain slashes", "images"),
    "too short": Problem(
        "bucket", "bucket", "im", {}, "✗ Bucket names must be 3 to 255 characters long (this is 2).", None
    ),
    "no region": Problem("bucket", "region", "", {}, "✗ The registry won't start without a region.", "us-east-1"),
    "an availability zone": Problem(
        "bucket", "region", "us-east-1a", {}, '✗ Unknown Amazon S3 region "us-east-1a"', "us-east-1"
    ),
    "a region newer than the registry": Problem(
        "bucket", "region", "ca-west-1", {}, "✗ Docker Trusted Registry predates", "ca-west-1"
    ),
    "two slashes": Problem("bucket", "rootdirectory", "/a//b", {}, "✗ Remove the double slash", "/a/b"),
    "no access key": Problem("keys", "accesskey", "", {}, "✗ Enter the access key too", None),
    "no secret key": Problem("keys", "secretkey", "", {}, "✗ Enter the secret key too", None),
    "swapped keys": Problem(
        "keys",
        "accesskey",
        SECRET,
        {"secretkey": AMAZON.accesskey},
        "✗ The access key and secret key look swapped.",
        AMAZON.accesskey,
    ),
    "a temporary key": Problem("keys", "accesskey", "ASIAIOSFODNN7EXAMPLE", {}, "✗ ASIA… keys are temporary", None),
    "an escaped secret": Problem(
        "keys", "secretkey", "a\\/b", {}, '! 4 characters. This looks copied from JSON: "\\/" should be "/"', "a/b"
    ),
    "no endpoint": Problem("endpoint", "regionendpoint", "", _MINIO, "✗ Enter the server's address", None),
    "a bucket in the endpoint": Problem(
        "endpoint",
        "regionendpoint",
        "http://minio.example:9000/images",
        _MINIO,
        "✗ Remove the bucket from the endpoint",
        "http://minio.example:9000",
    ),
    "one slash after the scheme": Problem(
        "endpoint",
        "regionendpoint",
        "https:/minio.example:9000",
        _MINIO,
        "✗ Write http:// or https:// before the host.",
        "https://minio.example:9000",
    ),
    "the port of the web console": Problem(
        "endpoint",
        "regionendpoint",
        "http://minio.example:9001",
        _MINIO,
        "! Port 9001 is usually MinIO's web console",
        "http://minio.example:9000",
    ),
    "no scheme": Problem(
        "endpoint",
        "regionendpoint",
        "minio.example:9443",
        _MINIO,
        "No http:// or https:// given.",
        "https://minio.example:9443",
    ),
    "an endpoint of another provider": Problem(
        "endpoint",
        "regionendpoint",
        "https://minio.example:9000",
        {},
        "! This isn't an Amazon endpoint",
        "https://minio.example:9000",
    ),
    "version 2": Problem("advanced", "v4auth", "right", {}, "✗ Amazon S3 requires Signature V4", "on"),
    "unverified": Problem("advanced", "skipverify", "left", {}, "! Not verified: anyone on the network", "off"),
    "a KMS key without encryption": Problem(
        "advanced", "keyid", "alias/x", {}, "✗ The KMS key has no effect unless encryption is on.", "alias/x"
    ),
    "not a size": Problem("advanced", "chunksize", "10 foo", {}, '✗ "chunksize" must be a size, such as 10 MiB', None),
    "a small size": Problem(
        "advanced", "chunksize", "1 MiB", {}, "✗ Chunk size must be between 5 MiB and 5 GiB.", "10 MiB"
    ),
}


@pytest.mark.sample
@pytest.mark.parametrize("problem", sampled(_PROBLEMS.values(), 5), ids=_PROBLEMS)
async def test_a_problem_is_shown_below_its_field_while_typing_and_ctrl_f_fixes_it(
    new_state: WizardState, problem: Problem
) -> None:
    new_state.settings = AMAZON
    for name, value in problem.settings.items():
        new_state.enter_text(name, value) if isinstance(value, str) else new_state.set_value(name, value)
    setting, has_fix = problem.setting, problem.fixed is not None
    async with run_wizard(new_state) as pilot:

        def message() -> str:
            """The message as one line: it wraps at the width of its field."""
            return " ".join(pilot.message(setting).split())

        await pilot.go(problem.step)
        if setting in ("keyid", "chunksize"):
            await pilot.press("f4")
        assert problem.message not in message()
        await pilot.fill(setting, problem.typed)
        await pilot.until(lambda: message().startswith(problem.message))
        assert " ".join(problem.message.split()[:4]) in pilot.text
        assert ("F7 " in pilot.message(setting)) == has_fix
        assert ("F7 " in pilot.row("keys")) == has_fix
        await pilot.press("ctrl+f")
        if has_fix:
            await pilot.until(lambda: problem.message not in message())
            assert "F7 " not in pilot.row("keys") or "✗" not in pilot.message(setting)
            assert pilot.value(setting) == problem.fixed
        assert pilot.focused == setting


async def test_an_unknown_registry_and_provider_of_a_file_are_shown_and_can_be_fixed(path: Path) -> None:
    async with run_wizard(state_of_file(path, AMAZON.replace({"provider": "minoi", "registry": "harbour"}))) as pilot:
        assert pilot.message("registry").startswith('✗ Unknown registry "harbour"')
        assert "● harbour" in pilot.text
        await pilot.press("ctrl+f")
        await pilot.until(lambda: pilot.value("registry") == "harbor")
        await pilot.press("ctrl+f")
        await pilot.until(lambda: pilot.value("provider") == "minio")
        assert "● MinIO" in pilot.text


async def test_new_settings_show_no_errors_before_anything_is_typed(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        for step in FORMS:
            await pilot.go(step)
            assert "✗" not in pilot.text.replace(pilot.row("steps"), "")


async def test_the_reason_of_a_preset_is_shown_below_its_setting(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.go("advanced")
        assert "On: Amazon S3 accepts only Signature V4." in pilot.text


async def test_enter_with_an_error_focuses_its_field_and_enter_again_continues(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.enter("bucket")
        await pilot.focus("rootdirectory")
        await pilot.press("enter")
        await pilot.until(lambda: pilot.focused == "bucket")
        assert pilot.step == "bucket"
        assert pilot.message("bucket").startswith("✗ Enter a bucket name")
        assert "Press Enter again to continue anyway." in pilot.text
        await pilot.press("i")
        await pilot.until(lambda: "Enter again" not in pilot.text)
        await pilot.press("enter")
        await pilot.until_text("Press Enter again to continue anyway.")
        await pilot.enter("keys")
        assert "✗ Bucket" in pilot.row("steps")


async def test_enter_with_an_error_in_a_folded_setting_unfolds_it(new_state: WizardState) -> None:
    new_state.settings = AMAZON
    new_state.enter_text("chunksize", "10 foo")
    async with run_wizard(new_state) as pilot:
        await pilot.go("advanced")
        assert "Chunk size" not in pilot.text
        await pilot.press("enter")
        await pilot.until(lambda: pilot.focused == "chunksize")
        assert "10 foo" in pilot.text


async def test_the_storage_classes_follow_the_registry(new_state: WizardState) -> None:
    new_state.settings = AMAZON
    async with run_wizard(new_state) as pilot:
        await pilot.go("advanced")
        await pilot.press("f4")
        await pilot.until_text("STANDARD", "REDUCED_REDUNDANCY", "NONE")
        new_state.set_value("registry", "distribution-3")
        await pilot.go("bucket")
        await pilot.go("advanced")
        await pilot.until_text("STANDARD", "1 of 9")


async def test_the_endpoint_follows_the_region(new_state: WizardState) -> None:
    new_state.set_value("provider", "wasabi")
    async with run_wizard(new_state) as pilot:
        await pilot.go("endpoint")
        assert pilot.value("regionendpoint") == "https://s3.us-east-1.wasabisys.com"
        await pilot.go("bucket")
        await pilot.fill("region", "eu-central-1")
        await pilot.go("endpoint")
        assert pilot.value("regionendpoint") == "https://s3.eu-central-1.wasabisys.com"


@pytest.mark.sample
@pytest.mark.parametrize(("step", "name"), [("bucket", "bucket"), ("keys", "secretkey")])
async def test_a_printable_key_is_never_a_shortcut_in_a_field(new_state: WizardState, step: str, name: str) -> None:
    characters = string.digits + string.ascii_letters + string.punctuation + " " + "."
    async with run_wizard(new_state) as pilot:
        await pilot.go(step)
        await pilot.focus(name)
        await pilot.type(characters)
        await pilot.until(lambda: pilot.value(name) == characters)
        assert (pilot.step, pilot.focused) == (step, name)
        assert pilot.screen is pilot.app.step_screen
        assert pilot.state.field_text(name) == characters


def controls(pilot: WizardPilot) -> list[Widget]:
    """The widgets of the form that can have the focus, from the top."""
    in_fields: list[Widget] = [field.control for field in pilot.form.visible_fields()]
    return in_fields + list(pilot.app.step_screen.query("#fold-toggle"))


@pytest.mark.sample
@pytest.mark.parametrize("step", sampled([*FORMS, "advanced, unfolded"], 2))
@pytest.mark.parametrize("keys", [("tab", "shift+tab"), ("down", "up")], ids=["tab", "arrows"])
async def test_every_control_can_be_focused_and_left(new_state: WizardState, step: str, keys: tuple[str, str]) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.go(step.partition(",")[0])
        if "unfolded" in step:
            await pilot.press("f4")
            await pilot.until_text("Hide these settings")
        # The arrows stay in the form, so that Enter continues after them.
        expected = controls(pilot) + ([pilot.screen.query_one(KeyRow)] if keys[0] == "tab" else [])
        for key, order in ((keys[0], expected), (keys[1], expected[::-1])):
            pilot.screen.set_focus(order[0])
            seen = [pilot.screen.focused]
            for _ in range(20 if len(order) > 1 else 2):
                await pilot.press(key)
                if pilot.screen.focused is not seen[-1]:
                    seen.append(pilot.screen.focused)
                if seen[-1] is order[0] and len(seen) > 1:
                    break
            assert seen == ([*order, order[0]] if len(order) > 1 else order)


@pytest.mark.sample
@pytest.mark.parametrize("key", ["f4", "space"])
async def test_unfolding_and_folding_keeps_the_focus_on_a_visible_field(new_state: WizardState, key: str) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.go("advanced")
        if key == "space":
            pilot.screen.set_focus(pilot.app.step_screen.query_one("#fold-toggle"))
        await pilot.press(key)
        await pilot.until(lambda: pilot.focused == "forcepathstyle")
        assert "V4 auth" not in pilot.text
        if key == "space":
            pilot.screen.set_focus(pilot.app.step_screen.query_one("#fold-toggle"))
        await pilot.press(key)
        await pilot.until(lambda: pilot.focused == "v4auth")
        assert "Force path style" not in pilot.text


async def test_a_hidden_field_never_has_the_focus(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await pilot.enter("bucket")
        await pilot.fill("bucket", "images")
        await pilot.press("escape")
        await pilot.until_step("storage")
        await pilot.choose("provider", "filesystem")
        await pilot.enter("bucket")
        await pilot.until(lambda: pilot.focused == "rootdirectory")
        assert pilot.row("step title") == "Folder"
        assert "Choose the folder for your images" in pilot.text
        assert "▸ Folder" in pilot.row("steps")
        await pilot.press("x")
        assert pilot.state.settings.bucket == "images"


async def test_a_password_in_the_endpoint_is_refused_and_shown_only_in_its_field(new_state: WizardState) -> None:
    new_state.settings = AMAZON.replace({"provider": "other", "accesskey": "canary-typed-in-the-wrong-field"})
    async with run_wizard(new_state, (140, 30)) as pilot:
        await pilot.go("endpoint")
        await pilot.fill("regionendpoint", "http://me:canary-word@minio.example:9000")
        await pilot.until(lambda: "Remove the keys from the endpoint" in pilot.message("regionendpoint"))
        await pilot.press("enter", "enter")
        assert pilot.step == "endpoint"
        for step in ("bucket", "advanced", "save"):
            await pilot.go(step)
            assert "canary-" not in pilot.text
        await pilot.go("endpoint")
        await pilot.press("ctrl+f")
        await pilot.until(lambda: pilot.value("regionendpoint") == "http://minio.example:9000")
        assert pilot.state.settings.regionendpoint == "http://minio.example:9000"


async def test_a_field_is_focused_once_the_screen_has_it(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        form = pilot.app.screen_of(step_of("region"))
        assert isinstance(form, FormScreen)
        pilot.app.push_screen(form)
        form.focus_setting("region")
        await pilot.until(lambda: (field := form.focused_field()) is not None and field.declaration.name == "region")


async def test_no_field_is_focused_while_the_app_ends(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        pilot.app.exit(0)
        await pilot.until_ended()
        form.focus_setting("bucket")
        assert pilot.app.first_error is None
