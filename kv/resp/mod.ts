/**
 * The protocol of Redis: requests out of bytes, commands out of requests, replies.
 * @module
 */

export { type Command, CommandError } from "./command.ts";
export { COMMAND_NAMES, readCommand } from "./commands.ts";
export { Cursors } from "./cursors.ts";
export { literalPrefix, matchesGlob } from "./glob.ts";
export { errorReply, renderReply, type Reply, type RespVersion } from "./reply.ts";
export { type RequestLimits, RequestReader, RespProtocolError } from "./request_reader.ts";
export { RespSession, type SessionOutput, type SessionServices } from "./session.ts";
