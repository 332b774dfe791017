/**
 * The labs' network in virtual time.
 * @module
 */

export { type LabHost, UNTOUCHED_HOST } from "./host.ts";
export { type LabEnd, LabNetwork } from "./network.ts";
export type { LabHandlers, RequestFaults } from "./parts.ts";
