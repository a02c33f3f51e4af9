"""Ruby, to compare with: it evaluates settings files as GitLab does."""

from __future__ import annotations

import json
import subprocess
from types import TracebackType
from typing import IO, Any, Self

from tests.support.programs import require_program

# `registry` and every other unknown name is a hash as in files/gitlab-cookbooks/package/libraries/config_mash.rb of
# omnibus-gitlab: symbols and strings are the same, hashes in it are such hashes too, and a missing entry becomes one.
_PROGRAM = r"""
require 'json'
require 'yaml'
class Settings < Hash
  def [](key) = key?(key.to_s) ? super(key.to_s) : (self[key] = Settings.new)
  def []=(key, value)
    super(key.to_s, Settings.converted(value))
  end
  def self.converted(value)
    case value
    when Settings then value
    when Hash then value.each_with_object(Settings.new) { |(key, item), settings| settings[key] = item }
    when Array then value.map { |item| converted(item) }
    else value
    end
  end
end
class Configuration
  def initialize() = @settings = Hash.new { |hash, name| hash[name] = Settings.new }
  def method_missing(name, *arguments) = arguments.empty? ? @settings[name] : nil
  def respond_to_missing?(*) = true
  def storage = @settings[:registry].fetch('storage', nil)
end
STDIN.each_line do |line|
  configuration = Configuration.new
  begin
    configuration.instance_eval(JSON.parse(line)['text'])
    answer = { value: configuration.storage }.to_json
    JSON.parse(answer)
  rescue Exception
    answer = { error: true }.to_json
  end
  STDOUT.puts(answer)
  STDOUT.flush
end
"""


class Ruby:
    """A process of Ruby that evaluates one text after the other."""

    def __init__(self) -> None:
        program = require_program("ruby", "apt-get install ruby")
        self._process = subprocess.Popen(
            [program, "-W0", "-EUTF-8:UTF-8", "-e", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )

    def storage(self, text: str) -> tuple[bool, Any]:
        """Whether Ruby evaluates the text, and the value of `registry['storage']` afterwards."""
        _stream(self._process.stdin).write(json.dumps({"text": text}) + "\n")
        _stream(self._process.stdin).flush()
        answer = json.loads(_stream(self._process.stdout).readline())
        return "error" not in answer, answer.get("value")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        _stream(self._process.stdin).close()
        _stream(self._process.stdout).close()
        self._process.wait()


def _stream(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream
