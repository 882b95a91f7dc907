package main

import (
	"os"
	"strings"
	"testing"
)

// Everything that the generator does not understand stops it, with an error that names the place.
// Each case changes one thing in testdata/broken/base.yaml.
func TestBrokenDescriptions(t *testing.T) {
	base := base(t)
	if err := loadText(t, base); err != nil {
		t.Fatalf("the base is broken itself: %v", err)
	}
	for name, test := range map[string]struct{ old, replacement, want string }{
		// Keywords.
		"unknown extension of an operation": {
			"x-go-name: List", "x-go-nmae: List",
			`api/base.yaml:16: paths › /shops › get › x-go-nmae: unknown extension "x-go-nmae" of an operation`,
		},
		"unknown extension of a schema": {
			"x-go-id: id", "x-go-key: id",
			`components › schemas › Shop › x-go-key: unknown extension "x-go-key" of a schema`,
		},
		"unknown keyword of a property": {
			"{type: string, description: The name.}", "{type: string, description: The name., pattern: a}",
			`components › schemas › Place › properties › name › pattern: unknown keyword "pattern" of a schema`,
		},
		"unknown method": {
			"    post:\n", "    head:\n",
			`paths › /shops/{id} › head: unknown keyword "head" of a path`,
		},
		"unknown content": {
			"            application/json:\n              schema: {$ref: '#/components/schemas/Shop'}", "            text/html: {}",
			"POST /shops/{id}: answer 200: text/html is taken as it comes: want type string, format binary, in a success",
		},
		"list instead of an object": {
			"x-go-paging: {all: All, max: 100, in: query}", "x-go-paging: [All]",
			"paths › /shops › get › x-go-paging: want an object here",
		},
		"object instead of a list": {
			"tags:\n  - name: Shops\n    description: The shops.", "tags: {name: Shops}",
			"tags: want a list here",
		},
		"keyword next to a reference": {
			"place: {$ref: '#/components/schemas/Place'}", "place: {$ref: '#/components/schemas/Place', nullable: true}",
			"properties › place › nullable: stands next to $ref, where it has no effect",
		},
		"component that nothing uses": {
			"components:\n  schemas:\n", "components:\n  schemas:\n    Lost: {type: object, description: Lost.}\n",
			"components › schemas › Lost: nothing refers to it",
		},
		"not OpenAPI": {
			"openapi: 3.0.3", "openapi: [3]",
			"api/base.yaml: ",
		},

		"a newer OpenAPI": {
			"openapi: 3.0.3", "openapi: 3.1.0",
			"api/base.yaml: openapi 3.1.0: the documents are OpenAPI 3.0.3",
		},
		"two YAML documents": {
			"openapi: 3.0.3", "openapi: 3.0.3\n---\nopenapi: 3.0.3",
			"api/base.yaml: not a single YAML document",
		},

		// References and servers.
		"reference to nowhere": {
			"schema: {$ref: '#/components/schemas/ShopChange'}", "schema: {$ref: '#/components/schemas/Nowhere'}",
			"Nowhere",
		},
		"reference out of the folder": {
			"schema: {$ref: '#/components/schemas/ShopChange'}", "schema: {$ref: '../other.yaml#/components/schemas/Shop'}",
			"base.yaml can refer to itself and to common.yaml only",
		},
		"reference to the network": {
			"schema: {$ref: '#/components/schemas/ShopChange'}", "schema: {$ref: 'https://example.com/a.yaml#/components/schemas/Shop'}",
			"base.yaml can refer to itself and to common.yaml only",
		},
		"server without /api": {
			"https://shop.example.com/api", "https://shop.example.com/",
			"servers: the path of https://shop.example.com/ must be /api",
		},
		"path of Directory Insights at the console": {
			"  /shops:\n", "  /insights/directory/v1/shops:\n",
			"/insights/directory/v1/shops is not a path of the server https://shop.example.com/api",
		},
		"path of the console at Directory Insights": {
			"https://shop.example.com/api", "https://shop.example.com",
			"/shops is not a path of the server https://shop.example.com: those of Directory Insights, and no others, begin with /insights/directory/v1/",
		},
		"no server": {
			"servers:\n  - url: https://shop.example.com/api\n", "",
			"servers: want exactly one, found 0",
		},

		// Services.
		"service without a description": {
			"    description: The shops.\n", "",
			"tag Shops: no description",
		},
		"unresolved service": {
			"tags: [Shops]\n      summary: Changes", "tags: [Shoes]\n      summary: Changes",
			"POST /shops/{id}: tags: want [Shops], the service of the document; found [Shoes]",
		},
		"two services": {
			"tags: [Shops]\n      summary: Changes", "tags: [Shops, Shops]\n      summary: Changes",
			"POST /shops/{id}: tags: want [Shops]",
		},
		"two services in one document": {
			"    description: The shops.\n", "    description: The shops.\n  - {name: Empty, description: Nothing.}\n",
			"api/base.yaml: tags: want exactly one, the service; found 2",
		},
		"service that is not a Go name": {
			"  - name: Shops\n", "  - name: shop-s\n",
			"the name of a tag is the Go name of a service",
		},
		"service without a title": {
			"  title: places to buy\n", "  title: Places to buy.\n",
			`tag Shops: info, title "Places to buy.": want one line without a full stop`,
		},

		// Operations.
		"operation without an id": {
			"      operationId: shops_list\n", "",
			"GET /shops: no operationId",
		},
		"operation without a Go name": {
			"      x-go-name: List\n", "",
			`GET /shops: x-go-name "": give the operation the exported name`,
		},
		"operation with an unexported name": {
			"x-go-name: List", "x-go-name: list",
			`GET /shops: x-go-name "list"`,
		},
		"operation without a summary": {
			"      summary: Lists shops.\n", "",
			"GET /shops: no summary",
		},
		"two operations with one method": {
			"x-go-name: Change", "x-go-name: List",
			"POST /shops/{id}: the method List is already that of shops_list (GET /shops)",
		},
		"method with the name of a walk": {
			"x-go-name: Change", "x-go-name: All",
			"POST /shops/{id}: the method All is already that of shops_list",
		},
		"deprecated without a way out": {
			"x-go-name: Change", "x-go-name: Change\n      deprecated: true",
			"POST /shops/{id}: deprecated: true and x-go-deprecated (what to use instead) go together",
		},
		"way out without deprecated": {
			"x-go-name: Change", "x-go-name: Change\n      x-go-deprecated: use List",
			"deprecated: true and x-go-deprecated (what to use instead) go together",
		},
		"no snapshot": {
			"      x-snapshots: [2025-01]\n      x-old-go", "      x-old-go",
			"POST /shops/{id}: no x-snapshots",
		},
		"odd snapshot": {
			"x-snapshots: [2025-01]\n      x-old-go", "x-snapshots: ['2025']\n      x-old-go",
			`x-snapshots "2025": want a year and a month`,
		},
		"withdrawn but not deprecated": {
			"x-snapshots: [2025-01]\n      x-old-go", "x-snapshots: [2019-11]\n      x-old-go",
			"only the description of 2019-11 has it: mark it deprecated",
		},
		"old name without a type": {
			"[ShopsApi.ShopsPost]", "[ShopsPost]",
			`x-old-go "ShopsPost": want the type and the method`,
		},
		"old name of another kind": {
			"[ShopsApi.ShopsPost]", "{a: b}",
			"x-old-go: want a list of texts",
		},
		"order that is no number": {
			"  - name: Shops\n", "  - name: Shops\n    x-go-order: first\n",
			"x-go-order first: want a number from 1 on",
		},
		"unknown retry": {
			"x-go-retry: graph", "x-go-retry: always",
			`x-go-retry "always": want read, repeatable, graph or never`,
		},
		"retry of a GET": {
			"x-go-name: List", "x-go-name: List\n      x-go-retry: repeatable",
			"x-go-retry repeatable: GET is repeatable anyway",
		},
		"graph without an op": {
			"      required: [op]\n", "",
			"x-go-retry graph: the body ShopChange needs a required property op",
		},
		"text that names no method": {
			"description: The shops.", "description: See Shops.Nothing.",
			"tag Shops: the text names Shops.Nothing, which is no method",
		},

		// Paging.
		"paging without a walk": {
			"{all: All, max: 100, in: query}", "{max: 100, in: query}",
			"GET /shops: x-go-paging, all is missing: want the exported name of the walk",
		},
		"paging without a size": {
			"{all: All, max: 100, in: query}", "{all: All, in: query}",
			"x-go-paging, max is missing: want the size of the largest page",
		},
		"paging in a header": {
			"{all: All, max: 100, in: query}", "{all: All, max: 100, in: header}",
			"x-go-paging, in header: want query or body",
		},
		"paging of another size": {
			"maximum: 100}", "maximum: 50}",
			"GET /shops, parameter limit: maximum must be the max of x-go-paging, 100",
		},
		"paging without a skip": {
			"{name: skip,", "{name: start,",
			"x-go-paging in query: the parameters limit and skip are missing",
		},
		"paging in a body that is not there": {
			"max: 100, in: query}", "max: 100, in: body}",
			"x-go-paging in body: the operation has no body with limit, skip and sort",
		},
		"list that has a limit but does not page": {
			"      x-go-paging: {all: All, max: 100, in: query}\n", "",
			"answers a list and has a limit, but no x-go-paging: name the walk and its pages, such as {all: All, max: 100, in: query}",
		},
		"paging of a single object": {
			"schema: {type: array, items: {$ref: '#/components/schemas/Shop'}}", "schema: {$ref: '#/components/schemas/Shop'}",
			"x-go-paging: the answer is not a list",
		},

		// Parameters.
		"parameter without a description": {
			"description: The order.", "description: ''",
			"GET /shops, parameter sort: no description",
		},
		"unknown style": {
			"style: form\n          explode: false\n          schema: {type: array, items: {type: string}}",
			"style: pipeDelimited\n          explode: false\n          schema: {type: array, items: {type: string}}",
			`parameter sort: style "pipeDelimited" is not understood`,
		},
		"repeated keys of plain strings": {
			"explode: false\n          schema: {type: array, items: {type: string}}",
			"explode: true\n          schema: {type: array, items: {type: string}}",
			"parameter sort: repeated keys are understood for conditions only",
		},
		"joined conditions": {
			"explode: false\n          schema: {type: array, items: {type: string}}",
			"explode: false\n          x-go-type: Condition\n          schema: {type: array, items: {type: string}}",
			"parameter sort: conditions are sent as repeated keys",
		},
		"unknown type of a parameter": {
			"explode: false\n          schema: {type: array, items: {type: string}}",
			"explode: false\n          x-go-type: Secret\n          schema: {type: array, items: {type: string}}",
			`parameter sort: x-go-type "Secret" of a parameter`,
		},
		"search that is no object": {
			"explode: false\n          schema: {type: array, items: {type: string}}",
			"explode: false\n          x-go-type: TextSearch\n          schema: {type: array, items: {type: string}}",
			`parameter sort: x-go-type "TextSearch" of a parameter`,
		},
		"list of numbers": {
			"explode: false\n          schema: {type: array, items: {type: string}}",
			"explode: false\n          schema: {type: array, items: {type: integer}}",
			"parameter sort: want an array of plain strings",
		},
		"number with a fraction": {
			"schema: {type: integer}}", "schema: {type: number}}",
			"parameter skip: want a plain string, an integer, a boolean",
		},
		"required text in the query": {
			"schema: {type: array, items: {$ref: '#/components/schemas/Kind'}}", "schema: {type: integer}",
			"parameter targets: required outside the path: only texts, booleans and lists in the query are understood",
		},
		"cookie": {
			"{name: skip, in: query,", "{name: skip, in: cookie,",
			`parameter skip: in "cookie" is not understood`,
		},
		"path parameter of another type": {
			"description: The id., schema: {type: string}}\n      requestBody", "description: The id., schema: {type: integer}}\n      requestBody",
			"parameter id: a path parameter must be a plain string",
		},
		"argument with the name of a variable": {
			"name: targets\n", "name: params\n",
			`the argument "params" needs another name in Go`,
		},
		"argument that is a Go keyword": {
			"name: targets\n", "name: type\n",
			`"type" gives the Go name "type", which is not an identifier; set x-go-name`,
		},
		"argument whose name is no identifier": {
			"name: targets\n", "name: targets\n          x-go-name: a b\n",
			`the argument "a b" needs another name in Go`,
		},
		"header that the client does not send": {
			"description: The order.\n", "description: The order.\n          x-go-runtime: true\n",
			"parameter sort: x-go-runtime: the client sends by itself the header x-org-id, and a query parameter whose enum has one value",
		},
		"two fields of one name": {
			"name: sort\n", "name: _skip\n",
			"GET /shops: two parameters have the Go name Skip",
		},

		"shared parameters without a name": {
			"x-go-name: List\n", "x-go-name: List\n      x-go-params: params\n",
			`GET /shops: x-go-params "params": want the exported name of a type`,
		},
		"shared parameters of none": {
			"x-go-name: Change\n", "x-go-name: Change\n      x-go-params: ShopsParams\n",
			`POST /shops/{id}: x-go-params "ShopsParams": want the exported name of a type, and optional parameters`,
		},

		// Bodies and answers.
		"body without a description": {
			"        description: The change.\n", "",
			"POST /shops/{id}: no description of the request body",
		},
		"body without a name": {
			"schema: {$ref: '#/components/schemas/ShopChange'}", "schema: {type: object}",
			"request body: want a reference to a component",
		},
		"body that is a text": {
			"          application/json:\n            schema: {$ref: '#/components/schemas/ShopChange'}", "          text/plain:\n            schema: {type: string}",
			"request body: want application/json",
		},
		"body that is an enum": {
			"schema: {$ref: '#/components/schemas/ShopChange'}", "schema: {$ref: '#/components/schemas/Kind'}",
			"request body: Kind is not an object",
		},
		"no success": {
			"        '200':\n          description: The shop.", "        '400':\n          description: The shop.",
			"POST /shops/{id}: no 2xx answer",
		},
		"answer without a name": {
			"schema: {$ref: '#/components/schemas/Shop'}", "schema: {type: object}",
			"the answer is neither a reference nor an array of one",
		},
		"body or none": {
			"        '200':\n          description: The shop.", "        '204':\n          description: Nothing.\n        '200':\n          description: The shop.",
			"one success has a body and another has none: say x-go-result: none",
		},
		"different bodies": {
			"        '200':\n          description: The shop.",
			"        '201':\n          description: A place.\n          content: {application/json: {schema: {$ref: '#/components/schemas/Place'}}}\n        '200':\n          description: The shop.",
			"the successes have different bodies",
		},
		"unknown result": {
			"x-go-name: Change", "x-go-name: Change\n      x-go-result: some",
			`x-go-result "some": want none, raw or secret`,
		},
		"header that nothing reads": {
			"          description: One page.\n", "          description: One page.\n          headers: {x-other: {description: Other., schema: {type: string}}}\n",
			"answer 200, header x-other: only x-total-count of a list that pages is read",
		},
		"answer that is an enum": {
			"schema: {$ref: '#/components/schemas/Shop'}", "schema: {$ref: '#/components/schemas/Kind'}",
			"answers Kind, which is not an object",
		},
		"envelope with something else": {
			"      x-go-id: id\n", "      x-go-envelope: true\n",
			"envelope: want one property, an array of a component, beside a total and texts; or nothing but one component",
		},
		"envelope with another number than the limit beside the total": {
			"      x-go-id: id\n      properties:\n        id: {type: string, description: The id.}\n        size: {type: integer, description: The size.}\n        place: {$ref: '#/components/schemas/Place'}\n",
			"      x-go-envelope: true\n      properties:\n        count: {type: integer, description: The total.}\n        size: {type: integer, description: The size.}\n" +
				"        places: {type: array, description: Places., items: {$ref: '#/components/schemas/Place'}}\n",
			"schema Shop, property size: envelope: only a list, one total and texts are understood",
		},

		// Rare words.
		"update of something else": {
			"x-go-name: Change", "x-go-name: Change\n      x-update: merge",
			`POST /shops/{id}: x-update "merge": want merge or replace, on a PUT or PATCH with a body`,
		},
		"fields of a filter that is not there": {
			"x-go-name: Change", "x-go-name: Change\n      x-filter: [name]",
			"POST /shops/{id}: x-filter: the operation has no parameter filter",
		},
		"unique field that is none": {
			"      x-go-id: id\n", "      x-go-id: id\n      x-unique: [name]\n",
			"schema Shop: x-unique: name is no property",
		},
		"field that a list omits and that is none": {
			"      x-go-id: id\n", "      x-go-id: id\n      x-list-omits: [name]\n",
			"schema Shop: x-list-omits: name is no property",
		},
		"destruction that does not say so": {
			"x-go-name: Change", "x-go-name: Change\n      x-destructive: true",
			"POST /shops/{id}: x-destructive: the summary must say so in its first word, one of Cancels, Clears, Deletes",
		},
		"POST that is never repeated": {
			"x-go-retry: graph", "x-go-retry: never",
			"x-go-retry never: POST is not repeated anyway",
		},
		"cursor from nowhere": {
			"in: query}", "in: query, cursor: {send: skip}}",
			"x-go-paging, cursor: want send, and from (a key of the answer) or header",
		},
		"cursor to nowhere": {
			"in: query}", "in: query, cursor: {send: token, from: next}}",
			"x-go-paging, cursor: the parameter token is missing",
		},
		"unknown key of a cursor": {
			"in: query}", "in: query, cursor: {sent: token}}",
			`x-go-paging › cursor › sent: unknown keyword "sent" of a cursor`,
		},
		"limit of another name in a body": {
			"in: query}", "in: body, limit: size}",
			"x-go-paging, limit size: want the name of a query parameter",
		},
		"option that is required": {
			"name: targets\n", "name: targets\n          x-go-option: true\n",
			"parameter targets: x-go-option: a required parameter is an argument",
		},
		"header from no body": {
			"{name: skip, in: query,", "{name: skip, in: header, x-go-from: skip,",
			"parameter skip: x-go-from skip: want a header, the name of a method, and a body that is one object",
		},
		"form of two fields": {
			"          application/json:\n            schema: {$ref: '#/components/schemas/ShopChange'}",
			"          multipart/form-data:\n            schema: {type: object, properties: {a: {type: string, format: binary}, b: {type: string}}}",
			"request body: multipart/form-data must be an object of one property of format binary",
		},
		"secret map of something else": {
			"size: {type: integer, description: The size.}", "size: {type: integer, x-go-type: SecretMap, description: The size.}",
			"property size: x-go-type SecretMap: want an object with additionalProperties: true and nothing else",
		},

		// Schemas.
		"Opt of what is one anyway": {
			"{type: string, description: The name.}", "{type: string, x-go-opt: true, description: The name.}",
			"x-go-opt is for objects that are not nullable",
		},
		"secret that is generated": {
			"      description: A place.\n", "      description: A place.\n      x-go-secret: true\n",
			"schema Place: x-go-secret: a component has it only with x-go-handwritten",
		},
		"schema without a description": {
			"      description: A place.\n", "",
			"schema Place: no description",
		},
		"schema without a file": {
			"      description: A place.\n      x-go-file: shop\n", "      description: A place.\n",
			"schema Place: no x-go-file",
		},
		"file that is not a text": {
			"      description: A place.\n      x-go-file: shop\n", "      description: A place.\n      x-go-file: 7\n",
			"schema Place: x-go-file: want a text, found 7",
		},
		"flag that is not a truth": {
			"x-go-mixin: true", "x-go-mixin: 'yes'\n      x-go-envelope: 'yes'",
			"x-go-envelope: want true or false, found yes",
		},
		"additionalProperties false": {
			"      description: A place.\n", "      description: A place.\n      additionalProperties: false\n",
			"schema Place: additionalProperties: false is not understood",
		},
		"schema of another type": {
			"    Place:\n      type: object\n", "    Place:\n      type: number\n",
			"schema Place: a component of type [number]: only objects and string enums have names",
		},
		"mixin as a type": {
			"place: {$ref: '#/components/schemas/Place'}", "place: {$ref: '#/components/schemas/ShopFields'}",
			"schema ShopFields: a mixin has no Go type",
		},
		"union": {
			"name: {type: string, description: The name.}", "name: {oneOf: [{type: string}], description: The name.}",
			"schema Place, property name: oneOf or anyOf: Go has no unions",
		},
		"enum with a missing name": {
			"x-enum-varnames: [KindSmall]", "x-enum-varnames: []",
			"schema Kind: enum has 1 values, x-enum-varnames 0, x-enum-descriptions 1",
		},
		"enum with a name of its own": {
			"x-enum-varnames: [KindSmall]", "x-enum-varnames: [Small]",
			`schema Kind: constant "Small": must be an identifier that starts with Kind`,
		},
		"id that is not there": {
			"x-go-id: id", "x-go-id: place.key",
			`schema Shop: x-go-id place.key: Place has no property "key"`,
		},
		"id that is a number": {
			"x-go-id: id", "x-go-id: size",
			"schema Shop: x-go-id size: must end at a string",
		},
		"id of what no operation answers": {
			"      description: A place.\n", "      description: A place.\n      x-go-id: name\n",
			"schema Place: x-go-id: no operation answers this schema",
		},
		"lenient without a number": {
			"      description: A place.\n", "      description: A place.\n      x-go-lenient: true\n",
			"schema Place: x-go-lenient: the schema has no integer property",
		},
		"lenient in a request": {
			"      description: A change.\n", "      description: A change.\n      x-go-lenient: true\n",
			"schema ShopChange: x-go-lenient: no answer holds this schema",
		},
		"required but not there": {
			"required: [op]", "required: [op, other]",
			`schema ShopChange: required names "other", which is not a property`,
		},
		"constant with the name of a type": {
			"x-enum-varnames: [KindSmall]", "x-enum-varnames: [Kind]",
			"the Go name Kind is already that of api/base.yaml",
		},
		"type with the name of parameters": {
			"ShopChange", "ShopsListParams",
			"the Go name ShopsListParams is already that of",
		},

		// Properties.
		"property without a description": {
			"size: {type: integer, description: The size.}", "size: {type: integer}",
			"api/base.yaml:73: schema Shop, property size: no description",
		},
		"unknown type": {
			"size: {type: integer, description: The size.}", "size: {description: The size.}",
			`schema Shop, property size: type "" with format "" is not understood`,
		},
		"unknown format": {
			"name: {type: string, description: The name.}", "name: {type: string, format: uuid, description: The name.}",
			`schema Place, property name: type "string" with format "uuid" is not understood`,
		},
		"unknown Go type": {
			"name: {type: string, description: The name.}", "name: {type: string, x-go-type: Name, description: The name.}",
			`schema Place, property name: unknown x-go-type "Name"`,
		},
		"secret number": {
			"size: {type: integer, description: The size.}", "size: {type: integer, x-go-type: Secret, description: The size.}",
			"property size: x-go-type Secret: want type string, found [integer]",
		},
		"enum without a name": {
			"name: {type: string, description: The name.}", "name: {type: string, enum: [a], description: The name.}",
			"property name: enum in a property: name it as a component",
		},
		"object inside an object": {
			"size: {type: integer, description: The size.}", "size: {type: object, description: The size., properties: {a: {type: string}}}",
			"property size: object with properties inside another: name it as a component",
		},
		"object of nothing": {
			"size: {type: integer, description: The size.}", "size: {type: object, description: The size.}",
			"property size: object without properties: say additionalProperties: true",
		},
		"closed map": {
			"size: {type: integer, description: The size.}", "size: {type: object, additionalProperties: false, description: The size.}",
			"property size: additionalProperties: false is not understood",
		},
		"two references in allOf": {
			"place: {$ref: '#/components/schemas/Place'}",
			"place: {description: A., allOf: [{$ref: '#/components/schemas/Place'}, {$ref: '#/components/schemas/ShopFields'}]}",
			"property place: allOf in a property: only one reference",
		},
		"two properties with one Go name": {
			"size: {type: integer, description: The size.}", "Id: {type: integer, description: The size.}",
			`schema Shop, property Id: has the Go name ID, like "id": set x-go-name`,
		},
		"key that gives no Go name": {
			"size: {type: integer, description: The size.}", "7: {type: integer, description: The size.}",
			`schema Shop, property 7: "7" gives the Go name "7", which is not an identifier; set x-go-name`,
		},
		"field with an unexported name": {
			"size: {type: integer, description: The size.}", "size: {type: integer, x-go-name: size, description: The size.}",
			`schema Shop, property size: x-go-name "size": want an exported identifier`,
		},
		"field with the name of a method": {
			"size: {type: integer, description: The size.}", "has: {type: integer, description: The size.}",
			"schema Shop, property has: the model has something else of the Go name Has: set x-go-name",
		},
		"property twice, of two types": {
			"op: {$ref: '#/components/schemas/GraphOp'}", "op: {$ref: '#/components/schemas/GraphOp'}\n        note: {type: integer, description: A note.}",
			"schema ShopChange, property note: is a int here and a string in",
		},
		"envelope inside an object": {
			"      description: A place.\n      x-go-file: shop\n", "      description: A place.\n      x-go-envelope: true\n",
			"property place: refers to Place: an envelope can only be the answer of a list",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(base, test.old) {
				t.Fatalf("the base does not contain %q", test.old)
			}
			err := loadText(t, strings.ReplaceAll(base, test.old, test.replacement))
			if err == nil {
				t.Fatalf("passed; want %s", test.want)
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v\nwant %s", err, test.want)
			}
		})
	}
}

