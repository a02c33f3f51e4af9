// Command compose-reader prints what Docker Compose reads in a file: the environment of each service, and the content of
// each config, as JSON. It uses `.env` in the file's folder, and nothing of its own environment.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

func main() {
	project, err := load(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	services := map[string]types.MappingWithEquals{}
	for name, service := range project.Services {
		services[name] = service.Environment
	}
	configs := map[string]string{}
	for name, config := range project.Configs {
		configs[name] = config.Content
	}
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{"services": services, "configs": configs}); err != nil {
		panic(err)
	}
}

func load(file string) (*types.Project, error) {
	options, err := cli.NewProjectOptions(
		[]string{file},
		cli.WithWorkingDirectory(filepath.Dir(file)),
		cli.WithEnvFiles(),
		cli.WithDotEnv,
		cli.WithName("project"),
	)
	if err != nil {
		return nil, err
	}
	return options.LoadProject(context.Background())
}
