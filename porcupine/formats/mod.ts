/**
 * Histories from files: linhist-1, the logs of jepsen's etcd test, EDN; each plain or packed by gzip.
 *
 * @module
 */
export { type Codec, decode, type Mark, Mismatch, type ModelSetting, type RecordedInput } from "./codec.ts";
export { bankCodec } from "./codecs/bank.ts";
export { bagCodec, priorityQueueCodec, queueCodec, setCodec, stackCodec } from "./codecs/collections.ts";
export { counterCodec } from "./codecs/counter.ts";
export { kvCodec } from "./codecs/kv.ts";
export { kvBatchCodec } from "./codecs/kv_batch.ts";
export { lockCodec, mutexCodec } from "./codecs/locks.ts";
export { logCodec } from "./codecs/log.ts";
export { registerCodec } from "./codecs/register.ts";
export { versionedKvCodec } from "./codecs/versioned_kv.ts";
export { type Edn, EdnError, EdnMap, parseEdn } from "./edn.ts";
export { FormatError, type FormatErrorCode, type Place } from "./errors.ts";
export { type Keyed, keyedModel } from "./keyed.ts";
export { type ByteSource } from "./lines.ts";
export { type LinhistHeader } from "./linhist.ts";
export { type LoadedHistory, loadHistory, loadOpened, type LoadOptions } from "./load.ts";
export { type CodecUser, type ModelEntry, modelNamed, MODELS } from "./models.ts";
export { type Datum, type RawOperation, type RawResult } from "./raw.ts";
export { type FormatName, FORMATS, openHistory, type RawHistory } from "./read.ts";
export { linhistLines, type LinhistOptions, writeLinhist } from "./write.ts";