// loadText loads a description that has one document, base.yaml.
func loadText(t *testing.T, text string) error {
	t.Helper()
	_, err := load(folder(t, map[string]string{"base.yaml": text}))
	return err
}

func TestTwoDocumentsCannotDeclareTheSame(t *testing.T) {
	root := folder(t, map[string]string{"base.yaml": base(t), "other.yaml": base(t)})
	_, err := load(root)
	for _, want := range []string{
		"api/other.yaml:8: tag Shops: the Go name ShopsService is already that of api/base.yaml:8: tag Shops",
		"the operation id shops_list is also that of api/base.yaml",
		"the Go name Shop is already that of api/base.yaml",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
}

// What would be passed over without a word stops the generator too.
func TestFilesThatAreNoDocuments(t *testing.T) {
	empty := "openapi: 3.0.3\ninfo: {title: shared, version: '1'}\npaths: {}\n"
	for name, test := range map[string]struct{ file, content, want string }{
		"another ending":              {"more.yml", "", "api/more.yml: only documents belong here"},
		"JSON":                        {"more.json", "{}", "api/more.json: only documents belong here"},
		"a folder":                    {"more/shops.yaml", base(t), "api/more: only documents belong here"},
		"an odd name":                 {"bulk-jobs.yaml", base(t), "api/bulk-jobs.yaml: only documents belong here, one a service, with names like bulk_jobs.yaml"},
		"a service in the shared one": {"common.yaml", base(t), "api/common.yaml: holds components only"},
		"shared, and without a use": {
			"common.yaml", empty + "components: {schemas: {Lost: {type: object, description: Lost.}}}\n",
			"api/common.yaml:4: components › schemas › Lost: nothing refers to it",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(folder(t, map[string]string{"base.yaml": base(t), test.file: test.content}))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v\nwant %s", err, test.want)
			}
		})
	}
	if _, err := load(folder(t, map[string]string{"base.yaml": base(t), "common.yaml": empty})); err != nil {
		t.Error(err)
	}
}

