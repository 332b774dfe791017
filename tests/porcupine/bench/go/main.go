// The Go checker's time for histories in linhist-1 files, so that a bar is a ratio of two measurements on one machine:
//
//	cd "$(mktemp -d)" && cp .../tests/porcupine/bench/go/main.go .
//	go mod init peer && go get github.com/anishathalye/porcupine@master && go build -o peer .
//	deno task bench:porcupine --generated --go ./peer
//
// Prints a line of JSON for each file: its verdict ("unknown" after ten seconds), the median of five runs after a first one,
// in milliseconds, reading the file excluded, and the most memory the process ever held. Give it one file for a true peak.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"math"
	"os"
	"reflect"
	"runtime"
	"sort"
	"syscall"
	"time"

	"github.com/anishathalye/porcupine"
)

const (
	runs    = 5
	timeout = 10 * time.Second
	// A register that holds nothing; no history writes it.
	nothing = math.MinInt64
)

// One line of a file.
type line struct {
	F, K   string
	C, Ver int
	V, O   json.RawMessage
	S      int64
	E      *int64
}

type input struct {
	name, key, text  string
	from, to, number int
}

type output struct {
	isKnown bool
	text    string
	number  int
	isTrue  bool
}

type versioned struct {
	text    string
	version int
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: peer FILE.jsonl... (linhist-1: register, kv or kvv)")
		os.Exit(2)
	}
	for _, file := range os.Args[1:] {
		if err := judge(file); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", file, err)
			os.Exit(3)
		}
	}
}

func judge(file string) error {
	model, history, err := load(file)
	if err != nil {
		return err
	}
	var times []float64
	verdict := porcupine.Unknown
	for run := 0; run <= runs; run++ {
		runtime.GC()
		started := time.Now()
		verdict = porcupine.CheckOperationsTimeout(model, history, timeout)
		if ms := float64(time.Since(started).Microseconds()) / 1000; run > 0 || verdict == porcupine.Unknown {
			times = append(times, ms)
		}
		if verdict == porcupine.Unknown {
			break
		}
	}
	sort.Float64s(times)
	word := map[porcupine.CheckResult]string{porcupine.Ok: "ok", porcupine.Illegal: "illegal"}[verdict]
	if word == "" {
		word = "unknown"
	}
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return err
	}
	answer, err := json.Marshal(map[string]any{
		"file": file, "verdict": word, "ms": times[len(times)/2], "peakMb": float64(usage.Maxrss) / 1024,
	})
	fmt.Println(string(answer))
	return err
}

func load(file string) (porcupine.Model, []porcupine.Operation, error) {
	opened, err := os.Open(file)
	if err != nil {
		return porcupine.Model{}, nil, err
	}
	defer opened.Close()
	lines := bufio.NewScanner(opened)
	lines.Buffer(nil, 1<<28)
	var header struct{ Model string }
	if !lines.Scan() || json.Unmarshal(lines.Bytes(), &header) != nil {
		return porcupine.Model{}, nil, fmt.Errorf("no linhist-1 header")
	}
	model, isKnown := models[header.Model]
	if !isKnown {
		return porcupine.Model{}, nil, fmt.Errorf("no model for %q", header.Model)
	}
	var history []porcupine.Operation
	// What never returned may take effect at any time: it returns after everything else.
	never := int64(math.MaxInt64 / 2)
	for lines.Scan() {
		var one line
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			return model, nil, err
		}
		in, out := read(header.Model, one)
		end := never
		if one.E != nil {
			end = *one.E
		} else {
			never++
		}
		history = append(history, porcupine.Operation{ClientId: one.C, Input: in, Call: one.S, Output: out, Return: end})
	}
	return model, history, lines.Err()
}

