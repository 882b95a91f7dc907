package jumpcloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
)

// core is what an [APIClient] has beside its services.
type core struct {
	config     *Configuration // with defaults, without credentials
	base       *url.URL
	insights   *url.URL // of Directory Insights
	credential credential
	client     func() *http.Client
	buffers    *sync.Pool // of *bytes.Buffer, for answers on their way into values
}

// NewAPIClient returns a client for a copy of the configuration. It checks everything, joins what it
// finds into one error that names the fields, and sends nothing.
func NewAPIClient(configuration *Configuration) (*APIClient, error) {
	if configuration == nil {
		return nil, errors.New("jumpcloud: the configuration is nil; start from NewConfiguration")
	}
	config := configuration.withDefaults()
	base, insights, err := config.validate()
	if err != nil {
		return nil, err
	}
	c := &APIClient{core: core{config: &config, base: base, insights: insights, buffers: &sync.Pool{New: func() any { return new(bytes.Buffer) }}}}
	c.client = httpClient(config.HTTPClient, config.PageConcurrency)
	if account := config.ServiceAccount; account != nil {
		tokenURL, _ := safeURL(config.tokenURL())
		c.credential = c.serviceAccount(*account, tokenURL)
	} else {
		c.credential = apiKey(config.APIKey)
	}
	config.APIKey, config.ServiceAccount = "", nil
	c.addServices()
	return c, nil
}

// service is what all services are: types of their own over one struct, so that none has a method more
// than its operations. It prints as an address.
type service struct{ client *APIClient }

// Format prints the client's base URL, whatever the verb.
func (c APIClient) Format(f fmt.State, _ rune) { fmt.Fprint(f, c.shown()) }

// LogValue logs the client's base URL.
func (c APIClient) LogValue() slog.Value { return slog.StringValue(c.shown()) }

// MarshalJSON encodes the client's base URL as a string.
func (c APIClient) MarshalJSON() ([]byte, error) { return json.Marshal(c.shown()) }

func (c APIClient) shown() string {
	if c.base == nil {
		return "jumpcloud.APIClient{}"
	}
	return "jumpcloud.APIClient{" + c.base.String() + "}"
}
