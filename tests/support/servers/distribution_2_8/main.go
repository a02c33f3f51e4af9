// Command registry is Distribution 2.8.3 with the version of the AWS SDK that its release vendors. The release's own
// cmd/registry cannot be built as a Go module, because one of its dependencies is no longer published.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/docker/distribution/configuration"
	"github.com/docker/distribution/context"
	"github.com/docker/distribution/health"
	_ "github.com/docker/distribution/registry/auth/htpasswd"
	_ "github.com/docker/distribution/registry/auth/token"
	"github.com/docker/distribution/registry/handlers"
	"github.com/docker/distribution/registry/listener"
	"github.com/docker/distribution/registry/storage"
	"github.com/docker/distribution/registry/storage/driver"
	"github.com/docker/distribution/registry/storage/driver/factory"
	_ "github.com/docker/distribution/registry/storage/driver/filesystem"
	_ "github.com/docker/distribution/registry/storage/driver/s3-aws"
)

// main runs `registry serve FILE`, `registry garbage-collect --delete-untagged FILE` and `registry purge-uploads FILE`.
func main() {
	file, err := os.Open(os.Args[len(os.Args)-1])
	exitOn(err)
	config, err := configuration.Parse(file)
	exitOn(err)
	switch os.Args[1] {
	case "garbage-collect":
		collectGarbage(config)
	case "purge-uploads":
		purgeUploads(config)
	default:
		serve(config)
	}
}

func serve(config *configuration.Configuration) {
	app := handlers.NewApp(context.Background(), config)
	app.RegisterHealthChecks()
	socket, err := listener.NewListener(config.HTTP.Net, config.HTTP.Addr)
	exitOn(err)
	context.GetLogger(app).Infof("listening on %v", socket.Addr())
	exitOn(http.Serve(socket, health.Handler(app)))
}

func collectGarbage(config *configuration.Configuration) {
	store := storageDriver(config)
	registry, err := storage.NewRegistry(context.Background(), store)
	exitOn(err)
	exitOn(storage.MarkAndSweep(context.Background(), store, registry, storage.GCOpts{RemoveUntagged: true}))
}

// purgeUploads deletes all unfinished uploads. A running registry does so once they are a week old.
func purgeUploads(config *configuration.Configuration) {
	deleted, errors := storage.PurgeUploads(context.Background(), storageDriver(config), time.Now().Add(time.Hour), true)
	fmt.Printf("%d uploads deleted, errors: %v\n", len(deleted), errors)
}

func storageDriver(config *configuration.Configuration) driver.StorageDriver {
	created, err := factory.Create(config.Storage.Type(), config.Storage.Parameters())
	exitOn(err)
	return created
}

func exitOn(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