// What an operation asked for and was answered; what does not fit is left empty, and shows as a wrong verdict.
func read(model string, one line) (input, output) {
	in := input{name: one.F, key: one.K, number: one.Ver}
	out := output{isKnown: one.E != nil}
	switch {
	case model == "register" && one.F == "cas":
		var pair [2]int
		_ = json.Unmarshal(one.V, &pair)
		in.from, in.to = pair[0], pair[1]
		_ = json.Unmarshal(one.O, &out.isTrue)
	case model == "register":
		in.to, out.number = number(one.V), number(one.O)
	case model == "kvv" && one.F == "get" && out.isKnown:
		var pair [2]json.RawMessage
		_ = json.Unmarshal(one.O, &pair)
		out.text, out.number = text(pair[0]), number(pair[1])
	default:
		in.text, out.text = text(one.V), text(one.O)
	}
	return in, out
}

func number(raw json.RawMessage) int {
	var value *int
	if json.Unmarshal(raw, &value) != nil || value == nil {
		return nothing
	}
	return *value
}

func text(raw json.RawMessage) (value string) {
	_ = json.Unmarshal(raw, &value)
	return value
}

var models = map[string]porcupine.Model{
	"register": hashed(register, func(state any) uint64 { return uint64(state.(int)) * 0x9e3779b97f4a7c15 }),
	"kv":       hashed(kv, func(state any) uint64 { return maphash.String(seed, state.(string)) }),
	"kvv": hashed(kvv, func(state any) uint64 {
		return maphash.String(seed, state.(versioned).text) + uint64(state.(versioned).version)
	}),
}

var seed = maphash.MakeSeed()

// The model with a hash of its states, where this version of the checker asks for one.
func hashed(model porcupine.Model, hash func(any) uint64) porcupine.Model {
	field := reflect.ValueOf(&model).Elem().FieldByName("Hash")
	if field.IsValid() && field.Type() == reflect.TypeOf(hash) {
		field.Set(reflect.ValueOf(hash))
	} else {
		fmt.Fprintln(os.Stderr, "this version of the checker takes no hash of a state: it will be slower than it can be")
	}
	return model
}

var register = porcupine.Model{
	Init: func() any { return nothing },
	Step: func(state, in, out any) (bool, any) {
		held, asked, answer := state.(int), in.(input), out.(output)
		switch asked.name {
		case "read":
			return !answer.isKnown || answer.number == held, held
		case "write":
			return true, asked.to
		}
		if held == asked.from {
			return !answer.isKnown || answer.isTrue, asked.to
		}
		return !answer.isKnown || !answer.isTrue, held
	},
	Equal: func(a, b any) bool { return a == b },
}

var kv = porcupine.Model{
	Partition: byKey,
	Init:      func() any { return "" },
	Step: func(state, in, out any) (bool, any) {
		held, asked, answer := state.(string), in.(input), out.(output)
		switch asked.name {
		case "get":
			return !answer.isKnown || answer.text == held, held
		case "put":
			return true, asked.text
		}
		return true, held + asked.text
	},
	Equal: func(a, b any) bool { return a == b },
}

var kvv = porcupine.Model{
	Partition: byKey,
	Init:      func() any { return versioned{} },
	Step: func(state, in, out any) (bool, any) {
		held, asked, answer := state.(versioned), in.(input), out.(output)
		maybe := !answer.isKnown || answer.text == "ErrMaybe"
		switch {
		case asked.name == "get":
			return !answer.isKnown || held == versioned{answer.text, answer.number}, held
		case asked.number == held.version:
			return maybe || answer.text == "OK", versioned{asked.text, held.version + 1}
		}
		return maybe || answer.text == "ErrVersion", held
	},
	Equal: func(a, b any) bool { return a == b },
}

func byKey(history []porcupine.Operation) [][]porcupine.Operation {
	at := map[string]int{}
	var parts [][]porcupine.Operation
	for _, operation := range history {
		key := operation.Input.(input).key
		if _, isKnown := at[key]; !isKnown {
			at[key] = len(parts)
			parts = append(parts, nil)
		}
		parts[at[key]] = append(parts[at[key]], operation)
	}
	return parts
}
