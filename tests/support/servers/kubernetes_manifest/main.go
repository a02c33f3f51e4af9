// Command kubernetes-manifest decodes the documents of a manifest on standard input with the types of Kubernetes, as
// strictly as `kubectl apply --validate=strict`, and prints them as JSON, one object on each line.
//
// As the API server does, it moves `stringData` of a Secret into `data`, and accepts no name or key that is not valid.
// With the argument -values it decodes any documents, as Helm reads values and kubectl a custom resource.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	serializer "k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/yaml"
	values "sigs.k8s.io/yaml"
)

func main() {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, appsv1.AddToScheme, batchv1.AddToScheme} {
		exitOn(add(scheme))
	}
	strict := serializer.NewSerializerWithOptions(
		serializer.DefaultMetaFactory, scheme, scheme, serializer.SerializerOptions{Yaml: true, Strict: true})
	areValues := len(os.Args) > 1 && os.Args[1] == "-values"
	documents := yaml.NewYAMLReader(bufio.NewReader(os.Stdin))
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		exitOn(err)
		if len(bytes.TrimSpace(document)) == 0 {
			continue
		}
		if areValues {
			exitOn(printValues(document))
		} else {
			exitOn(printObject(strict, document))
		}
	}
}

func printValues(document []byte) error {
	text, err := values.YAMLToJSONStrict(document)
	if err == nil {
		_, err = fmt.Println(string(text))
	}
	return err
}

func printObject(strict runtime.Decoder, document []byte) error {
	object, _, err := strict.Decode(document, nil, nil)
	if err != nil {
		return err
	}
	if list, is := object.(*corev1.List); is {
		for _, item := range list.Items {
			if err := printObject(strict, item.Raw); err != nil {
				return err
			}
		}
		return nil
	}
	if err := prepare(object); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(object)
}

// prepare refuses a name or a key that the API server refuses, and moves the stringData of a Secret.
func prepare(object runtime.Object) error {
	accessor, err := meta.Accessor(object)
	if err != nil {
		return err
	}
	problems := validation.IsDNS1123Subdomain(accessor.GetName())
	switch typed := object.(type) {
	case *corev1.Secret:
		if typed.Data == nil {
			typed.Data = map[string][]byte{}
		}
		for key, value := range typed.StringData {
			typed.Data[key] = []byte(value)
		}
		typed.StringData = nil
		for key := range typed.Data {
			problems = append(problems, validation.IsConfigMapKey(key)...)
		}
	case *corev1.ConfigMap:
		for key := range typed.Data {
			problems = append(problems, validation.IsConfigMapKey(key)...)
		}
	}
	if len(problems) > 0 {
		return fmt.Errorf("%T: %v", object, problems)
	}
	return nil
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
