// Command zot-config reads the storage driver in a configuration of zot, with the libraries that zot reads it with, and
// prints its parameters as the driver of Distribution sees them, as JSON. It fails where zot would not start.
//
// After pkg/cli/server/root.go, pkg/api/config/config.go and pkg/storage/storage.go of project-zot/zot: no key may be
// unknown, and a configuration with an endpoint has path style unless it says otherwise.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	s3 "github.com/distribution/distribution/v3/registry/storage/driver/s3-aws"
	"github.com/spf13/viper"
)

type storage struct {
	RootDirectory   string
	Dedupe          bool
	RemoteCache     bool
	GC              bool
	Commit          bool
	RedirectBlobURL bool
	GCDelay         time.Duration
	GCInterval      time.Duration
	StorageDriver   map[string]any `mapstructure:",omitempty"`
	CacheDriver     map[string]any `mapstructure:",omitempty"`
}

type configuration struct {
	DistSpecVersion string `mapstructure:"distSpecVersion"`
	Storage         struct {
		storage  `mapstructure:",squash"`
		SubPaths map[string]storage
	}
	HTTP map[string]any
	Log  map[string]any
}

func main() {
	parameters, err := load(os.Args[1])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(parameters)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func load(file string) (map[string]string, error) {
	reader := viper.NewWithOptions(viper.KeyDelimiter("::"))
	reader.SetConfigFile(file)
	if err := reader.ReadInConfig(); err != nil {
		return nil, err
	}
	var loaded configuration
	if err := reader.UnmarshalExact(&loaded); err != nil {
		return nil, err
	}
	if loaded.Storage.RootDirectory == "" {
		return nil, errors.New("no storage config provided")
	}
	driver := loaded.Storage.StorageDriver
	if driver == nil {
		return map[string]string{"rootDirectory": loaded.Storage.RootDirectory}, nil
	}
	if driver["name"] != "s3" {
		return nil, errors.New("unsupported storage driver")
	}
	if _, has := driver["regionendpoint"]; has {
		if _, has := driver["forcepathstyle"]; !has {
			driver["forcepathstyle"] = true
		}
	}
	if _, err := s3.FromParameters(context.Background(), driver); err != nil {
		return nil, err
	}
	parameters := map[string]string{}
	for name, value := range driver {
		parameters[name] = fmt.Sprint(value)
	}
	return parameters, nil
}
