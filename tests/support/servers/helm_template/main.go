// Command helm-template renders a chart once for each of the values on standard input, as `helm template` does.
//
// Usage: helm-template CHART. Each line of the input is a JSON string, the text of a values file; each line of the output
// is a JSON object with the rendered templates by name, or an error. A name given twice in the values is an error.
package main

import (
	"bufio"
	"encoding/json"
	"os"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"sigs.k8s.io/yaml"
)

type answer struct {
	Templates map[string]string `json:"templates"`
	Error     string            `json:"error"`
}

func main() {
	loaded, err := loader.LoadDir(os.Args[1])
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	output := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var text string
		if err := json.Unmarshal(lines.Bytes(), &text); err != nil {
			panic(err)
		}
		given := answer{}
		if given.Templates, err = render(loaded, []byte(text)); err != nil {
			given.Error = err.Error()
		}
		if err := output.Encode(given); err != nil {
			panic(err)
		}
	}
}

func render(loaded *chart.Chart, text []byte) (map[string]string, error) {
	if err := yaml.UnmarshalStrict(text, &map[string]any{}); err != nil {
		return nil, err
	}
	given, err := chartutil.ReadValues(text)
	if err != nil {
		return nil, err
	}
	release := chartutil.ReleaseOptions{Name: "registry", Namespace: "default", Revision: 1, IsInstall: true}
	values, err := chartutil.ToRenderValues(loaded, given, release, chartutil.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	return engine.Render(loaded, values)
}
