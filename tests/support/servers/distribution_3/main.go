// Command registry is Distribution 3.1.2 as released, with one more command: `registry purge-uploads FILE`.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/distribution/distribution/v3/configuration"
	"github.com/distribution/distribution/v3/registry"
	_ "github.com/distribution/distribution/v3/registry/auth/htpasswd"
	_ "github.com/distribution/distribution/v3/registry/auth/token"
	"github.com/distribution/distribution/v3/registry/storage"
	"github.com/distribution/distribution/v3/registry/storage/driver/factory"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/filesystem"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/s3-aws"
	"github.com/spf13/cobra"
)

func main() {
	purge := &cobra.Command{Use: "purge-uploads FILE", Args: cobra.ExactArgs(1), RunE: purgeUploads}
	registry.RootCmd.AddCommand(purge)
	if registry.RootCmd.Execute() != nil {
		os.Exit(1)
	}
}

// purgeUploads deletes all unfinished uploads. A running registry does so once they are a week old.
func purgeUploads(_ *cobra.Command, arguments []string) error {
	file, err := os.Open(arguments[0])
	if err != nil {
		return err
	}
	config, err := configuration.Parse(file)
	if err != nil {
		return err
	}
	driver, err := factory.Create(context.Background(), config.Storage.Type(), config.Storage.Parameters())
	if err != nil {
		return err
	}
	deleted, errors := storage.PurgeUploads(context.Background(), driver, time.Now().Add(time.Hour), true)
	fmt.Printf("%d uploads deleted, errors: %v\n", len(deleted), errors)
	return nil
}
