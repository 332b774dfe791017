/**
 * A thread of the long run: compares what it is sent, and tells what it found.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { comparePiece, type Piece } from "./fuzz/pieces.ts";

self.onmessage = ({ data }: MessageEvent<Piece>) => self.postMessage(comparePiece(data));
