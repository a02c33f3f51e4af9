// Command registry is Distribution 2.8.3 with the version of the AWS SDK that its release vendors. The release's own
// cmd/registry cannot be built as a Go module, because one of its dependencies is no longer published.
package main

import (
	"log"
	"net/http"
	"os"

	"github.com/docker/distribution/configuration"
	"github.com/docker/distribution/context"
	"github.com/docker/distribution/health"
	_ "github.com/docker/distribution/registry/auth/htpasswd"
	_ "github.com/docker/distribution/registry/auth/token"
	"github.com/docker/distribution/registry/handlers"
	"github.com/docker/distribution/registry/listener"
	"github.com/docker/distribution/registry/storage"
	"github.com/docker/distribution/registry/storage/driver/factory"
	_ "github.com/docker/distribution/registry/storage/driver/filesystem"
	_ "github.com/docker/distribution/registry/storage/driver/s3-aws"
)

// main runs `registry serve FILE` and `registry garbage-collect --delete-untagged FILE`.
func main() {
	file, err := os.Open(os.Args[len(os.Args)-1])
	exitOn(err)
	config, err := configuration.Parse(file)
	exitOn(err)
	if os.Args[1] == "garbage-collect" {
		collectGarbage(config)
		return
	}
	app := handlers.NewApp(context.Background(), config)
	app.RegisterHealthChecks()
	socket, err := listener.NewListener(config.HTTP.Net, config.HTTP.Addr)
	exitOn(err)
	context.GetLogger(app).Infof("listening on %v", socket.Addr())
	exitOn(http.Serve(socket, health.Handler(app)))
}

func collectGarbage(config *configuration.Configuration) {
	driver, err := factory.Create(config.Storage.Type(), config.Storage.Parameters())
	exitOn(err)
	registry, err := storage.NewRegistry(context.Background(), driver)
	exitOn(err)
	exitOn(storage.MarkAndSweep(context.Background(), driver, registry, storage.GCOpts{RemoveUntagged: true}))
}

func exitOn(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