func TestAServiceCannotTakeTheClientsFile(t *testing.T) {
	_, err := load(folder(t, map[string]string{"client.yaml": base(t)}))
	if want := "tag Shops: api_client.go is the client's own file"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

// base is the description that the cases break.
func base(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("testdata/broken/base.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// folder is a root with these documents in api.
func folder(t *testing.T, documents map[string]string) (root string) {
	t.Helper()
	root = t.TempDir()
	for name, text := range documents {
		write(t, root, "api/"+name, text)
	}
	return root
}

func TestSharedParametersAreTheSame(t *testing.T) {
	text := strings.NewReplacer(
		"      x-snapshots: [2025-01]\n", "      x-snapshots: [2025-01]\n      x-go-params: ShopsParams\n",
		"description: The id., schema: {type: string}}\n      requestBody",
		"description: The id., schema: {type: string}}\n        - {name: depth, in: query, description: The depth., schema: {type: integer}}\n      requestBody",
	).Replace(base(t))
	err := loadText(t, text)
	if want := "POST /shops/{id}: x-go-params ShopsParams: has other parameters than api/base.yaml:12: GET /shops"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestEveryProblemIsShown(t *testing.T) {
	text := strings.NewReplacer("x-go-name: List", "x-go-name: list", "description: The name.", "description: ''").Replace(base(t))
	err := loadText(t, text)
	for _, want := range []string{"GET /shops: x-go-name", "schema Place, property name: no description"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
}
