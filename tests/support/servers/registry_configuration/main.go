// Command registry-configuration prints the storage that a registry finds in its configuration and its environment.
//
// Each line of standard input is a JSON object with the line of the registry (2 or 3), the text of its configuration and
// its variables. Each line of the output is one with the driver and its parameters as the driver prints them, or an error.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	configuration3 "github.com/distribution/distribution/v3/configuration"
	configuration2 "github.com/docker/distribution/configuration"
)

type question struct {
	Line        int               `json:"line"`
	Text        string            `json:"text"`
	Environment map[string]string `json:"environment"`
}

type answer struct {
	Driver     string            `json:"driver"`
	Parameters map[string]string `json:"parameters"`
	Error      string            `json:"error"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	output := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		if err := output.Encode(asked.answer()); err != nil {
			panic(err)
		}
	}
}

func (asked question) answer() answer {
	os.Clearenv()
	for name, value := range asked.Environment {
		if err := os.Setenv(name, value); err != nil {
			return answer{Error: err.Error()}
		}
	}
	driver, parameters, err := asked.storage()
	if err != nil {
		return answer{Error: err.Error()}
	}
	printed := map[string]string{}
	for name, value := range parameters {
		printed[name] = fmt.Sprint(value)
	}
	return answer{Driver: driver, Parameters: printed}
}

func (asked question) storage() (string, map[string]any, error) {
	if asked.Line == 2 {
		parsed, err := configuration2.Parse(strings.NewReader(asked.Text))
		if err != nil {
			return "", nil, err
		}
		return parsed.Storage.Type(), parsed.Storage.Parameters(), nil
	}
	parsed, err := configuration3.Parse(strings.NewReader(asked.Text))
	if err != nil {
		return "", nil, err
	}
	return parsed.Storage.Type(), parsed.Storage.Parameters(), nil
}
