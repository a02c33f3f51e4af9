"""A question is asked until its answer is a valid value, or until an error is confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.prompts.conversation import CANARY, answer, line_prompts
from tests.support.terminals import Terminal
from wizard.catalog.registries import REGISTRIES
from wizard.console.job_control import CANNOT_SUSPEND
from wizard.prompts.console import Console
from wizard.prompts.question import Question
from wizard.session.state import WizardState


class RecordingConsole(Console):
    """A console whose user gives these answers."""

    def __init__(self, answers: Sequence[str]) -> None:
        super().__init__(is_ascii=False)
        self._answers = list(answers)
        self.said = ""

    def ask(self, prompt: str) -> str:
        self.said += prompt
        return self._answers.pop(0)

    def say(self, text: str = "", indent: str = "") -> None:
        self.said += f"{indent}{text}\n"

    def show(self, text: str) -> None:
        self.said += f"{text}\n"


def answer_until_secret(screen: Terminal) -> None:
    """Answer the questions before the secret key, and wait for its prompt."""
    for prompt in ("Registry [", "Storage [", "Bucket [", "Region [", "Root directory [", "Access key ["):
        answer(screen, prompt, "images" if prompt == "Bucket [" else "")
    screen.wait_for("Secret key (not shown) []: ")


def test_a_typing_error_in_a_choice_gets_a_suggestion(tmp_path: Path) -> None:
    with line_prompts(tmp_path) as screen:
        answer(screen, "Registry [dtr]: ", "habor")
        screen.wait_for("! No registry is called habor. This one is similar.")
        screen.wait_for("1 harbor            Harbor, MSR 4")
        answer(screen, "Registry [dtr]: ", "quay")
        screen.wait_for("! Only the configuration of Quay is known, so it is not listed.")
        answer(screen, "Registry [dtr]: ", "nothing-like-it")
        screen.wait_for("! No registry is called nothing-like-it. Choose one of these.")
        answer(screen, "Registry [dtr]: ", "3")
        screen.wait_for("Harbor, MSR 4 selected.")
        screen.wait_for("Storage [aws]: ")


@pytest.mark.sample
@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("2", list(REGISTRIES)[1]),
        ("HARBOR", "harbor"),
        ("registry:3", "distribution-3"),
        ("gitl", "gitlab"),
        ("", "dtr"),
    ],
)
def test_a_choice_is_made_by_its_number_its_name_or_enter(text: str, chosen: str, tmp_path: Path) -> None:
    with line_prompts(tmp_path) as screen:
        answer(screen, "Registry [dtr]: ", text)
        answer(screen, "Storage [aws]: ", "<")
        screen.wait_for(f"Registry [{chosen}]: ")


def test_a_question_mark_explains_the_setting(tmp_path: Path) -> None:
    with line_prompts(tmp_path) as screen:
        answer(screen, "Registry [dtr]: ")
        answer(screen, "Storage [aws]: ", "?")
        screen.wait_for("A preset fills in")
        screen.wait_for("  Clouds, Europe:")
        screen.wait_for("hetzner: Hetzner;")
        screen.wait_for("Storage [aws]: ")


def test_a_question_mark_and_a_name_describe_that_store(tmp_path: Path) -> None:
    console = RecordingConsole(["? wasabi", "?netapp", "<"])
    Question(WizardState.open(tmp_path / "storage.toml"), console, "provider").ask()
    assert "Wasabi: Wasabi's hot cloud storage." in console.said
    assert "Note: Wasabi bills deleted objects" in console.said
    assert "NetApp StorageGRID" in console.said
    assert "Selected" not in console.said
    assert "hop limit" not in console.said  # a note on Amazon S3, which is chosen


def test_an_asterisk_lists_the_regions_of_the_store(tmp_path: Path) -> None:
    console = RecordingConsole(["xx", "*", "*tokyo", "*nowhere", "<"])
    Question(WizardState.open(tmp_path / "storage.toml"), console, "region").ask()
    assert console.said.count("* list regions") == 2  # with the question, and after the region that is unknown
    assert "us-east-1 (N. Virginia), us-east-2 (Ohio), " in console.said
    assert "  ap-northeast-1 (Tokyo).\n" in console.said
    assert "! No known region of the store contains that." in console.said


def test_a_remark_is_not_repeated_after_the_answer(tmp_path: Path) -> None:
    console = RecordingConsole([""])
    assert Question(WizardState.open(tmp_path / "storage.toml"), console, "v4auth").ask()
    assert console.said.count("Amazon S3 accepts only Signature V4") == 1


def test_a_part_of_a_name_lists_the_stores_that_have_it_to_choose_from(tmp_path: Path) -> None:
    with line_prompts(tmp_path) as screen:
        answer(screen, "Registry [dtr]: ")
        answer(screen, "Storage [aws]: ", "netapp")
        screen.wait_for("1 storagegrid       NetApp StorageGRID")
        screen.wait_for("Enter the number or the name of one of them.")
        answer(screen, "Storage [aws]: ", "1")
        screen.wait_for("NetApp StorageGRID selected.")
        screen.wait_for("Bucket []: ")


@pytest.mark.parametrize(
    ("text", "store", "endpoint"),
    [
        ("20", "filesystem", ""),
        ("aliyun", "alibaba", ""),
        ("Cloudfl", "r2", ""),
        ("https://s3.nl-1.wasabisys.com", "wasabi", "https://s3.nl-1.wasabisys.com"),
        ("storage.example:8333", "seaweedfs", "storage.example:8333"),
        ("https://storage.example", "other", "https://storage.example"),
    ],
)
def test_a_store_is_chosen_by_its_number_its_names_or_its_address(
    tmp_path: Path, text: str, store: str, endpoint: str
) -> None:
    console = RecordingConsole([text])
    state = WizardState.open(tmp_path / "storage.toml")
    assert Question(state, console, "provider").ask()
    assert state.settings.provider == store
    assert not endpoint or state.settings.regionendpoint == endpoint
    assert " selected." in console.said
    assert "! " not in console.said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("azure", "! Azure Blob Storage does not"),
        ("minoi", '! No store is called "minoi". This one is similar.'),
        ("xyzzy", '! No store is called "xyzzy". For a store that isn\'t listed, choose Other S3-compatible.'),
    ],
)
def test_an_unknown_store_is_asked_for_again(tmp_path: Path, text: str, said: str) -> None:
    console = RecordingConsole([text, ""])
    state = WizardState.open(tmp_path / "storage.toml")
    assert Question(state, console, "provider").ask()
    assert state.settings.provider == "aws"
    assert said in console.said
    assert "Chosen" not in console.said


def test_less_than_goes_back_and_a_dash_clears(tmp_path: Path) -> None:
    with line_prompts(tmp_path) as screen:
        answer(screen, "Registry [dtr]: ")
        answer(screen, "Storage [aws]: ")
        answer(screen, "Bucket []: ", "images")
        answer(screen, "Region [us-east-1]: ", "<")
        answer(screen, "Bucket [images]: ", "-")
        screen.wait_for("Bucket []: ")


def test_an_equals_sign_applies_the_fix(tmp_path: Path) -> None:
    with line_prompts(tmp_path) as screen:
        answer(screen, "Registry [dtr]: ")
        answer(screen, "Storage [aws]: ")
        answer(screen, "Bucket []: ", "s3://images/deep")
        screen.wait_for("= ")
        answer(screen, "]: ", "=")
        answer(screen, "Region [us-east-1]: ")
        screen.wait_for("Root directory [/deep]: ")


@pytest.mark.parametrize(
    ("answers", "endpoint"), [(("=", "y"), "http://minio.example:9000"), (("",), "minio.example:9000")]
)
def test_a_fix_is_applied_or_left_at_the_question_that_offers_it(
    tmp_path: Path, answers: tuple[str, ...], endpoint: str
) -> None:
    console = RecordingConsole(["minio.example:9000", *answers])
    state = WizardState.open(tmp_path / "storage.toml")
    state.choose_store("other")
    assert Question(state, console, "regionendpoint").ask()
    assert "= Use http://minio.example:9000." in console.said
    assert "Enter = to apply this, or press Enter to keep your value." in console.said
    assert console.said.count("but port 9000 usually has http.") == 1
    assert state.settings.regionendpoint == endpoint


@pytest.mark.parametrize("registry", ["dtr", "zot", "gitlab"])
def test_an_endpoint_without_a_scheme_is_completed_without_a_question(registry: str, tmp_path: Path) -> None:
    console = RecordingConsole(["s3.example:8443"])
    state = WizardState.open(tmp_path / "storage.toml")
    state.set_value("registry", registry)
    state.choose_store("other")
    assert Question(state, console, "regionendpoint").ask()
    assert "Completed to https://s3.example:8443, because HTTPS is on." in console.said
    assert state.settings.regionendpoint == "https://s3.example:8443"


def test_help_explains_a_switch(tmp_path: Path) -> None:
    console = RecordingConsole(["help", "?", "on"])
    assert Question(WizardState.open(tmp_path / "storage.toml"), console, "v4auth").ask()
    assert console.said.count("Version 2 is obsolete") == 2


@pytest.mark.parametrize("name", ["registry", "bucket", "secure"])
def test_an_equals_sign_is_no_value_where_no_fix_is_offered(tmp_path: Path, name: str) -> None:
    console = RecordingConsole(["=", "<"])
    state = WizardState.open(tmp_path / "storage.toml")
    before = state.settings
    Question(state, console, name).ask()
    assert "! No fix is offered here." in console.said
    assert state.settings == before
    assert not state.invalid_input


@pytest.mark.parametrize("name", ["registry", "provider"])
def test_a_registry_and_a_store_cannot_be_cleared(tmp_path: Path, name: str) -> None:
    console = RecordingConsole(["-", "<"])
    state = WizardState.open(tmp_path / "storage.toml")
    Question(state, console, name).ask()
    assert "! This cannot be blank. Enter a number or a name from the list." in console.said
    assert not state.invalid_input


def test_an_error_is_confirmed_by_enter(tmp_path: Path) -> None:
    with line_prompts(tmp_path) as screen:
        answer(screen, "Registry [dtr]: ")
        answer(screen, "Storage [aws]: ")
        answer(screen, "Bucket []: ", "im ages")
        screen.wait_for("! ")
        screen.wait_for("Press Enter again to continue anyway.")
        answer(screen, "Bucket [im ages]: ")
        screen.wait_for("Region [us-east-1]: ")


def test_a_switch_is_on_or_off(tmp_path: Path) -> None:
    with line_prompts(tmp_path) as screen:
        answer_until_secret(screen)
        screen.press(b"\r")
        answer(screen, "Region endpoint []: ")
        answer(screen, "V4 auth [on]: ", "maybe")
        screen.wait_for("! Answer on or off, or ? for help.")
        answer(screen, "V4 auth [on]: ", "yes")
        screen.wait_for("HTTPS [on]: ")


def test_a_missing_access_key_is_said_after_the_secret_key(tmp_path: Path) -> None:
    with line_prompts(tmp_path) as screen:
        answer_until_secret(screen)
        screen.press(f"{CANARY}\r".encode())
        screen.wait_for("! Enter the access key too, or leave both blank")
        screen.wait_for("to go back.")


def test_a_secret_is_not_shown(tmp_path: Path) -> None:
    with line_prompts(tmp_path) as screen:
        answer_until_secret(screen)
        screen.press(f"{CANARY}\r".encode())
        screen.wait_for("28 characters, ends in nary.")
        answer(screen, "Region endpoint []: ", "<")
        screen.wait_for("Secret key (not shown) [28 characters, ends in nary]: ")
        assert CANARY.encode() not in screen.stream


def test_a_secret_is_not_shown_after_ctrl_z_and_fg(tmp_path: Path) -> None:
    with line_prompts(tmp_path, job_control=True) as screen:
        answer_until_secret(screen)
        screen.press(b"\x1a")
        screen.wait_until_stopped()
        screen.resume()
        answer(screen, "Secret key (not shown) []: ", CANARY)
        screen.wait_for("ends in nary")
        assert CANARY.encode() not in screen.stream


@pytest.mark.sample
@pytest.mark.parametrize("is_secret", [False, True], ids=["visible", "hidden"])
def test_ctrl_z_without_a_shell_shows_a_notice_and_the_prompt_again(is_secret: bool, tmp_path: Path) -> None:
    with line_prompts(tmp_path) as screen:
        prompt = "Secret key (not shown) []: " if is_secret else "Registry [dtr]: "
        if is_secret:
            answer_until_secret(screen)
        else:
            screen.wait_for(prompt)
        screen.press(b"\x1a")
        screen.wait_for(CANNOT_SUSPEND)
        answer(screen, prompt, "dtr")
        screen.wait_for("Region endpoint []: " if is_secret else "Storage [aws]: ")
