/**
 * Names every part of `@std` that this project uses, and does nothing.
 *
 * Fetching what this file imports is the question "are the genuine packages at hand?", asked with the version
 * ranges of `deno.json` and through the same proxies and certificates as every later import.
 *
 * @module
 */
import "@std/assert";
import "@std/async";
import "@std/cli/parse-args";
import "@std/testing/bdd";
import "@std/testing/time";
